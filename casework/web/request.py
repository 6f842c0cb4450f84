"""What one request works with: the installation, one session in one municipality, and who is acting there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from flask import current_app, g
from flask import session as cookie

from casework.core import browser_sessions, clock, organisations
from casework.core.actions import Action
from casework.core.browser_sessions import Holder
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import CaseworkError, NotFound
from casework.core.installation import Installation
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.settings import Settings

if TYPE_CHECKING:
    from casework.web.pace import Pace
    from casework.web.sessions import DbSession

CHOSEN = "municipality"
DRAWN_FOR = "drawn_for"
"""The name of the input in which every form says which municipality it was drawn for."""


class NoPost(CaseworkError):
    """The person is signed in but holds no post in any municipality at this moment."""


@dataclass(slots=True)
class Work:
    """The open session of the request, who is acting in it, and the municipality a denial belongs to."""

    session: TenantSession | None = None
    actor: Actor | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One municipality of somebody with posts in several, with its own session and actor."""

    code: str
    name: str
    session: TenantSession
    actor: Actor


def installation() -> Installation:
    """The running installation."""
    return cast(Installation, current_app.extensions["casework"])


def settings() -> Settings:
    """What the surroundings decided when the program started."""
    return cast(Settings, current_app.extensions["casework_settings"])


def registry() -> Registry:
    """The plugins of the installation."""
    return installation().registry


def pace() -> Pace | None:
    """How fast each account may ask; None in the demonstration, where nobody is kept from trying things out."""
    return cast("Pace | None", current_app.extensions["casework_pace"])


def browser() -> DbSession:
    """The browser's session in the database."""
    return cast("DbSession", cookie._get_current_object())  # type: ignore[attr-defined]


def holder() -> Holder:
    """Whoever is signed in; raises NoPost where nobody is, which the guard has seen to."""
    found = browser().holder
    if found is None:
        raise NoPost
    return found


def session() -> TenantSession:
    """The one session of the request, opened when it is first asked for, in the chosen municipality."""
    work = _work()
    if work.session is None:
        _open(work)
    return cast(TenantSession, work.session)


def actor() -> Actor:
    """Who the signed-in person is in the request's municipality; raises NoPost where they hold no post anywhere."""
    session()
    return cast(Actor, _work().actor)


def today() -> date:
    """The Swedish calendar day of the request."""
    work = _work()
    return clock.today(installation().clock() if work.session is None else work.session.now)


def require(permission: Permission, page: str, *, anywhere: bool = False) -> None:
    """Let the person through to a page, or raise NotFound with what the audit shall remember."""
    who = Actor(holder().id, holder().name, None, ()) if anywhere else actor()
    if _may_anywhere(permission) if anywhere else who.may(permission):
        return
    raise NotFound(Denial(who.id, who.role, permission, "page", page, "role"))


def sections(permission: Permission) -> Iterator[Section]:
    """The municipalities where the person has the permission, each in a session of its own, one after another."""
    work = _work()
    if work.session is not None:
        raise RuntimeError("a page of sections may not open the request's own session as well")
    for code, name in doors():
        with installation().session(code, holder().id) as one:
            who = browser_sessions.actor(one, holder().id)
            if who.may(permission):
                work.at = code
                yield Section(code, name, one, who)
        work.at = None


def doors() -> list[tuple[str, str]]:
    """The municipalities where the person may hold a post: code and name, by name."""
    with borrowed() as one:
        return [(m.code, m.name) for m in organisations.municipalities(one) if m.code in holder().doors]


@contextmanager
def borrowed() -> Iterator[TenantSession]:
    """A session for what belongs to no municipality: the request's own if it is open, else a short one."""
    work = _work()
    if work.session is not None:
        yield work.session
        return
    with installation().session(None) as one:
        yield one


def finish() -> None:
    """Commit the request's session and close it; raises if the audit cannot be written."""
    work = _work()
    if work.session is not None:
        try:
            work.session.commit()
        finally:
            abandon()


def abandon() -> None:
    """Roll the request's session back and close it."""
    work = _work()
    if work.session is not None:
        opened, work.session, work.actor = work.session, None, None
        opened.rollback()
        opened.close()


def remember(denial: Denial) -> None:
    """Write a denial, in the municipality the request worked in, after everything else was rolled back."""
    at = _work().at
    abandon()
    installation().remember(at, denial.actor_id, denial)


def remember_refusal(page: str, rule: str) -> None:
    """Write that what somebody signed in sent was turned away, in the municipality they worked in last."""
    who, work = browser().holder, _work()
    if who is not None and browser().state == "open":
        work.at = work.at or browser().get(CHOSEN)
        remember(Denial(who.id, "none", Action.REQUEST_REFUSED, "page", page, rule))


def drawn_for() -> str:
    """The municipality that the forms of this answer are drawn for; empty while none is chosen."""
    return str(browser().get(CHOSEN) or "")


def choose(code: str) -> bool:
    """Work in another municipality from now on; False where the person holds no post there."""
    abandon()
    if code not in holder().doors:
        return False
    with installation().session(code, holder().id) as one:
        if not browser_sessions.actor(one, holder().id).posts:
            return False
        browser()[browser_sessions.IDLE] = browser_sessions.idle_minutes(one)
    browser()[CHOSEN] = code
    return True


def _may_anywhere(permission: Permission) -> bool:
    for code in holder().doors:
        with installation().session(code, holder().id) as one:
            if browser_sessions.actor(one, holder().id).may(permission):
                return True
    return False


def _work() -> Work:
    if "work" not in g:
        g.work = Work()
    return cast(Work, g.work)


def _open(work: Work) -> None:
    who, chosen = holder(), browser().get(CHOSEN)
    for code in sorted(who.doors, key=lambda code: code != chosen):
        opened = installation().open(code, who.id)
        acting = browser_sessions.actor(opened, who.id)
        if acting.posts:
            work.session, work.actor, work.at = opened, acting, code
            if code != chosen:
                browser()[CHOSEN], browser()[browser_sessions.IDLE] = code, browser_sessions.idle_minutes(opened)
            return
        opened.close()
    raise NoPost
