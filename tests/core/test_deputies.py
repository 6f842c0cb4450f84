"""Who gets whose inbox while somebody is away: a colleague of the unit, those days, and nothing else of theirs."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.contract.workflow import Level
from casework.core import deputies, handover_sending, handovers, organisations
from casework.core.db import new_id
from casework.core.errors import NotFound, Refused
from casework.core.frozen import Frozen, Part
from casework.core.handover_sending import Address
from casework.core.models import AgencyUnit, Deputy
from casework.core.permissions import OPERATOR, Role
from tests.core.handing import WORRY, Hand, told
from tests.worlds import BARN, KUMLA, SKOLA, VUXEN, World

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def name(world: World, by: str, absent: str, deputy: str, first: date = TODAY, last: date = TOMORROW) -> str:
    with world.acting(by) as (session, actor):
        named = deputies.name(session, actor, world.ids[deputy], first, last, absent_id=world.ids[absent])
        return named.id


def waiting(world: World, who: str) -> dict[str, bool]:
    with world.acting(who) as (session, actor):
        return {one.id: one.for_another for one in handovers.inbox(session, actor).waiting}


def test_the_deputy_has_the_inbox_those_days_and_not_before_or_after(world: World, hand: Hand):
    sent = hand.report()
    name(world, "ida", "ida", "sven", TOMORROW, TOMORROW)
    assert waiting(world, "sven") == {}
    world.clock.move(hours=14, minutes=59)  # 23.59 in Sweden
    assert waiting(world, "sven") == {}
    world.clock.move(minutes=1)
    assert waiting(world, "sven") == {sent: True} and waiting(world, "ida") == {sent: False}
    assert "handover_waits" not in told(world, "sven")
    other = hand.report()
    assert "handover_waits" in told(world, "sven")
    hand.open(sent, "sven")
    assert WORRY in hand.text(sent, "sven")
    world.clock.move(hours=24)
    assert waiting(world, "sven") == {}
    for one in (sent, other):
        with pytest.raises(NotFound):
            hand.text(one, "sven")


def test_the_deputy_gets_what_comes_to_the_absent_by_name_and_no_case_of_theirs(world: World):
    content = Frozen((Part("Frågan", "Vad gäller det?", "Kanotfågel"),))
    with world.acting("pia") as (session, pia):
        to = Address("social_services", account_id=world.ids["maja"])
        sender = Address("school", world.units[KUMLA, SKOLA])
        sent = handover_sending.dispatch(session, pia, "question", content, sender=sender, to=to, token=new_id()).id
    case_id = world.case("maja")
    assert waiting(world, "maja") == {sent: False} and waiting(world, "sven") == {} == waiting(world, "ida")
    name(world, "maja", "maja", "sven")
    assert waiting(world, "sven") == {sent: True}
    with pytest.raises(NotFound), world.acting("sven") as (session, sven):
        handovers.read_in_case(session, sven, case_id, sent)
    assert world.listed("sven") == []


def test_a_deputy_is_of_the_same_unit_and_named_by_the_absent_or_their_lead(world: World):
    with pytest.raises(Refused) as refused:
        name(world, "ida", "ida", "berta", date(2026, 11, 23), date(2027, 11, 24))
    assert [one.field for one in refused.value.refusals] == ["deputy", "first", "last"]
    for by, absent in (("sven", "ida"), ("berta", "ida"), ("pia", "ida"), ("vilma", "jon")):
        with pytest.raises(NotFound):
            name(world, by, absent, "maja")
    with pytest.raises(Refused):
        name(world, "ida", "ida", "ida")
    with pytest.raises(Refused):
        name(world, "ida", "ida", "lo")  # an administrator of the unit reads no handover
    with pytest.raises(Refused) as refused:
        name(world, "vilma", "ida", "vilma")  # nobody gives herself what is not hers
    assert [one.field for one in refused.value.refusals] == ["deputy"]
    with world.acting("vilma") as (session, vilma):
        assert world.ids["vilma"] not in {
            one.id for one, _unit in deputies.colleagues(session, vilma, world.ids["ida"])
        }
    name(world, "vilma", "ida", "maja")


@pytest.mark.parametrize(("by", "is_told"), [("vilma", True), ("ida", False)])
def test_who_is_away_is_told_where_another_named_their_deputy(world: World, by: str, is_told: bool):
    name(world, by, "ida", "sven")
    assert ("deputy_named" in told(world, "ida")) is is_told


@pytest.mark.parametrize("moves", ["ida", "sven"])
def test_no_line_of_what_comes_in_goes_to_a_deputy_who_no_longer_has_the_inbox(world: World, hand: Hand, moves: str):
    name(world, "ida", "ida", "sven")
    with world.session() as session:
        for post in organisations.memberships_of(session, world.account(session, moves)):
            organisations.end_membership(session, OPERATOR, post)
    world.clock.move(minutes=1)
    with world.session() as session:
        unit = session.scalars(select(AgencyUnit).where(AgencyUnit.name == BARN)).one()
        organisations.grant(session, OPERATOR, world.account(session, moves), Role.CASE_OFFICER, unit, Level.H)
    world.clock.move(minutes=1)
    hand.report()
    assert "handover_waits" in told(world, "jon") and "handover_waits" not in told(world, "sven")


def test_an_absence_is_ended_at_once_by_the_absent_or_their_lead_alone(world: World, hand: Hand):
    sent, named = hand.report(), name(world, "ida", "ida", "sven")
    assert waiting(world, "sven") == {sent: True}
    for by in ("sven", "maja", "berta"):
        with pytest.raises(NotFound), world.acting(by) as (session, actor):
            deputies.end(session, actor, named)
    with world.acting("vilma") as (session, vilma):
        assert [(one.deputy, one.may_end) for one in deputies.listed(session, vilma)] == [("Sven Provsson", True)]
        deputies.end(session, vilma, named)
    assert waiting(world, "sven") == {}
    with world.acting("ida") as (session, ida):
        deputies.end(session, ida, named)  # twice is once
    with world.session() as session:
        assert session.get_one(Deputy, (KUMLA, named)).valid_until == world.clock.now


@pytest.mark.parametrize("leaves", ["ida", "sven"])
def test_whoever_leaves_the_unit_neither_gives_nor_has_an_inbox(world: World, hand: Hand, leaves: str):
    hand.report()
    name(world, "ida", "ida", "sven")
    with world.session() as session:
        for post in organisations.memberships_of(session, world.account(session, leaves)):
            organisations.end_membership(session, OPERATOR, post)
    world.clock.move(seconds=1)
    if leaves == "ida":
        assert waiting(world, "sven") == {}
    else:
        with pytest.raises(NotFound):
            waiting(world, "sven")


def test_a_deputy_takes_on_by_their_own_leave_and_not_by_the_absents(world: World, hand: Hand):
    sent = hand.opened()
    name(world, "ida", "ida", "sven")
    case_id = hand.begin(sent, "sven")
    assert case_id is not None
    with world.session() as session:
        assert world.get(session, case_id).unit_id == world.units[KUMLA, VUXEN]
        assert world.get(session, case_id).officer_id == world.ids["sven"]
