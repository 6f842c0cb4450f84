"""Who is named in a case, by whom, and what it gives them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.core import case_log, cases, teams
from casework.core.errors import NotFound, Refused
from tests.core.asking import reads


def test_a_case_given_to_another_officer_leaves_the_one_before(world):
    case = world.case("maja")
    with world.acting("vilma") as (session, vilma):
        teams.assign(session, vilma, case, world.ids["sven"])
    assert not reads(world, "maja", case)
    assert reads(world, "sven", case)
    with world.session() as session:
        assert world.get(session, case).officer_id == world.ids["sven"]


def test_somebody_named_beside_the_officer_reads_until_the_day_they_were_named_for(world):
    case = world.case("maja")
    until = world.clock.now + timedelta(days=2)
    with world.acting("vilma") as (session, vilma):
        teams.name(session, vilma, case, world.ids["sven"], "reader", may_unseal=False, valid_until=until)
    assert reads(world, "sven", case)
    world.clock.now = until - timedelta(microseconds=1)
    assert reads(world, "sven", case)
    world.clock.now = until
    assert not reads(world, "sven", case)


def test_a_reader_reads_and_does_not_write_and_a_co_officer_does_both(world):
    case = world.case("maja")
    world.name(case, "sven", "reader")
    world.name(case, "fia", "co_officer")
    with pytest.raises(NotFound):
        world.sign("sven", case, "note")
    world.sign("fia", case, "note")


@pytest.mark.parametrize("who", ["vilma", "ida"])
def test_nobody_gives_a_case_to_themselves(world, who):
    case = world.case(None)
    with pytest.raises(Refused), world.acting(who) as (session, actor):
        teams.assign(session, actor, case, actor.id)


def test_being_named_gives_nobody_the_right_to_name_others(world):
    case = world.case("maja")
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        teams.name(session, maja, case, world.ids["sven"], "reader", may_unseal=False)
    world.name(case, "berta", "reader")  # leads another unit
    with pytest.raises(NotFound), world.acting("berta") as (session, berta):
        teams.name(session, berta, case, world.ids["sven"], "reader", may_unseal=False)


@pytest.mark.parametrize("who", ["erik", "pia", "lo", "greta", "ida", "lars"])
def test_only_officers_and_leads_of_the_municipality_can_be_named(world, who):
    case = world.case("maja")
    with pytest.raises(Refused) as refused:
        world.name(case, who)
    assert refused.value.refusals[0].field == "account"


def test_nobody_is_named_twice(world):
    case = world.case("maja")
    world.name(case, "sven")
    with pytest.raises(Refused):
        world.name(case, "sven", "co_officer")


def test_nobody_is_named_until_a_day_that_has_passed(world):
    case = world.case("maja")
    with pytest.raises(Refused) as refused, world.acting("vilma") as (session, vilma):
        teams.name(session, vilma, case, world.ids["sven"], "reader", may_unseal=False, valid_until=session.now)
    assert refused.value.refusals[0].field == "until"


def test_when_the_officers_place_is_ended_the_case_waits_for_another(world):
    case = world.case("maja")
    with world.acting("vilma") as (session, vilma):
        (member, _account), *_rest = teams.members(session, world.get(session, case))
        teams.end(session, vilma, case, member.id)
    assert not reads(world, "maja", case)
    assert not reads(world, "ida", case), "what was worked on is not intake's to read"
    assert case in world.listed("ida")
    with world.acting("vilma") as (session, vilma):
        assert [one.id for one in cases.page(session, vilma, cases.Filters(unassigned=True)).cases] == [case]
    with world.acting("ida") as (session, ida):
        teams.assign(session, ida, case, world.ids["sven"])
    assert reads(world, "sven", case)


def test_a_block_takes_the_case_from_its_officer_and_closes_it_to_them(world):
    case = world.case("maja")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["maja"])
    assert not reads(world, "maja", case)
    with world.session() as session:
        assert world.get(session, case).officer_id is None
    with pytest.raises(Refused, match="jäv"), world.acting("vilma") as (session, vilma):
        teams.assign(session, vilma, case, world.ids["maja"])
    with pytest.raises(Refused, match="jäv"):
        world.name(case, "maja")


def test_blocking_the_same_colleague_again_changes_nothing(world):
    case = world.case("maja")
    for _time in range(2):
        with world.acting("vilma") as (session, vilma):
            teams.block(session, vilma, case, world.ids["sven"])
    with world.session() as session:
        assert teams.blocked(session, world.get(session, case)) == {world.ids["sven"]}


def test_nobody_blocks_themselves(world):
    case = world.case("maja")
    with pytest.raises(Refused), world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, vilma.id)


def test_every_change_of_the_team_is_seen_in_the_case(world):
    case = world.case("maja")
    world.name(case, "sven")
    with world.acting("vilma") as (session, vilma):
        member = next(
            one for one, account in teams.members(session, world.get(session, case)) if account.username == "sven"
        )
        teams.end(session, vilma, case, member.id)
        teams.block(session, vilma, case, world.ids["sven"])
    with world.acting("maja") as (session, maja):
        acts = {line.action for line in case_log.read(session, maja, case).lines}
    assert {"case:registered", "case:assigned", "member:named", "member:ended", "conflict:blocked"} <= acts
