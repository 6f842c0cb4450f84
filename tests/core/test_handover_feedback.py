"""Feedback to who reported a worry: what the law lets them know, when they ask, and nothing more."""

from __future__ import annotations

import pytest

from casework.core import handover_feedback, handover_steps, handovers, municipality_settings
from casework.core.errors import Conflict, NotFound, Refused
from tests.core.handing import Hand, acts, told
from tests.worlds import World


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def taken_on(world: World, hand: Hand, *, wants: bool = True, protection: int = 0) -> tuple[str, str]:
    """A report in a case of Maja's: the report's id and the case's."""
    case_id = world.case("maja", protection=protection)
    sent = hand.open(hand.report(wants_feedback=wants))
    with world.acting("ida") as (session, ida):
        handover_steps.pass_on(session, ida, sent, world.ids["maja"])
    hand.add(sent, case_id)
    return sent, case_id


def give(world: World, case_id: str, sent: str, code: str = "opened") -> None:
    with world.acting("maja") as (session, maja):
        handover_feedback.give(session, maja, case_id, sent, code)


def test_who_reported_is_told_what_the_law_lets_them_know_and_once(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    with pytest.raises(Refused):
        give(world, case_id, sent, "Ja, och det gäller även syskonet")
    give(world, case_id, sent)
    with pytest.raises(Conflict):
        give(world, case_id, sent, "not_opened")
    with world.acting("pia") as (session, pia):
        row, _content = handovers.read_sent(session, pia, sent)
    assert (row.feedback, row.feedback_at) == ("opened", world.clock.now)
    assert "handover:feedback_given" in acts(world, sent)
    with pytest.raises(NotFound), world.acting("erik") as (session, erik):
        handovers.read_sent(session, erik, sent)


def test_who_has_not_asked_is_told_nothing_until_they_ask(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand, wants=False)
    with pytest.raises(Refused):
        give(world, case_id, sent)
    with world.acting("pia") as (session, pia):
        handover_feedback.ask(session, pia, sent)
        handover_feedback.ask(session, pia, sent)
    assert "handover_kept" in told(world, "maja")
    give(world, case_id, sent)


def test_a_municipality_that_gives_feedback_otherwise_gives_none_here(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    with world.session() as session:
        municipality_settings.choose(session, "reporter_feedback", 0)
    with pytest.raises(Refused):
        give(world, case_id, sent)
    other = hand.report()
    with pytest.raises(Refused), world.acting("pia") as (session, pia):
        handover_feedback.ask(session, pia, other)


@pytest.mark.parametrize(("protection", "allowed"), [(1, True), (2, False), (3, False)])
def test_of_a_protected_child_no_one_person_tells_anything(world: World, hand: Hand, protection: int, allowed: bool):
    sent, case_id = taken_on(world, hand, protection=protection)
    if allowed:
        give(world, case_id, sent, "running")
        return
    with pytest.raises(Refused):
        give(world, case_id, sent, "running")
    give(world, case_id, sent, "unsuitable")
