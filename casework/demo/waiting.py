"""What waits for a second person in the demonstration: a lower protection that Maja asks for and Vilma can approve."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import accounts, case_people
from casework.core.installation import Installation
from casework.core.models import Case, Person

WHERE, WHO = "1881", "maja.testlind"
WHY = "Skatteverket har meddelat att markeringen är borttagen."


def ask(installation: Installation) -> bool:
    """Ask for it in the latest of Maja's cases whose person is protected; False where there is none."""
    with installation.session(WHERE) as session:
        account = accounts.find(session, WHO)
        if account is None:
            return False
        maja = accounts.actor(session, account)
        protected = (
            select(Case.id, Person.protection)
            .join(Person, (Person.municipality == Case.municipality) & (Person.id == Case.subject_id))
            .where(Case.officer_id == account.id, Case.is_open, Person.protection > 0)
            .order_by(Case.number.desc())
        )
        found = session.execute(protected.limit(1)).one_or_none()
        if found is None:
            return False
        case_people.lower_protection(session, maja, found.id, found.protection - 1, reason=WHY)
    return True
