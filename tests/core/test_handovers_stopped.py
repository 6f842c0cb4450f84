"""Whoever a handover came to from a case, and who comes to be kept from the case, reads nothing more of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import (
    case_people,
    conflicts,
    deputies,
    handover_sending,
    handover_steps,
    handovers,
    persons,
    teams,
)
from casework.core.db import new_id
from casework.core.errors import NotFound, Refused
from casework.core.frozen import Frozen, Part
from casework.core.handover_sending import Address
from casework.core.models import ConflictBlock
from casework.core.registration import Identified
from tests.core.handing import second_at_the_police
from tests.worlds import KUMLA, POLIS, SKOLA, VUXEN, World, personal_number

TOLD = Frozen((Part(_("Ärendet"), _("Vad"), "Möt honom på stationen klockan tio."),))


def handed(world: World, case: str, *, to: str | None = "erik", agency: str = "police") -> str:
    """What Maja hands over from a case; its id."""
    with world.acting("maja") as (session, maja):
        unit = world.units[KUMLA, SKOLA if agency == "school" else POLIS]
        address = Address(agency, unit, None if to is None else world.ids[to])
        sender = Address("social_services", world.units[KUMLA, VUXEN])
        sent = handover_sending.dispatch(
            session, maja, "disclosure", TOLD, sender=sender, to=address, token=new_id(), case_id=case
        )
        return sent.id


def reads(world: World, who: str, handover_id: str) -> bool:
    """Whether somebody opens and reads it; the list, the number and every step say the same."""
    with world.acting(who) as (session, actor):
        inbox = handovers.inbox(session, actor)
        listed = handover_id in {one.id for one in (*inbox.waiting, *inbox.held)}
        assert handovers.waiting(session, actor) == len(inbox.waiting)
    if not listed:
        for step in (handover_steps.take_on, handover_steps.take_back):
            with pytest.raises(NotFound), world.acting(who) as (session, actor):
                step(session, actor, handover_id, token=new_id())
        with pytest.raises(NotFound) as error, world.acting(who) as (session, actor):
            handover_steps.open_one(session, actor, handover_id)
        assert error.value.denial.rule == "reach"
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            handovers.read(session, actor, handover_id)
        return False
    with world.acting(who) as (session, actor):
        handover_steps.open_one(session, actor, handover_id)
        assert handovers.read(session, actor, handover_id)[1] == TOLD
    return True


def another_policeman(world: World) -> None:
    """Petra works with the police too, and stands in for Erik."""
    second_at_the_police(world)
    with world.acting("erik") as (session, erik):
        deputies.name(session, erik, world.ids["petra"], date(2026, 11, 24), date(2026, 11, 30))


def block(world: World, case: str, who: str = "erik") -> None:
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids[who])


def lift(world: World, case: str) -> None:
    with world.acting("vilma") as (session, vilma):
        id_ = session.scalars(select(ConflictBlock.id).where(ConflictBlock.case_id == case)).one()
        conflicts.lift(session, vilma, case, id_, "Inget jäv")


def counterpart(world: World, case: str, name: str = "Erik Anders DEMOSSON") -> None:
    with world.acting("maja") as (session, maja):
        one = Identified(personal_number(78).digits, name, 0)
        case_people.add(session, maja, case, one, "counterpart", may_not_know=True)


def by_another_way(world: World, case: str) -> None:
    """The counterpart comes into the case past the form."""
    with world.acting("maja") as (session, maja):
        person = persons.add(session, maja, "Erik Demosson", personal_number(78))
        persons.put_in_case(session, world.get(session, case), person, "counterpart")


def protected(world: World, case: str) -> None:
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, 2)


CHANGES: tuple[Callable[[World, str], None], ...] = (block, counterpart, by_another_way, protected)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("opened_before", [False, True])
def test_neither_the_recipient_nor_who_stands_in_reads_it_any_more(world, change, opened_before):
    case, other = world.case(), world.case()
    another_policeman(world)
    one, elsewhere = handed(world, case), handed(world, other)
    if opened_before:
        assert reads(world, "erik", one) and reads(world, "petra", one)
    change(world, case)
    assert not reads(world, "erik", one) and not reads(world, "petra", one)
    assert reads(world, "erik", elsewhere) and reads(world, "petra", elsewhere)


def test_lifting_a_block_brings_nothing_back_and_what_is_sent_anew_is_read(world):
    case = world.case()
    another_policeman(world)
    before = handed(world, case)
    world.clock.move(minutes=1)
    block(world, case)
    world.clock.move(minutes=1)
    during = handed(world, case)
    world.clock.move(minutes=1)
    lift(world, case)
    world.clock.move(minutes=1)
    anew = handed(world, case)
    for who in ("erik", "petra"):
        assert [reads(world, who, one) for one in (before, during, anew)] == [False, False, True]


def test_a_deputy_who_is_kept_away_reads_nothing_and_who_is_away_does(world):
    case = world.case()
    another_policeman(world)
    one = handed(world, case)
    counterpart(world, case, "Petra Polislund")
    assert reads(world, "erik", one) and not reads(world, "petra", one)


def test_what_came_to_a_unit_is_closed_to_the_one_who_is_kept_away_alone(world):
    case = world.case()
    another_policeman(world)
    one = handed(world, case, to=None)
    block(world, case)
    assert not reads(world, "erik", one) and reads(world, "petra", one)


def test_where_it_takes_two_people_nobody_hands_over_alone(world):
    case = world.case(protection=2)
    with pytest.raises(Refused, match="två personer"):
        handed(world, case)
