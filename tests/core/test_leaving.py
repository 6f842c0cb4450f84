"""Whoever leaves has left their places in cases too: the next post brings none of them back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.contract import Level
from casework.core import (
    access_rows,
    administration,
    deciders,
    deputies,
    disclosure_decisions,
    grants,
    notices,
    organisations,
    teams,
)
from casework.core.access import is_reached
from casework.core.errors import NotFound
from casework.core.models import AuditEvent, CaseMember
from casework.core.permissions import Permission, Role
from tests.core import taking_part
from tests.core.disclosing import assessed, inbox, looked, read, wish
from tests.core.handing import Hand
from tests.worlds import BARN, KUMLA, POLIS, REGISTRY, VUXEN, World


def posts(world: World, who: str) -> list[str]:
    with world.session() as session:
        return [one.id for one in organisations.memberships_of(session, world.account(session, who))]


def end(world: World, membership_id: str) -> None:
    with world.acting("lo") as (session, lo):
        administration.end(session, lo, membership_id)


def leaves(world: World, who: str) -> None:
    """An administrator ends every post of somebody's."""
    for one in posts(world, who):
        end(world, one)


def runs_out(world: World, who: str) -> None:
    """Somebody's post ends by its day, and no deed of anybody's."""
    with world.session() as session:
        for post in organisations.memberships_of(session, world.account(session, who)):
            post.valid_until = session.now + timedelta(hours=1)
            grants.seal(session, post)
    world.clock.move(hours=2)


def comes_back(world: World, who: str, role: Role = Role.CASE_OFFICER, unit: str = VUXEN) -> None:
    with world.acting("lo") as (session, lo):
        asked = administration.grant(session, lo, world.ids[who], role, Level.FS, world.units[KUMLA, unit])
    assert world.approve(asked) == "used"
    world.clock.move(minutes=1)


def reads(world: World, who: str, case: str) -> bool:
    with world.acting(who) as (session, actor):
        return any(is_reached(session, actor, one, case) for one in (Permission.CASE_READ, Permission.CASE_OPEN))


def right(world: World) -> bool:
    with world.session() as session:
        return access_rows.differences(session) == []


@pytest.mark.parametrize("gone", [leaves, runs_out], ids=lambda one: one.__name__)
@pytest.mark.parametrize("unit", [VUXEN, BARN])
def test_the_next_post_brings_no_place_in_a_case_back_and_naming_anew_does(world, gone, unit):
    mine, beside = world.case("sven"), world.case("maja")
    world.name(beside, "sven")
    world.clock.move(minutes=1)
    assert reads(world, "sven", mine) and reads(world, "sven", beside)
    gone(world, "sven")
    world.clock.move(minutes=1)
    comes_back(world, "sven", unit=unit)
    assert not reads(world, "sven", mine) and not reads(world, "sven", beside) and right(world)
    world.name(beside, "sven")
    assert reads(world, "sven", beside) and not reads(world, "sven", mine)


def test_without_its_officer_a_case_is_unassigned_and_each_place_that_ended_is_in_its_record(world):
    mine, beside = world.case("sven"), world.case("maja")
    world.name(beside, "sven")
    leaves(world, "sven")
    with world.session() as session:
        assert world.get(session, mine).officer_id is None
        assert world.get(session, beside).officer_id == world.ids["maja"]
        ended = session.scalars(select(AuditEvent).where(AuditEvent.action == "member:ended")).all()
        assert {(one.case_id, one.actor_id) for one in ended} == {(mine, world.ids["lo"]), (beside, world.ids["lo"])}
    assert right(world)


def test_what_somebody_was_asked_to_decide_does_not_come_back_either(world):
    case = world.case("maja")
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "close", world.ids["ulf"], [], "Beslut")
    world.clock.move(minutes=1)
    assert reads(world, "ulf", case)
    leaves(world, "ulf")
    world.clock.move(minutes=1)
    comes_back(world, "ulf")
    assert not reads(world, "ulf", case)


def test_whoever_holds_another_post_that_has_places_keeps_them(world):
    case = world.case("sven")
    (old,) = posts(world, "sven")
    comes_back(world, "sven", Role.TEAM_LEAD, BARN)
    end(world, old)
    assert reads(world, "sven", case)


