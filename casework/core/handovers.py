"""What has been handed over: who it has come to, who sent it, and the one way to read it.

A list tells sender and time, never content, and nobody's name. Somebody reaches a handover by being its recipient by
name, by a post that takes in what comes to the agency or the unit, or by standing in for one who is away.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from casework.core import (
    access,
    accounts,
    audit,
    deputies,
    frozen,
    given,
    handed,
    handover_readers,
    handover_senders,
    handover_subjects,
    handover_takers,
    notices,
    organisations,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.frozen import Frozen, Spot
from casework.core.handover_covers import QUESTION, WAITING, Cover, Inbox, Reply, Sent, as_listed, as_sent
from casework.core.models import Account, Case, Handover
from casework.core.permissions import Actor, Permission

TABLE = "handovers"
HELD = ("accepted", "answered", "assessed")
"""States in which the recipient goes on reading, unless a case keeps the content."""
READABLE = frozenset({"opened", *HELD})
MOST = 100
"""How many rows a list shows."""


def inbox(session: TenantSession, actor: Actor) -> Inbox:
    """What has come in to the actor; one audit row, with how much."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVERS_LISTED, "list", "")
    query = select(Handover).where(reached(session, actor))
    waits = query.where(Handover.state.in_(WAITING)).order_by(Handover.acute.desc(), Handover.sent_at, Handover.id)
    held = query.where(Handover.state.in_(HELD), or_(Handover.body.is_not(None), Handover.disclosure_id.is_not(None)))
    held = held.order_by(Handover.sent_at.desc(), Handover.id).limit(MOST)
    found = Inbox(_covers(session, actor, waits.limit(MOST)), _covers(session, actor, held))
    detail = {"count": len(found.waiting) + len(found.held)}
    audit.record(session, actor, Action.HANDOVERS_LISTED, "list", "", detail=detail)
    return found


def waiting(session: TenantSession, actor: Actor) -> int:
    """How much waits for the actor: a number, and nothing else."""
    if not actor.may(Permission.HANDOVER_READ):
        return 0
    query = select(func.count()).select_from(Handover).where(reached(session, actor), Handover.state.in_(WAITING))
    return session.scalar(query) or 0


def replied(session: TenantSession, actor: Actor) -> int:
    """Of how much that the actor sent there is word: a number, and nothing else."""
    if not actor.may(Permission.HANDOVER_READ):
        return 0
    word = or_(Handover.told_at.is_not(None), Handover.state.not_in(WAITING))
    untold = and_(Handover.kind == QUESTION, Handover.state == "accepted")
    found = session.scalars(select(Handover).where(handover_senders.own(session, actor), word, ~untold)).all()
    # Who is kept away sees a report as taken on, and a question as opened.
    away = handover_senders.kept_away(session, actor, found)
    return sum(one.kind != QUESTION or one.id not in away for one in found)


def sent(session: TenantSession, actor: Actor) -> Sequence[Cover]:
    """What the actor has sent, the latest first."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVERS_LISTED, "list", "")
    query = select(Handover).where(handover_senders.own(session, actor))
    query = query.order_by(Handover.sent_at.desc(), Handover.id).limit(MOST)
    found = _covers(session, actor, query)
    answered = session.scalars(select(Handover).where(Handover.id.in_([one.id for one in found if one.answered_at])))
    away = handover_senders.kept_away(session, actor, answered.all())
    audit.record(session, actor, Action.HANDOVERS_LISTED, "list", "", detail={"count": len(found)})
    return [as_listed(one, kept_away=one.id in away) for one in found]


def cover(session: TenantSession, actor: Actor, handover_id: str, *, late: bool = False) -> Cover:
    """What is told of one that has come in, before it is opened; raises NotFound for missing and another's alike.

    So it does once a case keeps it. Only a form that was ``late`` learns that somebody was first, whatever case it is.
    """
    handover = held(session, actor, handover_id, Action.HANDOVER_READ, lock=False, late=late)
    audit.record(session, actor, Action.HANDOVERS_LISTED, "list", "", detail={"count": 1})
    return _cover(session, actor, handover)


def read(session: TenantSession, actor: Actor, handover_id: str) -> tuple[Cover, Frozen]:
    """What came in, in words, for its recipient; raises NotFound unless it was opened, and once a case keeps it."""
    handover = held(session, actor, handover_id, Action.HANDOVER_READ, lock=False)
    return _cover(session, actor, handover), opened(session, actor, handover, Action.HANDOVER_READ)


def read_sent(session: TenantSession, actor: Actor, handover_id: str) -> tuple[Sent, Frozen]:
    """What the actor sent, in words, and how it went; raises NotFound for what another sent.

    So for who has left the agency that sent it, and for whom a conflict of interest closes the case it went into.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_READ, "handover", handover_id)
    handover = sender_holds(session, actor, handover_id, Action.HANDOVER_READ, lock=False)
    told = as_sent(handover, kept_away=bool(handover_senders.kept_away(session, actor, [handover])))
    decision = _leave(session, actor, handover, Action.HANDOVER_READ)
    if handover.kept is not None and handover.case_id is not None:
        place = Spot(TABLE, handover.id, "kept")
        return told, frozen.open_as_sender(decision, handover.case_id, place, handover.kept, handover.digest)
    return told, _content(decision, handover)


