"""On the way in: where a visitor comes from, whom passkeys are made for, and where to go after each step."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect
from flask import request as http
from werkzeug.wrappers import Response as Answer

from casework.core import held_forms, known_devices, signing_in
from casework.core.passkeys import Site
from casework.core.proving import Visitor
from casework.web import browsers, guard, request
from casework.web.holding import KEPT_AS
from casework.web.navigation import PRODUCT

PLAIN, HOST = "device", "__Host-device"
SECOND_STEP, SET_UP = "/logga-in/andra-steget", "/logga-in/satt-upp"
CHALLENGE, ASKED_AT = "challenge", "asked_at"
CHALLENGE_SECONDS = 300
LOOPBACK = "localhost"
"""The one name for which browsers make passkeys without TLS."""


def know(app: Flask) -> None:
    """Give a browser in which somebody has just signed in whole a cookie that it is known by."""

    @app.after_request
    def keep(response: Response) -> Response:
        cookie = g.get("known_as")
        if cookie:
            response.set_cookie(
                _cookie_name(),
                cookie,
                max_age=known_devices.KEPT,
                path="/",
                secure=not request.settings().demo,
                httponly=True,
                samesite="Strict",
            )
        return response


def visitor() -> Visitor:
    """Where the request comes from. A browser that is not known gets its cookie once somebody has signed in."""
    if "device" not in g:
        g.device = http.cookies.get(_cookie_name()) or known_devices.new_cookie()
    return Visitor(http.remote_addr or "", browsers.code(http.user_agent.string), cast(str, g.device))


def site() -> Site | None:
    """Whom passkeys are made for; None where the installation has no address of its own to bind them to."""
    origin, here = request.settings().origin, urlsplit(f"//{http.host}")
    if not origin and request.settings().demo and here.hostname == LOOPBACK:
        origin = f"http://{http.host}"
    host = urlsplit(origin).hostname
    return Site(host, origin, PRODUCT) if host else None


def ask(purpose: str, challenge: str) -> None:
    """Remember what a passkey is asked, for this browser and this purpose."""
    browser = request.browser()
    browser[CHALLENGE], browser[ASKED_AT] = f"{purpose}.{challenge}", _clock()


def asked(purpose: str) -> str:
    """What was asked for this purpose, once and while it is fresh; else nothing, which no answer fits."""
    browser = request.browser()
    kept, at = str(browser.pop(CHALLENGE, "")), int(browser.pop(ASKED_AT, 0))
    named, _dot, challenge = kept.partition(".")
    return challenge if named == purpose and 0 <= _clock() - at <= CHALLENGE_SECONDS else ""


def go_on(answer: signing_in.Answer) -> Answer:
    """Go on under the new cookie: to the next step, where the person was going, what they typed last, or the start."""
    going = enter(answer)
    if answer.stage != "full":
        return redirect(SECOND_STEP if answer.stage == "half" else SET_UP, 303)
    return redirect(going, 303)


def enter(answer: signing_in.Answer) -> str:
    """Take the new cookie into use; where to go on once signed in whole."""
    browser, holder = request.browser(), answer.holder
    if answer.cookie is None or holder is None:
        raise ValueError("nobody has proven anything")
    before = browser.holder or browser.pending
    going = guard.onward() if before is not None and before.id == holder.id else "/"
    browser.clear()
    browser.renew(answer.cookie)
    if answer.stage != "full":
        browser[guard.NEXT] = going
        return going
    g.known_as = visitor().cookie
    if going != "/":
        return going
    with request.installation().session(None) as session:
        kept = held_forms.latest(session, holder.id)
    return "/" if kept is None else f"{kept[0]}?{KEPT_AS}={kept[1]}"


def _cookie_name() -> str:
    return PLAIN if request.settings().demo else HOST


def _clock() -> int:
    return int(request.installation().clock().timestamp())
