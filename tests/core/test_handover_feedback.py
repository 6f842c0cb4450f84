"""Feedback to who reported a worry: what the law lets them know, when they ask, and nothing more."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casework.contract.workflow import Level
from casework.core import (
    case_people,
    handover_feedback,
    handover_steps,
    handovers,
    municipality_settings,
    notices,
    organisations,
    teams,
)
from casework.core.actions import Action
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import AgencyUnit, AuditEvent
from casework.core.permissions import OPERATOR, Role
from casework.core.registration import Identified
from tests.core.handing import Hand, acts, told
from tests.worlds import World, personal_number


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


def named(world: World, case_id: str, name: str, role: str, protection: int = 0) -> None:
    """Maja puts somebody of that name into the case."""
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(41).digits, name, protection)
        case_people.add(session, maja, case_id, who, role, may_not_know=False)


@pytest.mark.parametrize("name", ["Pia Partnersson", "Pia Lovisa Partnersson"])
def test_who_reported_and_may_not_know_of_the_case_is_told_nothing_of_it(world: World, hand: Hand, name: str):
    sent, case_id = taken_on(world, hand)
    named(world, case_id, name, "counterpart")
    for code in set(dict(handover_feedback.GIVEN)) - {handover_feedback.NONE}:
        with pytest.raises(Refused) as refused:
            give(world, case_id, sent, code)
        assert [one.field for one in refused.value.refusals] == ["code"]
    before = told(world, "pia")
    give(world, case_id, sent, handover_feedback.NONE)  # that none is given is recorded, with why
    assert because(world, sent) == "may_not_know"
    with world.acting("pia") as (session, pia):
        row, _content = handovers.read_sent(session, pia, sent)
    assert row.feedback is None and row.wants_feedback  # to them it is as if nobody had answered yet
    assert told(world, "pia") == before


def because(world: World, sent: str) -> object:
    """What the record says stood in the way of feedback."""
    given = Action.HANDOVER_FEEDBACK_GIVEN
    with world.session() as session:
        query = select(AuditEvent.detail).where(AuditEvent.object_id == sent, AuditEvent.action == given)
        return json.loads(session.scalars(query).one())["because"]


def test_a_namesake_who_may_know_stops_no_feedback(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    named(world, case_id, "Pia Partnersson", "relative")
    give(world, case_id, sent)


def test_of_anybody_protected_in_the_case_no_one_person_tells_anything(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    named(world, case_id, "Mor Skyddad", "guardian", protection=3)
    with pytest.raises(Refused):
        give(world, case_id, sent)
    give(world, case_id, sent, "unsuitable")
    assert because(world, sent) == "protected"


def reads_nothing(world: World, sent: str) -> bool:
    """Whether what Pia sent is to her as if there were none, on every way to it."""
    with world.acting("pia") as (session, pia):
        listed = [one.id for one in handovers.sent(session, pia)]
    for deed in (handovers.read_sent, handovers.read_reply, handover_feedback.ask):
        with pytest.raises(NotFound), world.acting("pia") as (session, pia):
            deed(session, pia, sent)
    return listed == []


def test_who_reported_and_is_blocked_in_the_case_reads_and_is_told_nothing_of_it(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case_id, world.ids["pia"])
    assert reads_nothing(world, sent)
    with pytest.raises(Refused):
        give(world, case_id, sent)


def test_who_reported_and_works_at_another_agency_now_reads_nothing_of_it(world: World, hand: Hand):
    sent, case_id = taken_on(world, hand)
    with world.session() as session:
        for post in organisations.memberships_of(session, world.account(session, "pia")):
            organisations.end_membership(session, OPERATOR, post)
        organisations.unit(session, "recreation", "Fritid")
    world.clock.move(minutes=1)
    with world.session() as session:
        unit = session.scalars(select(AgencyUnit).where(AgencyUnit.agency == "recreation")).one()
        organisations.grant(session, OPERATOR, world.account(session, "pia"), Role.PARTNER, unit, Level.H)
        notices.read(session, world.ids["pia"], "handover_told")  # what she was told while she was there
    world.clock.move(minutes=1)
    with pytest.raises(Refused) as refused:
        give(world, case_id, sent)
    assert [one.field for one in refused.value.refusals] == ["code"]
    give(world, case_id, sent, "unsuitable")
    assert reads_nothing(world, sent) and told(world, "pia") == set()


def test_a_report_that_goes_into_a_case_closed_to_its_sender_leaves_them_no_line(world: World, hand: Hand):
    case_id, sent = world.case("maja"), hand.opened()
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case_id, world.ids["pia"])
    with world.acting("ida") as (session, ida):
        handover_steps.pass_on(session, ida, sent, world.ids["maja"])
    hand.add(sent, case_id)
    assert "handover_told" not in told(world, "pia")
