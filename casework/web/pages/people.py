"""The persons of a case: the protection of the one it is about, and the others with what they may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import access, awaiting, case_people, cases, registration
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.permissions import Permission
from casework.core.registration import Identified
from casework.web import approval_words, case_frame, forms, receipts, request, sending, stepping_up
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("people", __name__)

RECEIPTS = {
    "person_added": _("Personen är tillagd i ärendet."),
    "lowering_waits": _("Det lägre skyddet väntar på godkännande. Inget har ändrats än."),
    "protection_raised": _("Skyddet är höjt. Känsliga svar är förseglade."),
}
PROTECTION = _("Har personen skyddade personuppgifter?")
CHOOSE = _("Välj om personen har skyddade personuppgifter.")


class PersonForm(forms.BaseForm):
    """Another person of the case."""

    role = RadioField(
        _("Vilken del har personen i ärendet?"),
        [InputRequired(_("Välj vilken del personen har i ärendet."))],
        choices=forms.choices(case_people.ROLES),
    )
    number = StringField(
        _("Personnummer"),
        [Optional(), Length(max=20)],
        description=_("Med tio eller tolv siffror. Lämna tomt om du inte har det."),
        render_kw={"inputmode": "numeric"},
    )
    name = StringField(_("Namn"), [DataRequired(_("Skriv personens namn.")), Length(max=120)])
    protection = RadioField(
        PROTECTION, [InputRequired(CHOOSE)], coerce=int, choices=forms.choices(registration.PROTECTIONS)
    )
    may_not_know = BooleanField(
        _("Personen får inte veta att ärendet finns"),
        description=_("En motpart får aldrig veta det, vad du än väljer här."),
    )


class ProtectionForm(forms.BaseForm):
    """The protection level of the person the case is about, which can only be raised."""

    protection = RadioField(
        _("Vilket skydd har personen?"),
        [InputRequired(CHOOSE)],
        coerce=int,
        choices=forms.choices(registration.PROTECTIONS),
    )


class LowerForm(forms.WhyForm):
    """A lower protection level than the person has, and why."""

    protection = RadioField(
        _("Vilket skydd ska personen ha?"),
        [InputRequired(CHOOSE)],
        coerce=int,
        choices=forms.choices(registration.PROTECTIONS),
    )


@pages.get("/arenden/<case_id>/personer")
@requires(Permission.CASE_READ)
def show(case_id: str) -> str:
    """Everybody in the case."""
    case, decision = _open(case_id, Permission.CASE_READ)
    return _page(
        "people/show.html", case, decision, receipt=receipts.take(RECEIPTS), warnings=sending.warnings(decision, case)
    )


@pages.route("/arenden/<case_id>/personer/ny", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def add(case_id: str) -> Response | tuple[str, int]:
    """Add another person to the case."""
    case, decision = _open(case_id, Permission.CASE_WRITE)
    form = forms.bind(PersonForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            _add(case_id, form)
            return _done(case_id, "person_added")
    return _page("people/add.html", case, decision, form=form), 422 if form.is_submitted() else 200


@pages.route("/arenden/<case_id>/personer/skydd", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def protect(case_id: str) -> Response | tuple[str, int]:
    """Raise the protection of the person the case is about."""
    case, decision = _open(case_id, Permission.CASE_WRITE)
    person = cases.subject(decision, case)
    form = forms.bind(ProtectionForm, protection=None if person is None else person.protection)
    if form.validate_on_submit():
        with forms.attempt(form):
            _protect(case_id, form)
            return _done(case_id, "protection_raised")
    return _page("people/protect.html", case, decision, form=form), 422 if form.is_submitted() else 200


@pages.route("/arenden/<case_id>/personer/lagre-skydd", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def lower(case_id: str) -> Response | tuple[str, int]:
    """Ask for a lower protection of the person the case is about."""
    stepping_up.require_to_send()
    case, decision = _open(case_id, Permission.CASE_WRITE)
    form, person = forms.bind(LowerForm), cases.subject(decision, case)
    form.protection.choices = _lower_than(0 if person is None else person.protection)
    if form.validate_on_submit():
        with forms.attempt(form):
            level, reason = form.protection.data, form.reason.data or ""
            case_people.lower_protection(request.session(), request.actor(), case_id, level, reason=reason)
            return _done(case_id, "lowering_waits")
    return _page("people/lower.html", case, decision, form=form), 422 if form.is_submitted() else 200


def _lower_than(level: int) -> list[Any]:
    return forms.choices((one, words) for one, words in registration.PROTECTIONS if one < level)


def _open(case_id: str, permission: Permission) -> tuple[Case, Decision]:
    page: Detail = {"page": "people"}
    return access.of_case(request.session(), request.actor(), permission, case_id, Action.CASE_OPENED, detail=page)


def _add(case_id: str, form: PersonForm) -> None:
    who = Identified(form.number.data or "", form.name.data or "", form.protection.data)
    case_people.add(
        request.session(), request.actor(), case_id, who, form.role.data, may_not_know=form.may_not_know.data
    )


def _protect(case_id: str, form: ProtectionForm) -> None:
    case_people.raise_protection(request.session(), request.actor(), case_id, form.protection.data)


def _done(case_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".show", case_id=case_id), 303)


def _page(template: str, case: Case, decision: Decision, **more: Any) -> str:
    waits = awaiting.at(decision.session, case.subject_id or "", "person:lower", case_id=case.id)
    return render_template(
        template,
        waits=approval_words.items(decision.session, waits, decision.actor.id),
        frame=case_frame.frame(case, decision),
        case=case,
        subject=cases.subject(decision, case),
        others=case_people.of_case(decision, case),
        roles=dict(case_people.ROLES),
        protections=dict(registration.PROTECTIONS),
        may_write=access.is_reached(decision.session, decision.actor, Permission.CASE_WRITE, case.id),
        **more,
    )
