"""What a browser is asked about passkeys, for the script of the page: by whoever the session says is there."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from casework.core import credentials, passkeys
from casework.core.browser_sessions import Holder
from casework.web import entering, request
from casework.web.access import public

pages = Blueprint("passkeys", __name__)


@pages.post("/passkey/fraga")
@public
def prove() -> Response:
    """Ask for a passkey: any one of a stranger's, or one of whoever the session belongs to."""
    site, browser = entering.site(), request.browser()
    if site is None:
        raise NotFound
    holder = browser.pending or (browser.holder if browser.state in {"open", "locked"} else None)
    options, challenge = passkeys.question(site, _handles(holder))
    entering.ask("prove", challenge)
    return Response(options, mimetype="application/json")


@pages.post("/passkey/ny")
@public
def make() -> Response:
    """Ask for a new passkey of whoever is setting one up; nobody else is asked."""
    site, browser = entering.site(), request.browser()
    holder = browser.pending if browser.state == "setup" else browser.holder
    confirmed = browser.state == "setup" or (browser.state == "open" and browser.proven)
    if site is None or holder is None or not confirmed:
        raise NotFound
    options, challenge = passkeys.creation(site, holder.id, holder.username, holder.name, _handles(holder))
    entering.ask("make", challenge)
    return Response(options, mimetype="application/json")


def _handles(holder: Holder | None) -> list[str]:
    if holder is None:
        return []
    with request.installation().session(None) as session:
        return [row.handle for row in credentials.of(session, holder.id, credentials.PASSKEY)]