def read_reply(session: TenantSession, actor: Actor, handover_id: str) -> Reply:
    """What the recipient said to the sender: why it was declined, or the answer; empty where nothing was said.

    So it is for whom nothing may be told that came of it in its case.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_READ, "handover", handover_id)
    handover = sender_holds(session, actor, handover_id, Action.HANDOVER_READ, lock=False)
    if handover.answered_at is not None and handover_senders.kept_away(session, actor, [handover]):
        return Reply("", "")
    column = "answer" if handover.answer_code is not None else "reason"
    code, sealed = handover.answer_code or handover.reason_code or "", getattr(handover, column)
    decision = _leave(session, actor, handover, Action.HANDOVER_READ)
    if sealed is None:
        return Reply(code, "")
    place = (handover.sender_agency, TABLE, handover.id, column)
    return Reply(code, vault.open_received(decision, *place, sealed))


def of_case(session: TenantSession, case: Case) -> Sequence[Handover]:
    """What a case has taken on, the latest first, sealed."""
    query = select(Handover).where(Handover.case_id == case.id, Handover.kept.is_not(None))
    return session.scalars(query.order_by(Handover.sent_at.desc(), Handover.id)).all()


def read_in_case(session: TenantSession, actor: Actor, case_id: str, handover_id: str) -> tuple[Handover, Frozen]:
    """What a case took on, in words, for who may read the case; raises NotFound for one of another case."""
    detail = {"page": "handover"}
    case, decision = access.of_case(session, actor, Permission.CASE_READ, case_id, Action.CASE_OPENED, detail=detail)
    handover = next((one for one in of_case(session, case) if one.id == handover_id), None)
    if handover is None or handover.kept is None:
        raise NotFound(access.denial(actor, Action.HANDOVER_READ, "handover", handover_id, "case"))
    audit.record(session, actor, Action.HANDOVER_READ, "handover", handover.id, case_id=case.id)
    place = Spot(TABLE, handover.id, "kept")
    return handover, frozen.open_of_case(decision, case.id, place, handover.kept, handover.digest)


def opened(session: TenantSession, actor: Actor, handover: Handover, action: Action) -> Frozen:
    """The content of a handover that the actor holds and somebody has opened; raises NotFound where it may not be read.

    Whoever calls this has asked whether it has come to the actor.
    """
    if handover.disclosure_id is not None and handover.state in READABLE:
        return given.opened(session, actor, handover.disclosure_id)
    if handover.body is None or handover.state not in READABLE:
        raise NotFound(access.denial(actor, action, "handover", handover.id, "state"))
    return _content(_leave(session, actor, handover, action), handover)


def held(
    session: TenantSession,
    actor: Actor,
    handover_id: str,
    action: Action,
    *,
    lock: bool = True,
    late: bool | None = None,
) -> Handover:
    """One that has come to the actor, as its last writer left it, held until the transaction ends.

    A step (whatever is held, unless said otherwise) also finds one that a case has come to keep, and then may do
    nothing but say so: whatever case that is, also one that is closed to the actor, or the answer would tell which. Who
    is kept from it by what it says finds it as little as before.
    """
    access.require(actor, Permission.HANDOVER_READ, action, "handover", handover_id)
    if lock:
        handed.hold(session, handover_id)
    comes = reached(session, actor)
    if lock if late is None else late:
        known = handover_subjects.not_about(session, handover_id, actor.id, actor.name)
        comes = or_(comes, and_(handover_readers.came_to(session, actor), Handover.kept.is_not(None), known))
    query = select(Handover).where(Handover.id == handover_id, comes)
    return _found(session, actor, query, handover_id, action, lock=lock)


def sender_holds(
    session: TenantSession, actor: Actor, handover_id: str, action: Action, *, lock: bool = True
) -> Handover:
    """One that the actor has sent, as its last writer left it, held until the transaction ends."""
    access.require(actor, Permission.HANDOVER_READ, action, "handover", handover_id)
    query = select(Handover).where(Handover.id == handover_id, handover_senders.own(session, actor))
    return _found(session, actor, query, handover_id, action, lock=lock)


def reached(session: TenantSession, actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that it has come to the actor, and no case keeps it: the only form of the rule.

    Who stands in for somebody gets nothing that neither of the two may be told any more. What a disclosure hands over
    has come to whom it names, and to nobody who stands in for them, while the disclosure may be read.
    """
    absent = deputies.stood_in_for(session, actor)
    readers = (actor, *absent)
    comes = {one.id: handover_takers.comes_to(session, one) for one in readers}
    reports = handover_subjects.of(session, or_(*comes.values()))
    about = {one.id: handover_subjects.kept_from(session, reports, one.id, one.name) for one in readers}
    plain = and_(Handover.kept.is_(None), Handover.disclosure_id.is_(None))
    coming = select(Handover.case_id).where(plain, or_(*map(handover_readers.comes_to, readers))).distinct()
    of = {one for one in session.scalars(coming) if one is not None}
    told = {one.id: and_(handover_readers.told(session, one, of), Handover.id.not_in(about[one.id])) for one in readers}
    through = (and_(comes[one.id], told[one.id]) for one in absent)
    handed_over = and_(
        Handover.disclosure_id.in_(given.handed(session, actor)),
        handover_readers.comes_to(actor),
        handover_senders.unblocked(actor),
    )
    return or_(and_(plain, or_(comes[actor.id], *through), told[actor.id]), handed_over)


