"""How long somebody who guessed wrong must wait. Kept by keyed digests, so that the table names nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.core import crypto, keys
from casework.core.db import TenantSession
from casework.core.models import Throttle

FREE = 5
"""Wrong guesses before the first wait."""
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)


def digest(session: TenantSession, *parts: str) -> str:
    """A keyed digest of what is counted, such as a user name at an address."""
    key = keys.of(session).installation(session, "accounts")
    return crypto.mac(key.secret, "throttle/v1", *parts).hex()


def waits_until(session: TenantSession, *digests: str) -> datetime | None:
    """The moment before which nothing more may be tried, or None when it may be tried now."""
    rows = [session.get(Throttle, one) for one in digests]
    waits = [row.wait_until for row in rows if row is not None and row.wait_until > session.now]
    return max(waits, default=None)


def failed(session: TenantSession, one: str, *, free: int = FREE) -> None:
    """Count a wrong guess; each one after the free ones doubles the wait, up to the longest."""
    row = session.get(Throttle, one)
    if row is None:
        row = Throttle(digest=one, failures=0, since=session.now, wait_until=session.now)
        session.add(row)
    elif row.since < session.now - FORGOTTEN:
        row.failures, row.since = 0, session.now
    row.failures += 1
    doublings = min(row.failures - free, 20)
    if doublings >= 0:
        row.wait_until = session.now + min(timedelta(seconds=2**doublings), LONGEST)


def passed(session: TenantSession, one: str) -> None:
    """Forget the wrong guesses of somebody who then got it right."""
    row = session.get(Throttle, one)
    if row is not None:
        session.delete(row)
