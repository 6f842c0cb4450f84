"""What somebody had typed when it could not be taken in: sealed, for that account and that page only, for a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from casework.core import crypto, keys
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession, new_id
from casework.core.errors import Broken
from casework.core.models import HeldForm

KEPT = timedelta(hours=24)
LONGEST_PATH = 200
Fields = list[tuple[str, str]]


def hold(session: TenantSession, account_id: str, path: str, fields: Iterable[tuple[str, str]]) -> str:
    """Seal what was typed on a page; the row's random id."""
    sweep(session)
    held = HeldForm(id=new_id(), account_id=account_id, path=path[:LONGEST_PATH], held_at=session.now)
    held.body = _sealed(session, held, json.dumps(list(fields)))
    session.add(held)
    session.flush()
    return held.id


def take(session: TenantSession, account_id: str, path: str, held_id: str) -> Fields | None:
    """What the account typed on that page; None for another account, another page, or when the day is over."""
    held = session.get(HeldForm, held_id)
    if (
        held is None
        or held.account_id != account_id
        or held.path != path[:LONGEST_PATH]
        or held.held_at <= session.now - KEPT
    ):
        return None
    try:
        fields = json.loads(_opened(session, held))
    except Broken:
        return None
    return [(str(name), str(text)) for name, text in fields]


def reseal(session: TenantSession, held: HeldForm) -> bool:
    """Put what was typed under the newest accounts key; False where it already is, or was altered."""
    if held.body.key_version == keys.of(session).installation(session, "accounts").version:
        return False
    try:
        held.body = _sealed(session, held, _opened(session, held))
    except Broken:
        return False
    return True


def latest(session: TenantSession, account_id: str) -> tuple[str, str] | None:
    """The page and the id of what the account typed last and has not sent again."""
    query = select(HeldForm).where(HeldForm.account_id == account_id, HeldForm.held_at > session.now - KEPT)
    held = session.scalar(query.order_by(HeldForm.held_at.desc()).limit(1))
    return None if held is None else (held.path, held.id)


def sweep(session: TenantSession) -> None:
    """Forget everything whose day is over."""
    session.execute(delete(HeldForm).where(HeldForm.held_at <= session.now - KEPT))


def is_on(session: TenantSession, case_id: str) -> bool:
    """Whether anybody typed on a page of a case and may still send it."""
    query = select(HeldForm.id).where(HeldForm.held_at > session.now - KEPT, _of_case(case_id))
    return session.scalar(query.limit(1)) is not None


def forget_case(session: TenantSession, case_id: str) -> None:
    """Forget whatever anybody had typed on a page of a case: it goes with the case's keys."""
    session.execute(delete(HeldForm).where(_of_case(case_id)))


def _of_case(case_id: str) -> ColumnElement[bool]:
    return HeldForm.path.startswith(f"/arenden/{case_id}", autoescape=True)


def release(session: TenantSession, account_id: str, path: str) -> None:
    """Forget what the account had typed on a page, now that the page was sent in whole."""
    page = path[:LONGEST_PATH]
    session.execute(delete(HeldForm).where(HeldForm.account_id == account_id, HeldForm.path == page))


def _sealed(session: TenantSession, held: HeldForm, text: str) -> Sealed:
    key = keys.of(session).installation(session, "accounts")
    return crypto.seal(key.secret, key.version, text, _place(held))


def _opened(session: TenantSession, held: HeldForm) -> str:
    key = keys.of(session).installation(session, "accounts", held.body.key_version)
    return crypto.unseal(key.secret, held.body, _place(held))


def _place(held: HeldForm) -> Place:
    return Place("", held.account_id, "held_forms", held.id, held.path)
