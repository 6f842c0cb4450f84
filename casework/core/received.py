"""What was sent to somebody outside social services, as long as it may be read: listed without content, then opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select

from casework.core import access, audit, clock, given, notices
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.frozen import Frozen
from casework.core.models import Disclosure
from casework.core.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was sent, as a list shows it: when, until when, if it has been opened, if it replaces another."""

    id: str
    sent_at: datetime
    until: date | None
    is_new: bool
    replaces: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sent, opened."""

    line: Line
    content: Frozen


def listed(session: TenantSession, actor: Actor) -> Sequence[Line]:
    """What was sent to the actor and may be read now, the latest first; one audit row."""
    access.require(actor, Permission.RECEIVED_READ, Action.RECEIVED_LISTED, "list")
    notices.read(session, actor.id, "received_waits")
    sent = session.scalars(_live(session, actor).order_by(Disclosure.performed_at.desc(), Disclosure.id)).all()
    rows = given.covered(session, actor, sent)
    of = {one.case_id for one in rows}
    audit.record(session, actor, Action.RECEIVED_LISTED, "list", "received", detail={"count": len(rows)}, cases=of)
    return [_line(one) for one in rows]


def opened(session: TenantSession, actor: Actor, sent_id: str) -> Opened:
    """What was sent, opened for its recipient, which is remembered; raises NotFound alike for all else."""
    access.require(actor, Permission.RECEIVED_READ, Action.RECEIVED_OPENED, "disclosure", sent_id)
    held = session.scalars(_live(session, actor).where(Disclosure.id == sent_id).with_for_update(of=Disclosure)).all()
    made = next(iter(given.covered(session, actor, held)), None)
    if made is None:
        raise NotFound(access.denial(actor, Action.RECEIVED_OPENED, "disclosure", sent_id, "missing"))
    line = _line(made)
    return Opened(line, given.content(session, actor, made))


def is_there(session: TenantSession, actor: Actor, sent_id: str) -> bool:
    """Whether something that was sent to the actor can be opened in the session's municipality."""
    return bool(
        given.covered(session, actor, session.scalars(_live(session, actor).where(Disclosure.id == sent_id)).all())
    )


def unopened(session: TenantSession, actor: Actor) -> int:
    """How much was sent to the actor that they may read now and have not opened: a number, and nothing else."""
    if not actor.may(Permission.RECEIVED_READ):
        return 0
    sent = session.scalars(_live(session, actor).where(Disclosure.opened_at.is_(None))).all()
    return len(given.covered(session, actor, sent)) if sent else 0


def _live(session: TenantSession, actor: Actor) -> Select[Disclosure]:
    """What may be read now, and asks for no answer: what does lies in the inbox, and is opened there."""
    return given.live(session, actor).where(~given.asks_an_answer())


def _line(made: Disclosure) -> Line:
    until = None if made.valid_until is None else clock.last_day(made.valid_until)
    return Line(made.id, made.performed_at or made.made_at, until, made.opened_at is None, made.corrects_id is not None)
