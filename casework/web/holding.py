"""Keeping what was typed when it cannot be taken in: the session rests, the page was too old, or we failed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Response, current_app, g
from flask import request as http
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from casework.core import held_forms
from casework.core.held_forms import Fields
from casework.web import access, request

if TYPE_CHECKING:
    from casework.core.installation import Installation
    from casework.web.forms import BaseForm

KEPT_AS = "kvar"
"""The name that a held form's id has in an address and in the form that shows it again."""
PAGE = "X-Page"
"""The header in which a script that saves a draft says which page the form is on."""
NEVER = frozenset({"csrf_token", request.DRAWN_FOR, KEPT_AS})
SECRET = ("password", "losenord", "one_time_code", "passkey")
OUR_ID = re.compile(r"[A-Za-z0-9_-]{22}")
ANSWERS = frozenset({200, 404, 409, 422, 429, 500})
"""The answers to a sent form that are pages for whoever sent it; not those to what no page of ours sends."""
LEFT_OVER = 1
"""Names in a sent form that no field asks for: the pressed button."""


def hold(installation: Installation, account_id: str) -> str | None:
    """Seal what was sent, for its account and page; the address that shows it again, or None for nothing."""
    page, fields = page_of_form(), list(_typed())
    if page is None or not fields:
        return None
    with installation.session(None) as session:
        held = held_forms.hold(session, account_id, page, fields)
    g.held = held
    return f"{page}?{KEPT_AS}={held}"


def release(installation: Installation, account_id: str) -> None:
    """Forget what had been typed on the page, now that it was sent in whole; not what was held by this very answer."""
    if "held" in g:
        return
    with installation.session(None) as session:
        held_forms.release(session, account_id, http.path)


def answer_elsewhere(response: Response, installation: Installation, account_id: str) -> None:
    """Keep the page that answers a sent form, and send the browser on to an address that shows it once.

    A browser keeps a sent form in its session file, on the disk of the desk, unless it was answered by a redirect.
    Only where a person sent it with a browser; what typed nothing or cannot be kept is answered at once.
    """
    sent = http.method == "POST" and http.headers.get("Sec-Fetch-Mode") == "navigate"
    if not sent or response.status_code not in ANSWERS or response.mimetype != "text/html":
        return
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and "held" not in g:
        return  # it was tried and could not be kept
    address = f"{page_of_form()}?{KEPT_AS}={g.held}" if "held" in g else hold(installation, account_id)
    if address is None:
        return
    with installation.session(None) as session:
        answer = held_forms.Answer(response.status_code, response.get_data(as_text=True))
        held_forms.add_answer(session, account_id, g.held, answer)
    response.set_data(b"")
    response.status_code = HTTPStatus.SEE_OTHER
    response.location = address


def show_answer(response: Response, installation: Installation, account_id: str) -> bool:
    """Show the page that answered a sent form instead of the form, where one waits and the page may still be read."""
    held_id = http.args.get(KEPT_AS)
    if http.method != "GET" or held_id is None or response.status_code not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return False
    with installation.session(None) as session:
        answer = held_forms.take_answer(session, account_id, http.path, held_id)
    if answer is not None and response.status_code in {answer.status, HTTPStatus.OK}:
        response.set_data(answer.html)
        response.status_code = answer.status
        return True
    return False


def page_of_form() -> str | None:
    """The page the form is on: the address it was sent to if that can be read, else the page it came from."""
    for path in (http.headers.get(PAGE), http.path, urlsplit(http.referrer or "").path):
        if path and can_be_read(path):
            return path
    return None


def page_left() -> str | None:
    """The page the person was on when they pressed a button of the frame around it."""
    path = urlsplit(http.referrer or "").path
    return path if can_be_read(path) else None


def own_fields(fields: Fields | None, form_class: type[BaseForm]) -> Fields | None:
    """What of the held fields is this form's own; None where they belong to another form on the page."""
    names = {name for name in dir(form_class) if not name.startswith("_")}
    if fields is None:
        return None
    foreign = {name for name, _text in fields} - names
    own = [(name, text) for name, text in fields if name in names]
    return own if own and len(foreign) <= LEFT_OVER else None


def _typed() -> Iterable[tuple[str, str]]:
    for name, text in http.form.items(multi=True):
        if name not in NEVER and not any(word in name.casefold() for word in SECRET):
            yield name, text


def can_be_read(path: str) -> bool:
    """Whether a page of the program with a form of its own answers at the path."""
    adapter = current_app.create_url_adapter(http)
    if adapter is None or not path.startswith("/") or path.startswith("//"):
        return False
    try:
        endpoint, arguments = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    if any(name.endswith("_id") and not OUR_ID.fullmatch(str(value)) for name, value in arguments.items()):
        return False  # somebody typed it, perhaps a name or a number: it is kept nowhere
    need = access.need_of(current_app, endpoint)
    return need is not None and need.signed_in
