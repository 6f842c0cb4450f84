"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from casework.contract import gettext as _
from casework.core import browser_sessions, held_forms
from casework.core.browser_sessions import Holder
from casework.web import forms, guard, request
from casework.web.access import public
from casework.web.headers import CLEAR
from casework.web.holding import KEPT_AS

pages = Blueprint("login", __name__)
LEFT = "utloggad"
"""In the address of the sign-in: somebody has just logged out, and is told."""
WRONG = _("Användarnamnet eller lösenordet stämmer inte. Försök igen.")
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
    """Sign somebody in; unknown and wrong look alike."""
    form = forms.bind(SignInForm)
    if not form.validate():
        return _page(form), 422
    browser = request.browser()
    with request.installation().session(None) as session:
        answer = browser_sessions.sign_in(
            session, browser.cookie, form.username.data or "", form.password.data or "", http.remote_addr or ""
        )
    if answer.cookie is None or answer.holder is None:
        form.general.append(WAIT if answer.wait_until else WRONG)
        return _page(form), 429 if answer.wait_until else 422
    return redirect(_onward(answer.cookie, answer.holder), 303)


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


def _onward(cookie: str, holder: Holder) -> str:
    """Go on under the new cookie: where the same person was going, else to what they typed last, else to the start."""
    browser = request.browser()
    same = browser.holder is not None and browser.holder.id == holder.id
    going = guard.onward()
    browser.clear()
    browser.renew(cookie)
    if same and going != "/":
        return going
    with request.installation().session(None) as session:
        kept = held_forms.latest(session, holder.id)
    return "/" if kept is None else f"{kept[0]}?{KEPT_AS}={kept[1]}"


def _page(form: SignInForm) -> str:
    ended = request.browser().state == "ended"
    left = LEFT in http.args and not ended
    return render_template("login.html", form=form, kept=ended and guard.is_kept(), ended=ended, left=left)
