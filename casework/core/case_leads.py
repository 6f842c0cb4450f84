"""The leads of the unit that has a case: a line to them that something about one of their cases is to be looked at."""

from __future__ import annotations

from casework.core import access, cases, notices, organisations
from casework.core.db import TenantSession
from casework.core.models import Case
from casework.core.permissions import Actor, Role


def tell(session: TenantSession, case: Case, by: Actor, kind: str) -> None:
    """Leave them a line of a kind; none to whoever did what it is about, and to nobody the case is closed to."""
    for account_id in sorted(of_unit(session, case.unit_id) - {by.id} - access.blocked(session, case.id)):
        notices.tell(session, account_id, kind)


def of_unit(session: TenantSession, unit_id: str | None) -> set[str]:
    """The accounts that lead a unit at this moment; without one, those of every unit that can have cases."""
    found = organisations.colleagues(session, cases.holder(), frozenset({Role.TEAM_LEAD}))
    return {account.id for account, post in found if unit_id in {None, post.unit_id}}
