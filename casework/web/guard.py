"""What stands before every page: where the request comes from, who sends it, whether they may."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Flask, Response, current_app, redirect
from flask import request as http
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, NotFound, SecurityError, TooManyRequests, Unauthorized
from werkzeug.wrappers import Response as Answer

from casework.core.errors import Locked
from casework.web import access, holding, log, request
from casework.web.access import PUBLIC
from casework.web.headers import REPORTS, SAFE_METHODS, from_our_pages

NEXT = "next"
"""Where to go on after unlocking or signing in, kept in the session's row."""
PING = "/session/kvar"
LOCKED, SIGN_IN = "/last", "/logga-in"
LONGEST_NEXT = 500
ANYWHERE = frozenset({"start.municipality", "login.sign_out"})
"""Where it does not matter which municipality a form was drawn for: it says itself where to go, or ends it all."""
SCRIPT = "fetch"
"""What our script says it is, in ``X-Requested-With``: it is told where it stands instead of being sent on."""


class Unavailable(Exception):
    """The database does not answer."""


class Foreign(BadRequest):
    """A form that was not sent from a page of ours."""


class TooFast(TooManyRequests):
    """More in a short time than anybody reads or writes."""


def stand(app: Flask) -> None:
    """Put the guard before every page, and the commit before every answer."""
    csrf = CSRFProtect(app)

    @app.before_request
    def guard() -> Answer | None:
        if isinstance(http.routing_exception, SecurityError):
            raise http.routing_exception  # asked for under a name that is not ours
        need = access.need_of(current_app, http.endpoint)
        if http.path.startswith("/static/") or http.path in {"/healthz", REPORTS}:
            return None
        _require_running()
        if not from_our_pages(http) or _holds_nul(http.form.values()):
            raise Foreign
        if need != PUBLIC and not current_user.is_authenticated:
            return _turned_away()
        _require_pace()
        if need is None or _holds_nul([http.path, *http.args.values()]):
            raise NotFound
        try:
            csrf.protect()
        except CSRFError:
            return _too_old(public=need == PUBLIC)
        if elsewhere := _drawn_elsewhere():
            return _too_old(public=False, place=elsewhere)
        if need.permission is not None:
            request.require(need.permission, str(http.endpoint), anywhere=need.anywhere)
        return None


def _require_running() -> None:
    """Raise Locked while the root of the keys cannot be used, and Unavailable while the database does not answer."""
    try:
        request.installation().require_keys()
    except Locked:
        raise
    except Exception as error:
        raise Unavailable from error
    if request.browser().broken:
        raise Unavailable


def _require_pace() -> None:
    """Raise TooFast for whoever is signed in and asks for more than a person does."""
    holder, pace = request.browser().holder, request.pace()
    if holder is not None and pace is not None and not pace.take(holder.id, str(http.endpoint)):
        raise TooFast


def _holds_nul(texts: Iterable[str]) -> bool:
    """Whether something holds a NUL, which nobody types and PostgreSQL takes in no text."""
    return any("\0" in text for text in texts)


def onward() -> str:
    """Where the person was going when they were stopped, once."""
    return str(request.browser().pop(NEXT, "/"))


def is_kept() -> bool:
    """Whether something typed waits for the person to come back."""
    return f"?{holding.KEPT_AS}=" in str(request.browser().get(NEXT, ""))


def _turned_away() -> Answer:
    """Keep what was typed, remember where it was going, and show the lock page or the sign-in."""
    browser = request.browser()
    if browser.holder is not None:
        if http.method not in SAFE_METHODS:
            kept = holding.hold(request.installation(), browser.holder.id)
            browser[NEXT] = kept or holding.page_of_form() or "/"
        elif (
            http.headers.get("Sec-Fetch-Dest", "document") == "document"
            and not is_kept()
            and holding.can_be_read(http.path)
        ):
            browser[NEXT] = (http.full_path if http.query_string else http.path)[:LONGEST_NEXT]
    if http.headers.get("X-Requested-With") == SCRIPT:
        raise Unauthorized
    return redirect(LOCKED if browser.state == "locked" else SIGN_IN, 303)


def _drawn_elsewhere() -> str:
    """The municipality that a sent form was drawn for, where another tab has chosen another one since; else nothing.

    What was meant for the one is never done in the other, where the same button would do it to somebody else.
    """
    drawn = http.form.get(request.DRAWN_FOR, "")
    is_sent = http.method not in SAFE_METHODS and http.endpoint not in ANYWHERE
    return drawn if is_sent and drawn != request.browser().get(request.CHOSEN, drawn) else ""


def _too_old(*, public: bool, place: str = "") -> Answer:
    """The page was too old to be taken in: show it again with what was typed, in the municipality it was drawn for."""
    log.refusal(CSRFError, str(http.endpoint))
    if http.headers.get("X-Requested-With") == SCRIPT:
        raise Foreign  # the text is still on the page, and is kept when the person sends it
    holder = request.browser().holder
    if place:
        request.choose(place)
    kept = None if public or holder is None else holding.hold(request.installation(), holder.id)
    return redirect(kept or (http.path if public else holding.page_of_form()) or "/", 303)


def _nowhere(response: Response, account_id: str, *, shown: bool) -> Response:
    """What was typed waits on a page one may no longer reach, or that is not there: forget it, and begin anew."""
    holding.release(request.installation(), account_id)
    return response if shown else current_app.make_response(redirect("/", 303))


def close(app: Flask) -> None:
    """Commit before the answer leaves; what was sent whole is held no more, the rest is answered elsewhere."""

    @app.after_request
    def release(response: Response) -> Response:
        browser = request.browser()
        holder = browser.holder
        if holder is None or browser.state != "open" or browser.broken:
            return response
        if http.method == "POST" and response.status_code == HTTPStatus.SEE_OTHER:
            holding.release(request.installation(), holder.id)
        holding.answer_elsewhere(response, request.installation(), holder.id)
        shown = holding.show_answer(response, request.installation(), holder.id)
        if http.method == "GET" and holding.KEPT_AS in http.args and response.status_code == HTTPStatus.NOT_FOUND:
            return _nowhere(response, holder.id, shown=shown)
        return response

    @app.after_request
    def commit(response: Response) -> Response:
        from casework.web import errors  # noqa: PLC0415 errors show pages, which stand behind the guard

        try:
            request.finish()
        except Exception as error:  # noqa: BLE001 a failing audit or database: nothing was written, so nothing is shown
            failed = errors.answer(error)
            request.abandon()
            return failed
        return response

    @app.teardown_request
    def tidy(_error: BaseException | None) -> None:
        request.abandon()
