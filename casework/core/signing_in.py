"""Signing in step by step, unlocking, and confirming who one is: each under a new cookie, each in the record.

``admit`` is the one place where a session begins for an account that has proven itself, by whatever method.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from casework.core import audit, browser_sessions, credentials, known_devices, notices, proving, session_rows
from casework.core.actions import Action
from casework.core.browser_sessions import Holder, State
from casework.core.credentials import PASSKEY, PASSWORD
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Account, WebSession
from casework.core.passkeys import Site
from casework.core.permissions import Actor
from casework.core.proving import Proof, Visitor

Stage = Literal["half", "setup", "full"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a proof: the new cookie and how far it leads, or since when nothing more may be tried."""

    cookie: str | None = None
    stage: Stage = "full"
    holder: Holder | None = None
    wait_until: datetime | None = None


NO = Answer()
HALF = "sign_in_half"


def by_password(
    installation: Installation, cookie: str | None, username: str, password: str, visitor: Visitor, *, demanded: bool
) -> Answer:
    """The first step: whoever has a second factor, or must have one, is not signed in by it."""
    proof = proving.by_password(installation, username, password, visitor)
    with installation.session(None) as session:
        account = _account(session, proof)
        if account is None:
            return Answer(wait_until=proof.wait_until)
        kinds = credentials.kinds_of(session, account.id)
        if kinds & set(credentials.SECOND):
            return part_way(session, account, "half", cookie, visitor)
        if demanded:
            return part_way(session, account, "setup", cookie, visitor)
        return admit(session, account, [proof.method], cookie, visitor)


def by_code(session: TenantSession, cookie: str, typed: str, visitor: Visitor) -> Answer:
    """The second step by a one-time code."""
    half = within(session, cookie, "half")
    if half is None:
        return NO
    proof = proving.by_code(session, half[1], typed, visitor)
    if proof.account_id is None:
        return Answer(wait_until=proof.wait_until)
    return admit(session, half[1], [PASSWORD, proof.method], cookie, visitor)


def by_passkey(
    session: TenantSession, cookie: str | None, site: Site, answer: str, challenge: str, visitor: Visitor
) -> Answer:
    """A passkey by itself, or as the second step after a password: then it must be the same account's."""
    half = None if cookie is None else within(session, cookie, "half")
    proof = proving.by_passkey(session, site, answer, challenge, None if half is None else half[1].id)
    account = _account(session, proof)
    if account is None:
        return NO
    return admit(session, account, [PASSKEY] if half is None else [PASSWORD, PASSKEY], cookie, visitor)


def admit(
    session: TenantSession,
    account: Account,
    methods: Iterable[str],
    cookie: str | None,
    visitor: Visitor,
    proven_at: datetime | None = None,
) -> Answer:
    """Begin a session for an account that has proven itself, by these methods and then (now, if nothing else is said).

    The browser's session before it ends, and the browser is known from now on.
    """
    if (half := None if cookie is None else within(session, cookie, "half")) is not None and half[1].id == account.id:
        notices.take_back(session, account.id, HALF, half[0].created_at)
    known_devices.remember(session, account.id, visitor.cookie)
    methods = tuple(methods)
    audit.record(session, _self(account), Action.SIGNED_IN, "account", account.id, detail={"methods": methods})
    return _begin(session, account, "full", cookie, visitor, "+".join(methods), proven_at or session.now)


def set_up(session: TenantSession, method: str, cookie: str, visitor: Visitor) -> Answer:
    """Let somebody in who has just set up what was asked of them; NO where they were not on the way to it."""
    waiting = within(session, cookie, "setup")
    return NO if waiting is None else admit(session, waiting[1], [PASSWORD, method], cookie, visitor)


def unlock_by_password(installation: Installation, cookie: str, password: str, visitor: Visitor) -> Answer:
    """Open a locked session with its account's password, under a new cookie."""
    with installation.session(None) as session:
        locked = within(session, cookie, "locked")
        if locked is None:
            return NO
        username = locked[1].username
    proof = proving.by_password(installation, username, password, visitor)
    with installation.session(None) as session:
        locked = within(session, cookie, "locked")
        if locked is None or proof.account_id != locked[1].id:
            return Answer(wait_until=proof.wait_until)
        row, account = locked
        alone = not credentials.kinds_of(session, account.id) & set(credentials.SECOND)
        return _unlocked(session, row, account, proof.method, counts=alone)


def unlock_by_passkey(session: TenantSession, cookie: str, site: Site, answer: str, challenge: str) -> Answer:
    """Open a locked session with one of its account's passkeys, under a new cookie."""
    locked = within(session, cookie, "locked")
    if locked is None:
        return NO
    proof = proving.by_passkey(session, site, answer, challenge, locked[1].id)
    return NO if proof.account_id is None else _unlocked(session, *locked, proof.method, counts=True)


