"""The leads of the unit that has a case: a line to them that something about one of their cases is to be looked at."""

from __future__ import annotations

from casework.core import access, accounts, cases, notices, organisations, telling
from casework.core.db import TenantSession
from casework.core.models import Case
from casework.core.permissions import Role


def tell(session: TenantSession, case: Case, by: str, kind: str) -> None:
    """Leave them a line of a kind; none to the account that did what it is about, nor to whom the case is closed.

    Whoever bears the name of who must not know is told where nobody else leads the unit: what nobody sees to can cost
    a life, and the line says nothing of the case.
    """
    able = of_unit(session, case.unit_id) - access.blocked(session, case.id)
    by_name = telling.kept_away(session, case, accounts.names(session, able))
    for account_id in sorted((able - by_name or able) - {by}):
        notices.tell(session, account_id, kind)


def of_unit(session: TenantSession, unit_id: str | None) -> set[str]:
    """The accounts that lead a unit at this moment; without one, those of every unit that can have cases."""
    found = organisations.colleagues(session, cases.holder(), frozenset({Role.TEAM_LEAD}))
    return {account.id for account, post in found if unit_id in {None, post.unit_id}}
