"""Inkorg: what has come in, with sender and time alone. Opening is the receipt; then it is taken on, or declined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from casework.contract import gettext as _
from casework.core import (
    handover_assessments,
    handover_intake,
    handover_replies,
    handover_steps,
    handovers,
    notices,
)
from casework.core.handover_covers import Cover, Inbox
from casework.core.permissions import Permission
from casework.web import forms, handover_words, receipts, registering, request, saying
from casework.web.access import requires_anywhere
from casework.web.handover_words import TokenForm

pages = Blueprint("handovers", __name__)

RECEIPTS = {
    "opened": _("Öppnad. Avsändaren ser när, och av vilken funktion."),
    "taken_on": _("Mottagen. Avsändaren ser det."),
    "kept": _("Mottagen. Den ligger i ärendet nu."),
    "declined": _("Avsändaren ser att den inte togs emot, och varför."),
    "told": _("Avsändaren ser vad du har valt. Anmälan ligger kvar här."),
    "assessed": _("Bedömningen är nedskriven. Anmälan går att läsa här."),
    "answered": _("Svaret är lämnat."),
    "passed_on": _("Din kollega har den i sin inkorg nu."),
    "gone": _("Någon annan hann före, eller så togs den tillbaka. Inget har ändrats."),
}

ONLY = {"answer": False, "assess": True, "decline": False, "tell": True}
"""Steps that are for reports of a worry alone, or for all but them."""


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality, and what has come in there."""

    code: str
    name: str
    inbox: Inbox


class AssessedForm(TokenForm):
    """Why no case takes a report on, and the assessment."""

    code = RadioField(_("Varför blir det inget ärende?"), [InputRequired(_("Välj varför det inte blir något ärende."))])
    words = TextAreaField(
        _("Bedömningen"),
        [
            InputRequired(_("Skriv bedömningen.")),
            Length(max=handover_assessments.LONGEST, message=_("Korta texten till högst 4000 tecken.")),
        ],
        description=_("Behöver barnet skydd genast? Vad har du gjort, och vem har fått anmälan i den andra kommunen?"),
        render_kw={"rows": 8},
    )


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
        for kind in ("handover_acute", "handover_waits"):
            notices.read(one.session, one.actor.id, kind)
        places.append(Place(one.code, one.name, handovers.inbox(one.session, one.actor)))
    return _page("index", places=places, receipt=receipts.take(RECEIPTS))


@pages.get("/inkorg/<handover_id>")
@requires_anywhere(Permission.HANDOVER_READ)
def show(handover_id: str) -> str:
    """One that has come in: before it is opened its sender and time, then what it says."""
    handover_words.enter()
    cover = _cover(handover_id)
    given = _opened(cover) if cover.is_read else {}
    ways = list(registering.beginnings()) if _goes_into_a_case(cover) else []
    return _page("show", cover=cover, ways=ways, form=TokenForm(), receipt=receipts.take(RECEIPTS), **given)


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
    cover = _cover(handover_id)
    form = saying.bind(saying.WhyForm, cover.recipient_agency, handover_replies.reasons_of(cover.recipient_agency))
    if form.validate_on_submit():
        with forms.attempt(form):
            said = (form.code.data, saying.said(form))
            handover_steps.decline(request.session(), request.actor(), cover.id, *said, token=form.token.data or "")
            return _done("declined")
    return _step("decline", cover, form)


