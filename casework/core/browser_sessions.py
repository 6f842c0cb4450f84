"""Browsers' sessions: locked when idle, ended after a working day, listed for their holder and ended by them.

An ended row is kept a while, so that what was typed in it finds its account. How a session begins: ``signing_in``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select

from casework.core import accounts, audit, crypto, held_forms, keys, municipality_settings, session_rows
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Account, WebSession
from casework.core.permissions import Actor
from casework.core.session_rows import Data

ABSOLUTE = timedelta(hours=10)
IDLE = "idle_minutes"
DEFAULT_IDLE = timedelta(minutes=municipality_settings.SETTINGS[IDLE].default)
TOUCHED = timedelta(minutes=1)
KEPT = timedelta(hours=24)
NAMELESS_KEPT = timedelta(hours=1)
HALF_KEPT = timedelta(minutes=15)
"""How long somebody has to come from the password to the second factor, and to set one up."""
STEPPED_UP = timedelta(minutes=5)
"""How long it counts that somebody has just proven who they are."""
NAME = 22
State = Literal["nameless", "half", "setup", "open", "locked", "ended"]


@dataclass(frozen=True, slots=True)
class Holder:
    """The account a session belongs to, as far as pages need to know it."""

    id: str
    username: str
    name: str
    title: str
    doors: tuple[str, ...]
    shortcuts: bool


@dataclass(frozen=True, slots=True)
class Browser:
    """A stored session: in which state, whose, since when, until when at most, and the little that is kept in it.

    ``pending`` is whose it will be once the second factor is proven: nobody is signed in there yet. ``fresh`` says
    whether its holder has just proven who they are.
    """

    state: State
    holder: Holder | None
    pending: Holder | None
    data: Data
    since: datetime
    ends: datetime
    fresh: bool


@dataclass(frozen=True, slots=True)
class Own:
    """One of somebody's own sessions, for the list of them; ``name`` tells it from their others."""

    name: str
    browser: str
    since: datetime
    seen: datetime
    locked: bool
    this: bool


def found(session: TenantSession, cookie: str) -> Browser | None:
    """The session behind a cookie, locked or ended here if its time is out; None for an unknown or forged one."""
    row = session_rows.find(session, cookie)
    if row is None:
        return None
    account = None if row.account_id is None else session.get(Account, row.account_id)
    data: Data = json.loads(row.data)
    if row.stage == session_rows.FULL and account is not None:
        _keep_time(session, row, account, data)
    elif _is_over(session, row, account):
        return None
    signed_in = row.stage == session_rows.FULL
    who = None if account is None else holder_of(account)
    fresh = row.proven_at is not None and row.proven_at > session.now - STEPPED_UP
    return Browser(
        _state(row),
        who if signed_in else None,
        None if signed_in else who,
        data,
        row.created_at,
        row.created_at + ABSOLUTE,
        fresh,
    )


def keep(session: TenantSession, cookie: str, data: Data) -> None:
    """Store what a session holds: a token, the chosen municipality, where to go on."""
    row = session_rows.find(session, cookie)
    if row is not None:
        row.data = json.dumps(data)


def lock(session: TenantSession, cookie: str) -> None:
    """Lock an open session: it stays, and opens again with its own account's password."""
    row, account = row_of(session, cookie)
    if row is not None and account is not None and row.locked_at is None and row.ended_at is None:
        _lock(session, row, account)


def end(session: TenantSession, cookie: str) -> None:
    """End a session because its holder signs out."""
    row, account = row_of(session, cookie)
    if row is not None and account is not None and row.ended_at is None:
        _end(session, row, account)


def own(session: TenantSession, account_id: str, cookie: str) -> list[Own]:
    """Somebody's sessions that have not ended, the latest first."""
    this = session_rows.digest(cookie)
    rows = [row for row in session_rows.live(session, account_id) if row.stage == session_rows.FULL]
    return [
        Own(
            row.digest[:NAME],
            row.device,
            row.created_at,
            row.seen_at,
            row.locked_at is not None or row.seen_at <= session.now - DEFAULT_IDLE,
            row.digest == this,
        )
        for row in rows
        if row.created_at > session.now - ABSOLUTE
    ]


def end_own(session: TenantSession, account_id: str, name: str) -> None:
    """End one of somebody's own sessions, by the name it has in their list."""
    account = session.get_one(Account, account_id)
    for row in session_rows.live(session, account_id):
        if row.digest[:NAME] == name:
            _end(session, row, account)


