"""Granska loggen: what differs, this month's sample, the whole log by filter; one act, a question, and the outcome."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import log_items, log_review
from casework.core.log_items import Item
from casework.core.log_review import Filters
from casework.core.permissions import Permission
from casework.web import cursors, forms, log_words, receipts, request
from casework.web.access import requires
from casework.web.act_words import ROLES

pages = Blueprint("log_review", __name__)

RECEIPTS = {
    "log_asked": _("Frågan är skickad. Du får veta när din kollega har svarat."),
    "log_signed": _("Granskningen är signerad och går inte att ändra."),
}
ACTS = {
    "": _("Alla händelser"),
    "opened": _("Öppnade ärenden"),
    "listed": _("Listor och sökningar"),
    "emergency": _("Nödåtkomst"),
    "changed": _("Ändringar"),
}


class AskForm(forms.BaseForm):
    """A question to the colleague."""

    words = TextAreaField(
        _("Vad vill du fråga?"),
        [
            DataRequired(_("Skriv vad du vill fråga.")),
            Length(max=2000, message=_("Korta frågan till högst 2000 tecken.")),
        ],
        description=_("Skriv inget om personen som ärendet gäller."),
        render_kw={"rows": 4},
    )


class SignForm(forms.BaseForm):
    """What a review came to."""

    outcome = RadioField(
        _("Vad kom granskningen fram till?"),
        [InputRequired(_("Välj vad granskningen kom fram till."))],
        choices=forms.choices(log_items.OUTCOMES),
    )
    words = TextAreaField(
        _("Vad kom du fram till, och vad händer nu?"),
        [Optional(), Length(max=4000)],
        description=_("Får vara tomt om det var i sin ordning. Skriv inget om personen som ärendet gäller."),
        render_kw={"rows": 4},
    )


@pages.get("/granska-loggen")
@requires(Permission.LOG_REVIEW)
def index() -> str:
    """What differs, the sample of the month that is over, and the way to the whole log."""
    found = log_review.overview(request.session(), request.actor())
    return render_template("log_review/index.html", found=found, receipt=receipts.take(RECEIPTS), **_words())


@pages.get("/granska-loggen/alla")
@requires(Permission.LOG_REVIEW)
def everything() -> str:
    """A page of the log, by person, days and kind of act."""
    chosen = _chosen()
    filters = Filters(chosen["vem"], _day(chosen["fran"]), _day(chosen["till"]), chosen["vad"])
    found = log_review.page(request.session(), request.actor(), filters, cursors.read(http.args.get("efter", "")))
    return render_template(
        "log_review/everything.html",
        found=found,
        chosen=chosen,
        acts=ACTS,
        wrong=[name for name in ("fran", "till") if chosen[name] and _day(chosen[name]) is None],
        older=url_for(".everything", **chosen, efter=cursors.write(found.following)) if found.following else "",
        newest=url_for(".everything", **chosen) if http.args.get("efter") else "",
        **_words(),
    )


@pages.route("/granska-loggen/<item_id>", methods=["GET", "POST"])
@requires(Permission.LOG_REVIEW)
def item(item_id: str) -> Response | tuple[str, int]:
    """One act: why it was picked out, what was asked, and the signed outcome."""
    form = forms.bind(SignForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            found = form.outcome.data or "", form.words.data or ""
            log_items.sign(request.session(), request.actor(), item_id, *found)
            receipts.leave("log_signed")
            return redirect(url_for(".index"), 303)
    read, said = _read(item_id), receipts.take(RECEIPTS)
    page = render_template("log_review/item.html", form=form, read=read, receipt=said, **_words())
    return page, 422 if form.is_submitted() else 200


@pages.route("/granska-loggen/<item_id>/fraga", methods=["GET", "POST"])
@requires(Permission.LOG_REVIEW)
def ask(item_id: str) -> Response | tuple[str, int]:
    """A question to the colleague whose act it was."""
    form = forms.bind(AskForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            log_items.ask(request.session(), request.actor(), item_id, form.words.data or "")
            receipts.leave("log_asked")
            return redirect(url_for(".item", item_id=item_id), 303)
    page = render_template("log_review/ask.html", form=form, read=_read(item_id), **_words())
    return page, 422 if form.is_submitted() else 200


def _read(item_id: str) -> Item:
    return log_items.read(request.session(), request.actor(), item_id)


def _chosen() -> dict[str, Any]:
    asked = http.args
    chosen = {name: asked.get(name, "")[:40] for name in ("vem", "fran", "till", "vad")}
    return chosen | {"vad": chosen["vad"] if chosen["vad"] in ACTS else ""}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _words() -> dict[str, Any]:
    return {
        "why": log_words.why,
        "what": log_words.what,
        "labels": log_words.LABELS,
        "roles": ROLES,
        "outcomes": dict(log_items.OUTCOMES),
    }