@pages.route("/inkorg/<handover_id>/svara", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def answer(handover_id: str) -> Response | tuple[str, int]:
    """Answer a question."""
    cover = _cover(handover_id)
    form = saying.bind(saying.AnswerForm, cover.recipient_agency, handover_replies.answers_of(cover.recipient_agency))
    if form.validate_on_submit():
        with forms.attempt(form):
            said = (form.code.data, saying.said(form))
            handover_steps.answer(request.session(), request.actor(), cover.id, *said, token=form.token.data or "")
            return _done("answered")
    return _step("answer", cover, form)


@pages.route("/inkorg/<handover_id>/kom-fel", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def tell(handover_id: str) -> Response | tuple[str, int]:
    """Tell who reported that the report came wrong; it stays here."""
    cover = _cover(handover_id)
    form = saying.bind(saying.ToldForm, cover.recipient_agency, list(handover_replies.MISSENT))
    if form.validate_on_submit():
        with forms.attempt(form):
            said = (form.code.data, saying.contact(form))
            handover_assessments.tell(request.session(), request.actor(), cover.id, *said)
            return _done("told", cover.id)
    return _step("tell", cover, form)


@pages.route("/inkorg/<handover_id>/bedomning", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def assess(handover_id: str) -> Response | tuple[str, int]:
    """Record the assessment of a report that no case takes on."""
    cover, form = _cover(handover_id), forms.bind(AssessedForm)
    form.code.choices = forms.choices(handover_assessments.OUTCOMES)
    may = handover_assessments.may_record(request.actor())
    if form.validate_on_submit():
        with forms.attempt(form):
            said = (form.code.data, form.words.data or "")
            of = (request.session(), request.actor(), cover.id)
            handover_assessments.record(*of, *said, token=form.token.data or "")
            return _done("assessed", cover.id)
    return _step("assess", cover, form, may=may)


@pages.route("/inkorg/<handover_id>/skicka-vidare", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def pass_on(handover_id: str) -> Response | tuple[str, int]:
    """Let a colleague read it and take it on."""
    cover, form = _cover(handover_id), forms.bind(PassForm)
    able = handover_steps.colleagues(request.session(), request.actor(), cover.recipient_agency, cover.id)
    form.account.choices = forms.choices([(one.id, one.name) for one in able], _("Välj"))
    if form.validate_on_submit():
        with forms.attempt(form):
            handover_steps.pass_on(request.session(), request.actor(), cover.id, form.account.data)
            return _done("passed_on")
    return _step("pass_on", cover, form)


@pages.route("/inkorg/<handover_id>/lagg-i-arende", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_READ)
def add(handover_id: str) -> Response | tuple[str, int]:
    """Find the case it is put into, by its number; nothing moves yet."""
    cover, form = _cover(handover_id), forms.bind(NumberForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            of = (request.session(), request.actor(), cover.id)
            case = handover_intake.find(*of, form.number.data or "")
            return redirect(url_for("putting.put", handover_id=cover.id, case_id=case.id), 303)
    return _step("add", cover, form)


def _goes_into_a_case(cover: Cover) -> bool:
    able = request.actor().may(Permission.CASE_REGISTER)
    return able and cover.state == "opened" and cover.recipient_agency == "social_services"


def _opened(cover: Cover) -> dict[str, Any]:
    """What it says, and what has been written down of it."""
    session, actor = request.session(), request.actor()
    return {
        "content": handovers.read(session, actor, cover.id)[1],
        "assessment": handover_assessments.read(session, actor, cover.id),
        "outcomes": dict(handover_assessments.OUTCOMES),
    }


def _cover(handover_id: str) -> Cover:
    late = http.method == "POST"
    return handovers.cover(request.session(), request.actor(), handover_id, late=late)


def _step(name: str, cover: Cover, form: forms.BaseForm, **given: Any) -> Response | tuple[str, int]:
    if name in ONLY and ONLY[name] != (cover.kind == "report") and not form.is_submitted():
        return redirect(url_for(".show", handover_id=cover.id), 303)
    return _page(name, cover=cover, form=form, **given), 422 if form.is_submitted() else 200


def _done(code: str, handover_id: str = "") -> Response:
    receipts.leave(code)
    where = url_for(".show", handover_id=handover_id) if handover_id else url_for(".index")
    return redirect(where, 303)


def _page(name: str, **given: Any) -> str:
    return render_template(f"handovers/{name}.html", **handover_words.GIVEN, **given)