def end_others(session: TenantSession, account_id: str, cookie: str) -> None:
    """End all of somebody's sessions but the one they ask from."""
    account = session.get_one(Account, account_id)
    this = session_rows.digest(cookie)
    for row in session_rows.live(session, account_id):
        if row.digest != this:
            _end(session, row, account)


def actor(session: TenantSession, account_id: str) -> Actor:
    """Who an account is in the session's municipality at this moment."""
    account = session.get(Account, account_id)
    return Actor(account_id, "", session.municipality, ()) if account is None else accounts.actor(session, account)


def idle_minutes(session: TenantSession) -> int:
    """How long a session of the municipality may rest before it locks."""
    return municipality_settings.number(session, IDLE)


def choose_shortcuts(session: TenantSession, account_id: str, *, on: bool) -> None:
    """Remember whether the account wants shortcuts on single keys."""
    account = session.get(Account, account_id)
    if account is not None:
        account.shortcuts = on


def signing_key(session: TenantSession) -> bytes:
    """The key that signs the tokens of forms, the same in every process of the installation."""
    return crypto.mac(keys.of(session).installation(session, "accounts").secret, "form-token/v1")


def is_there(session: TenantSession) -> bool:
    """Whether the database answers."""
    session.execute(select(WebSession.digest).limit(1))
    return True


def _keep_time(session: TenantSession, row: WebSession, account: Account, data: Data) -> None:
    """Lock or end the row when its time is out; note at most once a minute that it was seen."""
    if row.ended_at is not None:
        return
    idle = timedelta(minutes=int(data[IDLE])) if IDLE in data else DEFAULT_IDLE
    if account.disabled_at is not None or row.created_at <= session.now - ABSOLUTE:
        _end(session, row, account)
    elif row.locked_at is None and row.seen_at <= session.now - idle:
        _lock(session, row, account)
    elif row.locked_at is None and row.seen_at <= session.now - TOUCHED:
        row.seen_at = session.now


def _lock(session: TenantSession, row: WebSession, account: Account) -> None:
    row.locked_at = session.now
    audit.record(session, _self(account), Action.SESSION_LOCKED, "account", account.id)


def _end(session: TenantSession, row: WebSession, account: Account) -> None:
    row.ended_at = session.now
    audit.record(session, _self(account), Action.SESSION_ENDED, "account", account.id)


def replace(session: TenantSession, cookie: str | None) -> None:
    """End the session the browser had before, or forget it if nobody had signed in whole."""
    row, account = (None, None) if cookie is None else row_of(session, cookie)
    if row is None:
        return
    if account is None or row.stage != session_rows.FULL:
        session.delete(row)
        session.flush()
    elif row.ended_at is None:
        _end(session, row, account)


def sweep(session: TenantSession) -> None:
    """Forget sessions that nothing can come of any more, and what was typed in them."""
    held_forms.sweep(session)
    session.execute(delete(WebSession).where(WebSession.ended_at <= session.now - KEPT))
    session.execute(
        delete(WebSession).where(
            WebSession.stage != session_rows.FULL, WebSession.created_at <= session.now - NAMELESS_KEPT
        )
    )


def row_of(session: TenantSession, cookie: str) -> tuple[WebSession | None, Account | None]:
    """The genuine row behind a cookie and its account."""
    row = session_rows.find(session, cookie)
    account = None if row is None or row.account_id is None else session.get(Account, row.account_id)
    return row, account


def holder_of(account: Account) -> Holder:
    """An account as pages know it."""
    doors = accounts.open_doors(account)
    return Holder(account.id, account.username, account.name, account.title, doors, account.shortcuts)


def _is_over(session: TenantSession, row: WebSession, account: Account | None) -> bool:
    """Whether a session in which nobody is signed in yet has come to its end."""
    kept = NAMELESS_KEPT if row.account_id is None else HALF_KEPT
    gone = account is not None and account.disabled_at is not None
    return row.ended_at is not None or row.created_at <= session.now - kept or gone


def _state(row: WebSession) -> State:
    if row.stage == "half":
        return "half"
    if row.stage == "setup":
        return "setup"
    if row.account_id is None or row.stage != session_rows.FULL:
        return "nameless"
    if row.ended_at is not None:
        return "ended"
    return "open" if row.locked_at is None else "locked"


def _self(account: Account) -> Actor:
    return Actor(account.id, account.name, None, ())
