"""What the recipient of status permissions sees: exactly what was permitted, read live, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from casework.contract.fields import Agency
from casework.core import access, clock, shared_row, sharing, sharing_standing, telling
from casework.core.access import Decision
from casework.core.access_rows import CLOSED_STATUS_DAYS, conflicts, ends
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import (
    AgencyUnit,
    AuditCase,
    AuditEvent,
    Case,
    CaseAccess,
    ConflictBlock,
    Membership,
    StatusPermission,
)
from casework.core.permissions import Actor, Permission, Role
from casework.core.registry import Registry
from casework.core.shared_row import Shown
from casework.core.sharing import Chosen


@dataclass(frozen=True, slots=True)
class Given:
    """One status permission as the case's own people see it: to whom, what, why, for how long, and when it was read.

    ``is_read`` says whether it goes on and is shown at this moment: one that rests on what does not hold now is not.
    """

    id: str
    agency: str
    reference: str
    recognise: str
    states: Sequence[str]
    fields: Sequence[str]
    ground: str
    statute: str
    assessment: str
    purpose: str
    since: date
    until: date | None
    is_read: bool
    read_at: datetime | None
    ended_at: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """What has ended leaves its reference and the day for thirty days: no content, no reason."""

    reference: str
    on: date


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The recipient's rows in one municipality."""

    shown: Sequence[Shown]
    ended: Sequence[Ended]


def page(session: TenantSession, registry: Registry, actor: Actor) -> SharedPage:
    """What is shared with the actor's agency in the session's municipality; one audit row with the cases' ids."""
    access.require(actor, Permission.SHARED_READ, Action.SHARED_READ, "list")
    posts = _posts(session, actor)
    rows = session.execute(
        select(StatusPermission, Case)
        .join(Case, (Case.municipality == StatusPermission.municipality) & (Case.id == StatusPermission.case_id))
        .where(StatusPermission.agency.in_(posts), ~_blocked_before(actor))
        .order_by(StatusPermission.reference)  # random, so that the order tells nothing
    ).all()
    reached = set(
        session.scalars(
            select(CaseAccess.case_id).where(access.reached(actor, Permission.SHARED_READ, session.now))
        ).all()
    )
    live, over = [], []
    for shared, case in rows:
        end = _end(session, actor, shared, case)
        if end is None and case.id in reached:
            live.append((shared, case))
        elif end is not None and session.now < end + timedelta(days=CLOSED_STATUS_DAYS):
            over += [(shared, case, end)] if _could_read(posts[shared.agency], shared, end) else []
    asked = [case for _shared, case in live] + [case for _shared, case, _end in over]
    asking = access.of_consents(session, actor, {case.id for case in asked})
    closed = _closed(asking, asked)
    live = [
        (shared, case)
        for shared, case in live
        if case.id not in closed and sharing_standing.is_read(asking, registry, shared, case)
    ]
    decision = access.of_shared(session, actor, live)
    return SharedPage(
        [shared_row.shown(decision, registry, shared, case) for shared, case in live],
        [Ended(shared.reference, clock.today(end)) for shared, case, end in over if case.id not in closed],
    )


def preview(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    chosen: Chosen,
    agency: Agency = Agency.POLICE,
) -> Shown:
    """What the agency would see if this were permitted at this moment; nothing is kept."""
    case, decision = access.of_case(
        session, actor, Permission.CASE_SHARE, case_id, Action.CASE_OPENED, detail={"page": "sharing"}
    )
    until = chosen.until or clock.today(session.now)
    shown = shared_row.shown(decision, registry, sharing.drawn_up(session, actor, case, chosen, agency, until), case)
    return replace(shown, reference="", until=chosen.until)


