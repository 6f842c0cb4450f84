"""The lock: the session rests, and opens again with its own person's password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import DataRequired, Length

from casework.contract import gettext as _
from casework.core import browser_sessions
from casework.web import forms, guard, holding, request
from casework.web.access import public

pages = Blueprint("lock", __name__)
WRONG = _("Lösenordet stämmer inte. Försök igen.")
WAIT = _("Det blev fel för många gånger. Vänta en stund och försök igen.")


class UnlockForm(forms.BaseForm):
    """The password of whoever locked."""

    password = PasswordField(
        _("Lösenord"),
        [DataRequired(_("Skriv ditt lösenord.")), Length(max=512)],
        render_kw={"autocomplete": "current-password"},
    )


@pages.post("/las")
@public
def lock() -> Response:
    """Lock the screen, and remember the page to come back to."""
    browser = request.browser()
    if browser.state == "open" and browser.cookie is not None:
        browser[guard.NEXT] = holding.page_left() or "/"
        with request.installation().session(None) as session:
            browser_sessions.lock(session, browser.cookie)
    return redirect("/last", 303)


@pages.get("/last")
@public
def locked() -> Response | str:
    """The lock page: no case data, and the name of the person only."""
    if request.browser().state != "locked":
        return redirect("/", 303)
    return _page(forms.bind(UnlockForm))


@pages.post("/last")
@public
def unlock() -> Response | tuple[str, int]:
    """Open the lock, and go on where the person was."""
    browser, form = request.browser(), forms.bind(UnlockForm)
    if browser.state != "locked" or browser.cookie is None:
        return redirect("/", 303)
    if not form.validate():
        return _page(form), 422
    with request.installation().session(None) as session:
        answer = browser_sessions.unlock(session, browser.cookie, form.password.data or "", http.remote_addr or "")
    if answer.cookie is None:
        form.password.errors = [WAIT if answer.wait_until else WRONG]
        return _page(form), 429 if answer.wait_until else 422
    browser.renew(answer.cookie)
    return redirect(guard.onward(), 303)


def _page(form: UnlockForm) -> str:
    holder = request.holder()
    form.password.label.text = _("Lösenord för {name}").format(name=holder.name)
    return render_template("quiet/locked.html", form=form, username=holder.username, kept=guard.is_kept())
