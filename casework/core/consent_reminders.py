"""What is soon to be done about consents: those about to end, and birthdays that change who decides.

That a consent ends is read each time from its last day, so no job has to run, and nothing is told of one that was
renewed or withdrawn. A birthday is sealed with its person; its task is added when the consent it falls in is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from casework.contract.language import gettext as _
from casework.core import access, clock, consent_rules, municipality_settings, tasks
from casework.core.access import Decision
from casework.core.consent_rules import ADULT
from casework.core.db import TenantSession
from casework.core.models import Case, CaseAccess, Consent
from casework.core.permissions import Actor, Permission

FIRST, SECOND, LAST = 30, 14, 3
"""Days before the last one on which it is told, told as soon, and told as late (C.1 of the domain: 30, 14 and 3)."""
MOST = 50
OF_AGE = _("Personen fyller 18 år. Fråga personen om nytt samtycke: vårdnadshavares samtycke gäller inte längre")
OWN_SAY = _("Personen fyller {age} år. Fråga på nytt: nu behövs också personens eget samtycke")


@dataclass(frozen=True, slots=True)
class Ending:
    """Consents of a case that end on a day: how many, and whether all of them are being asked for anew."""

    case_id: str
    on: date
    count: int
    asked: bool


def ending(session: TenantSession, actor: Actor) -> Sequence[Ending]:
    """What ends within thirty days in the open cases that the actor works in, the first to end first.

    What ended in the last thirty is told too, until the same person has answered anew: a gap is not silent.
    """
    today, renewal, later = clock.today(session.now), aliased(Consent), aliased(Consent)
    works_in = select(CaseAccess.case_id).where(
        access.reached(actor, Permission.CASE_WRITE, session.now), CaseAccess.is_open
    )
    anew = (
        select(renewal.id)
        .where(
            renewal.municipality == session.municipality,
            renewal.renews_id == Consent.id,
            renewal.state == "requested",
        )
        .exists()
    )
    answered = (
        select(later.id)
        .where(
            later.municipality == session.municipality,
            later.case_id == Consent.case_id,
            later.giver_id == Consent.giver_id,
            later.part == Consent.part,
            later.answered_at > Consent.answered_at,
        )
        .exists()
    )
    query = select(Consent.case_id, Consent.valid_until, anew).where(
        Consent.state == "given",
        Consent.valid_until.between(today - timedelta(days=FIRST), today + timedelta(days=FIRST)),
        or_(Consent.valid_until >= today, ~answered),
        Consent.case_id.in_(works_in),
    )
    found: dict[tuple[date, str], list[bool]] = {}
    for case_id, last, asked in session.execute(query.order_by(Consent.valid_until, Consent.case_id)).all():
        found.setdefault((last, case_id), []).append(bool(asked))
    return [Ending(case_id, last, len(asked), all(asked)) for (last, case_id), asked in found.items()][:MOST]


def remember_birthdays(decision: Decision, case: Case, consent: Consent) -> None:
    """Add the task for each birthday within a given consent on which others decide, unless it waits already."""
    everybody = consent_rules.givers(decision, case)
    born = next((one.identity.birth_date for one in everybody if one.part == "subject"), None)
    own_age = municipality_settings.number(decision.session, "consent_own_age")
    if born is None:
        return
    waiting = {one.what for one in tasks.of_case(decision, case) if one.task.done_at is None}
    changes = [(own_age, OWN_SAY.format(age=own_age))] if own_age < ADULT else []
    for age, what in (*changes, (ADULT, OF_AGE)):
        birthday = consent_rules.birthday(born, age)
        # A guardian's consent ends the day before the eighteenth birthday.
        within = clock.today(decision.session.now) < birthday <= consent.valid_until + timedelta(days=1)
        if within and what not in waiting:
            tasks.add_duty(decision, case, what, birthday)
