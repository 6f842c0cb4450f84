"""A step of a case: what it does, what it lacks, the form it fills; and asking a colleague to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casework.contract import Level
from casework.contract import gettext as _
from casework.core import access, approvals, consent_overview, deciders, entries, registration, steps, teams
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.consent_overview import Consequence
from casework.core.errors import NotFound
from casework.core.permissions import Permission
from casework.core.registration import Identified
from casework.core.vault import Identity
from casework.web import case_frame, counting, forms, receipts, request, stepping_up
from casework.web.access import requires
from casework.web.consent_words import SHARINGS
from casework.web.labels import AGENCIES
from casework.web.offering import Offered

pages = Blueprint("steps", __name__)

LEVELS = {
    Level.H: _("handläggare"),
    Level.FS: _("förste socialsekreterare"),
    Level.EC: _("enhetschef"),
    Level.U: _("utskott"),
}
OWN = "steg_"
"""Begins the names of the questions that are the step's and not its form's, so that the two never clash."""


class TakeForm(forms.DeclaredForm):
    """What every step asks; the form it fills and the person are added where there are any."""

    steg_version = HiddenField()

    def html_name(self, name: str) -> str:
        """The name of the input that asks for what the step or its form calls ``name``."""
        declared = super().html_name(name)
        return declared if declared in self.questions or OWN + name not in self._fields else OWN + name


class WhoForm(TakeForm):
    """Who a consultation turns out to be about."""

    steg_number = StringField(
        _("Personnummer"),
        [Optional(), Length(max=20)],
        description=_("Med tio eller tolv siffror. Lämna tomt om du inte har det ännu."),
        render_kw={"inputmode": "numeric"},
    )
    steg_name = StringField(_("Namn"), [DataRequired(_("Skriv personens namn.")), Length(max=120)])
    steg_protection = RadioField(
        _("Har personen skyddade personuppgifter?"),
        [InputRequired(_("Välj om personen har skyddade personuppgifter."))],
        coerce=int,
        choices=forms.choices(registration.PROTECTIONS),
    )


class AskForm(forms.BaseForm):
    """Who is asked to decide, what they see, and what it is about."""

    account = SelectField(_("Vem ska besluta?"), [DataRequired(_("Välj en kollega i listan."))])
    forms_shown = SelectMultipleField(
        _("Vad ska kollegan få läsa?"),
        description=_("Kollegan ser bara det du kryssar i, och bara tills beslutet är fattat."),
    )
    what = TextAreaField(
        _("Vad ska beslutas?"),
        [DataRequired(_("Skriv vad som ska beslutas.")), Length(max=500)],
        description=_("Texten blir en uppgift på kollegans Min dag. Skriv inget namn och ingen plats."),
        render_kw={"rows": 3},
    )


@pages.route("/arenden/<case_id>/steg/<key>", methods=["GET", "POST"])
@requires(Permission.CASE_DECIDE)
def take(case_id: str, key: str) -> Response | tuple[str, int]:
    """Show what a step takes, and take it."""
    offered = _offered(case_id, key)
    form_class, begun = _form_class(offered), _begun(offered)
    days = {} if begun else forms.begins_today(form_class)
    form = forms.bind(form_class, typed=begun, steg_version=str(offered.case.version), **days)
    if form.validate_on_submit():
        with forms.attempt(form):
            _take(offered, key, form)
            receipts.leave(_receipt(offered))
            return redirect(_onward(offered), 303)
    if form.conflict:
        offered = _offered(case_id, key)
        form.steg_version.data = str(offered.case.version)
    return _page("steps/take.html", offered, form, key)


@pages.route("/arenden/<case_id>/steg/<key>/beslut", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def ask(case_id: str, key: str) -> Response | tuple[str, int]:
    """Ask a colleague of sufficient level to decide a step."""
    offered, form = _offered(case_id, key, Permission.CASE_WRITE), _ask_form(case_id)
    form.account.choices = forms.choices(_deciders(offered), _("Välj kollega"))
    form.forms_shown.choices = forms.choices(_signed(offered))
    if form.validate_on_submit():
        with forms.attempt(form):
            receipts.leave(_ask(case_id, key, form))
            return redirect(url_for("teams.show", case_id=case_id), 303)
    return _page("steps/ask.html", offered, form, key, guarded=approvals.guards(request.session(), case_id))


def _ask_form(case_id: str) -> AskForm:
    """The form; whoever asks for what must be approved has just proven who they are."""
    if http.method == "POST" and approvals.guards(request.session(), case_id):
        stepping_up.require()
    return forms.bind(AskForm)


def _ask(case_id: str, key: str, form: AskForm) -> str:
    """Ask, or ask for leave to; the receipt."""
    session, registry, actor = request.session(), request.registry(), request.actor()
    who, chosen, what = form.account.data, form.forms_shown.data or [], form.what.data or ""
    return "asked" if deciders.ask(session, registry, actor, case_id, key, who, chosen, what)[1] is None else "waits"


def _offered(case_id: str, key: str, permission: Permission = Permission.CASE_DECIDE) -> Offered:
    session, actor, registry = request.session(), request.actor(), request.registry()
    page: Detail = {"page": "step"}
    case, decision = access.of_case(session, actor, permission, case_id, Action.CASE_OPENED, detail=page)
    kind = registry.case_type(case.area, case.case_type)
    found = {steps.key_of(one.transition): one for one in steps.available(decision, registry, case)}
    known = () if kind is None else kind.workflow.transitions
    declared = [one for one in known if steps.key_of(one) == key]
    if kind is None or not declared or (key not in found and http.method == "GET"):
        steps.find(decision, registry, case, key)  # raises what is raised for a step that is not there
    step = found.get(key)
    if decision.forms is not None and (step is None or not step.actor_may):
        raise NotFound(access.denial(actor, Action.STEP_TAKEN, "case", case_id, "not_asked"))
    transition = declared[0] if step is None else step.transition
    assert kind is not None  # noqa: S101 a case without its plugin has no steps, and was turned away above
    return Offered(case, decision, kind, transition, step)


def _form_class(offered: Offered) -> type[TakeForm]:
    bases: list[type[forms.DeclaredForm]] = [WhoForm if offered.asks_who else TakeForm]
    if offered.form is not None:
        bases.insert(0, forms.form_for(offered.form, draft=False))
    wanted: dict[str, Any] = {}
    if offered.transition.needs_reason:
        wanted["steg_reason"] = TextAreaField(
            _("Skäl"),
            [DataRequired(_("Skriv skälet till steget.")), Length(max=4000)],
            description=_("Skälet sparas i ärendets historik."),
            render_kw={"rows": 4},
        )
    return type("StepForm", tuple(bases), wanted)


def _begun(offered: Offered) -> dict[str, list[str]] | None:
    """What is already answered in the form that the step replaces."""
    if offered.form is None or offered.form.many:
        return None
    present = entries.current(request.session(), offered.case, offered.form.name)
    kept = entries.answers_of(offered.decision, present[0]) if present else {}
    return forms.typed_of(offered.form, kept) or None


def _take(offered: Offered, key: str, form: TakeForm) -> None:
    session, actor, case = request.session(), request.actor(), offered.case
    who = _who(form) if isinstance(form, WhoForm) else None
    subject = None if who is None else registration.identify(session, actor, who, case.unit_id, case.id)
    steps.take(
        session,
        request.registry(),
        actor,
        case.id,
        key,
        seen_version=counting.read(form.steg_version.data),  # none of ours is 0
        reason=form["steg_reason"].data or "" if offered.transition.needs_reason else "",
        answers=None if offered.form is None else form.answers(),
        subject=subject,
    )


def _who(form: WhoForm) -> Identified:
    return Identified(form.steg_number.data or "", form.steg_name.data or "", form.steg_protection.data or 0)


def _receipt(offered: Offered) -> str:
    if offered.decision.forms is not None:
        return "decided"
    return "track_moved" if offered.transition.track and not offered.transition.also_moves_to else "step_taken"


def _onward(offered: Offered) -> str:
    """The case; the day for a decider, whose way into the case ended with the decision."""
    if offered.decision.forms is not None:
        return url_for("day.show")
    return url_for("case.overview", case_id=offered.case.id)


def _deciders(offered: Offered) -> list[tuple[str, str]]:
    able = teams.candidates(request.session(), offered.transition.level)
    return [(one.id, f"{one.name}, {one.title}" if one.title else one.name) for one in able if one.id != _me()]


def _signed(offered: Offered) -> list[tuple[str, str]]:
    signed = {entry.form for entry in entries.current(request.session(), offered.case)}
    return [(form.name, form.label) for form in offered.kind.forms if form.name in signed]


def _me() -> str:
    return request.actor().id


def _ending(offered: Offered) -> tuple[Sequence[Identity], Consequence] | None:
    """Whose consents end with the step, and what stops with them; None where none do."""
    ends = offered.transition.ends_consents and offered.step is not None
    return consent_overview.ending(offered.decision, offered.case) if ends else None


def _page(template: str, offered: Offered, form: forms.BaseForm, key: str, *, guarded: bool = False) -> tuple[str, int]:
    page = render_template(
        template,
        frame=case_frame.frame(offered.case, offered.decision),
        offered=offered,
        form=form,
        key=key,
        guarded=guarded,
        ending=_ending(offered),
        agencies=AGENCIES,
        sharings=SHARINGS,
        level=LEVELS[offered.transition.level],
        questions=list(form.questions) if isinstance(form, forms.DeclaredForm) else [],
    )
    return page, 422 if form.is_submitted() else 200
