"""Whoever reads something of a case and comes to be kept from it loses it at once, for good, and its owner is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    access_rows,
    case_people,
    conflicts,
    deciders,
    notices,
    persons,
    received,
    shared_status,
    teams,
)
from casework.core.errors import NotFound
from casework.core.models import AuditEvent, ConflictBlock, Disclosure
from casework.core.permissions import REACHED_BY
from casework.core.registration import Identified
from tests.core import disclosing, taking_part
from tests.core.consenting import consented
from tests.core.disclosing import assessed, decided, inbox, performed, wish
from tests.worlds import REGISTRY, World, personal_number

NAME = ("person:name",)


def block(world: World, case: str, who: str) -> None:
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids[who])


def lift(world: World, case: str, who: str) -> None:
    with world.acting("vilma") as (session, vilma):
        of = (ConflictBlock.case_id == case, ConflictBlock.account_id == world.ids[who])
        id_ = session.scalars(select(ConflictBlock.id).where(*of, ConflictBlock.lifted_at.is_(None))).one()
        conflicts.lift(session, vilma, case, id_, "Inget jäv")


def protect(world: World, case: str, level: int) -> None:
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, level)


def counterpart(world: World, case: str, name: str, number: int = 78, who: str = "maja") -> None:
    """Somebody of that name is written into a case as who must not know of it."""
    with world.acting(who) as (session, actor):
        one = Identified(personal_number(number).digits, name, 0)
        case_people.add(session, actor, case, one, "counterpart", may_not_know=True)


def reaches(world: World, who: str, case: str) -> bool:
    with world.acting(who) as (session, actor):
        return any(access.is_reached(session, actor, one, case) for one in REACHED_BY)


def told(world: World, who: str = "maja") -> bool:
    with world.session() as session:
        return "disclosure_ended" in {one.kind for one in notices.unread(session, world.ids[who])}


def rows(world: World, who: str = "erik") -> list[str]:
    with world.acting(who) as (session, actor):
        page = shared_status.page(session, REGISTRY, actor)
        return [*(one.reference for one in page.shown), *(f"over {one.reference}" for one in page.ended)]


def denied(world: World, who: str, id_: str) -> tuple[Any, ...]:
    """How somebody is told that there is nothing at an address, but for what they asked for."""
    with pytest.raises(NotFound) as error, world.acting(who) as (session, actor):
        received.opened(session, actor, id_)
    said = error.value.denial
    return (str(error.value), said.rule, said.object_kind, said.action)


def by_two(world: World, case: str) -> Disclosure:
    """A disclosure to Erik that Fia decided, because somebody might be harmed."""
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"], items=NAME))
    decided(world, made, "fia")
    return performed(world, case, made)


def conflict(world: World, case: str) -> None:
    block(world, case, "erik")


def bears_the_name(world: World, case: str) -> None:
    counterpart(world, case, "Erik Anders DEMOSSON")


def in_the_third_level(world: World, case: str) -> None:
    protect(world, case, 3)


def in_the_second_level(world: World, case: str) -> None:
    protect(world, case, 2)


def a_protected_child(world: World, case: str) -> None:
    with world.acting("maja") as (session, maja):
        one = Identified(personal_number(77).digits, "Lo Barnsson", 2)
        case_people.add(session, maja, case, one, "child", may_not_know=False)


Change = Callable[[World, str], None]
CHANGES: tuple[Change, ...] = (conflict, bears_the_name, in_the_second_level, in_the_third_level, a_protected_child)
changes = pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)


@changes
def test_what_was_sent_to_them_is_as_missing_from_the_next_request_and_its_owner_is_told(world, change):
    case, other = world.case(), world.case()
    made, elsewhere = assessed(world, case), assessed(world, other)
    assert sorted(inbox(world)) == sorted([made.id, elsewhere.id]) and not told(world)
    change(world, case)
    assert disclosing.read(world, made) is None and inbox(world) == [elsewhere.id] and told(world)
    assert denied(world, "erik", made.id) == denied(world, "erik", "finns-inte")
    assert disclosing.state(world, case, made) == "closed" and disclosing.kept(world, case, made).content is not None
    with world.session() as session:
        ended = session.scalars(select(AuditEvent).where(AuditEvent.action == "disclosure:ended")).one()
        assert ended.object_id == made.id and ended.case_id == case
        assert access_rows.differences(session) == []


@changes
def test_what_two_people_decided_is_read_on_where_that_is_what_it_takes(world, change):
    case = world.case()
    made = by_two(world, case)
    change(world, case)
    reads = disclosing.read(world, made) is not None
    assert reads is (change in {in_the_second_level, a_protected_child}) and told(world) is not reads


@changes
def test_somebody_who_takes_part_no_longer_does(sspf_world, change):
    world, case = sspf_world, taking_part.sspf(sspf_world)
    taking_part.everybody_consents(world, case)
    part = taking_part.add(world, case, "erik", kinds=("school",))
    assert taking_part.read(world, part, "erik") is not None
    change(world, case)
    assert taking_part.read(world, part, "erik") is None and taking_part.listed(world, "erik") == []
    assert told(world)
    if change is in_the_second_level:
        with world.acting("maja") as (session, maja):
            asked = case_people.lower_protection(session, maja, case, 0, reason="Inte längre")
        world.approve(asked)
    if change is conflict:
        lift(world, case, "erik")
    assert taking_part.read(world, part, "erik") is None


@changes
def test_the_status_is_shown_to_them_no_more(world, change):
    case = world.case()
    shared = world.permit(case)
    assert rows(world) == [shared.reference]
    world.clock.move(minutes=1)
    change(world, case)
    stays_as_a_line = change in {conflict, in_the_second_level, in_the_third_level}
    assert shared.reference not in rows(world)
    assert (rows(world) == [f"over {shared.reference}"]) is (stays_as_a_line or change is a_protected_child)
    assert told(world) is (change is not conflict)


def test_whoever_bears_the_name_of_a_counterpart_loses_it_however_that_came_about(world):
    case = world.case()
    made, shared = assessed(world, case), world.permit(case)
    with world.acting("maja") as (session, maja):
        person = persons.add(session, maja, "Erik Demosson", personal_number(78))
        persons.put_in_case(session, world.get(session, case), person, "counterpart")
    assert disclosing.read(world, made) is None and inbox(world) == [] and rows(world) == []
    assert denied(world, "erik", made.id) == denied(world, "erik", "finns-inte")
    with world.session() as session:
        assert session.get(type(shared), (shared.municipality, shared.id)).ended_at is None  # others read it on


def test_a_namesake_in_another_case_and_somebody_of_another_name_change_nothing(world):
    case, other = world.case(), world.case()
    made, shared = assessed(world, case), world.permit(case)
    counterpart(world, other, "Erik Demosson")
    counterpart(world, case, "Erik Annorlunda", 79)
    assert disclosing.read(world, made) is not None and rows(world) == [shared.reference] and not told(world)


def test_lifting_a_block_brings_nothing_back_and_what_is_given_anew_is_read(world):
    case = world.case()
    made, shared = assessed(world, case), world.permit(case)
    world.clock.move(minutes=1)
    block(world, case, "erik")
    world.clock.move(minutes=1)
    during = world.permit(case)
    world.clock.move(minutes=1)
    lift(world, case, "erik")
    assert inbox(world) == [] and disclosing.read(world, made) is None
    assert rows(world) == [f"over {shared.reference}"], "what was permitted meanwhile has never been there"
    world.clock.move(minutes=1)
    again, anew = assessed(world, case), world.permit(case)
    assert inbox(world) == [again.id] and disclosing.read(world, again) is not None
    assert sorted(rows(world)) == sorted([anew.reference, f"over {shared.reference}"])
    assert during.reference not in " ".join(rows(world))


def test_lifting_a_block_does_not_bring_back_the_deciders_seat(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    block(world, case, "fia")
    assert told(world) and disclosing.state(world, case, made) == "refused"
    lift(world, case, "fia")
    with pytest.raises(NotFound):
        decided(world, made, "fia")
    again = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    decided(world, again, "fia")
    assert performed(world, case, again).state == "performed"


def test_a_colleague_of_that_name_who_was_asked_to_decide_something_sees_it_no_more(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "close", world.ids["fia"], [], "Får ärendet avslutas?")
    assert reaches(world, "fia", case)
    counterpart(world, case, "Fia Annorlunda")
    assert reaches(world, "fia", case)
    counterpart(world, case, "Fia Maria Förstelin", 79)
    assert not reaches(world, "fia", case)
    with world.session() as session:
        assert access_rows.differences(session) == []


def test_what_rests_on_consent_ends_in_every_case_of_who_is_protected_since(world):
    case = world.case()
    consented(world, case)
    made = assessed(world, case, disclosing.on_consent(world, case))
    protect(world, case, 2)
    assert disclosing.read(world, made) is None and told(world)
