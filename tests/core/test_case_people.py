"""The persons of a case, and what happens when one of them gets protected."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.contract import Sensitivity
from casework.core import approvals, case_people, cases, entries, persons
from casework.core.errors import NotFound, Refused
from casework.core.models import Entry, Person, Value
from casework.core.registration import Identified
from casework.core.registry import Registry
from tests.worlds import personal_number


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


def lower(world, case, level, by="fia"):
    with world.acting("maja") as (session, maja):
        asked = case_people.lower_protection(session, maja, case, level, reason="Skatteverket har hävt skyddet")
    return world.approve(asked, by)


def subject(world, case):
    with world.session() as session:
        return session.get_one(Person, ("1881", world.get(session, case).subject_id))


def kept(world, case):
    """How closely each answer of a case is kept."""
    with world.session() as session:
        rows = session.execute(select(Value).join(Entry, Entry.id == Value.entry_id).where(Entry.case_id == case))
        return {value.field: Sensitivity(value.sensitivity).name for value in rows.scalars()}


def test_protection_is_lowered_by_two_and_only_what_protection_had_closed_opens(world):
    case = world.case("maja", protection=0)
    world.sign("maja", case, "address")
    before, number = kept(world, case), subject(world, case).blind
    assert before == {"person.address_post": "TEAM", "person.address_real": "SEALED"} and number is not None
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, 3)
    assert set(kept(world, case).values()) == {"SEALED"} and subject(world, case).blind is None
    assert lower(world, case, 2) == "used"
    assert set(kept(world, case).values()) == {"SEALED"} and subject(world, case).blind is None
    assert lower(world, case, 1) == "used"
    assert set(kept(world, case).values()) == {"SEALED"} and subject(world, case).blind == number
    assert lower(world, case, 0) == "used"
    assert kept(world, case) == before and subject(world, case).blind == number
    with world.acting("ida") as (session, ida):
        found = persons.find(session, ida, personal_number(1))
        assert found is not None and found.protection == 0


def test_what_was_sealed_whole_or_while_the_person_was_protected_is_told_apart(world):
    case = world.case("maja", protection=1)
    world.sign("maja", case, "address")
    assert kept(world, case)["person.address_post"] == "SEALED"
    whole = world.sign("maja", case, "note", sealed=True)
    assert lower(world, case, 0) == "used"
    assert kept(world, case)["person.address_post"] == "TEAM"
    with world.session() as session:
        rows = session.scalars(select(Value.sensitivity).where(Value.entry_id == whole)).all()
        assert set(rows) == {Sensitivity.SEALED}


def test_an_answer_that_no_module_declares_any_more_stays_sealed(world):
    case = world.case("maja", protection=1)
    world.sign("maja", case, "address")
    with world.acting("maja") as (session, maja):
        asked = case_people.lower_protection(session, maja, case, 0)
    with world.acting("fia") as (session, fia):
        approvals.decide(session, Registry({}), fia, asked.id, granted=True)
    assert set(kept(world, case).values()) == {"SEALED"}


def test_protection_is_not_lowered_before_somebody_else_agrees_nor_to_what_is_not_lower(world):
    case = world.case("maja", protection=2)
    for level in (2, 3, 7):
        with world.acting("maja") as (session, maja), pytest.raises(Refused, match="lägre skydd"):
            case_people.lower_protection(session, maja, case, level)
    with world.acting("maja") as (session, maja):
        asked = case_people.lower_protection(session, maja, case, 1)
    assert subject(world, case).protection == 2
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, 3)
    assert world.approve(asked, "fia") == "void" and subject(world, case).protection == 3


def test_only_who_writes_in_the_case_asks_for_a_lower_protection(world):
    case = world.case("maja", protection=2)
    for who in ("vilma", "sven", "ida", "lo"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            case_people.lower_protection(session, actor, case, 0)
