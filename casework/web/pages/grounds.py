"""The ground wizard of a case: few questions, and which grounds hold, which do not, and why. It stores nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from casework.core import access, cases
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.grounds import wizard
from casework.core.grounds.situations import Place
from casework.core.permissions import Permission
from casework.web import case_frame, forms, request
from casework.web.access import requires
from casework.web.ground_form import SECRECY_HERE, GroundQuestions
from casework.web.labels import DECIDERS

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("grounds", __name__)


@pages.route("/arenden/<case_id>/delning/grund", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def ask(case_id: str) -> tuple[str, int]:
    """The questions; sent, the grounds they lead to."""
    page: Detail = {"page": "grounds"}
    session, share = request.session(), Permission.CASE_SHARE
    case, decision = access.of_case(session, request.actor(), share, case_id, Action.CASE_OPENED, detail=page)
    form = _bound(case, decision)
    found = wizard.answer(session, form.situation()) if form.is_answered() else None
    frame = case_frame.frame(case, decision)
    html = render_template("grounds/ask.html", frame=frame, case=case, form=form, found=found, deciders=DECIDERS)
    return html, 422 if form.is_submitted() and found is None else 200


def _bound(case: Case, decision: Decision) -> GroundQuestions:
    """The questions, with what the case knows: it is held by social services, and about whom."""
    person = cases.subject(decision, case)
    born = None if person is None else person.birth_date
    return forms.bind(
        GroundQuestions,
        source=Place.SOCIAL_SERVICES.value,
        on=request.today().isoformat(),
        born="" if born is None else born.isoformat(),
        secrecy=SECRECY_HERE,
    )
