"""What waits for whose approval, and what became of what somebody asked for. Opens the reason, nothing of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, or_, select

from casework.core import access, accounts, approval_deciders, approvals, notices, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.approval_kinds import KINDS
from casework.core.asked import Asked
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.models import Account, Approval
from casework.core.permissions import Actor, Permission

KEPT_DAYS = 30
"""How long somebody sees what became of what they asked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An approval with what was said about it; ``state`` is what it is at this moment."""

    approval: Approval
    asked: Asked
    state: str
    requester: str
    decider: str
    reason: str
    answer: str
    able: Sequence[Account]


def waiting(session: TenantSession, actor: Actor) -> list[Shown]:
    """What the actor may approve now, the oldest first."""
    access.require(actor, Permission.APPROVAL_ASK, Action.APPROVALS_LISTED, "list")
    notices.read(session, actor.id, "approval_waits")
    return _shown(session, actor, _open_to(session, actor), Action.APPROVALS_LISTED)


def count(session: TenantSession, actor: Actor) -> int:
    """How much waits for the actor's approval."""
    return len(_open_to(session, actor))


def count_decided(session: TenantSession, actor: Actor) -> int:
    """How much of what the actor asked for lately is decided and may be seen by them."""
    return sum(one.ended_at is not None for one in _asked(session, actor))


def asked(session: TenantSession, actor: Actor) -> list[Shown]:
    """What the actor has asked for lately, the latest first."""
    access.require(actor, Permission.APPROVAL_ASK, Action.APPROVALS_LISTED, "list")
    notices.read(session, actor.id, "approval_decided")
    return _shown(session, actor, _asked(session, actor), Action.APPROVALS_LISTED)


def one(session: TenantSession, actor: Actor, approval_id: str) -> Shown:
    """Something the actor may decide, with the reason for it; raises NotFound for anything else."""
    access.require(actor, Permission.APPROVAL_ASK, Action.APPROVAL_READ, "approval", approval_id)
    query = select(Approval).where(Approval.id == approval_id, access.unblocked(actor))
    approval = session.scalar(query)
    if approval is None or approval.kind not in KINDS or approval.requester_id == actor.id:
        raise NotFound(access.denial(actor, Action.APPROVAL_READ, "approval", approval_id, "missing"))
    approval_deciders.require(session, actor, approval, Action.APPROVAL_READ)
    return _shown(session, actor, [approval], Action.APPROVAL_READ)[0]


def at(session: TenantSession, object_id: str, *kinds: str, case_id: str | None = None) -> list[Shown]:
    """What waits at an object, for the page of the deed; without the reason.

    At a person, ``case_id`` says of which case: what is asked in another is not told here.
    """
    rows = [one for one in approvals.waiting_at(session, object_id, *kinds) if case_id in (None, one.case_id)]
    return [_line(session, None, row, _names(session, rows)) for row in rows]


def _asked(session: TenantSession, actor: Actor) -> list[Approval]:
    """What the actor has asked for lately and still hears of."""
    since = session.now - timedelta(days=KEPT_DAYS)
    query = select(Approval).where(Approval.requester_id == actor.id, Approval.requested_at > since)
    rows = session.scalars(query.order_by(Approval.requested_at.desc(), Approval.id)).all()
    return approval_deciders.heard(session, actor, rows)


def _open_to(session: TenantSession, actor: Actor) -> list[Approval]:
    """What waits for the actor and nothing keeps from them."""
    rows, me = session.scalars(_waiting(session, actor)).all(), {actor.id: actor.name}
    return [one for one in rows if not approval_deciders.kept_away(session, one, me)]


def _waiting(session: TenantSession, actor: Actor) -> Select[Approval]:
    mine = [name for name, kind in KINDS.items() if actor.may(kind.decided_by)]
    return (
        select(Approval)
        .where(
            Approval.state == "waiting",
            Approval.expires_at > session.now,
            Approval.kind.in_(mine),
            Approval.requester_id != actor.id,
            or_(Approval.concerns_id.is_(None), Approval.concerns_id != actor.id),
            access.unblocked(actor),
        )
        .order_by(Approval.requested_at, Approval.id)
    )


def _shown(session: TenantSession, actor: Actor, rows: Sequence[Approval], action: Action) -> list[Shown]:
    known = [row for row in rows if row.kind in KINDS]
    decision = access.of_approvals(session, actor, known, action)
    names = _names(session, known)
    return [_line(session, decision, row, names) for row in known]


def _names(session: TenantSession, rows: Sequence[Approval]) -> dict[str, str]:
    return accounts.names(session, {one for row in rows for one in (row.requester_id, row.decided_by) if one})


def _line(session: TenantSession, decision: Decision | None, row: Approval, names: dict[str, str]) -> Shown:
    late = row.state == "waiting" and row.expires_at <= session.now
    state = "expired" if late else row.state
    return Shown(
        row,
        Asked.of(row),
        state,
        names.get(row.requester_id, ""),
        names.get(row.decided_by or "", ""),
        "" if decision is None else vault.open_approval(decision, row, "reason"),
        "" if decision is None else vault.open_approval(decision, row, "answer"),
        approval_deciders.able(session, row) if state == "waiting" else (),
    )
