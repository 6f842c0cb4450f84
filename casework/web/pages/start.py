"""The first page by role, the change of municipality, and the small pages that machines ask for."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, make_response, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response

from casework.core import browser_sessions
from casework.core.errors import Locked
from casework.web import navigation, request
from casework.web.access import personal, public
from casework.web.request import NoPost

pages = Blueprint("start", __name__)
KNOWN_FOR = timedelta(days=180)
"""How long security.txt says that it holds: less than the year that it may."""


@pages.get("/")
@personal
def start() -> Response:
    """Send everybody to the first page of their role."""
    return redirect(navigation.start(), 303)


@pages.get("/hem")
@personal
def home() -> str:
    """A quiet page for who has nothing to do here."""
    try:
        posted = bool(request.actor().posts)
    except NoPost:
        posted = False
    return render_template("quiet/home.html", posted=posted)


@pages.post("/kommun")
@personal
def municipality() -> Response:
    """Work in another municipality from now on; one without a post changes nothing."""
    request.choose(http.form.get("kommun", ""))
    return redirect("/", 303)


@pages.post("/session/kvar")
@personal
def stay() -> tuple[str, int]:
    """Somebody is still there; the guard has noted it."""
    return "", 204


@pages.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116); missing where nobody was named."""
    settings, now = request.settings(), request.installation().clock()
    if not settings.security_contact:
        abort(404)
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {now + KNOWN_FOR:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: sv, en",
    ]
    return make_response("\n".join([*lines, ""]), {"Content-Type": "text/plain; charset=utf-8"})


@pages.get("/healthz")
@public
def health() -> tuple[str, int, dict[str, str]]:
    """Whether the program, its database and its root key answer."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        with request.installation().session(None) as session:
            browser_sessions.is_there(session)
        request.installation().require_keys()
    except Locked:
        return "locked", 503, plain
    except Exception:  # noqa: BLE001 whatever the database fails with
        return "database", 503, plain
    return "ok", 200, plain
