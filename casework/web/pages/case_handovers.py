"""Inkommet: what a case has taken on from other agencies, and what who reported it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import access, cases, handover_answers, handover_feedback, handover_replies, handovers
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.permissions import Permission
from casework.web import case_frame, forms, handover_words, receipts, request, saying
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import Case, Handover

pages = Blueprint("case_handovers", __name__)

RECEIPTS = {
    "told": _("Den som anmälde ser beskedet nu."),
    "none": _("Det är antecknat att ingen återkoppling lämnas."),
    "answered": _("Svaret är lämnat."),
}


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
    """What one of them says; and, where its sender has asked, what they are told or answered."""
    form = _answer_form() if http.form.get("svar") else forms.bind(FeedbackForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            _say(case_id, received_id, form)
            return redirect(url_for(".index", case_id=case_id), 303)
    sent, content = handovers.read_in_case(request.session(), request.actor(), case_id, received_id)
    case, decision = _open(case_id)
    given: dict[str, Any] = {"form": form, "sent": sent, "content": content, "told": dict(handover_feedback.GIVEN)}
    given |= _asked(decision, case, sent, form) if sent.kind == "question" else _told(decision, case, sent, form)
    return _page("show", case, decision, **given), 422 if form.is_submitted() else 200


def _say(case_id: str, received_id: str, form: forms.BaseForm) -> None:
    """Give the answer or the feedback that the form holds."""
    of = (request.session(), request.actor(), case_id, received_id, form["code"].data)
    if isinstance(form, saying.AnswerForm):
        handover_answers.answer(*of, saying.contact(form), token=form.token.data or "")
        receipts.leave("answered")
        return
    handover_feedback.give(*of)
    receipts.leave("none" if form["code"].data == handover_feedback.NONE else "told")


def _told(decision: Decision, case: Case, sent: Handover, form: forms.BaseForm) -> dict[str, Any]:
    """What is offered of feedback on a report: to who must not know only the note that none is given."""
    may_tell = _may_tell(decision, case) and handover_feedback.may_be_given(decision.session, sent)
    away = may_tell and handover_feedback.is_kept_away(decision, case, sent)
    if away:
        none = [one for one in handover_feedback.GIVEN if one[0] == handover_feedback.NONE]
        form["code"].choices = forms.choices(none)
    gone = handover_feedback.GONE if may_tell and handover_feedback.is_gone(decision.session, sent) else ""
    return {"may_tell": may_tell, "kept_away": away, "gone": gone, "warning": handover_feedback.KEPT_AWAY}


def _asked(decision: Decision, case: Case, sent: Handover, form: forms.BaseForm) -> dict[str, Any]:
    """How a question may be answered, and what was answered."""
    may_answer = sent.answered_at is None and _may_tell(decision, case)
    bound = form if isinstance(form, saying.AnswerForm) else _answer_form()
    held_back = may_answer and handover_answers.is_held_back(decision, case, sent)
    if held_back:
        bound["code"].choices = [one for one in bound["code"].choices if one[0] == handover_replies.NOTHING]
    reasons = handover_replies.told_by_code(sent.kind)
    return {"may_answer": may_answer, "held_back": held_back, "reasons": reasons, "form": bound}


def _answer_form() -> saying.AnswerForm:
    return saying.bind(saying.AnswerForm, cases.holder(), handover_replies.answers_of(cases.holder()))


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
