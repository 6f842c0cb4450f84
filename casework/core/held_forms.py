"""What somebody had typed when it could not be taken in: sealed, for that account and that page only, for a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from casework.core import crypto, keys
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession, new_id
from casework.core.errors import Broken
from casework.core.models import HeldForm

KEPT = timedelta(hours=24)
LONGEST_PATH = 200
FOLLOWED = timedelta(seconds=20)
"""How soon a browser must come for the answer it was sent on to."""
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """The page that answered a form, to be shown once."""

    status: int
    html: str


@dataclass
class _Body:
    fields: Fields
    answer: Answer | None = None

    @classmethod
    def read(cls, text: str) -> _Body:
        kept = json.loads(text)
        if isinstance(kept, list):  # as it was written before answers were kept
            kept = {"fields": kept}
        answer = kept.get("answer")
        fields = [(str(name), str(value)) for name, value in kept["fields"]]
        return cls(fields, None if answer is None else Answer(int(answer[0]), str(answer[1])))

    def written(self) -> str:
        kept: dict[str, object] = {"fields": self.fields}
        if self.answer is not None:
            kept["answer"] = [self.answer.status, self.answer.html]
        return json.dumps(kept)


def hold(session: TenantSession, account_id: str, path: str, fields: Iterable[tuple[str, str]]) -> str:
    """Seal what was typed on a page; the row's random id."""
    sweep(session)
    held = HeldForm(id=new_id(), account_id=account_id, path=path[:LONGEST_PATH], held_at=session.now)
    held.body = _sealed(session, held, _Body(list(fields)).written())
    session.add(held)
    session.flush()
    return held.id


def add_answer(session: TenantSession, account_id: str, held_id: str, answer: Answer) -> None:
    """Keep the page that answered what was typed, sealed with it, until ``take_answer``."""
    held = session.get_one(HeldForm, held_id)
    if held.account_id == account_id:
        body = _Body.read(_opened(session, held))
        body.answer = answer
        held.body = _sealed(session, held, body.written())


def take_answer(session: TenantSession, account_id: str, path: str, held_id: str) -> Answer | None:
    """The page that answered what the account typed there, once and at once; what was typed stays."""
    found = _found(session, account_id, path, held_id)
    if found is None or found[1].answer is None:
        return None
    held, body = found
    answer, body.answer = body.answer, None
    held.body = _sealed(session, held, body.written())
    return answer if session.now - held.held_at <= FOLLOWED else None


def take(session: TenantSession, account_id: str, path: str, held_id: str) -> Fields | None:
    """What the account typed on that page; None for another account, another page, or when the day is over."""
    found = _found(session, account_id, path, held_id)
    return None if found is None else found[1].fields


def _found(session: TenantSession, account_id: str, path: str, held_id: str) -> tuple[HeldForm, _Body] | None:
    held = session.get(HeldForm, held_id)
    if (
        held is None
        or held.account_id != account_id
        or held.path != path[:LONGEST_PATH]
        or held.held_at <= session.now - KEPT
    ):
        return None
    try:
        return held, _Body.read(_opened(session, held))
    except Broken:
        return None


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
