"""Lämna över: a report of a worry about a child, or a question; and what became of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField

from casework.contract import gettext as _
from casework.core import (
    handover_feedback,
    handover_forms,
    handover_replies,
    handover_sending,
    handover_steps,
    handovers,
    notices,
)
from casework.core.db import new_id
from casework.core.handover_covers import Cover
from casework.core.permissions import Permission
from casework.web import forms, handover_words, holding, receipts, request
from casework.web.access import requires_anywhere
from casework.web.handover_words import TokenForm

pages = Blueprint("sending", __name__)

RECEIPTS = {
    "sent": _("Skickat till socialtjänsten. Det här är ditt kvitto."),
    "taken_back": _("Tillbakatagen. Ingen har läst den."),
    "too_late": _("Det gick inte att ta tillbaka. Den är redan öppnad."),
    "asked": _("Du får veta när det finns ett besked."),
    "not_asked": _("Kommunen lämnar återkoppling på annat sätt. Ring socialtjänsten."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality, and what was sent there."""

    code: str
    name: str
    sent: list[Cover]


class SendForm(forms.DeclaredForm):
    """What is asked, the form's own name, and the municipality that its page named: there it goes, or nowhere."""

    token = HiddenField()
    place = HiddenField()

    def is_in_place(self) -> bool:
        """Work in the municipality that the page named; whether the person may, and nobody has led them elsewhere."""
        handover_words.enter(self.place.data or "")
        return bool(self.place.data == request.actor().municipality)


class ReportForm(SendForm):
    """A report: who makes it may want to know whether an investigation is opened."""

    aterkoppling = BooleanField(
        _("Jag vill veta om en utredning inleds"),
        description=_("Socialtjänsten får berätta om en utredning inleds, inte inleds eller redan pågår. Inget mer."),
    )


@pages.get("/skickat")
@requires_anywhere(Permission.HANDOVER_SEND)
def index() -> str:
    """What the reader has sent, by municipality, and where it stands."""
    places = []
    for one in request.sections(Permission.HANDOVER_SEND):
        notices.read(one.session, one.actor.id, "handover_told")
        places.append(Place(one.code, one.name, list(handovers.sent(one.session, one.actor))))
    return _page("index", places=places)


@pages.get("/skickat/<handover_id>")
@requires_anywhere(Permission.HANDOVER_SEND)
def show(handover_id: str) -> str:
    """The receipt: number, time, by which function it was opened, what became of it, and what was sent."""
    handover_words.enter()
    session, actor = request.session(), request.actor()
    sent, content = handovers.read_sent(session, actor, handover_id)
    return _page(
        "show",
        sent=sent,
        content=content,
        reply=handovers.read_reply(session, actor, handover_id),
        reasons=handover_replies.told_by_code(sent.kind),
        told=dict(handover_feedback.GIVEN),
        may_ask=handover_feedback.may_be_asked(session, sent),
        form=TokenForm(),
        receipt=receipts.take(RECEIPTS),
    )


@pages.route("/orosanmalan", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_SEND)
def report() -> Response | tuple[str, int]:
    """Report a worry about a child: the duty of whoever works with children (SoL 19 kap. 1 §)."""
    return _write(handover_forms.REPORT, ReportForm)


@pages.route("/fraga", methods=["GET", "POST"])
@requires_anywhere(Permission.HANDOVER_SEND)
def question() -> Response | tuple[str, int]:
    """Ask social services something."""
    return _write(handover_forms.QUESTION, SendForm)


@pages.post("/skickat/<handover_id>/ta-tillbaka")
@requires_anywhere(Permission.HANDOVER_SEND)
def take_back(handover_id: str) -> Response:
    """Take back what nobody has opened."""
    form = forms.bind(TokenForm)
    with forms.attempt(form):
        handover_steps.take_back(request.session(), request.actor(), handover_id, token=form.token.data or "")
        return _done("taken_back", handover_id)
    return _done("too_late", handover_id)


@pages.post("/skickat/<handover_id>/aterkoppling")
@requires_anywhere(Permission.HANDOVER_SEND)
def ask_feedback(handover_id: str) -> Response:
    """Ask to be told what the law lets a reporter know."""
    form = forms.bind(TokenForm)
    with forms.attempt(form):
        handover_feedback.ask(request.session(), request.actor(), handover_id)
        return _done("asked", handover_id)
    return _done("not_asked", handover_id)


def _write(kind: str, about: type[SendForm]) -> Response | tuple[str, int]:
    if _asks_where():
        return _page("where", kind=kind, doors=request.doors()), 200
    handover_words.enter()
    form = _form(kind, about)
    if form.is_in_place() and form.validate_on_submit():
        with forms.attempt(form):
            return _done("sent", _send(kind, form))
    fields = {heading: _names(form, declared) for heading, declared in handover_forms.SECTIONS[kind]}
    page = _page("write", form=form, kind=kind, fields=fields, here=_here(), may_choose=len(request.doors()) > 1)
    return page, 422 if form.is_submitted() else 200


def _form(kind: str, about: type[SendForm]) -> SendForm:
    declared = forms.form_for(handover_forms.FORMS[kind], draft=False)
    made = type("SendDeclared", (about, declared), {"questions": declared.questions})
    return cast(SendForm, forms.bind(made, token=new_id(), place=request.actor().municipality))


def _send(kind: str, form: SendForm) -> str:
    wants = isinstance(form, ReportForm) and bool(form.aterkoppling.data)
    of = (request.session(), request.actor(), kind, form.answers())
    return handover_sending.send(*of, token=form.token.data or "", wants_feedback=wants).id


def _names(form: SendForm, declared: Any) -> list[str]:
    return [form.html_name(one.name) for one in declared]


def _here() -> str:
    return dict(request.doors()).get(request.actor().municipality or "", "")


def _asks_where() -> bool:
    """Whether to ask for the municipality first: somebody with several has chosen none, and nothing typed is kept."""
    named = handover_words.PLACE in http.args or holding.KEPT_AS in http.args
    return http.method != "POST" and not named and len(request.doors()) > 1


def _done(code: str, handover_id: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".show", handover_id=handover_id), 303)


def _page(name: str, **given: Any) -> str:
    return render_template(f"sending/{name}.html", **handover_words.GIVEN, **given)