def tell_sender(session: TenantSession, handover: Handover) -> None:
    """Leave a line for those who read it as its sender now and may learn what came of it, and for nobody else.

    What a disclosure handed over is read in its case: by who gave it, and by whoever has the case now.
    """
    if handover.disclosure_id is not None:
        handed.tell_case(session, handover)
    for account_id in senders(session, handover):
        somebody = accounts.actor(session, session.get_one(Account, account_id))
        if not handover_senders.kept_away(session, somebody, [handover]):
            notices.tell(session, account_id, "handover_told")


def senders(session: TenantSession, handover: Handover) -> list[str]:
    """The accounts that read it as its sender at this moment: who sent it, and who stands in for them.

    Not who has left the agency it was sent from, nor whom a conflict of interest closes its case to.
    """
    sent_by = dict.fromkeys([handover.sender_id, *deputies.of(session, [handover.sender_id])])
    people = [accounts.actor(session, session.get_one(Account, account_id)) for account_id in sent_by]
    query = select(Handover.id).where(Handover.id == handover.id)
    return [one.id for one in people if session.scalar(query.where(handover_senders.own(session, one))) is not None]


def _found(
    session: TenantSession, actor: Actor, query: Select[Handover], handover_id: str, action: Action, *, lock: bool
) -> Handover:
    held_ = query.with_for_update() if lock else query
    handover: Handover | None = session.scalar(held_.execution_options(populate_existing=True))
    if handover is None:
        raise NotFound(access.denial(actor, action, "handover", handover_id, "reach"))
    return handover


def _leave(session: TenantSession, actor: Actor, handover: Handover, action: Action) -> Decision:
    of = ("handover", handover.id, handover.case_id, handover.digest)
    return access.of_received(session, actor, Permission.HANDOVER_READ, action, *of)


def _content(decision: Decision, handover: Handover) -> Frozen:
    if handover.body is None:
        raise NotFound(access.denial(decision.actor, Action.HANDOVER_READ, "handover", handover.id, "state"))
    place = Spot(TABLE, handover.id, "body")
    return frozen.open_as_recipient(decision, handover.recipient_agency, place, handover.body, handover.digest)


def _cover(session: TenantSession, actor: Actor, handover: Handover) -> Cover:
    return _covers(session, actor, select(Handover).where(Handover.id == handover.id))[0]


def _covers(session: TenantSession, actor: Actor, query: Select[Handover]) -> Sequence[Cover]:
    rows = session.scalars(query).all()
    units = {unit.id: unit.name for unit in organisations.units(session)}
    ids = [row.id for row in rows]
    mine = set(
        session.scalars(
            select(Handover.id).where(
                Handover.id.in_(ids), or_(handover_takers.comes_to(session, actor), handover_senders.sent_by(actor))
            )
        )
    )
    told = [name for name in Cover.__slots__ if name not in {"sender_unit", "for_another", "is_read", "is_disclosed"}]
    return [
        Cover(
            **{name: getattr(row, name) for name in told},
            sender_unit="" if row.disclosure_id is not None else units.get(row.sender_unit_id, ""),
            for_another=row.id not in mine,
            is_read=(row.body is not None or row.disclosure_id is not None) and row.state in READABLE,
            is_disclosed=row.disclosure_id is not None,
        )
        for row in rows
    ]
