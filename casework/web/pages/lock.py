"""The lock: the session rests, and opens again with its own person's password or passkey."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from casework.contract import gettext as _
from casework.core import browser_sessions, credentials, signing_in
from casework.web import departing, entering, forms, guard, holding, request
from casework.web.access import public

pages = Blueprint("lock", __name__)
WRONG = _("Lösenordet stämmer inte. Försök igen.")
WRONG_PASSKEY = _("Det gick inte att låsa upp med inloggningsnyckeln. Försök igen.")
MISSING = _("Skriv ditt lösenord.")
WAIT = _("Det blev fel för många gånger. Vänta en stund och försök igen.")


class UnlockForm(forms.BaseForm):
    """The password of whoever locked, or what their passkey answered."""

    password = PasswordField(_("Lösenord"), [Length(max=512)], render_kw={"autocomplete": "current-password"})
    passkey = HiddenField()


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
    answer = _unlock(browser.cookie, form) if form.validate() else signing_in.NO
    if answer.cookie is None:
        wrong = WRONG_PASSKEY if form.passkey.data else WRONG if form.password.data else MISSING
        form.password.errors = form.password.errors or [WAIT if answer.wait_until else wrong]
        return _page(form), 429 if answer.wait_until else 422
    browser.renew(answer.cookie)
    return redirect(guard.onward(), 303)


def _unlock(cookie: str, form: UnlockForm) -> signing_in.Answer:
    site, challenge = entering.site(), entering.asked("prove")
    if form.passkey.data and site is not None:
        with request.installation().session(None) as session:
            return signing_in.unlock_by_passkey(session, cookie, site, form.passkey.data, challenge)
    if not form.password.data:
        return signing_in.NO
    return signing_in.unlock_by_password(request.installation(), cookie, form.password.data, entering.visitor())


def _page(form: UnlockForm) -> str:
    holder = request.holder()
    form.password.label.text = _("Lösenord för {name}").format(name=holder.name)
    with request.installation().session(None) as session:
        kinds = credentials.kinds_of(session, holder.id)
    return render_template(
        "quiet/locked.html",
        form=form,
        username=holder.username,
        kept=guard.is_kept(),
        kinds=kinds,
        passkeys=entering.site() is not None,
        organisation=departing.name_of_own(holder.id),
    )