def confirm_by_password(installation: Installation, cookie: str, password: str, visitor: Visitor) -> Answer:
    """Confirm who one is by the password; it proves nothing for an account with a second factor."""
    with installation.session(None) as session:
        open_ = within(session, cookie, "open")
        if open_ is None or credentials.kinds_of(session, open_[1].id) & set(credentials.SECOND):
            return NO
        username = open_[1].username
    proof = proving.by_password(installation, username, password, visitor)
    with installation.session(None) as session:
        return _confirmed(session, cookie, proof)


def confirm_by_code(session: TenantSession, cookie: str, typed: str, visitor: Visitor) -> Answer:
    """Confirm who one is by a one-time code."""
    open_ = within(session, cookie, "open")
    return NO if open_ is None else _confirmed(session, cookie, proving.by_code(session, open_[1], typed, visitor))


def confirm_by_passkey(session: TenantSession, cookie: str, site: Site, answer: str, challenge: str) -> Answer:
    """Confirm who one is by a passkey."""
    open_ = within(session, cookie, "open")
    if open_ is None:
        return NO
    return _confirmed(session, cookie, proving.by_passkey(session, site, answer, challenge, open_[1].id))


def confirm(session: TenantSession, cookie: str, proof: Proof) -> Answer:
    """Confirm who one is by a proof that was given elsewhere."""
    return _confirmed(session, cookie, proof)


def unlock(session: TenantSession, cookie: str, proof: Proof) -> Answer:
    """Open a locked session by a proof that its own person has given elsewhere."""
    locked = within(session, cookie, "locked")
    if locked is None or proof.account_id != locked[1].id:
        return NO
    return _unlocked(session, *locked, proof.method, counts=True)


def part_way(session: TenantSession, account: Account, stage: Stage, cookie: str | None, visitor: Visitor) -> Answer:
    """Begin a session in which somebody may do nothing but finish signing in.

    Half-way in a browser that the account does not know, its owner is told, until it is finished there (ASVS 6.3.5).
    """
    if stage == "half" and not known_devices.is_known(session, account.id, visitor.cookie):
        notices.tell(session, account.id, HALF)
    audit.record(session, _self(account), Action.SIGN_IN_HALF, "account", account.id, detail={"stage": stage})
    return _begin(session, account, stage, cookie, visitor, PASSWORD, None)


def _begin(
    session: TenantSession,
    account: Account,
    stage: Stage,
    cookie: str | None,
    visitor: Visitor,
    methods: str,
    proven_at: datetime | None,
) -> Answer:
    browser_sessions.sweep(session)
    browser_sessions.replace(session, cookie)
    fresh = session_rows.begin(
        session, {}, account.id, stage=stage, methods=methods, device=visitor.browser, proven_at=proven_at
    )
    return Answer(fresh, stage, browser_sessions.holder_of(account))


def _unlocked(session: TenantSession, row: WebSession, account: Account, method: str, *, counts: bool) -> Answer:
    row.locked_at, row.seen_at = None, session.now
    if counts:
        row.proven_at = session.now
    audit.record(session, _self(account), Action.SESSION_UNLOCKED, "account", account.id, detail={"methods": [method]})
    return Answer(session_rows.renew(row), "full", browser_sessions.holder_of(account))


def _confirmed(session: TenantSession, cookie: str, proof: Proof) -> Answer:
    open_ = within(session, cookie, "open")
    if open_ is None or proof.account_id != open_[1].id:
        return Answer(wait_until=proof.wait_until)
    row, account = open_
    row.proven_at, row.seen_at = session.now, session.now
    audit.record(
        session, _self(account), Action.IDENTITY_CONFIRMED, "account", account.id, detail={"methods": [proof.method]}
    )
    return Answer(session_rows.renew(row), "full", browser_sessions.holder_of(account))


def _account(session: TenantSession, proof: Proof) -> Account | None:
    """The account that proved itself, if it is still allowed in."""
    if proof.account_id is None:
        return None
    return session.scalar(select(Account).where(Account.id == proof.account_id, Account.disabled_at.is_(None)))


def within(session: TenantSession, cookie: str, state: State) -> tuple[WebSession, Account] | None:
    """The session behind a cookie and its account, if it is in this state and its time is not out."""
    browser = browser_sessions.found(session, cookie)
    row, account = browser_sessions.row_of(session, cookie)
    if browser is None or browser.state != state or row is None or account is None:
        return None
    return row, account


def _self(account: Account) -> Actor:
    return Actor(account.id, account.name, None, ())
