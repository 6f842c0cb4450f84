"""Browsers that were sent to an organisation's provider and are expected back: once, soon, and with their own cookie.

All that the way there and back is bound to follows from the cookie (``openid.Errand``); of it only a digest is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from casework.core import audit, crypto, marks, session_rows, throttle
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.models import Departure
from casework.core.openid import Errand
from casework.core.throttle import Counter

KEPT = timedelta(minutes=10)
"""How long somebody has to prove who they are to the provider."""
BACK = timedelta(minutes=2)
"""How long a browser has to go on once it is back."""
LONGEST_COOKIE = 80
AT_AN_ADDRESS = 50
"""Departures from one address that did not come back before the first wait."""
LONGEST_WAIT = timedelta(seconds=30)
"""The longest wait that strangers at one's address can cause."""


def slow_down(session: TenantSession, place: str) -> bool:
    """Count a departure from an address; True where so many have not come back that it must wait a while."""
    return throttle.count(session, [_counter(session, place)]) is not None


def came_back(session: TenantSession, place: str) -> None:
    """Take a departure off the count: whoever it was has proven who they are. A whole town hall has one address."""
    throttle.taken_back(session, [_counter(session, place)])


def _counter(session: TenantSession, place: str) -> Counter:
    digest = throttle.digest(session, "departure", place)
    return Counter(digest, free=AT_AN_ADDRESS, longest=LONGEST_WAIT, shared=True)


def begin(session: TenantSession, provider_id: str, purpose: str, bound_to: str = "") -> str:
    """Note that a browser leaves; its cookie, of which only the digest is kept."""
    session.execute(delete(Departure).where(Departure.created_at <= session.now - KEPT))
    cookie = session_rows.new_cookie()
    row = Departure(digest=session_rows.digest(cookie), provider_id=provider_id, purpose=purpose, bound_to=bound_to)
    row.created_at = session.now
    session.add(row)
    session.flush()
    return cookie


def unasked(session: TenantSession, cookie: str) -> bool:
    """Whether an answer that nobody asked for is worth a line: once for a browser that was sent away.

    Its errand is over then, or whoever was sent away once could fill the record by calling an address. One whose
    answer has been taken in already goes on.
    """
    row = _found(session, cookie)
    if row is None or (row.answered_at is not None and not row.identity):
        return False
    row.answered_at = row.answered_at or session.now
    return True


def answered(session: TenantSession, cookie: str, state: str) -> Departure | None:
    """The departure that an answer belongs to, which takes no other one after this; None for an unasked answer."""
    row = _found(session, cookie)
    if row is None or row.answered_at is not None or row.created_at <= session.now - KEPT:
        return None
    if not crypto.same(Errand.of(cookie).state.encode(), state.encode()):
        return None
    row.answered_at = session.now
    return row


def arrived(session: TenantSession, cookie: str, identity: str, proven_at: datetime) -> None:
    """Note whom the provider named to the browser that is back."""
    row = _found(session, cookie)
    if row is not None:
        row.identity, row.proven_at = identity, proven_at


def finished(session: TenantSession, cookie: str) -> Departure | None:
    """The departure of a browser that is back and has proven whom it belongs to; it is gone after this."""
    row = _found(session, cookie)
    if row is None:
        return None
    session.delete(row)
    session.flush()
    back = row.answered_at is not None and row.answered_at > session.now - BACK
    return row if back and row.identity and row.proven_at is not None else None


def _found(session: TenantSession, cookie: str) -> Departure | None:
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return None
    row = session.get(Departure, session_rows.digest(cookie), with_for_update=True)  # two at once take turns
    if row is None or marks.is_genuine(session, row):
        return row
    audit.record_denial(session, Denial("nobody", "none", Action.FORGERY_REFUSED, "departure", row.digest[:22], "mark"))
    return None
