"""Which words an error gets. One table; what is missing and what is forbidden get the very same page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, make_response, render_template
from flask import request as http
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError, Unauthorized

from casework.contract import gettext as _
from casework.core.errors import AuditMissing, Broken, Busy, Conflict, Locked, NotFound, Refused
from casework.core.turns import RETRY_AFTER
from casework.web import holding, log, request
from casework.web.guard import Foreign, TooFast, Unavailable
from casework.web.headers import SAFE_METHODS
from casework.web.request import NoPost


@dataclass(frozen=True, slots=True)
class Words:
    """How an error answers: its status, and a heading and a sentence for the page. ``ours`` gets an incident code."""

    status: int
    title: str
    text: str
    ours: bool = False


WAIT = _("Vänta en minut och försök igen.")
OURS = Words(500, _("Något gick fel hos oss"), _("Inget har ändrats och inget har lämnats över."), ours=True)
CLOSED = Words(503, _("Systemet svarar inte just nu"), WAIT, ours=True)
ELSEWHERE = Words(400, _("Det finns ingen sida här"), _("Kontrollera adressen och försök igen."))
TABLE: dict[type[BaseException], Words] = {
    AuditMissing: Words(
        503, _("Det går inte att fortsätta just nu"), _("Loggen kan inte skrivas, och då visas ingenting."), ours=True
    ),
    Broken: Words(
        500, _("Uppgiften går inte att läsa"), _("Något stämmer inte med det som är sparat. Ring supporten."), ours=True
    ),
    Busy: Words(503, _("Många loggar in just nu"), _("Vänta några sekunder och försök igen.")),
    Conflict: Words(
        409, _("Någon annan ändrade det här medan du skrev"), _("Din ändring är inte sparad. Läs den andra först.")
    ),
    Locked: Words(
        503,
        _("Systemet är låst"),
        _("Nycklarna går inte att nå, och då visas ingenting. Ring den som ansvarar för driften."),
        ours=True,
    ),
    Foreign: Words(400, _("Formuläret kom inte från den här sidan"), _("Öppna sidan på nytt och försök igen.")),
    Refused: Words(422, _("Det går inte att göra just nu"), _("Inget har ändrats.")),
    RequestEntityTooLarge: Words(413, _("Det är för mycket på en gång"), _("Korta texten eller välj en mindre fil.")),
    TooFast: Words(429, _("Det gick för fort"), _("Vänta en halv minut och försök igen.")),
    Unauthorized: Words(401, _("Logga in igen"), _("Din inloggning gäller inte längre.")),
    Unavailable: CLOSED,
}
MISSING = frozenset({403, 404, 405})
ATTEMPTS: dict[type[BaseException], str] = {Foreign: "foreign", RequestEntityTooLarge: "size", TooFast: "pace"}
"""What no page of ours sends: the rule that the record says turned it away."""
SOON = 30
"""Seconds until whoever asked too fast may go on for a while."""


def handle(app: Flask) -> None:
    """Answer every error from the table."""
    app.register_error_handler(Exception, answer)


def answer(error: BaseException) -> Response:
    """The page of an error, after everything the request did was rolled back."""
    g.failed = True
    try:
        return _answer(getattr(error, "original_exception", None) or error)
    except Exception as worse:  # noqa: BLE001 the page itself failed, or the denial cannot be written: say it plainly
        return _plain(worse)


def _answer(error: BaseException) -> Response:
    if isinstance(error, SecurityError):
        return _bare(ELSEWHERE)  # no page can be made for a name that is not ours
    if isinstance(error, NotFound):
        request.remember(error.denial)
    request.abandon()
    _note_attempt(error)
    if isinstance(error, NotFound) or (isinstance(error, HTTPException) and error.code in MISSING):
        return _surrounded("quiet/not_found.html", 404)
    if isinstance(error, NoPost):
        return _surrounded("quiet/home.html", 200, posted=False)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:  # noqa: PLR2004 no error at all
        return current_app.make_response(error.get_response())
    return _page(error, _words(error))


def _words(error: BaseException) -> Words:
    for kind, words in TABLE.items():
        if isinstance(error, kind):
            return words
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:  # noqa: PLR2004 HTTP's own border
        return Words(error.code, _("Webbläsarens fråga gick inte att förstå"), _("Gå tillbaka och försök igen."))
    return OURS


def _surrounded(template: str, status: int, **given: object) -> Response:
    """A page with the menu around it: nothing is broken."""
    g.failed = False
    return make_response(render_template(template, **given), status)


def _page(error: BaseException, words: Words) -> Response:
    incident = _incident(error) if words.ours else ""
    typed = http.method not in SAFE_METHODS and not isinstance(error, Foreign | RequestEntityTooLarge)
    page = render_template(
        "quiet/error.html",
        title=words.title,
        text=words.text,
        again=_kept() if typed else "",
        typed=typed and bool(http.form),
        reasons=[refusal.reason for refusal in error.refusals] if isinstance(error, Refused) else [],
        incident=incident,
    )
    made = make_response(page, words.status)
    if isinstance(error, Busy | TooFast):
        made.headers["Retry-After"] = str(RETRY_AFTER if isinstance(error, Busy) else SOON)
    return made


def _note_attempt(error: BaseException) -> None:
    """Leave a trace of what no page of ours sends: a line in the program's log, and in the record where we know who."""
    rule = ATTEMPTS.get(type(error))
    if rule is None:
        return
    holder, pace = request.browser().holder, request.pace()
    if rule == "pace" and holder is not None and pace is not None and not pace.is_first(holder.id):
        return  # one for each time that somebody goes too fast, or whoever does would fill the record
    log.refusal(type(error), str(http.endpoint))
    request.remember_refusal(str(http.endpoint), rule)


def _kept() -> str:
    """The address that shows what was typed, or nothing where it cannot be kept."""
    try:
        browser = request.browser()
        if browser.holder is None or browser.state != "open" or browser.broken:
            return ""
        return holding.hold(request.installation(), browser.holder.id) or ""
    except Exception as error:  # noqa: BLE001 the database may be what failed; the page says that nothing was kept
        log.event("not_held", error=type(error))
        return ""


def _incident(error: BaseException) -> str:
    code = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    log.incident(code, type(error), str(http.endpoint))
    return code


def _plain(error: BaseException) -> Response:
    return _bare(CLOSED, _incident(error))


def _bare(words: Words, code: str = "") -> Response:
    """A page without menu, style or address."""
    head = f'<!DOCTYPE html><html lang="sv"><meta charset="utf-8"><title>{words.title}</title>'
    body = f"{head}<h1>{words.title}</h1><p>{words.text}</p>{f'<p>{code}</p>' if code else ''}</html>"
    return make_response(body, words.status)
