"""What each reader reaches through every function that reads, and what the model says they do: two sets to compare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import class_mapper

from casework.core import (
    access,
    accounts,
    disclosed,
    disclosure_decisions,
    handovers,
    partaking,
    received,
    shared_status,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.models import (
    AuditEvent,
    CaseAccess,
    ConsentUse,
    Disclosure,
    Handover,
    Participation,
    StatusPermission,
)
from casework.core.models import Consent as ConsentRow
from casework.core.permissions import Actor, Permission
from tests.core.moves_model import WAITING, Model
from tests.core.moves_things import TAKEN_ON, Handed, Wanted
from tests.core.taking_part import BOTH
from tests.core.test_participations_random import TOLD
from tests.worlds import KUMLA, World

T = TypeVar("T")
AT_WORK = frozenset({"mapping", "meeting", "plan", "review"})
"""Where a case of SSPF has participants."""
DECIDER, OFFICER, INTAKE = "ulf", "maja", "ida"
LABELS = {one.name: one.label for one in BOTH.areas["avhoppare"].case_type("avhopp").workflow.states} | {"": ""}
Seen = set[tuple[Any, ...]]
MOVING = {"state", "version", "passed_to", "body"}
"""The columns that may hold one thing and then another; every other one is written once."""
KEPT: tuple[Any, ...] = (ConsentRow, ConsentUse, Disclosure, Handover, Participation, StatusPermission)


def seen(world: World, model: Model, who: str) -> Seen:
    """All that somebody reaches at this moment; nothing of the look is kept."""
    session, mine = world.installation.open(KUMLA), {case.id for case in model.cases}
    with session:
        actor = accounts.actor(session, world.account(session, who))
        found = {*_sent_to(session, actor, model), *_handed_to(session, actor, model), *_partly(session, actor, model)}
        ways = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_LIST, session.now))
        found |= {("case", one) for one in session.scalars(ways) if who != OFFICER and one in mine}
        session.rollback()
    return found


def asked(read: Callable[[], T]) -> T | None:
    """What a read gives, or None where there is nothing to see."""
    try:
        return read()
    except NotFound:
        return None


def _sent_to(session: TenantSession, actor: Actor, model: Model) -> Seen:
    found: Seen = {("received", one.id) for one in asked(lambda: received.listed(session, actor)) or ()}
    found |= {("to decide", made.id) for made, _by in asked(lambda: disclosure_decisions.waiting(session, actor)) or ()}
    for id_ in (*model.disclosures, *model.waiting):
        opened = asked(lambda id_=id_: received.opened(session, actor, id_))  # type: ignore[misc]
        decides = asked(lambda id_=id_: disclosure_decisions.one(session, actor, id_))  # type: ignore[misc]
        found |= set() if opened is None else {("opened", id_, opened.content.as_bytes())}
        found |= set() if decides is None else {("decides", id_, decides.content.as_bytes())}
        found |= {("is there", id_)} if received.is_there(session, actor, id_) else set()
    return found


def _partly(session: TenantSession, actor: Actor, model: Model) -> Seen:
    page = asked(lambda: shared_status.page(session, BOTH, actor))
    found: Seen = set()
    if page is not None:
        found |= {("status", one.reference, one.state, one.person) for one in page.shown}
        found |= {("over", one.reference, one.on) for one in page.ended}
    found |= {("takes part", one.id) for one in asked(lambda: partaking.listed(session, BOTH, actor)) or ()}
    for id_ in model.parts:
        read = asked(lambda id_=id_: partaking.read(session, BOTH, actor, id_))  # type: ignore[misc]
        if read is not None:
            words = sorted(fact.words for part in read.parts for fact in part.facts)
            found.add(("part", id_, read.name, *words))
    return found


def _handed_to(session: TenantSession, actor: Actor, model: Model) -> Seen:
    inbox = asked(lambda: handovers.inbox(session, actor))
    found: Seen = {("count", handovers.waiting(session, actor))}
    if inbox is not None:
        found |= {("waits", one.id) for one in inbox.waiting} | {("held", one.id) for one in inbox.held}
        found |= {("sent", one.id, one.state) for one in handovers.sent(session, actor)}
    for id_, one in model.handed.items():
        cover = asked(lambda id_=id_: handovers.cover(session, actor, id_))  # type: ignore[misc]
        read = asked(lambda id_=id_: handovers.read(session, actor, id_)[1])  # type: ignore[misc]
        own = asked(lambda id_=id_: handovers.read_sent(session, actor, id_)[1])  # type: ignore[misc]
        reply = asked(lambda id_=id_: handovers.read_reply(session, actor, id_))  # type: ignore[misc]
        found |= set() if cover is None else {("cover", id_, cover.state)}
        found |= set() if read is None else {("reads", id_, read.as_bytes())}
        found |= set() if own is None else {("sent it", id_, own.as_bytes())}
        found |= set() if reply is None else {("reply", id_, reply.code, reply.words)}
        case = None if one.case is None else one.case.id
        if case is not None:
            kept = asked(lambda id_=id_, case=case: handovers.read_in_case(session, actor, case, id_)[1])  # type: ignore[misc]
            found |= set() if kept is None else {("in case", id_, kept.as_bytes())}
    return found


def expected(model: Model, who: str, now: datetime) -> Seen:
    """All that somebody may reach at a moment, by the model."""
    found: Seen = set()
    for one in model.disclosures.values():
        if one.who == who and model.received(one, now) and not one.asks:
            found |= {("received", one.id), ("is there", one.id), ("opened", one.id, one.content)}
    for one in model.parts.values():
        kinds = model.kinds_seen(one, AT_WORK, now) if one.who == who else frozenset()
        if kinds:
            words = sorted(said for said, asks in TOLD.items() if asks <= kinds)
            found |= {("takes part", one.id), ("part", one.id, one.case.person, *words)}
    if model.readers[who].agency == "police":
        for one in model.statuses.values():
            said = model.status(one, who, now)
            if isinstance(said, date):
                found.add(("over", one.id, said))
            elif said is not None:
                found.add(("status", one.id, LABELS[said], model.name_told(one)))
    for wanted in model.waiting.values():
        found |= _to_decide(wanted, who)
    reached = [one for one in model.handed.values() if model.reaches(who, one, now)]
    found.add(("count", sum(one.state in WAITING for one in reached)))
    for handed in reached:
        found |= _reaching(handed)
    for handed in model.handed.values():
        found |= _sending(model, handed, who, now)
    return found


def _to_decide(wanted: Wanted, who: str) -> Seen:
    if who != DECIDER or wanted.state != "assessed":
        return set()
    return {("to decide", wanted.id), ("decides", wanted.id, wanted.content)}


def _reaching(one: Handed) -> Seen:
    found: Seen = {("cover", one.id, one.state)}
    if one.state in WAITING:
        found.add(("waits", one.id))
    if one.state in TAKEN_ON:
        found.add(("held", one.id))
    return found | ({("reads", one.id, one.content)} if one.is_read else set())


def _sending(model: Model, one: Handed, who: str, now: datetime) -> Seen:
    found: Seen = set()
    if model.sent(who, one, now):
        untold = one.state == "assessed" or (one.state == "answered" and model.is_kept_from(who, one))
        state = "accepted" if untold else one.state  # whether a case was made is told to nobody
        state = "opened" if (one.kind, state) == ("question", "accepted") else state
        reply = ("", "") if untold and one.state == "answered" else one.reply
        found |= {("sent", one.id, state), ("sent it", one.id, one.content), ("reply", one.id, *reply)}
    if one.kept and who == (OFFICER if one.case in model.cases else INTAKE):
        found.add(("in case", one.id, one.content))
    return found


def kept(world: World, model: Model) -> dict[str, bytes]:
    """What each case keeps of what it told, as the officer reads it."""
    session, found = world.installation.open(KUMLA), {}
    with session:
        maja = accounts.actor(session, world.account(session, OFFICER))
        for one in model.disclosures.values():
            case, decision = access.of_case(session, maja, Permission.CASE_READ, one.case.id, Action.CASE_OPENED)
            content = disclosed.one(decision, case, one.id).content
            found[one.id] = b"" if content is None else content.as_bytes()
        session.rollback()
    return found


def written(world: World) -> dict[tuple[str, ...], Any]:
    """Every column that is written once, of every row that is kept of what moved, and the record of acts."""
    found: dict[tuple[str, ...], Any] = {}
    with world.session() as session:
        for table in KEPT:
            mapped = class_mapper(table)
            names = [one.key for one in mapped.column_attrs if one.key not in MOVING]
            keys = [str(one.key) for one in mapped.primary_key]
            for row in session.scalars(select(table)).all():
                name = (table.__name__, *(str(getattr(row, key)) for key in keys))
                found |= {(*name, one): getattr(row, one) for one in names}
        for lane, seq, mac in session.execute(select(AuditEvent.lane, AuditEvent.seq, AuditEvent.mac)):
            found["audit", str(lane), str(seq)] = bytes(mac)
    return found
