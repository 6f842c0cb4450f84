"""What there was before a journey begins: cases with their people and what is written in them, made by the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.core import accounts, cases, clock, entries, personal_numbers, persons, teams
from casework.core.db import TenantSession
from casework.core.models import Person
from casework.core.permissions import Actor
from casework.core.personal_numbers import PersonalNumber
from casework.demo.people import check_digit
from tests.journeys.conftest import Town

KUMLA = "1881"


@dataclass(frozen=True)
class Somebody:
    """An invented person of a case: what part they have, how closely they are protected, what they may know."""

    name: str
    born: date
    part: str = "subject"
    protection: int = 0
    may_not_know: bool = False

    @property
    def number(self) -> str:
        """A number that nobody has, of twelve digits."""
        digits = f"{self.born:%Y%m%d}98{len(self.name) % 10}"
        return digits + check_digit(digits[2:])


def aged(years: int) -> date:
    """The birthday of somebody who turned that old some weeks ago."""
    today = clock.today(clock.system())
    return today.replace(day=1, year=today.year - years) - timedelta(days=40)


def in_days(days: int) -> str:
    """A day as it is written in a form."""
    return (clock.today(clock.system()) + timedelta(days=days)).isoformat()


def case(
    town: Town,
    officer: str,
    *,
    area: str,
    case_type: str,
    state: str,
    people: Sequence[Somebody],
    written: Mapping[str, Mapping[str, str]],
) -> tuple[str, str]:
    """The id and the number of a case in somebody's hands, in which they have signed forms; its person comes first."""
    registry = town.installation.registry
    with town.installation.session(KUMLA) as session:
        actor = somebody(session, officer)
        subject, *others = (_person(session, actor, one) for one in people)
        unit = next(post.unit_id for post in actor.posts)
        start = next(
            name for name in registry.areas[area].case_type(case_type).workflow.starts if name != "consultation"
        )
        made = cases.register(
            *(session, registry, actor), area=area, case_type=case_type, unit_id=unit, state=start, subject=subject
        )
        teams.appoint(session, made, actor.id, actor.id)
        for person, one in zip(others, people[1:], strict=True):
            persons.put_in_case(session, made, person, one.part, may_not_know=one.may_not_know)
        made.state = state
        session.flush()
        cases.touch(session, made)
        found = (made.id, made.number)
    for form, answers in written.items():
        with town.installation.session(KUMLA) as session:
            entries.sign(session, registry, somebody(session, officer), found[0], form, dict(answers))
    return found


def somebody(session: TenantSession, username: str) -> Actor:
    """Somebody of the example who acts in a session."""
    account = accounts.find(session, username)
    assert account is not None
    return accounts.actor(session, account)


def _person(session: TenantSession, actor: Actor, one: Somebody) -> Person:
    number = personal_numbers.parse(one.number, clock.today(session.now))
    assert isinstance(number, PersonalNumber)
    return persons.add(session, actor, one.name, number, one.protection)
