"""What somebody who takes part in a case sees: a list without names, and the parts of one case, read live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework.core import access, accounts, cases, clock, participations, shared_parts
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import NotFound
from casework.core.models import Case, CaseAccess, Participation
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.core.shared_parts import Written


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a participant's list: its random reference and what kind of case it is."""

    id: str
    reference: str
    kind: str


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of one case that its participant sees. Nothing else of it reaches the template."""

    reference: str
    kind: str
    name: str
    contact: str
    until: date | None
    parts: Sequence[Written]


def listed(session: TenantSession, registry: Registry, actor: Actor) -> list[Line]:
    """The cases of the session's municipality in which the actor takes part at this moment, in an order that is random.

    A case that shows nothing at this moment is not there; nothing is told of one that has ended.
    """
    access.require(actor, Permission.PARTICIPATION_READ, Action.PARTICIPATIONS_LISTED, "list")
    found = []
    for part in _held(session, actor):
        case, decision = _opened(session, actor, part, Action.PARTICIPATIONS_LISTED)
        if participations.sees(decision, registry, case, part, actor.name):
            found.append(Line(part.id, part.reference, _kind(registry, case)))
    return found


def read(session: TenantSession, registry: Registry, actor: Actor, participation_id: str) -> Page:
    """The parts of one case that consent covers now; raises NotFound alike for what is missing, ended or not covered.

    Whoever catches that rolls the session back: nothing was read.
    """
    part = next((one for one in _held(session, actor) if one.id == participation_id), None)
    if part is None:
        raise NotFound(_denial(actor, participation_id))
    case, decision = _opened(session, actor, part, Action.PARTICIPATION_READ)
    kinds = participations.sees(decision, registry, case, part, actor.name)
    if not kinds:
        raise NotFound(_denial(actor, participation_id))
    identity = cases.subject(decision, case)
    return Page(
        part.reference,
        _kind(registry, case),
        "" if identity is None else identity.name,
        accounts.names(session, {case.officer_id or ""}).get(case.officer_id or "", ""),
        clock.last_day(part.valid_until),
        shared_parts.of_case(decision, registry, case, part.agency, kinds),
    )


def count(session: TenantSession, actor: Actor) -> int:
    """In how many cases the actor takes part at this moment: a number, and nothing else."""
    return len(_held(session, actor))


def _held(session: TenantSession, actor: Actor) -> Sequence[Participation]:
    """The actor's participations for an agency that they work for now, by reference."""
    agencies = {post.agency for post in actor.posts if Permission.PARTICIPATION_READ in post.grants}
    ways = select(CaseAccess.case_id).where(access.reached(actor, Permission.PARTICIPATION_READ, session.now))
    query = select(Participation).where(
        Participation.account_id == actor.id,
        Participation.agency.in_(agencies),
        Participation.ended_at.is_(None),
        Participation.case_id.in_(ways),
    )
    return session.scalars(query.order_by(Participation.reference)).all()


def _opened(session: TenantSession, actor: Actor, part: Participation, action: Action) -> tuple[Case, Decision]:
    detail = {"participation": part.id}
    return access.of_case(session, actor, Permission.PARTICIPATION_READ, part.case_id, action, detail=detail)


def _kind(registry: Registry, case: Case) -> str:
    kind = registry.case_type(case.area, case.case_type)
    return "" if kind is None else kind.label


def _denial(actor: Actor, participation_id: str) -> Denial:
    return access.denial(actor, Action.PARTICIPATION_READ, "participation", participation_id, "case_access")
