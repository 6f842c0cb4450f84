"""Meetings with those who take part: recorded with who came and what each told, shown with what they heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework.contract import gettext as _
from casework.core import access, attendance, meeting_overview, meetings
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.attendance import PARTS
from casework.core.audit import Detail
from casework.core.permissions import Permission
from casework.web import case_frame, meeting_form, receipts, request
from casework.web.access import requires
from casework.web.forms import attempt
from casework.web.labels import DISCLOSURES

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("meetings", __name__)

RECEIPTS = {"recorded": _("Mötet är antecknat. Anteckna nu det som ni själva lämnade, till var och en som hörde det.")}


@pages.route("/arenden/<case_id>/deltagare/mote", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def new(case_id: str) -> Response | tuple[str, int]:
    """Record a meeting: when, where, who came, and what each from outside told."""
    case, decision = _open(case_id, Permission.CASE_WRITE)
    registry = request.registry()
    how = meetings.declared(registry, case)
    if how is None:
        return redirect(url_for("participations.index", case_id=case_id), 303)
    form = meeting_form.bound(attendance.candidates(decision, case), how)
    if form.validate_on_submit():
        with attempt(form):
            once, wanted = form.once.data or "", form.wanted()
            made = meetings.record(request.session(), registry, request.actor(), case_id, once, wanted)
            receipts.leave("recorded")
            return redirect(url_for(".show", case_id=case_id, meeting_id=made.id), 303)
    return _page("meetings/new.html", case, decision, form=form), 422 if form.is_submitted() else 200


@pages.get("/arenden/<case_id>/deltagare/mote/<meeting_id>")
@requires(Permission.CASE_READ)
def show(case_id: str, meeting_id: str) -> str:
    """One meeting: who came, what each told, and what has been disclosed to each of them that day."""
    case, decision = _open(case_id, Permission.CASE_READ)
    shown = meeting_overview.one(decision, request.registry(), case, meeting_id)
    may_share = access.is_reached(decision.session, decision.actor, Permission.CASE_SHARE, case.id)
    receipt = receipts.take(RECEIPTS)
    return _page(
        "meetings/show.html",
        case,
        decision,
        shown=shown,
        may_share=may_share,
        receipt=receipt,
        states=DISCLOSURES,
    )


def _open(case_id: str, permission: Permission) -> tuple[Case, Decision]:
    page: Detail = {"page": "meeting"}
    return access.of_case(request.session(), request.actor(), permission, case_id, Action.CASE_OPENED, detail=page)


def _page(template: str, case: Case, decision: Decision, **more: Any) -> str:
    return render_template(
        template, frame=case_frame.frame(case, decision), case=case, path=case_frame.path, parts=PARTS, **more
    )
