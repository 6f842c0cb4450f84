"""Inkommet: what a case has taken on from other agencies, and what who reported it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import access, handover_feedback, handovers
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.permissions import Permission
from casework.web import case_frame, forms, handover_words, receipts, request
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("case_handovers", __name__)

RECEIPTS = {"told": _("Den som anmälde ser beskedet nu.")}


class FeedbackForm(forms.BaseForm):
    """The one thing that who reported is told."""

    code = RadioField(
        _("Vad får den som anmälde veta?"),
        [InputRequired(_("Välj vad den som anmälde ska få veta."))],
        choices=forms.choices(handover_feedback.GIVEN),
        description=_("Bara att en utredning inleds, inte inleds eller redan pågår (19 kap. 6 § SoL)."),
    )


@pages.get("/arenden/<case_id>/inkommet")
@requires(Permission.CASE_READ)
def index(case_id: str) -> str:
    """What the case has taken on."""
    case, decision = _open(case_id)
    found = handovers.of_case(decision.session, case)
    return _page("index", case, decision, found=found, receipt=receipts.take(RECEIPTS))


@pages.route("/arenden/<case_id>/inkommet/<received_id>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def show(case_id: str, received_id: str) -> Response | tuple[str, int]:
    """What one of them says; and, where its sender has asked, what they are told."""
    form = forms.bind(FeedbackForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            handover_feedback.give(request.session(), request.actor(), case_id, received_id, form.code.data)
            receipts.leave("told")
            return redirect(url_for(".index", case_id=case_id), 303)
    sent, content = handovers.read_in_case(request.session(), request.actor(), case_id, received_id)
    case, decision = _open(case_id)
    given: dict[str, Any] = {"sent": sent, "content": content, "form": form, "told": dict(handover_feedback.GIVEN)}
    given["warning"] = handover_feedback.KEPT_AWAY
    may_tell = _may_tell(decision, case) and handover_feedback.may_be_given(decision.session, sent)
    given["kept_away"] = may_tell and handover_feedback.is_kept_away(decision, case, sent)
    given["gone"] = handover_feedback.GONE if may_tell and handover_feedback.is_gone(decision.session, sent) else ""
    given["may_tell"] = may_tell
    if given["kept_away"]:
        form.code.choices = forms.choices([one for one in handover_feedback.GIVEN if one[0] == handover_feedback.NONE])
    return _page("show", case, decision, **given), 422 if form.is_submitted() else 200


def _may_tell(decision: Decision, case: Case) -> bool:
    return access.is_reached(decision.session, decision.actor, Permission.CASE_WRITE, case.id)


def _open(case_id: str) -> tuple[Case, Decision]:
    detail = {"page": "handovers"}
    return access.of_case(
        request.session(), request.actor(), Permission.CASE_READ, case_id, Action.CASE_OPENED, detail=detail
    )


def _page(name: str, case: Case, decision: Decision, **given: Any) -> str:
    frame = case_frame.frame(case, decision)
    return render_template(f"case_handovers/{name}.html", case=case, frame=frame, **handover_words.GIVEN, **given)
