"""What a page draws anew while somebody fills it in: asked for as when it was opened, and remembered once a visit.

A record in which each tick of a box is an opening hides the openings. So the page's own opening stands for what it
draws anew, as long as a visit lasts; where there is none, what is drawn is an opening.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from casework.core import access, audit
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail, Event
from casework.core.db import TenantSession
from casework.core.models import AuditEvent, Case
from casework.core.permissions import Actor, Permission

VISIT = timedelta(minutes=30)
"""How long an opening stands for what is drawn anew."""


def of_case(
    session: TenantSession, actor: Actor, permission: Permission, case_id: str, detail: Detail
) -> tuple[Case, Decision]:
    """The case and leave to use it, as ``access.of_case`` gives it or refuses; its row is that of the same visit."""
    before = audit.waiting(session)
    case, decision = access.of_case(session, actor, permission, case_id, Action.CASE_OPENED, detail=detail)
    if _is_of_a_visit(session, audit.waiting(session)[-1]):
        audit.keep(session, before)
    return case, decision


def _is_of_a_visit(session: TenantSession, opening: Event) -> bool:
    same = ("actor_id", "actor_role", "action", "outcome", "case_id", "detail")
    query = select(AuditEvent.seq).where(*(getattr(AuditEvent, name) == getattr(opening, name) for name in same))
    return session.scalar(query.where(AuditEvent.at > session.now - VISIT).limit(1)) is not None
