"""What the recipient sees gives nothing away by its dates, its ends or its lines (decisions 10)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from casework.core import conflicts, persons, teams
from casework.core.models import ConflictBlock, Person
from tests.core.test_sharing import page, state
from tests.worlds import World


def block(world: World, case: str, who: str) -> None:
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids[who])


def test_the_end_does_not_move_when_a_case_is_closed_and_that_was_not_permitted(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.permit(case, states=["received"])
    before = page(world).shown
    world.clock.move(days=1)
    world.take("fia", case, "close")
    assert page(world).shown == before


def test_the_end_is_the_real_one_where_closing_was_permitted(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.permit(case, states=["received", "closed"])
    world.take("fia", case, "close")
    assert [row.until for row in page(world).shown] == [date(2026, 12, 23)]


def test_a_state_the_case_came_back_to_by_one_that_is_not_permitted_keeps_its_date(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.permit(case, states=["received"])
    world.clock.move(days=3)
    world.take("fia", case, "pause", reason="Väntar på besked")
    world.clock.move(days=3)
    world.take("fia", case, "resume")
    assert state(world) == ("Aktualiserad", date(2026, 11, 24))


def test_a_permission_tells_nothing_of_a_period_that_was_over_before_it_began(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.take("fia", case, "close")
    world.clock.move(days=3)
    world.take("fia", case, "reopen", reason="Hör av sig igen")
    world.permit(case, states=["closed"])
    assert state(world) == ("", None)


def test_who_was_blocked_before_it_was_shared_is_not_told_that_it_was(world):
    case = world.case()
    block(world, case, "erik")
    world.clock.move(minutes=1)
    world.permit(case)
    found = page(world)
    assert found.shown == [] and found.ended == []


def test_who_was_blocked_by_mistake_sees_what_is_permitted_after_it_is_lifted_and_nothing_from_before(world):
    case = world.case()
    world.permit(case)
    block(world, case, "erik")
    world.clock.move(minutes=1)
    world.permit(case)
    with world.acting("vilma") as (session, vilma):
        made = session.scalars(select(ConflictBlock.id)).one()
        conflicts.lift(session, vilma, case, made, "Ett annat ärende")
    world.clock.move(minutes=1)
    assert page(world).shown == []
    world.permit(case)
    assert len(page(world).shown) == 1


def test_who_is_blocked_after_it_was_shared_sees_that_it_ended(world):
    case = world.case()
    world.permit(case)
    world.clock.move(minutes=1)
    block(world, case, "erik")
    found = page(world)
    assert found.shown == [] and len(found.ended) == 1


def test_a_person_protected_more_closely_since_is_nameless_until_it_is_permitted_anew(world):
    case = world.case(name="Gösta Exempelsson")
    world.permit(case, recognise="name")
    assert [row.person for row in page(world).shown] == ["Gösta Exempelsson"]
    with world.acting("maja") as (session, maja):
        person = session.get(Person, ("1881", world.get(session, case).subject_id))
        persons.raise_protection(session, maja, person, 1)
    assert [(row.person, row.number) for row in page(world).shown] == [("", "")]
    world.permit(case, recognise="name")
    assert sorted(row.person for row in page(world).shown) == ["", "Gösta Exempelsson"]
