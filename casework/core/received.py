"""What was sent to somebody outside social services, as long as it may be read: listed without content, then opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from casework.core import (
    access,
    approvals,
    audit,
    clock,
    disclosure_steps,
    disclosures,
    frozen,
    notices,
    stopping,
    telling,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.frozen import Frozen
from casework.core.models import Case, CaseAccess, CasePerson, Disclosure
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
    rows = _covered(session, actor, sent)
    of = {one.case_id for one in rows}
    audit.record(session, actor, Action.RECEIVED_LISTED, "list", "received", detail={"count": len(rows)}, cases=of)
    return [_line(one) for one in rows]


def opened(session: TenantSession, actor: Actor, sent_id: str) -> Opened:
    """What was sent, opened for its recipient, which is remembered; raises NotFound alike for all else."""
    access.require(actor, Permission.RECEIVED_READ, Action.RECEIVED_OPENED, "disclosure", sent_id)
    held = session.scalars(_live(session, actor).where(Disclosure.id == sent_id).with_for_update(of=Disclosure)).all()
    made = next(iter(_covered(session, actor, held)), None)
    if made is None or made.received is None or made.content_hash is None:
        raise NotFound(access.denial(actor, Action.RECEIVED_OPENED, "disclosure", sent_id, "missing"))
    line, spot = _line(made), disclosure_steps.spot(made, "received")
    decision = access.of_received(
        *(session, actor, Permission.RECEIVED_READ, Action.RECEIVED_OPENED),
        *("disclosure", made.id, made.case_id, made.content_hash),
    )
    content = frozen.open_as_recipient(decision, made.agency or "", spot, made.received, made.content_hash)
    made.opened_at = made.opened_at or session.now
    session.flush()
    return Opened(line, content)


def is_there(session: TenantSession, actor: Actor, sent_id: str) -> bool:
    """Whether something that was sent to the actor can be opened in the session's municipality."""
    return bool(_covered(session, actor, session.scalars(_live(session, actor).where(Disclosure.id == sent_id)).all()))


def _live(session: TenantSession, actor: Actor) -> Select[Disclosure]:
    """What may be read at this moment: asked of the row itself and of the table of who sees what.

    What was sent to an agency is read there: whoever has left it for another has left this behind.
    """
    may = access.reached(actor, Permission.RECEIVED_READ, session.now)
    return select(Disclosure).where(
        Disclosure.account_id == actor.id,
        Disclosure.agency.in_({post.agency for post in actor.posts}),
        Disclosure.state == "performed",
        Disclosure.performed_at <= session.now,
        Disclosure.valid_until > session.now,
        Disclosure.case_id.in_(select(CaseAccess.case_id).where(may)),
    )


def _covered(session: TenantSession, actor: Actor, sent: Sequence[Disclosure]) -> list[Disclosure]:
    """Those that may still be read: what they rest on, who is protected and who must not know are asked anew.

    A birthday, a new guardian or a counterpart who bears the reader's name changes it, and no job has to run for it.
    """
    of = {one.case_id for one in sent}
    persons = session.scalars(select(CasePerson.person_id).where(CasePerson.case_id.in_(of))).all()
    decision = access.of_consents(session, actor, of, persons)
    cases = {one.id: one for one in session.scalars(select(Case).where(Case.id.in_(of)))}
    closed = {one.id for one in cases.values() if telling.is_kept_away(decision, one, actor.name)}
    guarded = {id_ for id_ in of if approvals.guards(session, id_)}
    return [
        one
        for one in sent
        if one.case_id not in closed
        and (one.case_id not in guarded or stopping.took_two(one))
        and disclosures.is_covered(decision, cases[one.case_id], one)
    ]


def _line(made: Disclosure) -> Line:
    until = None if made.valid_until is None else clock.last_day(made.valid_until)
    return Line(made.id, made.performed_at or made.made_at, until, made.opened_at is None, made.corrects_id is not None)
