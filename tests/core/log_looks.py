"""Short ways to open a case, to name the act that did, and to ask who may review it."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import cases, log_acts, log_items
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.models import AuditEvent
from tests.worlds import World


def look(world: World, who: str, case: str, page: str = "overview") -> str:
    """Open a case; the act's name."""
    with world.acting(who) as (session, actor):
        cases.open_case(session, actor, case, page)
    return acts_of(world, who)[-1]


def acts_of(world: World, who: str, action: str = Action.CASE_OPENED) -> list[str]:
    with world.session() as session:
        query = select(*log_acts.COLUMNS).where(AuditEvent.actor_id == world.ids[who], AuditEvent.action == action)
        return [act.item for act in log_acts.of(session.execute(query.order_by(AuditEvent.at, AuditEvent.seq)).all())]


def reads(world: World, who: str, item: str) -> bool:
    try:
        with world.acting(who) as (session, actor):
            log_items.read(session, actor, item)
    except NotFound:
        return False
    return True
