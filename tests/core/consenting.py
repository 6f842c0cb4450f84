"""Short ways to ask people of a case for consent, for tests."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from casework.core import access, consent_register, consent_rules, persons
from casework.core.actions import Action
from casework.core.consent_register import Answer, Wanted
from casework.core.consent_rules import Coverage
from casework.core.models import CasePerson
from casework.core.permissions import Permission
from tests.worlds import MORNING, World, numbered

TODAY = MORNING.date()
YES = Answer(given=True, how="written", identity="document")


def born(age: int, *, days: int = 0) -> date:
    """The birthday of somebody who is exactly that old, or turns it in some days."""
    return TODAY.replace(year=TODAY.year - age) + timedelta(days=days)


def child(world: World, age: int, *, guardians: int = 2, days: int = 0) -> str:
    """The id of a case about somebody of an age, with guardians."""
    case = world.case()
    with world.acting("maja") as (session, maja):
        row = world.get(session, case)
        person = persons.add(session, maja, "Ung Mallsson", numbered(born(age, days=days), world.people))
        part = session.scalars(select(CasePerson).where(CasePerson.case_id == case)).one()
        session.delete(part)
        session.flush()
        persons.put_in_case(session, row, person, "subject")
        for nth in range(guardians):
            guardian = persons.add(session, maja, f"Förälder {nth}", numbered(date(1980, 5, 5 + nth), nth))
            persons.put_in_case(session, row, guardian, "guardian")
            session.flush()
    return case


def parts(world: World, case: str, part: str) -> list[str]:
    with world.session() as session:
        query = select(CasePerson).where(CasePerson.case_id == case, CasePerson.role == part)
        return [one.person_id for one in session.scalars(query.order_by(CasePerson.added_at, CasePerson.id))]


def wanted(giver: str, part: str = "subject", **changed: object) -> Wanted:
    chosen = {
        "agencies": ("police", "school"),
        "kinds": ("school", "status"),
        "valid_from": TODAY,
        "valid_until": TODAY + timedelta(days=90),
    } | changed
    return Wanted(giver, part, **chosen)  # type: ignore[arg-type]


def ask(world: World, case: str, want: Wanted, said: Answer | None = YES, renews: str | None = None) -> str:
    """The id of a consent that was written, asked for and, unless ``said`` is None, answered."""
    with world.acting("maja") as (session, maja):
        made = consent_register.draft(session, maja, case, want, renews_id=renews)
        consent_register.request(session, maja, case, made.id)
        if said is not None:
            consent_register.answer(session, maja, case, made.id, said)
    return made.id


def consented(world: World, case: str, part: str = "subject", nth: int = 0, **changed: object) -> str:
    return ask(world, case, wanted(parts(world, case, part)[nth], part, **changed))


def withdraw(world: World, case: str, consent: str) -> None:
    with world.acting("maja") as (session, maja):
        consent_register.withdraw(session, maja, case, consent)


def covered(world: World, case: str, agency: str = "police", *kinds: str) -> Coverage:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        return consent_rules.coverage(decision, row, agency, kinds or ("status",), session.now)


def lacking(world: World, case: str) -> list[str]:
    return [one.part for one in covered(world, case).lacking]
