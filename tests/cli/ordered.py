"""A copy of a case ordered in it, as its officer does on a page, for the command that hands it out."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import accounts, case_exports, export_rules
from casework.core.export_rules import Wanted
from casework.core.models import Account, Case, Person
from tests.cli.conftest import Casework


def ordered(casework: Casework, code: str, protection: int = 0, nth: int = 0) -> str:
    """Order an extract of the nth imported case whose person has a protection level; the case's number."""
    with casework.installation() as installation, installation.session(code) as session:
        query = (
            select(Case)
            .join(Person, (Person.municipality == Case.municipality) & (Person.id == Case.subject_id))
            .where(Case.officer_id.is_not(None), Person.protection == protection)
            .order_by(Case.number)
        )
        case = session.scalars(query).all()[nth]
        officer = accounts.actor(session, session.get_one(Account, case.officer_id))
        chosen = [one.id for one in export_rules.signed(session, case)]
        wanted = Wanted("extract", case.subject_id or "", chosen, assessment="Prövat mot 26 kap. 1 § OSL")
        case_exports.order(session, installation.registry, officer, case.id, wanted)
        return case.number
