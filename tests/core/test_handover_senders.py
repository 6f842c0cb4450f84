"""What a sender is told of what they sent: them and who stands in, at that agency, and nobody the case is kept from."""

from __future__ import annotations

from datetime import date

import pytest

from casework.core import (
    accounts,
    case_people,
    deputies,
    handover_feedback,
    handover_steps,
    handovers,
    notices,
    organisations,
    persons,
    teams,
)
from casework.core.db import new_id
from casework.core.errors import NotFound
from casework.core.models import AgencyUnit
from casework.core.permissions import OPERATOR, Role
from casework.core.registration import Identified
from tests.core.handing import BORN, CHILD, WORRY, Hand, told
from tests.worlds import KUMLA, SKOLA, World, numbered, personal_number


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def taken_on(world: World, hand: Hand) -> tuple[str, str]:
    """A report of Pia's that wants feedback, in a case of Maja's: the report's id and the case's."""
    case_id, sent = world.case("maja"), hand.pass_on(hand.open(hand.report(wants_feedback=True)), "maja")
    hand.add(sent, case_id)
    return sent, case_id


def give(world: World, case_id: str, sent: str, code: str = "opened") -> None:
    with world.acting("maja") as (session, maja):
        handover_feedback.give(session, maja, case_id, sent, code)


def counterpart(world: World, case_id: str, name: str) -> None:
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(41).digits, name, 0)
        case_people.add(session, maja, case_id, who, "counterpart", may_not_know=False)


def another_teacher(world: World) -> None:
    """Pelle works at the school too, and stands in for Pia."""
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun", KUMLA)
        pelle = accounts.add(session, OPERATOR, "pelle", "Pelle Pedagogsson", employer)
        organisations.add_door(pelle, KUMLA)
        world.ids["pelle"] = pelle.id
    with world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, SKOLA]))
        organisations.grant(session, OPERATOR, world.account(session, "pelle"), Role.PARTNER, unit)
    with world.acting("pia") as (session, pia):
        deputies.name(session, pia, world.ids["pelle"], date(2026, 11, 24), date(2026, 11, 30))


def feedback(world: World, who: str, sent: str) -> str | None:
    """What somebody reads that the reporter was told; their own words are there as before."""
    with world.acting(who) as (session, actor):
        shown, content = handovers.read_sent(session, actor, sent)
        assert WORRY in content.as_bytes().decode()
        assert [(one.id, one.state) for one in handovers.sent(session, actor)] == [(sent, shown.state)]
    assert (shown.feedback is None) == (shown.feedback_at is None)
    return shown.feedback


def finds_nothing(world: World, who: str, sent: str, *others: str) -> None:
    """What was sent is not there for somebody, neither by its address nor in their list; of others all is."""
    with pytest.raises(NotFound), world.acting(who) as (session, actor):
        handovers.read_sent(session, actor, sent)
    with world.acting(who) as (session, actor):
        assert [one.id for one in handovers.sent(session, actor)] == list(others)


def test_who_must_not_know_of_the_case_reads_no_feedback_that_was_given_before(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    give(world, case_id, sent)
    assert feedback(world, "pia", sent) == "opened"
    counterpart(world, case_id, "Pia Partnersson")
    assert feedback(world, "pia", sent) is None


def test_who_stands_in_for_somebody_who_must_not_know_reads_no_more_than_they(world: World, hand: Hand):
    another_teacher(world)
    sent, case_id = taken_on(world, hand)
    give(world, case_id, sent)
    assert feedback(world, "pelle", sent) == "opened"
    counterpart(world, case_id, "Pia Partnersson")
    assert feedback(world, "pelle", sent) is None


def test_a_deputy_who_must_not_know_is_told_nothing_and_whom_they_stand_in_for_is(world: World, hand: Hand):
    another_teacher(world)
    sent, case_id = taken_on(world, hand)
    counterpart(world, case_id, "Pelle Pedagogsson")
    with world.session() as session:
        for who in ("pia", "pelle"):
            notices.read(session, world.ids[who], "handover_told")
    give(world, case_id, sent)
    assert told(world, "pia") == {"handover_told"} and "handover_told" not in told(world, "pelle")
    assert feedback(world, "pia", sent) == "opened"
    finds_nothing(world, "pelle", sent)


@pytest.mark.parametrize("said", [{"guardians": "pappa Pelle Pedagogsson"}, {"worry": "Pelle Pedagogsson slår honom."}])
@pytest.mark.parametrize("where", ["not opened", "opened", "in a case"])
def test_a_deputy_finds_no_report_about_themselves_and_takes_none_back(world: World, hand: Hand, said, where):
    another_teacher(world)
    plain, sent = hand.report(), hand.report(**said)
    if where != "not opened":
        hand.open(sent)
    if where == "in a case":
        hand.add(hand.pass_on(sent, "maja"), world.case("maja"))
    finds_nothing(world, "pelle", sent, plain)
    with pytest.raises(NotFound), world.acting("pelle") as (session, pelle):
        handover_steps.take_back(session, pelle, sent, token=new_id())
    with world.acting("pia") as (session, pia):
        assert {one.id for one in handovers.sent(session, pia)} == {plain, sent}
        assert handovers.read_sent(session, pia, sent)[0].id == sent
    assert "handover_told" not in told(world, "pelle")


def test_a_deputy_in_a_conflict_of_interest_about_the_child_finds_no_report_of_it(world: World, hand: Hand):
    another_teacher(world)
    case_id, sent = world.case("maja"), hand.report()
    with world.acting("maja") as (session, maja):
        child = persons.add(session, maja, CHILD, numbered(BORN, 3), 0)
        persons.put_in_case(session, world.get(session, case_id), child, "child")
    with world.acting("pelle") as (session, pelle):
        assert [one.id for one in handovers.sent(session, pelle)] == [sent]
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case_id, world.ids["pelle"])
    finds_nothing(world, "pelle", sent)


def test_who_stands_in_for_somebody_blocked_in_the_case_reads_nothing_of_it(world: World, hand: Hand):
    another_teacher(world)
    sent, case_id = taken_on(world, hand)
    give(world, case_id, sent)
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case_id, world.ids["pia"])
    for who in ("pia", "pelle"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            handovers.read_sent(session, actor, sent)
        with world.acting(who) as (session, actor):
            assert handovers.sent(session, actor) == []


def test_a_colleague_who_does_not_stand_in_sees_nothing_of_it(world: World, hand: Hand):
    sent, _case = taken_on(world, hand)
    another_teacher(world)
    world.clock.move(days=7)
    with world.acting("pelle") as (session, pelle):
        assert handovers.sent(session, pelle) == []
    with pytest.raises(NotFound), world.acting("pelle") as (session, pelle):
        handovers.read_sent(session, pelle, sent)
