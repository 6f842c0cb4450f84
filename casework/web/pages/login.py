"""Signing in and out: by password and a second step, by a passkey alone, or by one's organisation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from casework.contract import gettext as _
from casework.core import browser_sessions, signing_in
from casework.web import departing, entering, forms, guard, request
from casework.web.access import public
from casework.web.headers import CLEAR

pages = Blueprint("login", __name__)
LEFT = "utloggad"
"""In the address of the sign-in: somebody has just logged out, and is told."""
WRONG = _("Användarnamnet eller lösenordet stämmer inte. Försök igen.")
WRONG_PASSKEY = _("Det gick inte att logga in med inloggningsnyckeln. Försök igen eller använd lösenordet.")
WAIT = _("Det blev fel för många gånger. Vänta en stund och försök igen.")


class SignInForm(forms.BaseForm):
    """User name and password."""

    username = StringField(
        _("Användarnamn"),
        [DataRequired(_("Skriv ditt användarnamn.")), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Lösenord"),
        [DataRequired(_("Skriv ditt lösenord.")), Length(max=512)],
        render_kw={"autocomplete": "current-password"},
    )


class PasskeyForm(forms.BaseForm):
    """What a passkey answered; the script of the page puts it in."""

    passkey = HiddenField()


@pages.get("/logga-in")
@public
def show() -> Response | str:
    """The sign-in page; whoever is signed in goes on to work."""
    if request.browser().state == "open":
        return redirect("/", 303)
    return _page(forms.bind(SignInForm))


@pages.post("/logga-in")
@public
def sign_in() -> Response | tuple[str, int]:
    """The first step; unknown, wrong and disabled look alike."""
    form, demanded = forms.bind(SignInForm), request.settings().second_factor_demanded
    if not form.validate():
        return _page(form), 422
    typed, installation = (form.username.data or "", form.password.data or ""), request.installation()
    answer = signing_in.by_password(
        installation, request.browser().cookie, *typed, entering.visitor(), demanded=demanded
    )
    if answer.cookie is None:
        form.general.append(WAIT if answer.wait_until else WRONG)
        return _page(form), 429 if answer.wait_until else 422
    return entering.go_on(answer)


@pages.post("/logga-in/passkey")
@public
def by_passkey() -> Response | tuple[str, int]:
    """Sign in with a passkey alone: the device has seen to it that it is its owner."""
    site, form, cookie = entering.site(), forms.bind(PasskeyForm), request.browser().cookie
    challenge = entering.asked("prove")
    if site is not None and form.validate():
        given = (site, form.passkey.data or "", challenge, entering.visitor())
        with request.installation().session(None) as session:
            answer = signing_in.by_passkey(session, cookie, *given)
        if answer.cookie is not None:
            return entering.go_on(answer)
    again = forms.blank(SignInForm)
    again.general.append(WRONG_PASSKEY)
    return _page(again), 422


@pages.post("/logga-ut")
@public
def sign_out() -> Response:
    """End the session, and let the browser forget everything it kept for us."""
    browser = request.browser()
    if browser.cookie is not None:
        with request.installation().session(None) as session:
            browser_sessions.end(session, browser.cookie)
    browser.leave()
    response = redirect(f"/logga-in?{LEFT}", 303)
    response.headers["Clear-Site-Data"] = CLEAR
    return response


def _page(form: SignInForm) -> str:
    ended = request.browser().state == "ended"
    return render_template(
        "login.html",
        form=form,
        kept=ended and guard.is_kept(),
        ended=ended,
        left=LEFT in http.args and not ended,
        passkeys=entering.site() is not None,
        organisations=departing.offered(),
        second=request.settings().second_factor_demanded,
    )
