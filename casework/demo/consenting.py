"""Consents in the demonstration: a young person's case that waits for three, a yes, a no, and one about to end."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.core import (
    access,
    accounts,
    clock,
    consent_register,
    consent_rules,
    organisations,
    personal_numbers,
    persons,
)
from casework.core.actions import Action
from casework.core.consent_register import Answer, Wanted
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Account, Case, CasePerson, Person, StatusPermission
from casework.core.permissions import Actor, Permission
from casework.core.personal_numbers import PersonalNumber
from casework.demo import people

ADULTS, YOUNG, WAITING = "avhoppare", "barn_unga", "consent"
SEED = 3
"""Of the invented guardians; others than everybody else in the demonstration."""
KINDS = ("leisure", "school", "status")
YES = Answer(given=True, how="written", identity="document")
NO = Answer(given=False, how="oral", identity="known")
ASKED, EARLIEST = timedelta(days=5), timedelta(days=28)
"""How long ago they were asked who have not answered, and how long at least a case has been worked in."""
ANSWERS = ((YES, timedelta(days=20), 120), (NO, timedelta(days=12), 90), (YES, timedelta(days=25), 9))
"""What was answered, how long ago, and in how many days from today it ends: a yes, a no, and one about to end."""


DAYS, SEEDS = 170, 10**6
"""How long the consents of a case at work last, and of how many people its guardians are invented."""


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> None:
    """Ask and answer in the cases that the areas have of these; a municipality without such cases shows none."""
    with installation.session(None) as session:
        codes = [one.code for one in organisations.municipalities(session)]
    guardians = people.invented(SEED)
    for code in codes:
        set_clock(now - ASKED)
        with installation.session(code) as session:
            for case in cases(session, YOUNG, WAITING)[:1]:
                _ask_everybody(session, case, [next(guardians) for _nth in range(2)])
            known = clock.today(now - EARLIEST)
            shared = set(session.scalars(select(StatusPermission.case_id)))
            found = [case.id for case in cases(session, ADULTS) if case.opened_on <= known]
            # Whoever answers in the register is not told of on a note: those of whom nothing is told come first.
            adults = sorted(found, key=lambda id_: id_ in shared)[: len(ANSWERS)]
        for case_id, (said, ago, left) in zip(adults, ANSWERS, strict=False):
            set_clock(now - ago)
            with installation.session(code) as session:
                last = clock.today(now) + timedelta(days=left)
                _answered(session, session.get_one(Case, (code, case_id)), said, last)
    set_clock(now)


def cases(session: TenantSession, area: str, state: str | None = None) -> list[Case]:
    """Open cases about people without protection that somebody works in, the oldest first."""
    query = (
        select(Case)
        .join(Person, (Person.municipality == Case.municipality) & (Person.id == Case.subject_id))
        .where(Case.is_open, Case.officer_id.is_not(None), Case.area == area, Person.protection == 0)
    )
    if state is not None:
        query = query.where(Case.state == state)
    return list(session.scalars(query.order_by(Case.opened_on, Case.number)).all())


def everybody(
    session: TenantSession, officer: Actor, case: Case, guardians: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Put guardians into the case, if it has none; the ids of them and of the young person, and whose consent it is."""
    asked = [(case.subject_id or "", "subject")]
    there = select(CasePerson.person_id).where(CasePerson.case_id == case.id, CasePerson.role == "guardian")
    if found := session.scalars(there.order_by(CasePerson.added_at, CasePerson.id)).all():
        return [*asked, *((one, "guardian") for one in found)]
    for name, digits in guardians:
        number = personal_numbers.parse(digits, clock.today(session.now))
        assert isinstance(number, PersonalNumber)  # noqa: S101 people.invented makes true numbers
        guardian = persons.add(session, officer, name, number, case_id=case.id)
        persons.put_in_case(session, case, guardian, "guardian")
        asked.append((guardian.id, "guardian"))
    session.flush()
    return asked


def agree(session: TenantSession, officer: Actor, case: Case, chance: random.Random) -> None:
    """Let everybody say yes in a young person's case, unless they have: the steps of SSPF ask for it."""
    _case, decision = access.of_case(session, officer, Permission.CASE_READ, case.id, Action.CASE_OPENED)
    if consent_rules.agreed(decision, case, session.now):
        return
    guardians = people.invented(chance.randrange(SEEDS))
    for giver, part in everybody(session, officer, case, [next(guardians) for _nth in range(2)]):
        consent = _ask(session, officer, case, giver, part, DAYS)
        consent_register.answer(session, officer, case.id, consent, YES)


def _ask_everybody(session: TenantSession, case: Case, guardians: list[tuple[str, str]]) -> None:
    officer = _officer(session, case)
    for giver, part in everybody(session, officer, case, guardians):
        _ask(session, officer, case, giver, part, days=120)


def _answered(session: TenantSession, case: Case, said: Answer, last: date) -> None:
    officer, days = _officer(session, case), (last - clock.today(session.now)).days
    consent = _ask(session, officer, case, case.subject_id or "", "subject", days)
    consent_register.answer(session, officer, case.id, consent, said)


def _ask(session: TenantSession, officer: Actor, case: Case, giver: str, part: str, days: int) -> str:
    today = clock.today(session.now)
    wanted = Wanted(giver, part, ("police", "school", "recreation"), KINDS, today, today + timedelta(days=days))
    made = consent_register.draft(session, officer, case.id, wanted)
    consent_register.request(session, officer, case.id, made.id)
    return made.id


def _officer(session: TenantSession, case: Case) -> Actor:
    return accounts.actor(session, session.get_one(Account, case.officer_id))
