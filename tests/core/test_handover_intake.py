"""Putting what has come in into a case there is: the case is found and shown first, and only one's own."""

from __future__ import annotations

from functools import partial

import pytest

from casework.core import handover_intake
from casework.core.db import new_id
from casework.core.errors import NotFound, Refused
from tests.core.handing import Hand
from tests.worlds import World


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def test_nothing_is_put_into_a_case_one_may_not_write_in_and_it_answers_as_a_missing_one(world: World, hand: Hand):
    own, others = world.case("maja"), world.case("sven")
    sent, of_own = hand.pass_on(hand.opened(), "maja"), world_number(world, own)
    said = set()
    for number in (world_number(world, others), "2026-9999", ""):
        with pytest.raises(Refused) as refused, world.acting("maja") as (session, maja):
            handover_intake.find(session, maja, sent, number)
        said.add(str(refused.value))
    assert len(said) == 1
    for case_id in (others, new_id()):
        for deed in (handover_intake.chosen, partial(handover_intake.add, token=new_id())):
            with pytest.raises(NotFound), world.acting("maja") as (session, maja):
                deed(session, maja, sent, case_id)
    with world.acting("maja") as (session, maja):
        found = handover_intake.find(session, maja, sent, of_own)
        assert found.id == handover_intake.chosen(session, maja, sent, own).id == own
    assert hand.row(sent).state == "opened"  # that a case was found has moved nothing
    assert hand.add(sent, own) == own


def test_a_case_that_was_closed_after_it_was_shown_takes_nothing_on(world: World, hand: Hand):
    own, sent = world.case("maja"), hand.pass_on(hand.opened(), "maja")
    number = world_number(world, own)
    with world.acting("maja") as (session, maja):
        assert handover_intake.find(session, maja, sent, number).id == own
    with world.session() as session:
        world.get(session, own).is_open = False
    with pytest.raises(NotFound):
        hand.add(sent, own)
    assert hand.row(sent).state == "opened"


def test_a_case_about_nobody_takes_nothing_that_tells_of_somebody(world: World, hand: Hand):
    own, sent = world.case("maja"), hand.pass_on(hand.opened(), "maja")
    with world.session() as session:
        world.get(session, own).subject_id = None
    with pytest.raises(Refused), world.acting("maja") as (session, maja):
        handover_intake.find(session, maja, sent, world.get(session, own).number)
    with pytest.raises(Refused):
        hand.add(sent, own)
    assert hand.row(sent).state == "opened"


def world_number(world: World, case_id: str) -> str:
    with world.session() as session:
        return world.get(session, case_id).number
