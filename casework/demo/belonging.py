"""Files that belong together in the demonstration: somebody's who is exposed, a child's, and that of who harms them."""

from __future__ import annotations

from sqlalchemy import select

from casework.contract import Side
from casework.core import accounts, case_links
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Case
from casework.core.permissions import Actor

WHERE = "1881"
OFFICER, LEAD = "maja.testlind", "vilma.dummy"
EXPOSED, CHILD, OTHER = "vinr_utsatt", "vinr_barn", "vinr_utovare"


def link(installation: Installation) -> bool:
    """Link them: the officer those that she works in, the lead the one she may not know of; False where one lacks."""
    with installation.session(WHERE) as session:
        people = {who: accounts.find(session, who) for who in (OFFICER, LEAD)}
        officer, lead = (None if one is None else accounts.actor(session, one) for one in people.values())
        if officer is None or lead is None:
            return False
        exposed, child, other = (_one(session, officer, kind) for kind in (EXPOSED, CHILD, OTHER))
        if exposed is None or child is None or other is None:
            return False
        case_links.link(session, installation.registry, officer, exposed.id, child.number)
        case_links.link(session, installation.registry, lead, exposed.id, other.number)
    return True


def _one(session: TenantSession, officer: Actor, case_type: str) -> Case | None:
    """The first open file of a type that somebody works in: the officer's own, or not, on the other side."""
    adverse = case_type == OTHER
    query = select(Case).where(Case.case_type == case_type, Case.is_open, Case.officer_id.is_not(None))
    whose = Case.officer_id != officer.id if adverse else Case.officer_id == officer.id
    found = session.scalars(query.where(whose).order_by(Case.number).limit(1)).first()
    return found if found is None or (found.side == Side.ADVERSE) is adverse else None
