"""Setting up a way in: the picture for an authenticator app, a new passkey, and the recovery codes shown once."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import redirect, render_template
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from casework.contract import gettext as _
from casework.core import credentials, one_time_codes, ways_in
from casework.core.db import TenantSession
from casework.web import entering, forms, request
from casework.web.navigation import PRODUCT

PENDING = "pending_app"
"""Where the session keeps, sealed, the secret of an app that has not shown a code yet."""
LETTERS = 4
EDGE = 4
"""Empty squares around the picture, without which telephones do not find it."""


class FactorForm(forms.BaseForm):
    """The first code of an authenticator app, or what the browser made for a passkey."""

    one_time_code = StringField(
        _("Koden som appen visar"),
        [Length(max=20)],
        description=_("Sex siffror."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )
    passkey = HiddenField()


@dataclass(frozen=True, slots=True)
class App:
    """What an authenticator app is given: the secret in groups, and the path and width of the same as a picture."""

    secret: str
    picture: str
    width: int


def app(session: TenantSession, account_id: str, username: str) -> App:
    """What to give an authenticator app; the same as before until it has shown a code."""
    browser = request.browser()
    secret, browser[PENDING] = ways_in.pending_app(session, account_id, browser.get(PENDING))
    code = segno.make(one_time_codes.address(secret, username, PRODUCT), error="m", micro=False)
    rows = list(code.matrix_iter(border=EDGE))
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    groups = [secret[at : at + LETTERS] for at in range(0, len(secret), LETTERS)]
    return App(" ".join(groups), "".join(squares), len(rows))


def add(session: TenantSession, form: FactorForm, account_id: str, but: str | None) -> tuple[list[str], str]:
    """Add what was set up; recovery codes to show once, and by which method. Raises Refused for what does not hold."""
    site, challenge = entering.site(), entering.asked("make")
    if form.passkey.data and site is not None:
        made = ways_in.add_passkey(session, account_id, site, form.passkey.data, challenge, but)
        return made, credentials.PASSKEY
    pending = str(request.browser().get(PENDING, ""))
    fresh = ways_in.add_app(session, account_id, pending, form.one_time_code.data or "", but)
    request.browser().pop(PENDING, None)
    return fresh, credentials.TOTP


def shown_once(codes: list[str], onward: str) -> Response | str:
    """The page with the recovery codes, in this answer only; straight on where there are none to show."""
    if not codes:
        return redirect(onward, 303)
    return render_template("login/recovery_codes.html", codes=codes, onward=onward)