def given(decision: Decision, registry: Registry, case: Case) -> list[Given]:
    """A case's status permissions, the latest first; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return []
    kind = registry.case_type(case.area, case.case_type)
    states = {} if kind is None else {state.name: state.label for state in kind.workflow.states}
    fields = {} if kind is None else {field.name: field.label for form in kind.forms for field in form.fields}
    session, actor = decision.session, decision.actor
    reading = {shared.id for shared, _end in sharing_standing.going_on(decision, registry, case)}
    return [
        Given(
            shared.id,
            shared.agency,
            shared.reference,
            shared.recognise,
            _in_order(states, json.loads(shared.states)),
            [fields.get(name, name) for name in json.loads(shared.fields)],
            shared_row.ground(decision, shared),
            shared_row.statute(shared),
            shared_row.text(decision, shared, "ground_note"),
            shared_row.text(decision, shared, "purpose"),
            clock.today(shared.valid_from),
            clock.last_day(end),
            shared.id in reading,
            _read_at(session, shared),
            _end(session, actor, shared, case),
            shared.ended_by is not None,
        )
        for shared, end in sharing.of_case(session, case)
    ]


def _in_order(labels: dict[str, str], names: list[str]) -> list[str]:
    """Labels in the order of the workflow; what the plugin no longer knows comes last, by its stored name."""
    known = [labels[name] for name in labels if name in names]
    return known + [name for name in names if name not in labels]


def _read_at(session: TenantSession, shared: StatusPermission) -> datetime | None:
    """When the agency last had the case in its list; what was shown to it counts as read."""
    role = Role.POLICE_LIAISON if shared.agency == Agency.POLICE else Role.PARTNER
    return session.scalar(
        select(func.max(AuditEvent.at))
        .join(
            AuditCase,
            (AuditCase.municipality == AuditEvent.municipality)
            & (AuditCase.lane == AuditEvent.lane)
            & (AuditCase.seq == AuditEvent.seq),
        )
        .where(
            AuditCase.case_id == shared.case_id,
            AuditEvent.action == Action.SHARED_READ,
            AuditEvent.actor_role == role,
            AuditEvent.at >= shared.valid_from,
        )
    )


def _posts(session: TenantSession, actor: Actor) -> dict[str, list[tuple[datetime, datetime]]]:
    """The agencies whose statuses a post of the actor's lets them read now, and when they have held one there."""
    found: dict[str, list[tuple[datetime, datetime]]] = {
        post.agency: [] for post in actor.posts if Permission.SHARED_READ in post.grants
    }
    held = session.execute(
        select(AgencyUnit.agency, Membership.valid_from, Membership.valid_until)
        .join(AgencyUnit, (AgencyUnit.municipality == Membership.municipality) & (AgencyUnit.id == Membership.unit_id))
        .where(Membership.account_id == actor.id, AgencyUnit.agency.in_(found))
    )
    for agency, begins, ends_ in held:
        found[agency].append((begins, ends_))
    return found


def _could_read(held: Sequence[tuple[datetime, datetime]], shared: StatusPermission, end: datetime) -> bool:
    """Whether somebody had a post there while it lasted: what was over before they came has never been there."""
    return any(begins <= end and shared.valid_from < until for begins, until in held)


def _closed(decision: Decision, cases: Sequence[Case]) -> frozenset[str]:
    """The cases of which the reader learns nothing, nor that something has ended.

    They bear the name of somebody in it or who must not know of it, or a file on the other side keeps them out. A
    conflict of interest is no such thing: what they had read ends for them, with its day.
    """
    session, actor = decision.session, decision.actor
    theirs = set(session.scalars(conflicts(actor.id)))
    apart = frozenset(id_ for id_ in session.scalars(access.blocks(actor)) if id_ not in theirs)
    return apart | telling.touching(decision, cases, actor.name)


def _blocked_before(actor: Actor) -> ColumnElement[bool]:
    """Whether somebody was blocked as the permission began: for them it has never been there, nor once it is lifted."""
    return exists().where(
        ConflictBlock.municipality == StatusPermission.municipality,
        ConflictBlock.case_id == StatusPermission.case_id,
        ConflictBlock.account_id == actor.id,
        ConflictBlock.made_at < StatusPermission.valid_from,
        or_(ConflictBlock.lifted_at.is_(None), ConflictBlock.lifted_at >= StatusPermission.valid_from),
    )


def _end(session: TenantSession, actor: Actor, shared: StatusPermission, case: Case) -> datetime | None:
    """The moment a status permission ended for this reader, or None while it holds.

    A conflict of interest ends it for good: whoever is let in again is shown what is permitted after that.
    """
    limits = [ends(case, shared)]
    blocked_since = session.scalar(
        select(func.min(ConflictBlock.made_at)).where(
            ConflictBlock.case_id == case.id,
            ConflictBlock.account_id == actor.id,
            or_(ConflictBlock.lifted_at.is_(None), ConflictBlock.lifted_at >= shared.valid_from),
        )
    )
    if blocked_since is not None:
        limits.append(blocked_since)
    end = min(limits)
    return end if end <= session.now else None
