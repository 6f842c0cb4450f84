"""Frågor om loggen: what a reviewer asks about what one did oneself, and one's answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from casework.contract import gettext as _
from casework.core import log_questions
from casework.core.permissions import Permission
from casework.web import forms, log_words, receipts, request
from casework.web.access import requires

pages = Blueprint("log_questions", __name__)

RECEIPTS = {"log_answered": _("Ditt svar är skickat till den som frågade.")}


class AnswerForm(forms.BaseForm):
    """The answer to a question."""

    words = TextAreaField(
        _("Ditt svar"),
        [DataRequired(_("Skriv ditt svar.")), Length(max=2000, message=_("Korta svaret till högst 2000 tecken."))],
        description=_("Skriv varför du öppnade ärendet. Skriv inget om personen som ärendet gäller."),
        render_kw={"rows": 5},
    )


@pages.get("/fragor")
@requires(Permission.OWN_PAGE)
def index() -> str:
    """The questions to the reader."""
    found = log_questions.mine(request.session(), request.actor())
    receipt = receipts.take(RECEIPTS)
    return render_template("log_questions/index.html", found=found, receipt=receipt, what=log_words.what)


@pages.route("/fragor/<question_id>", methods=["GET", "POST"])
@requires(Permission.OWN_PAGE)
def one(question_id: str) -> Response | tuple[str, int]:
    """One question, and the answer."""
    form = forms.bind(AnswerForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            log_questions.answer(request.session(), request.actor(), question_id, form.words.data or "")
            receipts.leave("log_answered")
            return redirect(url_for(".index"), 303)
    found = log_questions.one(request.session(), request.actor(), question_id)
    page = render_template("log_questions/one.html", form=form, one=found, what=log_words.what)
    return page, 422 if form.is_submitted() else 200
