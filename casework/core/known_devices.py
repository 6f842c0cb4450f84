"""Browsers in which an account has signed in whole: no stranger's guesses make their owner wait there.

The browser keeps a random cookie, we a digest of it and the account: two colleagues at one computer are two rows.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from casework.core import audit, crypto, marks
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.models import KnownDevice

KEPT = timedelta(days=180)
MOST = 20
"""Devices of one account; the one that was not seen for the longest time is forgotten first."""
LONGEST_COOKIE = 80


def new_cookie() -> str:
    """A fresh device cookie."""
    return secrets.token_urlsafe(32)


def is_known(session: TenantSession, account_id: str | None, cookie: str | None) -> bool:
    """Whether the account has signed in whole in this browser; the same work where there is no account."""
    row = session.get(KnownDevice, _digest(account_id or "", cookie or ""))
    if row is None or cookie is None or row.account_id != account_id or row.seen_at <= session.now - KEPT:
        return False
    if marks.is_genuine(session, row):
        return True
    denial = Denial(row.account_id, "none", Action.FORGERY_REFUSED, "device", row.digest[:22], "mark")
    audit.record_denial(session, denial)
    return False


def remember(session: TenantSession, account_id: str, cookie: str | None) -> None:
    """Note that the account has signed in whole in this browser."""
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return
    digest = _digest(account_id, cookie)
    row = session.get(KnownDevice, digest, with_for_update=True)
    if row is not None and not marks.is_genuine(session, row):
        session.delete(row)
        session.flush()
        row = None
    if row is None:
        _make_room(session, account_id)
        session.add(KnownDevice(digest=digest, account_id=account_id, created_at=session.now, seen_at=session.now))
    else:
        row.seen_at = session.now


def forget_all(session: TenantSession, account_id: str) -> None:
    """Forget every device of an account."""
    for row in session.scalars(select(KnownDevice).where(KnownDevice.account_id == account_id)).all():
        session.delete(row)


def _make_room(session: TenantSession, account_id: str) -> None:
    query = select(KnownDevice).where(KnownDevice.account_id == account_id).order_by(KnownDevice.seen_at.desc())
    for nth, row in enumerate(session.scalars(query).all()):
        if nth >= MOST - 1 or row.seen_at <= session.now - KEPT:
            session.delete(row)


def _digest(account_id: str, cookie: str) -> str:
    return crypto.digest("device/v2", account_id, cookie).hex()
