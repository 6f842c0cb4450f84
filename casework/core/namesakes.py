"""Colleagues who have a case and bear the name of somebody who must not know of it.

A name alone shuts nobody out of their work: whoever assigns the case is told, and says whether it is a conflict.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from casework.core import access, accounts, case_leads, cases, notices, opposite, organisations, telling
from casework.core.db import TenantSession
from casework.core.models import Case, CaseMember
from casework.core.permissions import Role

KIND = "namesake_met"


def of_case(session: TenantSession, case: Case) -> frozenset[str]:
    """The accounts that have a case, and may be who must not know of it.

    Who is named in it, leads the unit that has it, or takes in for it while nobody handles it.
    """
    named = select(CaseMember.account_id).where(
        CaseMember.case_id == case.id, CaseMember.valid_until > session.now, CaseMember.valid_from <= session.now
    )
    there = {*session.scalars(named), *_beside(session, case)}
    return telling.kept_away(session, case, accounts.names(session, there))


def beside(session: TenantSession, case: Case, met: Collection[str]) -> list[str]:
    """The names of those of them who lead the unit or take in for it, and are not named in the case."""
    there = select(CaseMember.account_id).where(CaseMember.case_id == case.id, CaseMember.valid_until > session.now)
    who = _beside(session, case).intersection(met) - set(session.scalars(there))
    names = accounts.names(session, who)
    return sorted(names[one] for one in who)


def tell(session: TenantSession, case: Case) -> None:
    """Leave a line to the leads of each unit that has a case of the family with somebody like that in it.

    Where none of a unit's leads may know of it, to those of the others. Whom it is about is told nothing, and neither
    is whoever the case is closed to.
    """
    query = select(Case).where(Case.id.in_(opposite.near(session, case))).order_by(Case.id)
    for one in session.scalars(query).all():
        for account_id in sorted(_who_may_know(session, one) if of_case(session, one) else ()):
            notices.tell(session, account_id, KIND)


def _who_may_know(session: TenantSession, case: Case) -> set[str]:
    leads = case_leads.of_unit(session, None)
    closed = telling.kept_away(session, case, accounts.names(session, leads)) | access.blocked(session, case.id)
    return case_leads.of_unit(session, case.unit_id) - closed or leads - closed


def _beside(session: TenantSession, case: Case) -> set[str]:
    """Who has a case without being named in it: the unit's leads, and its intake while nobody handles it."""
    roles = {Role.TEAM_LEAD} if case.officer_id is not None or not case.is_open else {Role.TEAM_LEAD, Role.INTAKE}
    found = organisations.colleagues(session, cases.holder(), frozenset(roles))
    return {account.id for account, post in found if post.unit_id == case.unit_id}
