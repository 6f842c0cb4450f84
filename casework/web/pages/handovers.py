"""Inkorg: what has come in, with sender and time alone. Opening is the receipt; then it is taken on, or declined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import handover_intake, handover_steps, handovers, notices
from casework.core.handovers import Cover, Inbox
from casework.core.permissions import Permission
from casework.web import forms, handover_words, receipts, registering, request
from casework.web.access import requires_anywhere
from casework.web.handover_words import TokenForm

pages = Blueprint("handovers", __name__)

RECEIPTS = {
    "opened": _("Öppnad. Avsändaren ser när, och av vilken funktion."),
    "taken_on": _("Mottagen. Avsändaren ser det."),
    "kept": _("Mottagen. Den ligger i ärendet nu."),
    "declined": _("Avsändaren ser att den inte togs emot, och varför."),
    "answered": _("Svaret är lämnat."),
    "passed_on": _("Din kollega har den i sin inkorg nu."),
    "gone": _("Någon annan hann före, eller så togs den tillbaka. Inget har ändrats."),
}
READ_ONLY = _("Avsändaren läser texten. Skriv inget om någon person, eller om vad som är känt hos er.")


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality, and what has come in there."""

    code: str
    name: str
    inbox: Inbox


class WordsForm(TokenForm):
    """A choice of what the sender is told, and words beside it."""

    code = RadioField(_("Varför tar ni inte emot?"), [InputRequired(_("Välj varför."))])
    words = TextAreaField(
        _("Med egna ord"),
        [Optional(), Length(max=handover_steps.LONGEST, message=_("Korta texten till högst 1000 tecken."))],
        description=READ_ONLY,
        render_kw={"rows": 4},
    )


class AnswerForm(WordsForm):
    """The answer to a question."""

    code = RadioField(_("Vad svarar ni?"), [InputRequired(_("Välj ett svar."))])


class PassForm(TokenForm):
    """The colleague it is passed on to."""

    account = SelectField(_("Kollega"), [InputRequired(_("Välj en kollega."))])


class NumberForm(TokenForm):
    """The case it is put into."""

    number = StringField(
        _("Ärendenummer"),
        [InputRequired(_("Skriv ärendets nummer."))],
        description=_("Till exempel 2026-0147. Ett öppet ärende som du skriver i eller fördelar."),
    )


@pages.get("/inkorg")
@requires_anywhere(Permission.HANDOVER_READ)
def index() -> str:
    """What waits, by municipality: sender and time, no content and no names."""
    places = []
    for one in request.sections(Permission.HANDOVER_READ):
        notices.read(one.session, one.actor.id, "handover_waits")
        places.append(Place(one.code, one.name, handovers.inbox(one.session, one.actor)))
    return _page("index", places=places, receipt=receipts.take(RECEIPTS))


@pages.get("/inkorg/<handover_id>")
@requires_anywhere(Permission.HANDOVER_READ)
def show(handover_id: str) -> str:
    """One that has come in: before it is opened its sender and time, then what it says."""
    handover_words.enter()
    cover = _cover(handover_id)
    content = handovers.read(request.session(), request.actor(), cover.id)[1] if cover.is_read else None
    ways = list(registering.beginnings()) if _goes_into_a_case(cover) else []
    return _page("show", cover=cover, content=content, ways=ways, form=TokenForm(), receipt=receipts.take(RECEIPTS))


@pages.post("/inkorg/<handover_id>/oppna")
@requires_anywhere(Permission.HANDOVER_READ)
def open_one(handover_id: str) -> Response:
    """Open it: the receipt that its sender sees."""
    form = forms.bind(TokenForm)
    with forms.attempt(form):
        handover_steps.open_one(request.session(), request.actor(), handover_id)
        return _done("opened", handover_id)
    return _done("gone", handover_id)


@pages.post("/inkorg/<handover_id>/ta-emot")
@requires_anywhere(Permission.HANDOVER_READ)
def take_on(handover_id: str) -> Response:
    """Take on what came from a case of social services."""
    form = forms.bind(TokenForm)
    with forms.attempt(form):
        handover_steps.take_on(request.session(), request.actor(), handover_id, token=form.token.data or "")
        return _done("taken_on", handover_id)
    return _done("gone", handover_id)


@pages.route("/inkorg/<handover_id>/tacka-nej", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def decline(handover_id: str) -> Response | tuple[str, int]:
    """Decline it, with a reason that the sender reads."""
    cover, form = _cover(handover_id), forms.bind(WordsForm)
    form.code.choices = forms.choices(handover_steps.REASONS)
    if form.validate_on_submit():
        with forms.attempt(form):
            said = (form.code.data, form.words.data or "")
            handover_steps.decline(request.session(), request.actor(), cover.id, *said, token=form.token.data or "")
            return _done("declined")
    return _step("decline", cover, form)


@pages.route("/inkorg/<handover_id>/svara", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def answer(handover_id: str) -> Response | tuple[str, int]:
    """Answer a question."""
    cover, form = _cover(handover_id), forms.bind(AnswerForm)
    form.code.choices = forms.choices(handover_steps.answers_of(cover.recipient_agency))
    if form.validate_on_submit():
        with forms.attempt(form):
            said = (form.code.data, form.words.data or "")
            handover_steps.answer(request.session(), request.actor(), cover.id, *said, token=form.token.data or "")
            return _done("answered")
    return _step("answer", cover, form)


@pages.route("/inkorg/<handover_id>/skicka-vidare", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def pass_on(handover_id: str) -> Response | tuple[str, int]:
    """Let a colleague read it and take it on."""
    cover, form = _cover(handover_id), forms.bind(PassForm)
    able = handover_steps.colleagues(request.session(), request.actor(), cover.recipient_agency)
    form.account.choices = forms.choices([(one.id, one.name) for one in able], _("Välj"))
    if form.validate_on_submit():
        with forms.attempt(form):
            handover_steps.pass_on(request.session(), request.actor(), cover.id, form.account.data)
            return _done("passed_on")
    return _step("pass_on", cover, form)


@pages.route("/inkorg/<handover_id>/lagg-i-arende", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def add(handover_id: str) -> Response | tuple[str, int]:
    """Put it into a case there is."""
    cover, form = _cover(handover_id), forms.bind(NumberForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            of = (request.session(), request.actor(), cover.id)
            handover_intake.add(*of, form.number.data or "", token=form.token.data or "")
            return _done("kept")
    return _step("add", cover, form)


def _goes_into_a_case(cover: Cover) -> bool:
    able = request.actor().may(Permission.CASE_REGISTER)
    return able and cover.state == "opened" and cover.recipient_agency == "social_services"


def _cover(handover_id: str) -> Cover:
    late = http.method == "POST"
    return handovers.cover(request.session(), request.actor(), handover_id, late=late)


def _step(name: str, cover: Cover, form: forms.BaseForm) -> tuple[str, int]:
    return _page(name, cover=cover, form=form), 422 if form.is_submitted() else 200


def _done(code: str, handover_id: str = "") -> Response:
    receipts.leave(code)
    where = url_for(".show", handover_id=handover_id) if handover_id else url_for(".index")
    return redirect(where, 303)


def _page(name: str, **given: Any) -> str:
    return render_template(f"handovers/{name}.html", **handover_words.GIVEN, **given)
