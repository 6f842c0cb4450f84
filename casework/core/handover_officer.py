"""What an officer owes for what their cases have taken on: to read it, to answer it, to give feedback on it.

It is read each time from the handovers and from who has the case now. So nothing is left with an officer who has given
the case away, a new one owes it from the first moment, and what is done is gone from the list without a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, exists, or_, select

from casework.core import access, accounts, case_leads, clock, deputies, municipality_settings, notices, telling
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import AuditEvent, Case, CaseAccess, Handover
from casework.core.permissions import Actor, Permission

WITHIN = timedelta(days=7)
"""Who reported is told within a week of the decision (SoL 19:6), so never later than a week after the case had it."""
MOST = 50


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to do about one handover in a case: ``what`` is to read it, to answer it, or to give feedback."""

    case_id: str
    handover_id: str
    what: str
    on: date | None


def owed(session: TenantSession, actor: Actor) -> Sequence[Owed]:
    """What the actor owes in the cases they are the officer of, what is due first first; what has no day is last."""
    writes = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_WRITE, session.now))
    was_read = exists().where(
        AuditEvent.municipality == Handover.municipality,
        AuditEvent.case_id == Handover.case_id,
        AuditEvent.at >= Handover.ended_at,
        AuditEvent.actor_id == actor.id,
        AuditEvent.action == Action.HANDOVER_READ,
        AuditEvent.object_id == Handover.id,
        AuditEvent.outcome == "done",
    )
    is_read = or_(Handover.ended_by == actor.id, was_read)
    told = municipality_settings.number(session, "reporter_feedback") == 1
    of_case = and_(Case.municipality == Handover.municipality, Case.id == Handover.case_id)
    query = select(Handover, Case, is_read).join(Case, of_case)
    query = query.where(Handover.kept.is_not(None), Case.officer_id == actor.id, Case.id.in_(writes))
    rows = session.execute(query.order_by(Handover.ended_at, Handover.id)).all()
    found = [one for handover, case, read in rows for one in _of(handover, case, is_read=bool(read), told=told)]
    return sorted(found, key=lambda one: one.on or date.max)[:MOST]


def tell(session: TenantSession, case: Case, by: Actor) -> None:
    """Leave a line that a case has something new: to its officer and who stands in, or to its leads where it has none.

    Whoever put it there is told nothing, nor is who stands in and is kept out of the case, or must not know of it. The
    officer who has the case is told, whatever their name: whoever assigned it lets them work there.
    """
    if case.officer_id is not None:
        if case.officer_id != by.id:
            ids = {case.officer_id, *deputies.of(session, [case.officer_id])} - access.blocked(session, case.id)
            away = telling.kept_away(session, case, accounts.names(session, ids))
            for account_id in sorted(ids - (away - {case.officer_id}) - {by.id}):
                notices.tell(session, account_id, "handover_kept")
        return
    case_leads.tell(session, case, by.id, "handover_unassigned")


def _of(handover: Handover, case: Case, *, is_read: bool, told: bool) -> Iterator[Owed]:
    came = clock.today(handover.ended_at or handover.sent_at)
    if not is_read:
        yield Owed(case.id, handover.id, "read", came)
    if handover.kind == "question" and handover.answered_at is None:
        yield Owed(case.id, handover.id, "answer", None)
    if told and handover.kind == "report" and handover.wants_feedback and handover.feedback is None:
        # Of a case that there was, an investigation may run already: then who reported is told at once.
        yield Owed(case.id, handover.id, "feedback", came if case.opened_on < came else came + WITHIN)
