"""Colleagues who have a case and bear the name of somebody who must not know of it.

A name alone shuts nobody out of their work: whoever assigns the case is told, and says whether it is a conflict.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from casework.core import access, accounts, case_leads, notices, opposite, telling
from casework.core.db import TenantSession
from casework.core.models import Case, CaseMember

KIND = "namesake_met"


def of_case(session: TenantSession, case: Case) -> frozenset[str]:
    """The accounts that are named in a case, or lead the unit that has it, and may be who must not know of it."""
    named = select(CaseMember.account_id).where(
        CaseMember.case_id == case.id, CaseMember.valid_until > session.now, CaseMember.valid_from <= session.now
    )
    there = {*session.scalars(named), *case_leads.of_unit(session, case.unit_id)}
    return telling.kept_away(session, case, accounts.names(session, there))


def of_leads(session: TenantSession, case: Case, met: Collection[str]) -> list[str]:
    """The names of those of them who lead the unit and are not named in the case."""
    named = set(session.scalars(select(CaseMember.account_id).where(CaseMember.case_id == case.id)))
    leads = case_leads.of_unit(session, case.unit_id).intersection(met) - named
    names = accounts.names(session, leads)
    return sorted(names[one] for one in leads)


def tell(session: TenantSession, case: Case) -> None:
    """Leave a line to the leads of each unit that has a case of the family with somebody like that in it.

    Where none of a unit's leads may know of it, to those of the others. Whom it is about is told nothing, and neither
    is whoever the case is closed to.
    """
    query = select(Case).where(Case.id.in_(opposite.near(session, case))).order_by(Case.id)
    for one in session.scalars(query).all():
        if of_case(session, one):
            _tell_leads(session, one)


def _tell_leads(session: TenantSession, case: Case) -> None:
    leads = case_leads.of_unit(session, None)
    closed = telling.kept_away(session, case, accounts.names(session, leads)) | access.blocked(session, case.id)
    for account_id in sorted(case_leads.of_unit(session, case.unit_id) - closed or leads - closed):
        notices.tell(session, account_id, KIND)
