"""What an officer owes for what their cases have taken on, whoever took it; an unassigned case tells its lead."""

from __future__ import annotations

from datetime import date

import pytest

from casework.core import (
    day,
    handover_feedback,
    handover_officer,
    handovers,
    municipality_settings,
    notices,
    teams,
)
from tests.core.handing import Hand, told
from tests.worlds import World

TODAY, IN_A_WEEK = date(2026, 11, 24), date(2026, 12, 1)


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def owed(world: World, who: str) -> list[tuple[str, date | None]]:
    """What somebody owes, as their day shows it."""
    with world.acting(who) as (session, actor):
        found = handover_officer.owed(session, actor)
        assert list(day.of(session, actor).owed) == list(found)
        return [(one.what, one.on) for one in found]


def read(world: World, who: str, case_id: str, sent: str) -> None:
    with world.acting(who) as (session, actor):
        handovers.read_in_case(session, actor, case_id, sent)


def by_the_lead(world: World, hand: Hand, case_id: str, sent: str) -> None:
    """Vilma, who has had it passed on to her, puts it into the case."""
    hand.add(hand.pass_on(sent, "vilma"), case_id, "vilma")


def test_the_officer_is_told_and_has_it_to_read_until_they_have_whoever_took_it_on(world: World, hand: Hand):
    case_id, sent = world.case("maja"), hand.opened()
    assert owed(world, "maja") == []
    by_the_lead(world, hand, case_id, sent)
    assert "handover_kept" in told(world, "maja") and "handover_unassigned" not in told(world, "vilma")
    assert owed(world, "maja") == [("read", TODAY)] and owed(world, "sven") == owed(world, "vilma") == []
    read(world, "maja", case_id, sent)
    assert owed(world, "maja") == []


def test_a_case_without_an_officer_tells_its_lead_and_its_first_officer_has_it_to_read(world: World, hand: Hand):
    sent = hand.opened()
    with world.session() as session:
        for kind in ("handover_unassigned", "handover_waits"):
            notices.read(session, world.ids["vilma"], kind)
    case_id = hand.begin(sent)
    assert case_id is not None
    assert "handover_unassigned" in told(world, "vilma") and "handover_unassigned" not in told(world, "berta")
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, case_id, world.ids["sven"])
    world.approve(asked)
    assert owed(world, "sven") == [("read", TODAY)]


def test_whoever_has_the_case_now_owes_it_and_not_who_gave_it_away(world: World, hand: Hand):
    case_id, sent = world.case("maja"), hand.pass_on(hand.open(hand.report(wants_feedback=True)), "maja")
    hand.add(sent, case_id)
    assert [what for what, _on in owed(world, "maja")] == ["feedback"]  # she has read what she took on
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, case_id, world.ids["sven"])
    world.approve(asked)
    assert owed(world, "maja") == [] and {what for what, _on in owed(world, "sven")} == {"read", "feedback"}


def test_feedback_is_owed_within_a_week_of_a_new_case_and_at_once_where_there_was_one(world: World, hand: Hand):
    case_id = world.case("maja")
    world.clock.move(days=1)
    old = hand.pass_on(hand.open(hand.report(wants_feedback=True)), "maja")
    hand.add(old, case_id)
    assert owed(world, "maja") == [("feedback", date(2026, 11, 25))]
    new = hand.pass_on(hand.open(hand.report(wants_feedback=True)), "sven")
    of_new = hand.begin(new, "sven")
    assert of_new is not None
    assert owed(world, "sven") == [("feedback", date(2026, 12, 2))]
    with world.acting("maja") as (session, maja):
        handover_feedback.give(session, maja, case_id, old, "running")
    with world.acting("sven") as (session, sven):
        handover_feedback.give(session, sven, of_new, new, handover_feedback.NONE)
    assert owed(world, "maja") == owed(world, "sven") == []


def test_feedback_that_is_asked_for_later_is_owed_from_then_on_and_only_where_the_municipality_gives_it(
    world: World, hand: Hand
):
    case_id, sent = world.case("maja"), hand.pass_on(hand.opened(), "maja")
    hand.add(sent, case_id)
    world.clock.move(days=9)
    assert owed(world, "maja") == []
    with world.acting("pia") as (session, pia):
        handover_feedback.ask(session, pia, sent)
    assert owed(world, "maja") == [("feedback", IN_A_WEEK)]  # past already: it is given at once
    with world.session() as session:
        municipality_settings.choose(session, "reporter_feedback", 0)
    assert owed(world, "maja") == []