def test_a_post_that_has_no_places_holds_none_open(world):
    case = world.case("sven")
    (old,) = posts(world, "sven")
    comes_back(world, "sven", Role.INTAKE, BARN)
    end(world, old)
    with world.session() as session:
        still = select(CaseMember.id).where(CaseMember.case_id == case, CaseMember.valid_until > session.now)
        assert session.scalars(still).all() == []
    assert not reads(world, "sven", case)


def test_nobody_elses_place_and_none_in_another_municipality_ends(world):
    case = world.case("maja")
    leaves(world, "sven")
    assert reads(world, "maja", case)
    with world.acting("vilma") as (session, vilma):
        assert [one.name for _member, one in teams.team(session, vilma, case).members] == ["Maja Testlind"]


ways_out = pytest.mark.parametrize("gone", [leaves, runs_out], ids=lambda one: one.__name__)


@ways_out
def test_what_was_sent_to_somebody_who_left_is_not_there_with_the_next_post(world, gone):
    case = world.case()
    made = assessed(world, case)
    assert inbox(world) == [made.id]
    world.clock.move(minutes=1)
    gone(world, "erik")
    world.clock.move(minutes=1)
    comes_back(world, "erik", Role.POLICE_LIAISON, POLIS)
    assert inbox(world) == [] and read(world, made) is None
    assert looked(world, case, wish(world, case, corrects=made.id)).has_left
    again = assessed(world, case)
    assert inbox(world) == [again.id] and right(world)


def test_a_post_that_follows_another_without_a_break_goes_on_with_what_was_sent(world):
    made = assessed(world, world.case())
    (old,) = posts(world, "erik")
    world.clock.move(minutes=1)
    comes_back(world, "erik", Role.POLICE_LIAISON, POLIS)
    end(world, old)
    world.clock.move(minutes=1)
    assert inbox(world) == [made.id] and read(world, made) is not None


@ways_out
def test_whoever_took_part_and_left_is_let_in_anew(sspf_world, gone):
    world, case = sspf_world, taking_part.sspf(sspf_world)
    taking_part.everybody_consents(world, case)
    part = taking_part.add(world, case, "erik", kinds=("school",))
    assert taking_part.read(world, part, "erik") is not None
    world.clock.move(minutes=1)
    gone(world, "erik")
    world.clock.move(minutes=1)
    comes_back(world, "erik", Role.POLICE_LIAISON, POLIS)
    assert taking_part.read(world, part, "erik") is None and taking_part.listed(world, "erik") == []
    taking_part.end(world, case, part)
    assert taking_part.read(world, taking_part.add(world, case, "erik", kinds=("school",)), "erik") is not None


@ways_out
def test_a_disclosure_that_waited_for_somebody_who_left_is_not_theirs_to_decide_again(world, gone):
    case = world.case()
    assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    with world.acting("fia") as (session, fia):
        assert disclosure_decisions.count(session, fia) == 1
    world.clock.move(minutes=1)
    gone(world, "fia")
    world.clock.move(minutes=1)
    comes_back(world, "fia")
    with world.acting("fia") as (session, fia):
        assert disclosure_decisions.count(session, fia) == 0 and not disclosure_decisions.waiting(session, fia)


@ways_out
def test_what_was_passed_on_to_somebody_who_left_and_their_deputys_seat_are_gone(world, gone):
    hand = Hand(world)
    passed = hand.pass_on(hand.opened(), "maja")
    with world.acting("sven") as (session, sven):
        today = world.clock.now.date()
        deputies.name(session, sven, world.ids["maja"], today, today + timedelta(days=20))
    with world.acting("maja") as (session, maja):
        assert [one.name for one in deputies.stood_in_for(session, maja)] == ["Sven Provsson"]
    assert hand.text(passed, "maja")
    world.clock.move(minutes=1)
    gone(world, "maja")
    world.clock.move(minutes=1)
    comes_back(world, "maja")
    with pytest.raises(NotFound):
        hand.text(passed, "maja")
    with world.acting("maja") as (session, maja):
        assert deputies.stood_in_for(session, maja) == []


def test_a_line_from_before_swallows_no_line_of_the_next_post(world):
    with world.session() as session:
        notices.tell(session, world.ids["maja"], "disclosure_ended")
    leaves(world, "maja")
    with world.session() as session:
        assert notices.unread(session, world.ids["maja"]) == []
