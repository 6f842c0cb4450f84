"""Short ways to ask to name somebody in a protected person's case, to decide it, and to see what came of it."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import access, approvals, teams
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.models import Approval, AuditEvent
from casework.core.permissions import Permission
from tests.worlds import KUMLA, REGISTRY, World


def ask(world: World, case_id: str, who: str = "sven", by: str = "vilma", reason: str = "") -> Approval:
    """Ask to name somebody in a protected person's case."""
    with world.acting(by) as (session, actor):
        asked = teams.name(session, actor, case_id, world.ids[who], "reader", may_unseal=False, reason=reason)
    assert asked is not None
    return asked


def decide(world: World, approval: Approval, by: str, *, granted: bool = True, code: str = KUMLA) -> str:
    with world.acting(by, code) as (session, actor):
        return approvals.decide(session, REGISTRY, actor, approval.id, granted=granted).approval.state


def stored(world: World, approval: Approval) -> Approval:
    with world.session() as session:
        return session.scalars(select(Approval).where(Approval.id == approval.id)).one()


def reads(world: World, who: str, case_id: str) -> bool:
    try:
        with world.acting(who) as (session, actor):
            access.of_case(session, actor, Permission.CASE_READ, case_id, Action.CASE_OPENED)
    except NotFound:
        return False
    return True


def acts(world: World, *actions: Action) -> list[tuple[str, str]]:
    """Who did which of some acts, in order."""
    names = {id_: who for who, id_ in world.ids.items()}
    with world.session() as session:
        rows = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.action.in_(actions), AuditEvent.outcome == "done")
            .order_by(AuditEvent.at, AuditEvent.seq)
        ).all()
        return [(names[row.actor_id], row.action) for row in rows]
