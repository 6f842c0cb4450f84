"""The rows of browsers' sessions: found by their cookie if they are genuine, begun, renewed and ended.

Only the SHA-256 of a cookie is stored.
"""

from __future__ import annotations

import hashlib
import json
import secrets

from sqlalchemy import select

from casework.core import audit, marks
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.models import Account, WebSession

Data = dict[str, str | int]
FULL = "full"


def find(session: TenantSession, cookie: str) -> WebSession | None:
    """The genuine row behind a cookie; one that somebody else wrote is no session, and the record says so."""
    # Held until the transaction ends: two requests that each write a part of it would spoil its mark.
    row = session.get(WebSession, digest(cookie), with_for_update=True)
    if row is None or marks.is_genuine(session, row):
        return row
    who = row.account_id or "nobody"
    audit.record_denial(session, Denial(who, "none", Action.FORGERY_REFUSED, "session", row.digest[:22], "mark"))
    return None


def begin(session: TenantSession, data: Data, account_id: str | None = None, **columns: object) -> str:
    """Begin a session; the cookie, of which only the digest is kept."""
    cookie = new_cookie()
    row = WebSession(digest=digest(cookie), account_id=account_id, data=json.dumps(data), **columns)
    row.created_at = row.seen_at = session.now
    session.add(row)
    session.flush()
    return cookie


def renew(row: WebSession) -> str:
    """Put a session under a new cookie; the old one opens nothing any more."""
    cookie = new_cookie()
    row.digest = digest(cookie)
    return cookie


def live(session: TenantSession, account_id: str) -> list[WebSession]:
    """An account's sessions that have not ended, the latest first."""
    query = select(WebSession).where(WebSession.account_id == account_id, WebSession.ended_at.is_(None))
    query = query.order_by(WebSession.created_at.desc(), WebSession.digest).with_for_update()
    return list(session.scalars(query).all())


def end_all(session: TenantSession, account_id: str, *, but: str | None = None) -> int:
    """End an account's sessions, all but the one behind a cookie; how many there were."""
    kept = None if but is None else digest(but)
    ending = [row for row in live(session, account_id) if row.digest != kept]
    for row in ending:
        row.ended_at = session.now
    session.flush()
    return len(ending)


def end_proven_by(session: TenantSession, organisation_id: str, method: str) -> int:
    """End the sessions that accounts of an organisation began by a method; how many there were."""
    query = select(WebSession).join(Account, Account.id == WebSession.account_id).with_for_update(of=WebSession)
    query = query.where(Account.organisation_id == organisation_id, WebSession.ended_at.is_(None))
    ending = [row for row in session.scalars(query).all() if method in row.methods.split("+")]
    for row in ending:
        row.ended_at = session.now
    session.flush()
    return len(ending)


def digest(cookie: str) -> str:
    """What is stored of a cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def new_cookie() -> str:
    """A fresh cookie: 256 random bits."""
    return secrets.token_urlsafe(32)
