"""Confirming who one is before what must not be done in somebody else's name: nothing typed is lost on the way."""

from __future__ import annotations

from flask import redirect
from flask import request as http
from werkzeug.exceptions import HTTPException

from casework.web import guard, holding, request
from casework.web.headers import SAFE_METHODS

CONFIRM = "/bekrafta"


class ConfirmFirst(HTTPException):
    """Sends the person to confirm who they are."""

    code = 303

    def __init__(self) -> None:
        super().__init__(response=redirect(CONFIRM, 303))


def require() -> None:
    """Go on if the person has proven who they are in the last five minutes.

    Otherwise what was typed is kept, and they come back to it when they have confirmed who they are. To be called at
    the top of a view, before anything is done: whatever the request had begun is undone.
    """
    browser = request.browser()
    if browser.proven:
        return
    request.abandon()  # no second session while one is open
    if http.method in SAFE_METHODS:
        browser[guard.NEXT] = (http.full_path if http.query_string else http.path)[: guard.LONGEST_NEXT]
    else:
        kept = holding.hold(request.installation(), request.holder().id)
        browser[guard.NEXT] = kept or holding.page_of_form() or "/"
    raise ConfirmFirst


def require_to_send(looking: str = "") -> None:
    """Let everybody see the page, and whoever has proven who they are send its form; else as ``require``.

    ``looking`` is the button that only shows what would be sent: it asks for nothing.
    """
    if http.method not in SAFE_METHODS and not (looking and looking in http.form):
        require()
