"""The leads of the unit that has a case: a line to them that something about one of their cases is to be looked at."""

from __future__ import annotations

from casework.core import access, accounts, cases, notices, organisations, telling
from casework.core.db import TenantSession
from casework.core.models import Case
from casework.core.permissions import Role


def tell(session: TenantSession, case: Case, by: str, kind: str) -> None:
    """Leave those who may know of it a line of a kind; none to the account that did what it is about."""
    for account_id in sorted(who_may_know(session, case) - {by}):
        notices.tell(session, account_id, kind)


def who_may_know(session: TenantSession, case: Case) -> set[str]:
    """The leads of the unit that has a case, or of the others where none of them may know of it.

    Nobody the case is closed to, and nobody who bears the name of who must not know of it.
    """
    leads = of_unit(session, None)
    closed = telling.kept_away(session, case, accounts.names(session, leads)) | access.blocked(session, case.id)
    return of_unit(session, case.unit_id) - closed or leads - closed


def of_unit(session: TenantSession, unit_id: str | None) -> set[str]:
    """The accounts that lead a unit at this moment; without one, those of every unit that can have cases."""
    found = organisations.colleagues(session, cases.holder(), frozenset({Role.TEAM_LEAD}))
    return {account.id for account, post in found if unit_id in {None, post.unit_id}}
