"""What every page shows around its content: the menu by permission, who is signed in, and when the screen locks."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from casework.contract import gettext as _
from casework.core import (
    awaiting,
    browser_sessions,
    disclosure_decisions,
    handovers,
    log_questions,
    notices,
    organisations,
)
from casework.core.permissions import Permission
from casework.web import language, request

PRODUCT = "Hållpunkt"
WARNING = 120
"""Seconds before the lock in which the page asks whether anybody is there."""
DAY = "/min-dag"
OUTSIDE = "/start"
FIRST = frozenset({DAY, OUTSIDE})
"""The first pages that show what there is to read."""
MENU: tuple[tuple[str, str, Permission], ...] = (
    (DAY, _("Min dag"), Permission.DAY_READ),
    ("/arenden", _("Ärenden"), Permission.CASE_LIST),
    (OUTSIDE, _("Start"), Permission.RECEIVED_READ),
    ("/inkorg", _("Inkorg"), Permission.HANDOVER_READ),
    ("/delat", _("Delat med mig"), Permission.SHARED_READ),
    ("/skickat", _("Lämna över"), Permission.HANDOVER_SEND),
    ("/nodatkomst", _("Nödåtkomst"), Permission.EMERGENCY_OPEN),
    ("/nodatkomst/granska", _("Granska nödåtkomst"), Permission.EMERGENCY_REVIEW),
    ("/granska-loggen", _("Granska loggen"), Permission.LOG_REVIEW),
    ("/moduler", _("Moduler"), Permission.AREA_ENABLE),
    ("/grunder", _("Grunder"), Permission.GROUND_TIGHTEN),
    ("/anvandare", _("Användare"), Permission.ACCOUNT_ADMINISTER),
    ("/nycklar", _("Nycklar"), Permission.KEYS_ORDER),
)
"""Path, label and what it takes; a path that no page answers is left out."""
SHARED: tuple[tuple[str, str, str], ...] = (
    ("/delat", _("Skede i ärenden"), _("Hur långt ett ärende har kommit, om det är delat med dig.")),
    ("/mottaget", _("Mottagna uppgifter"), _("Det socialtjänsten har lämnat till dig, så länge det får läsas.")),
    ("/deltar", _("Ärenden jag deltar i"), _("Ärenden som du deltar i med samtycke.")),
)
"""The pages of what is shared with somebody: path, label and what is there. They are the same for all who have them."""
SEARCH = "/sok"
RECEIVING = Permission.HANDOVER_READ
DECIDING = Permission.DISCLOSURE_DECIDE
APPROVING = frozenset({Permission.APPROVAL_ADMINISTER, Permission.APPROVAL_CASE})


def surround(app: Flask, *, demo: bool) -> None:
    """Give every template what base.html needs."""
    app.jinja_env.globals["drawn_for"] = request.drawn_for

    @app.context_processor
    def context() -> dict[str, Any]:
        return {"demo": demo, "product": PRODUCT, "locale": language.current_locale()} | _person()


def menu() -> list[tuple[str, str]]:
    """The pages the person may open, in the order of the menu."""
    may = _may()
    return [(path, label) for path, label, permission in MENU if permission in may and _answers(path)]


def start() -> str:
    """The first page of the person's role."""
    return next((path for path, _label in menu()), "/hem")


def _person() -> dict[str, Any]:
    browser = request.browser()
    empty: dict[str, Any] = {
        "who": None,
        "menu": [],
        "doors": [],
        "here": "",
        "search_at": "",
        "shortcuts": True,
        "to_answer": 0,
        "to_receive": 0,
        "to_approve": 0,
        "to_decide": 0,
        "to_read": 0,
        "shared_pages": (),
        "since": None,
        "read_at": None,
    }
    if g.get("failed") or browser.broken or browser.state != "open" or browser.holder is None or browser.stored is None:
        return empty
    who, outside = browser.holder, _is_outside()
    doors = [] if outside else request.doors()
    idle = int(browser.get(browser_sessions.IDLE, browser_sessions.DEFAULT_IDLE.total_seconds() // 60)) * 60
    chosen = _chosen()
    return {
        "who": who,
        "menu": menu(),
        "doors": doors,
        "here": _employer(who.id) if outside else dict(doors).get(chosen or "", ""),
        "search_at": SEARCH if Permission.PERSON_SEARCH in _may() and _answers(SEARCH) else "",
        "shortcuts": who.shortcuts,
        "since": browser.stored.since,
        "read_at": request.installation().clock(),
        "to_answer": log_questions.waiting(request.session(), who.id) if Permission.OWN_PAGE in _may() else 0,
        "to_receive": handovers.waiting(request.session(), request.actor()) if RECEIVING in _may() else 0,
        "to_approve": awaiting.count(request.session(), request.actor()) if APPROVING & _may() else 0,
        "to_decide": disclosure_decisions.count(request.session(), request.actor()) if DECIDING in _may() else 0,
        "to_read": 0 if FIRST & {path for path, _label in menu()} else _to_read(who.id),
        "shared_pages": SHARED if outside else (),
        "warn_after": idle - WARNING,
        "lock_after": idle,
        "ends_after": max(0, int((browser.stored.ends - request.installation().clock()).total_seconds())),
    }


def _may() -> frozenset[Permission]:
    """What the person may do in the chosen municipality; nothing without a post."""
    if "may" not in g:
        try:
            actor = request.actor()
            g.may = frozenset(permission for permission in Permission if actor.may(permission))
        except request.NoPost:
            g.may = frozenset()
    return frozenset(g.may)


def _is_outside() -> bool:
    """Whether the person only reads what is shared with them: that is one page for all their municipalities."""
    return Permission.SHARED_READ in _may() and Permission.CASE_LIST not in _may()


def _employer(account_id: str) -> str:
    with request.borrowed() as session:
        return organisations.employer(session, account_id)


def _to_read(account_id: str) -> int:
    """How much waits to be read; who has a first page that shows it sees it there."""
    with request.borrowed() as session:
        return notices.count(session, account_id)


def _chosen() -> str | None:
    try:
        return request.actor().municipality
    except request.NoPost:
        return None


def _answers(path: str) -> bool:
    """Whether a page answers at the path."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException as error:
        return error.code == 405  # noqa: PLR2004 it answers, but to another method
    return True
