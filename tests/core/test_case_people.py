"""The persons of a case, and what happens when one of them gets protected."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import case_people, cases, entries
from casework.core.errors import Refused
from casework.core.models import Person
from casework.core.registration import Identified


def test_what_the_team_could_read_is_sealed_from_the_day_the_person_is_protected(world):
    case = world.case("maja")
    with world.acting("maja") as (session, maja):
        opened, _decision = cases.open_case(session, maja, case, "test")
        entries.sign(session, world.installation.registry, maja, case, "address", {"person.address_post": "Box 1"})
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "test")
        before = entries.answers_of(decision, entries.current(session, opened, "address")[0])
        case_people.raise_protection(session, maja, case, 2)
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "test")
        after = entries.answers_of(decision, entries.current(session, opened, "address")[0])
        person = session.scalars(select(Person).where(Person.id == opened.subject_id)).one()
    assert before == {"person.address_post": "Box 1"}
    assert after == {}
    assert (person.protection, person.blind) == (2, None)


def test_protection_is_not_lowered_by_one_person(world):
    case = world.case("maja", protection=2)
    with world.acting("maja") as (session, maja), pytest.raises(Refused, match="två personer"):
        case_people.raise_protection(session, maja, case, 1)


def test_a_counterpart_may_never_know_and_nobody_is_put_in_twice(world):
    case = world.case("maja")
    who = Identified("19910101-9801", "Pelle Mallström", 0)
    with world.acting("maja") as (session, maja):
        part = case_people.add(session, maja, case, who, "counterpart", may_not_know=False)
        assert part.may_not_know
    with world.acting("maja") as (session, maja), pytest.raises(Refused, match="finns redan"):
        case_people.add(session, maja, case, who, "counterpart", may_not_know=True)
