"""Proving who one is: by password, code, passkey or one's organisation. Guesses are counted before they are looked at.

Guesses are counted by user name and address, over the whole account, and over the whole address. Where an account has
signed in whole before it is known, and has a count of its own there: nobody else's guesses make it wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from casework.core import accounts, audit, credentials, known_devices, notices, passkeys, passwords, throttle
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import Busy
from casework.core.installation import Installation
from casework.core.models import Account, Credential
from casework.core.passkeys import Site
from casework.core.throttle import Counter

AT_AN_ADDRESS, OVER_AN_ACCOUNT = 50, 100
"""Wrong guesses, from anywhere at one account or at any account from one address, before the first wait."""
SHARED_LONGEST = timedelta(minutes=1)
"""The longest wait that strangers can cause where an account is not known."""
LONGEST_NAME = 80
IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where somebody comes from: their address, what kind of browser it is, and the cookie it may be known by."""

    address: str
    browser: str = ""
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of an attempt: whose it was and by which method, or since when nothing more may be tried."""

    account_id: str | None = None
    method: str = ""
    wait_until: datetime | None = None


def by_password(installation: Installation, username: str, password: str, visitor: Visitor) -> Proof:
    """Whose user name and password these are; raises Busy when too many ask at once, and nothing is counted.

    Unknown, wrong, disabled and without a password cost and answer the same. The heavy work is done between two short
    transactions, so that nobody else waits for the database meanwhile.
    """
    username = username.strip().casefold()[:LONGEST_NAME]
    with installation.turns.queued():
        with installation.session(None) as session:
            account = accounts.find(session, username)
            enabled = account is not None and account.disabled_at is None
            counters = _counters(session, "password", username, account, visitor)
            wait = throttle.count(session, counters)
            if wait is not None:
                return Proof(wait_until=wait)
            stored = credentials.password_of(session, account.id if account is not None and enabled else None)
            tried = None if stored is None else (stored.id, stored.verifier)
        fits = _fits(installation, password, None if tried is None else tried[1], counters)
    with installation.session(None) as session:
        account = accounts.find(session, username)
        stored = credentials.password_of(session, None if account is None else account.id)
        still = stored is not None and (stored.id, stored.verifier) == tried
        if not (fits and still and account is not None and account.disabled_at is None):
            return _failed(session, account, "password", counters)
        throttle.passed(session, counters)
        return Proof(account.id, credentials.PASSWORD)


def _fits(installation: Installation, password: str, verifier: str | None, counters: list[Counter]) -> bool:
    """The heavy work, in its turn; a guess that does not get one in time is taken back."""
    try:
        with installation.turns.placed():
            return passwords.fits(password, verifier)
    except Busy:
        with installation.session(None) as session:
            throttle.taken_back(session, counters)
        raise


def by_code(session: TenantSession, account: Account, typed: str, visitor: Visitor) -> Proof:
    """Whether the one-time code is the account's: from its app, or one of its recovery codes."""
    counters = _counters(session, "code", account.username, account, visitor)[:1]
    wait = throttle.count(session, counters)
    if wait is not None:
        return Proof(wait_until=wait)
    method = credentials.use_code(session, account.id, typed)
    if method is None or account.disabled_at is not None:
        return _failed(session, account, "code", counters)
    throttle.passed(session, counters)
    return Proof(account.id, method)


def by_passkey(session: TenantSession, site: Site, answer: str, challenge: str, account_id: str | None = None) -> Proof:
    """Whose passkey answered the challenge; with an account given, whether it is that account's."""
    row = _answering(session, site, answer, challenge, account_id)
    if row is None:
        who = account_id or "unknown"
        audit.record_denial(session, Denial(who, "none", Action.SIGN_IN_FAILED, "account", who, "passkey"))
        return Proof()
    row.used_at = session.now
    return Proof(row.account_id, credentials.PASSKEY)


def by_identity(session: TenantSession, handle: str, organisation_id: str, account_id: str | None = None) -> Proof:
    """Whose identity an organisation's provider has vouched for; with an account given, whether it is that account's.

    A provider vouches for accounts of its own organisation only; unknown, disabled and another's answer the same.
    """
    row = credentials.identity(session, handle)
    account = None if row is None else session.get_one(Account, row.account_id)
    fits = account is not None and account.organisation_id == organisation_id and account.disabled_at is None
    if row is None or account is None or not fits or (account_id or account.id) != account.id:
        who = account_id or (account.id if account is not None else "unknown")
        audit.record_denial(session, Denial(who, "none", Action.SIGN_IN_FAILED, "account", who, credentials.IDENTITY))
        return Proof()
    row.used_at = session.now
    return Proof(account.id, credentials.IDENTITY)


def _answering(
    session: TenantSession, site: Site, answer: str, challenge: str, account_id: str | None
) -> Credential | None:
    """The genuine passkey of an enabled account that answered, with its new count; None for a wrong answer."""
    try:
        handle, owner = passkeys.handle_of(answer)
        row = credentials.passkey(session, handle)
        if row is None or {account_id or row.account_id, owner or row.account_id} != {row.account_id}:
            return None
        if session.get_one(Account, row.account_id).disabled_at is not None:
            return None
        row.counter = passkeys.proven(site, answer, challenge, row.verifier, row.counter)
    except passkeys.NotProven:
        return None
    return row


def _failed(session: TenantSession, account: Account | None, rule: str, counters: list[Counter]) -> Proof:
    who = counters[0].digest[:22] if account is None else account.id
    audit.record_denial(session, Denial(who, "none", Action.SIGN_IN_FAILED, "account", who, rule))
    wait = throttle.waits_until(session, counters)
    if account is not None and wait is not None:
        notices.tell(session, account.id, "sign_in_tried")
    return Proof(wait_until=wait)


def _counters(
    session: TenantSession, what: str, username: str, account: Account | None, visitor: Visitor
) -> list[Counter]:
    """What a guess is counted by. A known device has one count, of its own."""
    if known_devices.is_known(session, None if account is None else account.id, visitor.cookie):
        return [Counter(throttle.digest(session, f"{what}-device", username, visitor.cookie or ""))]
    place = network(visitor.address)
    if what == "code":  # only who has the password comes here, and may come from anywhere
        return [Counter(throttle.digest(session, "code", username))]
    shared = Counter("", longest=SHARED_LONGEST, shared=True)
    return [
        Counter(throttle.digest(session, "account", username, place)),
        replace(shared, digest=throttle.digest(session, "everywhere", username), free=OVER_AN_ACCOUNT),
        replace(shared, digest=throttle.digest(session, "address", place), free=AT_AN_ADDRESS),
    ]


def network(address: str) -> str:
    """An address as it is counted: what is handed out to one household of IPv6 is one."""
    try:
        read = ip_address(address)
    except ValueError:
        return address[:40]
    return str(ip_network((read, IPV6_NETWORK), strict=False)) if isinstance(read, IPv6Address) else str(read)
