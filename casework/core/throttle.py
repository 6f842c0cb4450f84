"""How long somebody who guessed wrong must wait. Kept by keyed digests, so that the table names nobody.

A guess is counted before it is looked at, and taken back when it was right: many guesses at once gain nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from casework.core import crypto, keys
from casework.core.db import TenantSession
from casework.core.models import Throttle

FREE = 5
"""Wrong guesses before the first wait."""
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Counter:
    """What guesses are counted by. One that is ``shared`` with strangers loses only the right guess itself."""

    digest: str
    free: int = FREE
    longest: timedelta = LONGEST
    shared: bool = False


def digest(session: TenantSession, *parts: str) -> str:
    """A keyed digest of what is counted, such as a user name at an address."""
    key = keys.of(session).installation(session, "accounts")
    return crypto.mac(key.secret, "throttle/v1", *parts).hex()


def waits_until(session: TenantSession, counters: Sequence[Counter]) -> datetime | None:
    """The moment before which nothing more may be tried, or None when it may be tried now."""
    rows = [session.get(Throttle, one.digest) for one in counters]
    waits = [row.wait_until for row in rows if row is not None and row.wait_until > session.now]
    return max(waits, default=None)


def count(session: TenantSession, counters: Sequence[Counter]) -> datetime | None:
    """Count a guess; each one after the free ones doubles the wait, up to the longest.

    The moment before which nothing more may be tried, and then nothing is counted: it is asked with the rows held, so
    that of many guesses at once no more are looked at than of many one after another.
    """
    # In one order, so that nobody waits in a ring.
    held = [(one, _row(session, one.digest)) for one in sorted(counters, key=lambda counter: counter.digest)]
    waits = [row.wait_until for _one, row in held if row.wait_until > session.now]
    if waits:
        return max(waits)
    for one, row in held:
        if row.since < session.now - FORGOTTEN:
            row.failures, row.since = 0, session.now
        row.failures += 1
        doublings = min(row.failures - one.free, 20)
        if doublings >= 0:
            row.wait_until = session.now + min(timedelta(seconds=2**doublings), one.longest)
    session.flush()
    return None


def passed(session: TenantSession, counters: Sequence[Counter]) -> None:
    """Take a guess back that was right: forget the wrong ones before it, but not those of strangers."""
    for one in sorted(counters, key=lambda counter: counter.digest):
        if one.shared:
            taken_back(session, [one])
        elif (row := session.get(Throttle, one.digest, with_for_update=True, populate_existing=True)) is not None:
            session.delete(row)
            session.flush()


def taken_back(session: TenantSession, counters: Sequence[Counter]) -> None:
    """Take a guess back that nobody looked at; those before it still count."""
    for one in sorted(counters, key=lambda counter: counter.digest):
        row = session.get(Throttle, one.digest, with_for_update=True, populate_existing=True)
        if row is not None:
            row.failures = max(0, row.failures - 1)
            row.wait_until = session.now if row.failures < one.free else row.wait_until
            session.flush()


def _row(session: TenantSession, one: str) -> Throttle:
    """The counter's row, held until the transaction ends; made if it is new, also when two make it at once."""
    row = session.get(Throttle, one, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = Throttle(digest=one, failures=0, since=session.now, wait_until=session.now)
            session.add(row)
    except IntegrityError:
        return session.get_one(Throttle, one, with_for_update=True, populate_existing=True)
    return row
