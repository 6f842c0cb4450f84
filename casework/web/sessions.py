"""The browser's session: a row in the database behind an opaque cookie, as Flask and Flask-Login see it."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin

from casework.core import browser_sessions, session_rows
from casework.core.browser_sessions import Browser, Holder, State
from casework.core.installation import Installation
from casework.web import log
from casework.web.assets import ROOT

PLAIN, HOST = "session", "__Host-session"


class DbSession(dict[str, Any], SessionMixin):
    """What is kept for a browser: tokens and where to go on, never anything of a case."""

    def __init__(self, browser: Browser | None = None, cookie: str | None = None, *, broken: bool = False) -> None:
        super().__init__({} if browser is None else browser.data)
        self.stored, self.cookie, self.broken = browser, None if browser is None else cookie, broken
        self.fresh = False
        self.ended = False
        self._before = dict(self)

    @property
    def state(self) -> State:
        """Whether somebody is signed in here, and whether the screen is locked."""
        return "nameless" if self.stored is None else self.stored.state

    @property
    def holder(self) -> Holder | None:
        """The account the session belongs to, also when it is locked or ended."""
        return None if self.stored is None else self.stored.holder

    @property
    def pending(self) -> Holder | None:
        """Whose session it will be once the second factor is proven; nobody is signed in yet."""
        return None if self.stored is None else self.stored.pending

    @property
    def proven(self) -> bool:
        """Whether its holder has just proven who they are."""
        return self.stored is not None and self.stored.fresh

    @property
    def changed(self) -> bool:
        """Whether there is something to store."""
        return dict(self) != self._before

    def renew(self, cookie: str) -> None:
        """Go on under a new cookie: after sign-in and unlocking."""
        self.cookie, self.fresh = cookie, True

    def leave(self) -> None:
        """Take the cookie from the browser: after signing out."""
        self.clear()
        self.ended = True


class DbSessions(SessionInterface):
    """Reads the session before the request and stores it after, each in a short transaction of its own."""

    def __init__(self, installation: Installation, *, plain: bool) -> None:
        self.installation, self.name, self.secure = installation, PLAIN if plain else HOST, not plain

    def open_session(self, app: Flask, request: Request) -> DbSession:  # noqa: ARG002 the signature is Flask's
        """The session behind the browser's cookie; nameless where there is none."""
        cookie = request.cookies.get(self.name)
        if not cookie or request.path.startswith(ROOT):
            return DbSession()
        try:
            with self.installation.session(None) as session:
                return DbSession(browser_sessions.found(session, cookie), cookie)
        except Exception as error:  # noqa: BLE001 whatever the database fails with: the guard answers 503
            log.event("session_unreadable", error=type(error))
            return DbSession(broken=True)

    def save_session(self, app: Flask, session: SessionMixin | None, response: Response) -> None:  # noqa: ARG002
        """Store what changed and give the browser its cookie."""
        if not isinstance(session, DbSession) or session.broken:
            return
        if session.ended:
            response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="Strict")
            return
        if session.changed:
            try:
                self._store(session)
            except Exception as error:  # noqa: BLE001 the answer is made; what is lost is a token, and a form is then held
                log.event("session_unwritten", error=type(error))
                return
        if session.fresh:
            response.set_cookie(
                self.name, cast(str, session.cookie), path="/", secure=self.secure, httponly=True, samesite="Strict"
            )

    def _store(self, session: DbSession) -> None:
        with self.installation.session(None) as one:
            if session.cookie is None:
                session.renew(session_rows.begin(one, dict(session)))
            else:
                browser_sessions.keep(one, session.cookie, dict(session))


class SignedIn(UserMixin):
    """Whoever is signed in, for Flask-Login."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        self.id = holder.id


def watch(app: Flask) -> None:
    """Let Flask-Login know who is signed in from our row, and from nothing else."""
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.request_loader
    def load(_request: Request) -> SignedIn | None:
        from flask import session  # noqa: PLC0415 the proxy is of use inside a request only

        browser = cast(DbSession, session)
        holder = browser.holder
        return SignedIn(holder) if holder is not None and browser.state == "open" else None
