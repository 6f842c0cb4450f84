"""Att godkänna: what waits for the reader, approved or refused, and what became of what the reader asked for."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from casework.contract import gettext as _
from casework.core import approvals, awaiting
from casework.core.accounts import LINK_HOURS
from casework.core.approval_kinds import KINDS
from casework.core.permissions import Permission
from casework.web import approval_words, forms, receipts, request, stepping_up
from casework.web.access import requires

pages = Blueprint("approvals", __name__)

RECEIPTS = {
    "used": _("Godkänt. Det är gjort nu."),
    "approved": _("Godkänt. Den som bad om det kan gå vidare."),
    "refused": _("Avslaget. Inget har ändrats."),
    "expired": _("Tiden hade gått ut. Inget har ändrats. Den som bad om det kan be igen."),
    "void": _("Något har ändrats sedan det begärdes. Det gäller inte längre, och inget har gjorts."),
    "withdrawn": _("Det är tillbakataget. Inget har ändrats."),
}
DONE = frozenset({"approved", "used", "refused", "withdrawn"})


class DecideForm(forms.BaseForm):
    """Yes or no to exactly what was shown; ``seen`` is its digest, ``decision`` the button that was pressed."""

    decision = StringField(validators=[AnyOf(("grant", "refuse"), _("Välj att godkänna eller avslå."))])
    seen = HiddenField()
    answer = TextAreaField(
        _("Svar till den som bad om det"),
        [Optional(), Length(max=500, message=_("Korta svaret till högst 500 tecken."))],
        description=_("Skriv inget om personen som ärendet gäller."),
    )


@pages.get("/godkannanden")
@requires(Permission.APPROVAL_ASK)
def index() -> str:
    """What waits for the reader, and what the reader has asked for."""
    session, actor, code = request.session(), request.actor(), str(request.browser().get(receipts.KEY, ""))
    return render_template(
        "approvals/index.html",
        waiting=approval_words.items(session, awaiting.waiting(session, actor), actor.id),
        asked=approval_words.items(session, awaiting.asked(session, actor), actor.id),
        receipt=receipts.take(RECEIPTS),
        well=code in DONE,
    )


@pages.route("/godkannanden/<approval_id>", methods=["GET", "POST"])
@requires(Permission.APPROVAL_ASK)
def one(approval_id: str) -> Response | tuple[str, int]:
    """One thing that waits for the reader, and the decision."""
    stepping_up.require_to_send()
    form = forms.bind(DecideForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _decide(approval_id, form)
    session, actor = request.session(), request.actor()
    item = approval_words.item(session, awaiting.one(session, actor, approval_id), actor.id)
    form.seen.data = item.digest
    return render_template("approvals/one.html", item=item, form=form), 422 if form.is_submitted() else 200


@pages.post("/godkannanden/<approval_id>/ta-tillbaka")
@requires(Permission.APPROVAL_ASK)
def take_back(approval_id: str) -> Response:
    """Take back what the reader asked for."""
    approvals.take_back(request.session(), request.actor(), approval_id)
    return _done("withdrawn")


def _decide(approval_id: str, form: DecideForm) -> Response | tuple[str, int]:
    session, actor = request.session(), request.actor()
    decided = approvals.decide(
        session,
        request.registry(),
        actor,
        approval_id,
        granted=form.decision.data == "grant",
        answer=form.answer.data or "",
        seen=form.seen.data or "",
    )
    if decided.token is None:
        later = decided.approval.state == "used" and KINDS[decided.approval.kind].after
        return _done("approved" if later else decided.approval.state)
    link = http.url_root.rstrip("/") + url_for("enrolment.enrol", token=decided.token)
    return render_template("approvals/link.html", link=link, hours=LINK_HOURS), 200


def _done(code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".index"), 303)
