"""Browsers' sessions: begun, locked when idle, ended after a working day; and the sign-in, unlocking and signing out.

Only the SHA-256 of a cookie is stored. An ended row is kept a while, so that what was typed in it finds its account.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select

from casework.core import accounts, audit, crypto, held_forms, keys, municipality_settings, throttle
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.models import Account, WebSession
from casework.core.permissions import Actor

ABSOLUTE = timedelta(hours=10)
IDLE = "idle_minutes"
DEFAULT_IDLE = timedelta(minutes=municipality_settings.SETTINGS[IDLE].default)
TOUCHED = timedelta(minutes=1)
KEPT = timedelta(hours=24)
NAMELESS_KEPT = timedelta(hours=1)
AT_AN_ADDRESS = 50
"""Wrong guesses from one address, over all user names, before the first wait."""
State = Literal["nameless", "open", "locked", "ended"]
Data = dict[str, str | int]


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
    """A stored session: whose it is, in which state, since when, and the little that is kept in it."""

    state: State
    holder: Holder | None
    data: Data
    since: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a password: the new cookie, or since when nothing more may be tried."""

    cookie: str | None = None
    wait_until: datetime | None = None
    holder: Holder | None = None


def found(session: TenantSession, cookie: str) -> Browser | None:
    """The session behind a cookie, locked or ended here if its time is out; None for an unknown cookie."""
    row = session.get(WebSession, _digest(cookie))
    if row is None:
        return None
    account = None if row.account_id is None else session.get(Account, row.account_id)
    data: Data = json.loads(row.data)
    if account is not None:
        _keep_time(session, row, account, data)
    elif row.ended_at is not None or row.created_at <= session.now - NAMELESS_KEPT:
        return None
    return Browser(_state(row), None if account is None else _holder(account), data, row.created_at)


def begin(session: TenantSession, data: Data, account: Account | None = None) -> str:
    """Begin a session; the cookie, of which only the digest is kept."""
    cookie = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            digest=_digest(cookie),
            account_id=None if account is None else account.id,
            data=json.dumps(data),
            created_at=session.now,
            seen_at=session.now,
        )
    )
    session.flush()
    return cookie


def keep(session: TenantSession, cookie: str, data: Data) -> None:
    """Store what a session holds: a token, the chosen municipality, where to go on."""
    row = session.get(WebSession, _digest(cookie))
    if row is not None:
        row.data = json.dumps(data)


def sign_in(session: TenantSession, cookie: str | None, username: str, password: str, address: str) -> Answer:
    """Sign somebody in with their password, under a new cookie; unknown and wrong are answered alike."""
    username = username.strip().casefold()[:80]
    pair = throttle.digest(session, "account", username, address)
    place = throttle.digest(session, "address", address)
    wait = throttle.waits_until(session, pair, place)
    if wait is not None:
        return Answer(wait_until=wait)
    account = accounts.authenticate(session, username, password)
    if account is None:
        throttle.failed(session, pair)
        throttle.failed(session, place, free=AT_AN_ADDRESS)
        _remember_failure(session, accounts.find(session, username), pair)
        return Answer(wait_until=throttle.waits_until(session, pair, place))
    throttle.passed(session, pair)
    _sweep(session)
    _replace(session, cookie)
    audit.record(session, _self(account), Action.SIGNED_IN, "account", account.id)
    return Answer(cookie=begin(session, {}, account), holder=_holder(account))


def lock(session: TenantSession, cookie: str) -> None:
    """Lock an open session: it stays, and opens again with its own account's password."""
    row, account = _row_of(session, cookie)
    if row is not None and account is not None and row.locked_at is None and row.ended_at is None:
        _lock(session, row, account)


def unlock(session: TenantSession, cookie: str, password: str, address: str) -> Answer:
    """Open a locked session with its account's password, under a new cookie."""
    row, account = _row_of(session, cookie)
    if row is None or account is None or row.ended_at is not None:
        return Answer()
    pair = throttle.digest(session, "account", account.username, address)
    wait = throttle.waits_until(session, pair)
    if wait is not None:
        return Answer(wait_until=wait)
    if accounts.authenticate(session, account.username, password) is None:
        throttle.failed(session, pair)
        _remember_failure(session, account, pair)
        return Answer(wait_until=throttle.waits_until(session, pair))
    throttle.passed(session, pair)
    fresh = secrets.token_urlsafe(32)
    row.digest, row.locked_at, row.seen_at = _digest(fresh), None, session.now
    audit.record(session, _self(account), Action.SESSION_UNLOCKED, "account", account.id)
    return Answer(cookie=fresh, holder=_holder(account))


def end(session: TenantSession, cookie: str) -> None:
    """End a session because its holder signs out."""
    row, account = _row_of(session, cookie)
    if row is not None and account is not None and row.ended_at is None:
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


def _replace(session: TenantSession, cookie: str | None) -> None:
    """End the session the browser had before, or forget it if nobody had signed in."""
    row, account = (None, None) if cookie is None else _row_of(session, cookie)
    if row is None:
        return
    if account is None:
        session.delete(row)
    elif row.ended_at is None:
        _end(session, row, account)


def _remember_failure(session: TenantSession, account: Account | None, digest: str) -> None:
    who = digest[:22] if account is None else account.id
    audit.record_denial(session, Denial(who, "none", Action.SIGN_IN_FAILED, "account", who, "password"))


def _sweep(session: TenantSession) -> None:
    """Forget sessions that nothing can come of any more, and what was typed in them."""
    held_forms.sweep(session)
    session.execute(delete(WebSession).where(WebSession.ended_at <= session.now - KEPT))
    session.execute(
        delete(WebSession).where(WebSession.account_id.is_(None), WebSession.created_at <= session.now - NAMELESS_KEPT)
    )


def _row_of(session: TenantSession, cookie: str) -> tuple[WebSession | None, Account | None]:
    row = session.get(WebSession, _digest(cookie))
    account = None if row is None or row.account_id is None else session.get(Account, row.account_id)
    return row, account


def _state(row: WebSession) -> State:
    if row.account_id is None:
        return "nameless"
    if row.ended_at is not None:
        return "ended"
    return "open" if row.locked_at is None else "locked"


def _holder(account: Account) -> Holder:
    doors = accounts.open_doors(account)
    return Holder(account.id, account.username, account.name, account.title, doors, account.shortcuts)


def _self(account: Account) -> Actor:
    return Actor(account.id, account.name, None, ())


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
