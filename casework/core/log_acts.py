"""The acts that a review of the log looks at: by whom, when, what, in which case; and who may review whose."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, tuple_

from casework.core import access
from casework.core.actions import READS, Action
from casework.core.db import TenantSession
from casework.core.models import AuditEvent, Case, Membership
from casework.core.permissions import OPERATOR, Actor, Role

OPENS = frozenset(
    {
        Action.CASE_OPENED,
        Action.COMMUNICATION_READ,
        Action.CONSENT_PAPER_OPENED,
        Action.DISCLOSURE_READ,
        Action.ENTRY_READ,
        Action.JOURNAL_READ,
        Action.SEALED_OPENED,
    }
)
"""What opens a case's content."""
STAFF = (Role.CASE_OFFICER, Role.INTAKE)
"""Whose acts a lead reviews; those of log reviewers and administrators are not a unit's."""
NO_CONTENT = ('{"page":"conflicts"}', '{"page":"team"}')
"""The details of a look at who is in a case, which opens nothing of it."""
NO_WORK = READS | {
    Action.APPROVAL_READ,
    Action.APPROVALS_LISTED,
    Action.COMMUNICATION_PRINTED,
    Action.COMMUNICATION_READ,
    Action.CONSENT_FORM_PRINTED,
    Action.CONSENT_PAPER_OPENED,
    Action.DISCLOSURE_PRINTED,
    Action.EMERGENCIES_LISTED,
    Action.EMERGENCY_OPENED,
    Action.EMERGENCY_READ,
    Action.EMERGENCY_REVIEWED,
    Action.HANDOVER_OPENED,
    Action.KEYS_LISTED,
    Action.LOG_ANSWERED,
    Action.LOG_ASKED,
    Action.LOG_REVIEWED,
    Action.RECEIVED_OPENED,
    Action.SEALED_AGAIN,
    Action.SEALED_OPENED,
}
"""What is no work in a case: whoever does nothing else there only looks."""
COLUMNS = (
    AuditEvent.at,
    AuditEvent.lane,
    AuditEvent.seq,
    AuditEvent.hash,
    AuditEvent.actor_id,
    AuditEvent.actor_role,
    AuditEvent.action,
    AuditEvent.outcome,
    AuditEvent.case_id,
    AuditEvent.detail,
)
NAMED_BY = 16
"""So many bytes of a row's digest are its name in addresses."""


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the record. ``item`` is its name in addresses: random to look at, and nothing tells it but the row."""

    at: datetime
    lane: int
    seq: int
    hash: bytes
    actor_id: str
    role: str
    action: str
    outcome: str
    case_id: str | None
    detail: str

    @property
    def item(self) -> str:
        """The act's name in addresses."""
        return base64.urlsafe_b64encode(self.hash[:NAMED_BY]).decode().rstrip("=")


def of(rows: Iterable[Row[*tuple[object, ...]]]) -> list[Act]:
    """The acts that rows of ``COLUMNS`` are."""
    return [Act(*row) for row in rows]  # type: ignore[arg-type]  # in the order of COLUMNS


def reviewable(actor: Actor) -> ColumnElement[bool]:
    """The acts that the actor may review: for a log reviewer everybody's but their own, for a lead those of the units.

    A lead's acts are left to the log reviewer, and cases that a conflict of interest closes are left out, with what was
    done about persons for them. Whose act it was to review goes by the posts held when it was done.
    """
    others = and_(
        AuditEvent.actor_id.not_in((actor.id, OPERATOR.id)),
        or_(AuditEvent.case_id.is_(None), AuditEvent.case_id.not_in(access.blocks(actor))),
    )
    if any(post.role is Role.LOG_REVIEWER for post in actor.posts):
        return others
    units = {post.unit_id for post in actor.posts if post.role is Role.TEAM_LEAD}
    staff = and_(Membership.unit_id.in_(units), Membership.role.in_(STAFF))
    return and_(others, _held(staff), ~_held(Membership.role == Role.TEAM_LEAD))


def _held(post: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether who did it held a post of a kind when it was done."""
    return exists().where(
        Membership.municipality == AuditEvent.municipality,
        Membership.account_id == AuditEvent.actor_id,
        Membership.valid_from <= AuditEvent.at,
        Membership.valid_until > AuditEvent.at,
        post,
    )


def opened(session: TenantSession, whose: ColumnElement[bool], first: datetime, end: datetime) -> list[Act]:
    """The acts from a moment to before another that opened a case, the earliest first."""
    query = select(*COLUMNS).where(whose, *_opening(first, end))
    return of(session.execute(query.order_by(AuditEvent.at, AuditEvent.lane, AuditEvent.seq)).all())


def places(session: TenantSession, first: datetime, end: datetime) -> list[tuple[int, int]]:
    """Where in the record everything stands that opened a case in a span of time: lanes and numbers, and no more."""
    rows = session.execute(select(AuditEvent.lane, AuditEvent.seq).where(*_opening(first, end))).all()
    return [(row.lane, row.seq) for row in rows]


def at_places(session: TenantSession, wanted: Collection[tuple[int, int]]) -> list[Act]:
    """The acts that stand in some places of the record, the earliest first."""
    chosen = tuple_(AuditEvent.lane, AuditEvent.seq).in_(wanted)
    query = select(*COLUMNS).where(chosen).order_by(AuditEvent.at, AuditEvent.lane, AuditEvent.seq)
    return of(session.execute(query).all())


def _opening(first: datetime, end: datetime) -> list[ColumnElement[bool]]:
    """What an act is that opened a case from a moment to before another."""
    return [
        AuditEvent.actor_id != OPERATOR.id,
        AuditEvent.action.in_(OPENS),
        AuditEvent.detail.not_in(NO_CONTENT),
        AuditEvent.outcome == "done",
        AuditEvent.case_id.is_not(None),
        AuditEvent.at >= first,
        AuditEvent.at < end,
    ]


def worked(
    session: TenantSession, actor_ids: Collection[str], first: datetime, end: datetime
) -> dict[tuple[str, str], list[datetime]]:
    """When somebody worked in a case, by person and case."""
    query = select(AuditEvent.actor_id, AuditEvent.case_id, AuditEvent.at).where(
        AuditEvent.actor_id.in_(actor_ids),
        AuditEvent.action.not_in(NO_WORK),
        AuditEvent.outcome == "done",
        AuditEvent.case_id.is_not(None),
        AuditEvent.at >= first,
        AuditEvent.at < end,
    )
    found: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for who, case, at in session.execute(query).all():
        found[who, str(case)].append(at)
    return found


def named(item: str) -> ColumnElement[bool] | None:
    """The condition that an act has this name; None for what can be no name."""
    try:
        start = base64.urlsafe_b64decode(item + "==")
    except (binascii.Error, ValueError):
        return None
    if len(start) != NAMED_BY:
        return None
    return AuditEvent.hash.between(start, start + b"\xff" * NAMED_BY)


def numbers(session: TenantSession, case_ids: Iterable[str | None]) -> dict[str, str]:
    """The numbers of cases by their ids; a case that was destroyed has none."""
    wanted = {id_ for id_ in case_ids if id_ is not None}
    rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(wanted))).all()
    return {row.id: row.number for row in rows}
