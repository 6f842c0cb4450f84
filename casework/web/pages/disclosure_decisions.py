"""Utlämnanden att besluta: what would be told, why, and yes or no. Nothing else of the case."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from casework.contract import gettext as _
from casework.core import clock, disclosure_decisions
from casework.core.disclosure_decisions import Asked
from casework.core.grounds import catalogue
from casework.core.grounds.situations import PLACES
from casework.core.permissions import Permission
from casework.web import consent_words, forms, receipts, request, sending, stepping_up
from casework.web.access import requires
from casework.web.labels import LEVELS

pages = Blueprint("disclosure_decisions", __name__)

RECEIPTS = {
    "granted": _("Beslutat. Handläggaren kan nu lämna ut uppgifterna."),
    "refused": _("Avslaget. Inget lämnas."),
    "spoken_right": _("Godkänt. Det som lämnades muntligt är antecknat som lämnat."),
    "spoken_wrong": _("Antecknat: det skulle inte ha lämnats. Enhetschefen ser det som en avvikelse."),
}


class DecideForm(forms.BaseForm):
    """Yes or no to exactly what was shown; ``seen`` is its digest, ``decision`` the button that was pressed."""

    decision = StringField(validators=[AnyOf(("grant", "refuse"), _("Välj att besluta eller avslå."))])
    seen = HiddenField()
    answer = TextAreaField(
        _("Skäl"),
        [Optional(), Length(max=2000, message=_("Korta texten till högst 2 000 tecken."))],
        description=_("Behövs om du avslår. Det du skriver förseglas i ärendet."),
        render_kw={"rows": 3},
    )


@pages.get("/utlamnanden")
@requires(Permission.DISCLOSURE_DECIDE)
def index() -> str:
    """What waits for the reader's decision."""
    waiting = disclosure_decisions.waiting(request.session(), request.actor())
    return render_template("disclosure_decisions/index.html", waiting=waiting, receipt=receipts.take(RECEIPTS))


@pages.route("/utlamnanden/<waiting_id>", methods=["GET", "POST"])
@requires(Permission.DISCLOSURE_DECIDE)
def one(waiting_id: str) -> Response | tuple[str, int]:
    """One disclosure, and the decision."""
    stepping_up.require_to_send()
    form = forms.bind(DecideForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _decide(waiting_id, form)
    asked = disclosure_decisions.one(request.session(), request.actor(), waiting_id)
    form.seen.data = asked.made.content_hash
    ground = catalogue.find(asked.made.ground or "", _day(asked))
    page = "disclosure_decisions/one.html"
    said = {"levels": LEVELS, "places": PLACES, "warnings": sending.in_words(asked.warned)}
    said["reserved"] = consent_words.in_words(asked.reserved)
    html = render_template(page, asked=asked, form=form, ground=ground, **said)
    return html, 422 if form.is_submitted() else 200


def _decide(waiting_id: str, form: DecideForm) -> Response:
    granted, answer, seen = form.decision.data == "grant", form.answer.data or "", form.seen.data or ""
    session, actor = request.session(), request.actor()
    made = disclosure_decisions.decide(session, actor, waiting_id, seen, granted=granted, answer=answer)
    spoken, plain = ("spoken_right", "granted") if granted else ("spoken_wrong", "refused")
    receipts.leave(spoken if made.oral_on is not None else plain)
    return redirect(url_for(".index"), 303)


def _day(asked: Asked) -> date:
    return asked.made.oral_on or clock.today(asked.made.assessed_at or asked.made.made_at)
