"""Confirming who one is, before what must not be done in somebody else's name. ``stepping_up.require`` sends here."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from casework.contract import gettext as _
from casework.core import browser_sessions, credentials, signing_in
from casework.web import departing, entering, forms, guard, request
from casework.web.access import personal

pages = Blueprint("confirming", __name__)
WRONG = _("Det stämmer inte. Försök igen.")
WAIT = _("Det blev fel för många gånger. Vänta en stund och försök igen.")


class ConfirmForm(forms.BaseForm):
    """The password where it is the only factor; else a one-time code, or what a passkey answered."""

    password = PasswordField(_("Lösenord"), [Length(max=512)], render_kw={"autocomplete": "current-password"})
    one_time_code = StringField(
        _("Engångskod"),
        [Length(max=80)],
        description=_("Sex siffror från appen, eller en av dina återställningskoder."),
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
    passkey = HiddenField()


@pages.route("/bekrafta", methods=["GET", "POST"])
@personal
def confirm() -> Response | tuple[str, int]:
    """Ask who is there, and lead back to what they were doing."""
    form, browser = forms.bind(ConfirmForm), request.browser()
    with request.installation().session(None) as session:
        kinds = credentials.kinds_of(session, request.holder().id)
    only_password = not kinds & set(credentials.SECOND)
    if form.validate_on_submit():
        answer = _confirm(form, only_password=only_password)
        if answer.cookie is not None:
            browser.renew(answer.cookie)
            return redirect(guard.onward(), 303)
        (form.password if only_password else form.one_time_code).errors = [WAIT if answer.wait_until else WRONG]
    return _page(form, kinds, only_password=only_password), 422 if form.is_submitted() else 200


def _confirm(form: ConfirmForm, *, only_password: bool) -> signing_in.Answer:
    site, challenge, visitor = entering.site(), entering.asked("prove"), entering.visitor()
    cookie, installation = request.browser().cookie or "", request.installation()
    if only_password:
        return signing_in.confirm_by_password(installation, cookie, form.password.data or "", visitor)
    with installation.session(None) as session:
        if form.passkey.data and site is not None:
            return signing_in.confirm_by_passkey(session, cookie, site, form.passkey.data, challenge)
        return signing_in.confirm_by_code(session, cookie, form.one_time_code.data or "", visitor)


def _page(form: ConfirmForm, kinds: frozenset[str], *, only_password: bool) -> str:
    return render_template(
        "own/confirm.html",
        form=form,
        kinds=kinds,
        only_password=only_password,
        passkeys=entering.site() is not None,
        codes=bool(kinds & {credentials.TOTP, credentials.RECOVERY}),
        organisation=departing.name_of_own(request.holder().id),
        kept=guard.is_kept(),
        minutes=int(browser_sessions.STEPPED_UP.total_seconds() // 60),
        username=request.holder().username,
    )
