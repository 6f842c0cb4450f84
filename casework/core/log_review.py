"""The log as who reviews it sees it: what differs, this month's sample, and the whole of it by filter.

Who reviews sees who, when, what and in which case, and nothing of the case itself. Every look is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from casework.core import access, accounts, audit, clock, log_acts, log_deviations, log_sample, notices
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.log_acts import COLUMNS, OPENS, Act
from casework.core.log_deviations import Deviation
from casework.core.models import AuditEvent, LogReview
from casework.core.permissions import Actor, Permission

PAGE = 50
LEFT = 3
"""For so many months more what has not been signed is asked for."""
LISTS = frozenset(
    {Action.CASES_LISTED, Action.CASES_SEARCHED, Action.DAY_READ, Action.PARTICIPATIONS_LISTED, Action.SHARED_READ}
)
EMERGENCY = frozenset({Action.EMERGENCY_OPENED})
KINDS = {"opened": OPENS, "listed": LISTS, "emergency": EMERGENCY}
"""Acts of a kind, by which the log can be filtered; ``changed`` is all that is no look."""
Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which acts of the log are asked for."""

    person: str = ""
    first: date | None = None
    last: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An act as who reviews it sees it in a list."""

    act: Act
    name: str
    number: str
    deviations: Sequence[Deviation]
    outcome: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits: the acts that differ, and the sample of the month that is over, after what earlier ones left."""

    deviations: Sequence[Line]
    sample: Sequence[Line]
    month: date


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log, and whose acts it can be filtered by."""

    lines: Sequence[Line]
    people: Sequence[tuple[str, str]]
    following: Place | None


def overview(session: TenantSession, actor: Actor) -> Overview:
    """What differs since a quarter and is not reviewed yet, and the sample of the month that is over; all audited.

    What an earlier month's sample held waits before it until it is signed; after that the yearly report counts it.
    """
    access.require(actor, Permission.LOG_REVIEW, Action.LOG_LISTED, "log")
    month = log_sample.last_month(clock.today(session.now))
    earlier = log_sample.months_before(month, LEFT)
    whose = log_acts.reviewable(actor)
    end = session.now + timedelta(microseconds=1)
    found = log_deviations.find(session, actor, whose, clock.start_of(earlier[0]), end)
    drawn = _allowed(session, whose, log_sample.of_month(session, month))
    left = _allowed(session, whose, [act for one in earlier for act in log_sample.of_month(session, one)])
    signed = outcomes_of(session, [*(one.act for one in found), *drawn, *left])
    drawn = [act for act in left if act.item not in signed] + drawn
    for kind in ("disclosure_wrong", "log_answer"):
        notices.read(session, actor.id, kind)
    by_act: dict[str, list[Deviation]] = {}
    for one in found:
        if one.act.item not in signed:
            by_act.setdefault(one.act.item, []).append(one)
    acts = {one.act.item: one.act for one in found if one.act.item in by_act}
    _remember(session, actor, "overview", [*acts.values(), *drawn])
    lines = lines_of(session, [*acts.values(), *drawn], by_act, signed)
    return Overview(lines[: len(acts)], lines[len(acts) :], month)


def page(session: TenantSession, actor: Actor, filters: Filters, after: Place | None) -> Page:
    """A page of the acts that the actor may review, the latest first; audited with the cases it shows."""
    access.require(actor, Permission.LOG_REVIEW, Action.LOG_LISTED, "log")
    whose = log_acts.reviewable(actor)
    query = select(*COLUMNS).where(whose, *_conditions(filters))
    if after is not None:
        at, hash_ = after[0], bytes.fromhex(after[1])
        query = query.where(or_(AuditEvent.at < at, and_(AuditEvent.at == at, AuditEvent.hash < hash_)))
    query = query.order_by(AuditEvent.at.desc(), AuditEvent.hash.desc()).limit(PAGE + 1)
    acts = log_acts.of(session.execute(query).all())
    following = (acts[PAGE - 1].at, acts[PAGE - 1].hash.hex()) if len(acts) > PAGE else None
    _remember(session, actor, "list", acts[:PAGE])
    lines = lines_of(session, acts[:PAGE], {}, outcomes_of(session, acts[:PAGE]))
    return Page(lines, _people(session, whose), following)


def outcomes_of(session: TenantSession, acts: Sequence[Act]) -> dict[str, str]:
    """What signed reviews of some acts came to, by the acts' names."""
    query = select(LogReview.item, LogReview.outcome).where(LogReview.item.in_({act.item for act in acts}))
    return {row.item: row.outcome for row in session.execute(query).all()}


def _allowed(session: TenantSession, whose: ColumnElement[bool], acts: Sequence[Act]) -> list[Act]:
    """Those of some acts that the actor may review."""
    query = select(AuditEvent.hash).where(whose, AuditEvent.hash.in_([act.hash for act in acts]))
    hashes = set(session.scalars(query).all())
    return [act for act in acts if act.hash in hashes]


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.person:
        found.append(AuditEvent.actor_id == filters.person)
    if filters.first is not None:
        found.append(AuditEvent.at >= clock.start_of(filters.first))
    if filters.last is not None:
        found.append(AuditEvent.at < clock.start_of(filters.last + timedelta(days=1)))
    if filters.kind in KINDS:
        found.append(AuditEvent.action.in_(KINDS[filters.kind]))
    elif filters.kind == "changed":
        found.append(AuditEvent.action.not_in(log_acts.NO_WORK))
    return found


def _people(session: TenantSession, whose: ColumnElement[bool]) -> list[tuple[str, str]]:
    ids = set(session.scalars(select(AuditEvent.actor_id).where(whose).distinct()).all())
    names = accounts.names(session, ids)
    return sorted(((id_, names[id_]) for id_ in ids if id_ in names), key=lambda pair: pair[1])


def _remember(session: TenantSession, actor: Actor, part: str, acts: Sequence[Act]) -> None:
    cases = {act.case_id for act in acts if act.case_id is not None}
    detail: audit.Detail = {"part": part, "count": len(acts)}
    audit.record(session, actor, Action.LOG_LISTED, "log", "", detail=detail, cases=cases)


def lines_of(
    session: TenantSession, acts: Sequence[Act], found: dict[str, list[Deviation]], outcomes: dict[str, str]
) -> list[Line]:
    """Acts with what a list says of them beside."""
    names = accounts.names(session, {act.actor_id for act in acts})
    numbers = log_acts.numbers(session, [act.case_id for act in acts])
    return [
        Line(
            act,
            names.get(act.actor_id, ""),
            numbers.get(act.case_id or "", ""),
            found.get(act.item, ()),
            outcomes.get(act.item, ""),
        )
        for act in acts
    ]
