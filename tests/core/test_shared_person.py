"""One person with parts in several cases: what is done in one of them tells nothing of the others."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    approvals,
    awaiting,
    case_people,
    cases,
    consent_rules,
    persons,
    registration,
    sides,
    telling,
)
from casework.core.actions import Action
from casework.core.db import new_id
from casework.core.errors import Refused
from casework.core.models import CaseMember, CasePerson, Person
from casework.core.permissions import Permission
from casework.core.registration import Identified
from tests.core import linking
from tests.worlds import BARN, KUMLA, VUXEN, World

LINKED = pytest.mark.parametrize("linked", [False, True])


def faced(world: World, *, linked: bool) -> tuple[str, str]:
    """The file of a victim and that of the one who used violence, who is the counterpart in the first."""
    linking.switched_on(world)
    victim = linking.file(world, linking.VICTIM, "maja", name="Vera Utsatt")
    offender = linking.file(world, linking.OFFENDER, "sven", name="Per Utövare")
    put(world, victim, offender, "counterpart", may_not_know=True)
    if linked:
        linking.link(world, victim, offender)
    return victim, offender


def put(world: World, case_id: str, whose: str, role: str, *, may_not_know: bool = False) -> str:
    """Give the subject of one case a part in another; the person's id."""
    with world.session() as session:
        person = session.get_one(Person, (KUMLA, world.get(session, whose).subject_id))
        persons.put_in_case(session, world.get(session, case_id), person, role, may_not_know=may_not_know)
        return person.id


def raised(world: World, who: str, case_id: str, level: int) -> str:
    """Raise the protection of a case's subject; their number."""
    with world.acting(who) as (session, actor):
        case_people.raise_protection(session, actor, case_id, level)
        case, decision = access.of_case(session, actor, Permission.CASE_READ, case_id, Action.CASE_OPENED)
        subject = cases.subject(decision, case)
        assert subject is not None
        return subject.number or ""


@LINKED
def test_an_officer_of_the_adverse_file_sees_what_they_asked_of_their_own_client_linked_or_not(world, linked):
    _victim, offender = faced(world, linked=linked)
    raised(world, "sven", offender, 1)
    with world.acting("sven") as (session, sven):
        asked = case_people.lower_protection(session, sven, offender, 0, reason="Beslutet har upphört").id
    with world.acting("sven") as (session, sven):
        assert len(awaiting.asked(session, sven)) == 1
        approvals.take_back(session, sven, asked)


@LINKED
def test_an_officer_of_the_adverse_file_registers_their_own_client_again_linked_or_not(world, linked):
    _victim, offender = faced(world, linked=linked)
    number = raised(world, "sven", offender, 2)
    with world.acting("sven") as (session, sven):
        who = Identified(number, "Per Utövare", 2)
        assert registration.identify(session, sven, who, world.units[KUMLA, VUXEN], new_id()) is not None


@LINKED
def test_a_lead_named_in_the_adverse_file_is_answered_of_the_victim_as_any_lead_linked_or_not(world, linked):
    victim, offender = faced(world, linked=linked)
    number = raised(world, "maja", victim, 2)
    with world.session() as session:
        named = CaseMember(case_id=offender, account_id=world.ids["berta"], role="co_officer", named_by="somebody")
        named.valid_from = session.now
        session.add(named)
        session.flush()
        access.refresh(session, offender)
        sides.close_what_is_faced(session, world.get(session, offender))
    with world.acting("berta") as (session, berta):
        who = Identified(number, "Vera Utsatt", 2)
        assert registration.identify(session, berta, who, world.units[KUMLA, BARN], new_id()) is not None


def test_that_another_case_waits_for_a_lower_protection_of_the_person_is_not_told(world):
    first, second = world.case("maja"), world.case("sven")
    with world.session() as session:
        session.delete(session.scalars(select(CasePerson).where(CasePerson.case_id == second)).one())
    person = put(world, second, first, "subject")
    raised(world, "maja", first, 1)
    with world.acting("maja") as (session, maja):
        case_people.lower_protection(session, maja, first, 0, reason="Beslutet har upphört")
    with world.acting("sven") as (session, sven):
        assert awaiting.at(session, person, "person:lower", case_id=second) == []
        assert len(awaiting.at(session, person, "person:lower", case_id=first)) == 1
        case_people.lower_protection(session, sven, second, 0, reason="Beslutet har upphört")
    with pytest.raises(Refused), world.acting("sven") as (session, sven):
        case_people.lower_protection(session, sven, second, 0, reason="Beslutet har upphört")


@pytest.mark.parametrize(("marked", "faces"), [pair for pair in product([False, True], repeat=2) if any(pair)])
def test_who_must_not_know_of_one_file_must_not_know_of_those_that_belong_to_it(world, marked, faces):
    linking.switched_on(world)
    adult = linking.file(world, linking.VICTIM, "maja", name="Vera Utsatt")
    child = linking.file(world, linking.CHILD, "maja", name="Kim Utsatt")
    offender = linking.file(world, linking.OFFENDER, "sven", name="Per Utövare")
    father = put(world, child, offender, "guardian")
    if marked:
        put(world, adult, offender, "counterpart", may_not_know=True)
    with world.session() as session:
        assert telling.may_be_told(session, world.get(session, child), father)
    linking.link(world, adult, child)
    if faces:
        linking.link(world, adult, offender)
    with world.acting("maja") as (session, maja):
        case, decision = access.of_case(session, maja, Permission.CASE_READ, child, Action.CASE_OPENED)
        assert not telling.may_be_told(session, case, father)
        asked = {one.identity.name: one.may_be_asked for one in consent_rules.givers(decision, case)}
        assert asked["Per Utövare"] is False
        assert "Per Utövare" in {one.name for one in telling.warnings_before_sending(decision, case)}
