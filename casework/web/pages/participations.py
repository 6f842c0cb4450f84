"""Who of other agencies takes part in a case: who sees what, letting somebody in, and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import access, answers, consent_rules, meeting_overview, meetings, participations, shared_parts
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.participations import PARTNERS, Chosen
from casework.core.permissions import Permission
from casework.core.shared_parts import Written
from casework.web import case_frame, consent_words, forms, language, receipts, request, stepping_up
from casework.web.access import requires
from casework.web.labels import AGENCIES

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("participations", __name__)

RECEIPTS = {
    "added": _("Personen deltar nu och ser det du valde, så länge samtycket gäller."),
    "ended": _("Deltagandet är avslutat. Personen ser inte längre något av ärendet."),
}
KINDS = {str(kind): label for kind, label in consent_rules.KINDS}
SHOW = "visa"


class AddForm(forms.BaseForm):
    """Who takes part, what they see, and until when. Nothing is chosen beforehand."""

    who = RadioField(_("Vem ska delta?"), [InputRequired(_("Välj vem som ska delta."))])
    kinds = SelectMultipleField(
        _("Vad ska personen få se?"), description=_("Bara det som samtycket täcker visas, så länge det gäller.")
    )
    until = StringField(
        _("Till och med"), description=_("Aldrig längre än samtyckena gäller. Till exempel 2026-12-31.")
    )

    def chosen(self) -> Chosen:
        """What was chosen, as far as it can be understood."""
        agency, _colon, account_id = (self.who.data or "").partition(":")
        return Chosen(account_id, agency, self.kinds.data or [], self._day())

    def _day(self) -> date | None:
        return answers.day(self.until.data or "", self.today)


@pages.get("/arenden/<case_id>/deltagare")
@requires(Permission.CASE_READ)
def index(case_id: str) -> str:
    """Who takes part and sees what, which kinds consent covers for each agency, and what has ended."""
    case, decision = _open(case_id, Permission.CASE_READ)
    registry = request.registry()
    shown = participations.shown(decision, registry, case)
    return _page(
        "participations/index.html",
        case,
        decision,
        live=[one for one in shown if one.ended_on is None],
        ended=[one for one in shown if one.ended_on is not None],
        coverage=participations.coverage(decision, registry, case),
        hindrance=participations.hindrance(decision.session, registry, case),
        meetings=meeting_overview.of_case(decision, registry, case),
        **_may(decision, case),
        receipt=receipts.take(RECEIPTS),
    )


@pages.route("/arenden/<case_id>/deltagare/ny", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def new(case_id: str) -> Response | tuple[str, int]:
    """Choose who takes part in what, look at it, and let them in."""
    stepping_up.require_to_send(SHOW)
    case, decision = _open(case_id, Permission.CASE_SHARE)
    if participations.hindrance(decision.session, request.registry(), case):
        return redirect(url_for(".index", case_id=case_id), 303)
    form, looking = _bound(case, decision), SHOW in http.form
    if not looking and form.validate_on_submit():
        with forms.attempt(form):
            participations.add(request.session(), request.registry(), request.actor(), case_id, form.chosen())
            receipts.leave("added")
            return redirect(url_for(".index", case_id=case_id), 303)
    preview = _preview(case, decision, form.chosen()) if form.is_submitted() or form.held else None
    more = {"preview": preview, "reserved": consent_words.reserved(decision, case, *PARTNERS)}
    page = _page("participations/new.html", case, decision, form=form, **more)
    return page, 422 if form.is_submitted() and not looking else 200


@pages.route("/arenden/<case_id>/deltagare/<participation_id>", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def one(case_id: str, participation_id: str) -> Response | str:
    """What a participant sees at this moment; sent, their participation is ended."""
    case, decision = _open(case_id, Permission.CASE_SHARE)
    registry, form = request.registry(), forms.bind(forms.BaseForm)
    shown = next((one for one in participations.shown(decision, registry, case) if one.id == participation_id), None)
    if shown is None or form.validate_on_submit():  # the deed knows what to say of one that is not of this case
        participations.end(decision.session, decision.actor, case_id, participation_id)
        receipts.leave("ended")
        return redirect(url_for(".index", case_id=case_id), 303)
    if shown.ended_on is not None:
        return redirect(url_for(".index", case_id=case_id), 303)
    parts = shared_parts.of_case(decision, registry, case, shown.agency, shown.sees)
    return _page("participations/one.html", case, decision, form=form, shown=shown, parts=parts)


def _open(case_id: str, permission: Permission) -> tuple[Case, Decision]:
    page: Detail = {"page": "participants"}
    return access.of_case(request.session(), request.actor(), permission, case_id, Action.CASE_OPENED, detail=page)


def _may(decision: Decision, case: Case) -> dict[str, bool]:
    """Whether the actor may let somebody take part, and record a meeting."""
    shares, writes = (
        access.is_reached(decision.session, decision.actor, one, case.id)
        for one in (Permission.CASE_SHARE, Permission.CASE_WRITE)
    )
    return {"may_share": shares, "may_meet": writes and meetings.declared(request.registry(), case) is not None}


def _bound(case: Case, decision: Decision) -> AddForm:
    form = forms.bind(AddForm)
    how = shared_parts.declared(request.registry(), case)
    people = participations.candidates(decision.session)
    form.who.choices = [(f"{agency}:{account.id}", _label(account.name, agency)) for account, agency in people]
    form.kinds.choices = forms.choices((str(kind), KINDS[kind]) for kind in (() if how is None else how.kinds))
    return form


def _label(name: str, agency: str) -> str:
    return f"{name}, {language.translate(AGENCIES[agency])}"  # type: ignore[index] # an Agency is its own code


def _preview(case: Case, decision: Decision, chosen: Chosen) -> Sequence[Written]:
    """What the person would see if they were let in at this moment; nothing is kept."""
    registry = request.registry()
    kinds = shared_parts.covered(decision, registry, case, chosen.agency, chosen.kinds)
    return shared_parts.of_case(decision, registry, case, chosen.agency, kinds)


def _page(template: str, case: Case, decision: Decision, **more: Any) -> str:
    how = shared_parts.declared(request.registry(), case)
    return render_template(
        template,
        frame=case_frame.frame(case, decision),
        case=case,
        agencies=AGENCIES,
        partners=PARTNERS,
        kinds=KINDS,
        columns=() if how is None else how.kinds,
        **more,
    )
