"""The second step of signing in: a code or a passkey; and setting one up where it is asked for and there is none."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from casework.contract import gettext as _
from casework.core import browser_sessions, credentials, signing_in
from casework.core.browser_sessions import Holder
from casework.core.errors import Refused
from casework.web import entering, forms, request, setting_up
from casework.web.access import public

pages = Blueprint("second_step", __name__)
Page = Response | str | tuple[str, int]
WRONG = _("Koden stämmer inte. Vänta på nästa kod i appen och försök igen.")
WRONG_PASSKEY = _("Det gick inte att logga in med inloggningsnyckeln. Försök igen.")
WAIT = _("Det blev fel för många gånger. Vänta en stund och försök igen.")


class CodeForm(forms.BaseForm):
    """A one-time code, or what a passkey answered."""

    one_time_code = StringField(
        _("Engångskod"),
        [Length(max=80)],
        description=_("Sex siffror från appen, eller en av dina återställningskoder."),
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"},
    )
    passkey = HiddenField()


@pages.route("/logga-in/andra-steget", methods=["GET", "POST"])
@public
def prove() -> Page:
    """Ask for the second factor of whoever has come this far; nobody else finds anything here."""
    holder, form = _pending("half"), forms.bind(CodeForm)
    if holder is None:
        return redirect("/logga-in", 303)
    if form.validate_on_submit():
        answer = _prove(form)
        if answer.cookie is not None:
            return entering.go_on(answer)
        wrong = WRONG_PASSKEY if form.passkey.data else WRONG
        form.one_time_code.errors = [WAIT if answer.wait_until else wrong]
    status = 429 if WAIT in form.one_time_code.errors else 422 if form.is_submitted() else 200
    return _page("login/second_step.html", form, holder), status


@pages.route("/logga-in/satt-upp", methods=["GET", "POST"])
@public
def set_up() -> Page:
    """Let somebody set up a second factor before anything else, and show them their recovery codes once."""
    holder, form = _pending("setup"), forms.bind(setting_up.FactorForm)
    if holder is None:
        return redirect("/logga-in", 303)
    if form.validate_on_submit():
        try:
            return _set_up(form, holder)
        except Refused as refused:
            form.refuse(refused)
    with request.installation().session(None) as session:
        app = setting_up.app(session, holder.id, holder.username)
    return _page("login/set_up.html", form, holder, app=app), 422 if form.is_submitted() else 200


def _pending(state: browser_sessions.State) -> Holder | None:
    browser = request.browser()
    return browser.pending if browser.state == state else None


def _prove(form: CodeForm) -> signing_in.Answer:
    browser, site, challenge = request.browser(), entering.site(), entering.asked("prove")
    cookie, visitor = browser.cookie or "", entering.visitor()
    with request.installation().session(None) as session:
        if form.passkey.data and site is not None:
            return signing_in.by_passkey(session, cookie, site, form.passkey.data, challenge, visitor)
        return signing_in.by_code(session, cookie, form.one_time_code.data or "", visitor)


def _set_up(form: setting_up.FactorForm, holder: Holder) -> Page:
    """Keep the new factor and sign in with it, in one transaction; refused, neither is done."""
    cookie = request.browser().cookie or ""
    with request.installation().session(None) as session:
        fresh, method = setting_up.add(session, form, holder.id, but=cookie)
        answer = signing_in.set_up(session, method, cookie, entering.visitor())
    return setting_up.shown_once(fresh, entering.enter(answer))


def _page(template: str, form: forms.BaseForm, holder: Holder, **more: object) -> str:
    with request.installation().session(None) as session:
        kinds = credentials.kinds_of(session, holder.id)
    return render_template(
        template, form=form, name=holder.name, kinds=kinds, passkeys=entering.site() is not None, **more
    )
