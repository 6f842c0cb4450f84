"""A colleague who bears the name of somebody who must not know stays in their work, and whoever assigns it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.core import (
    access,
    approvals,
    awaiting,
    case_leads,
    case_people,
    namesakes,
    notices,
    organisations,
    shared_status,
    teams,
)
from casework.core.errors import NotFound
from casework.core.models import AgencyUnit, CaseMember, CasePerson
from casework.core.permissions import OPERATOR, REACHED_BY, Role
from casework.core.registration import Identified
from tests.core.disclosing import assessed, inbox, read, refused, wish
from tests.core.handing import Hand
from tests.worlds import KUMLA, REGISTRY, VUXEN, World, personal_number


def counterpart(world: World, case: str, name: str, role: str = "counterpart") -> None:
    with world.acting("sven") as (session, sven):
        one = Identified(personal_number(78).digits, name, 0)
        case_people.add(session, sven, case, one, role, may_not_know=role == "counterpart")


def told(world: World) -> set[str]:
    """Everybody who has a line that a colleague bears such a name."""
    with world.session() as session:
        lines = {who: notices.unread(session, id_) for who, id_ in world.ids.items()}
    return {who for who, found in lines.items() if namesakes.KIND in {one.kind for one in found}}


def kinds(world: World, who: str) -> set[str]:
    with world.session() as session:
        return {one.kind for one in notices.unread(session, world.ids[who])}


def joined_by_lead(world: World, case: str) -> None:
    """Let Vilma, who leads the unit, work in a case: past the rule that nobody names themselves."""
    with world.session() as session:
        place = {"account_id": world.ids["vilma"], "role": "co_officer", "named_by": world.ids["berta"]}
        session.add(CaseMember(case_id=case, valid_from=session.now, **place))
        session.flush()
        access.refresh(session, case)


def with_sven(world: World) -> str:
    case = world.case("maja")
    world.name(case, "sven", "co_officer")
    return case


@pytest.mark.parametrize(
    ("name", "who_is_told"), [("Maja Testlind", {"vilma"}), ("Vilma Dummy", {"berta"}), ("Anna Annanson", set())]
)
def test_a_colleague_who_has_the_case_and_the_name_stays_and_whoever_assigns_it_is_told(world, name, who_is_told):
    case = with_sven(world)
    counterpart(world, case, name)
    assert told(world) == who_is_told
    with world.acting("maja") as (session, maja):
        assert any(access.is_reached(session, maja, one, case) for one in REACHED_BY)


def test_where_every_lead_bears_the_name_nobody_is_told(world):
    with world.session() as session:
        world.account(session, "berta").name = "Vilma Dummy"
    counterpart(world, with_sven(world), "Vilma Dummy")
    assert told(world) == set()


def test_whom_it_is_about_is_found_among_those_named_and_the_leads_of_the_unit(world):
    case = with_sven(world)
    counterpart(world, case, "Maja Testlind")
    with world.session() as session:
        assert namesakes.of_case(session, world.get(session, case)) == {world.ids["maja"]}


def test_nothing_is_disclosed_to_who_may_be_somebody_in_the_case(world):
    case = with_sven(world)
    assert "recipient" not in refused(world, case)
    counterpart(world, case, "Erik Demosson", "guardian")
    assert "recipient" in refused(world, case)


def test_a_lead_who_was_named_in_the_case_once_is_found_as_one_who_never_was(world):
    case = with_sven(world)
    with world.session() as session:
        place = {"account_id": world.ids["vilma"], "role": "reader", "named_by": world.ids["berta"]}
        before = session.now - timedelta(hours=1)
        session.add(CaseMember(case_id=case, valid_from=before, valid_until=session.now, **place))
    counterpart(world, case, "Vilma Dummy")
    with world.session() as session:
        row = world.get(session, case)
        assert namesakes.beside(session, row, namesakes.of_case(session, row)) == ["Vilma Dummy"]


@pytest.mark.parametrize("handled", [True, False])
def test_who_takes_in_for_a_case_that_nobody_handles_is_found_too(world, handled):
    case = with_sven(world)
    with world.session() as session:
        world.get(session, case).officer_id = world.ids["maja"] if handled else None
        session.flush()
        access.refresh(session, case)
    counterpart(world, case, "Ida Intagslund")
    with world.session() as session:
        row = world.get(session, case)
        found = namesakes.beside(session, row, namesakes.of_case(session, row))
    assert found == ([] if handled else ["Ida Intagslund"]) and told(world) == (set() if handled else {"vilma"})


@pytest.mark.parametrize("role", ["guardian", "relative", "child", "partner"])
def test_a_recipient_who_turns_out_to_be_in_the_case_reads_no_more(world, role):
    case = with_sven(world)
    made = assessed(world, case, wish(world, case))
    world.permit(case)
    assert read(world, made) is not None
    counterpart(world, case, "Erik Demosson", role)
    assert inbox(world) == [] and read(world, made) is None
    with world.acting("erik") as (session, erik):
        assert shared_status.page(session, REGISTRY, erik).shown == []


@pytest.mark.parametrize("role", ["guardian", "relative", "child", "partner"])
def test_who_permitted_a_status_is_told_that_somebody_at_the_agency_reads_it_no_more(world, role):
    case = with_sven(world)
    world.permit(case)
    counterpart(world, case, "Anna Annanson", role)
    assert "disclosure_ended" not in kinds(world, "maja")
    with world.acting("sven") as (session, sven):
        one = Identified(personal_number(79).digits, "Erik Demosson", 0)
        case_people.add(session, sven, case, one, role, may_not_know=False)
    assert "disclosure_ended" in kinds(world, "maja")
    with world.acting("maja") as (session, maja):
        notices.read(session, maja.id, "disclosure_ended")
    with world.acting("sven") as (session, sven):
        another = Identified(personal_number(80).digits, "Karin Kusinsson", 0)
        case_people.add(session, sven, case, another, role, may_not_know=False)
    assert "disclosure_ended" not in kinds(world, "maja")  # nothing ended this time


def test_of_the_leads_whoever_bears_the_name_is_told_only_where_nobody_else_leads_the_unit(world):
    case = with_sven(world)
    counterpart(world, case, "Vilma Dummy")
    for kind, who in (("disclosure_in_need", "vilma"), ("handover_unassigned", "berta")):
        with world.acting("maja") as (session, maja):
            case_leads.tell(session, world.get(session, case), maja.id, kind)
            unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, VUXEN]))
            organisations.grant(session, OPERATOR, world.account(session, "berta"), Role.TEAM_LEAD, unit)
        assert [one for one in ("vilma", "berta") if kind in kinds(world, one)] == [who]


def test_the_officer_who_is_let_stand_still_hears_of_what_comes_in(world):
    case, hand = world.case("maja"), Hand(world)
    world.name(case, "sven", "co_officer")
    counterpart(world, case, "Maja Testlind")
    hand.add(hand.pass_on(hand.open(hand.report()), "vilma"), case, "vilma")
    with world.session() as session:
        assert "handover_kept" in {one.kind for one in notices.unread(session, world.ids["maja"])}


def heard_of(world: World, who: str, object_id: str) -> tuple[set[str], set[str]]:
    """What somebody asked for: by their list of it, and by the page of the deed."""
    with world.acting(who) as (session, actor):
        listed = {one.approval.id for one in awaiting.asked(session, actor)}
        return listed, {one.approval.id for one in awaiting.at(session, object_id)}


def test_who_asked_for_approval_and_may_not_know_of_the_case_any_more_finds_no_decision(world):
    case = world.case("maja", protection=2)
    with world.acting("maja") as (session, maja):
        asked = case_people.lower_protection(session, maja, case, 0, reason="Inte längre")
    world.name(case, "sven", "co_officer")
    with world.acting("vilma") as (session, vilma):
        teams.assign(session, vilma, case, world.ids["fia"])
        for member, account in teams.members(session, world.get(session, case)):
            if account.id == world.ids["maja"]:
                teams.end(session, vilma, case, member.id)
    assert heard_of(world, "maja", asked.object_id)[0] == {asked.id}
    counterpart(world, case, "Maja Testlind")
    assert heard_of(world, "maja", asked.object_id)[0] == set()
    with world.acting("maja") as (session, maja), pytest.raises(NotFound):
        approvals.take_back(session, maja, asked.id)
    world.approve(asked, granted=False)
    assert "approval_decided" not in kinds(world, "maja")


def test_a_lead_who_may_be_meant_and_has_the_case_finds_what_they_asked_for_wherever_it_is_shown(world):
    """On their list as on the page of the team: where one of them left it out, it would tell whose name it is."""
    case = world.case("sven", protection=2)
    with world.acting("vilma") as (session, vilma):
        asked = teams.name(session, vilma, case, world.ids["maja"], "reader", may_unseal=False)
    counterpart(world, case, "Vilma Dummy")
    assert asked is not None and all(asked.id in found for found in heard_of(world, "vilma", case))
    world.approve(asked, by="fia")
    assert "approval_decided" in kinds(world, "vilma")
    assert asked.id in heard_of(world, "vilma", case)[0]


def test_a_conflict_in_another_case_of_the_person_is_told_by_nothing_in_the_case_that_is_open(world):
    case = world.case("sven", protection=2)
    with world.acting("sven") as (session, sven):
        asked = case_people.lower_protection(session, sven, case, 0, reason="Inte längre")
    other = world.case("maja")
    with world.session() as session:
        subject = world.get(session, case).subject_id
        given = {"case_id": other, "person_id": subject, "role": "relative", "may_not_know": False}
        session.add(CasePerson(**given, added_at=session.now))
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, other, world.ids["sven"])
    assert heard_of(world, "sven", asked.object_id) == ({asked.id}, {asked.id})
    with world.acting("sven") as (session, sven):
        approvals.take_back(session, sven, asked.id)
        again = case_people.lower_protection(session, sven, case, 0, reason="Inte längre")
    world.approve(again, granted=False)
    assert "approval_decided" in kinds(world, "sven")


def test_the_only_lead_is_told_too_where_they_enter_the_name_themselves(world):
    case = with_sven(world)
    joined_by_lead(world, case)
    with world.acting("vilma") as (session, vilma):
        one = Identified(personal_number(78).digits, "Maja Testlind", 0)
        case_people.add(session, vilma, case, one, "counterpart", may_not_know=True)
    assert told(world) == {"vilma"}


def test_a_line_that_was_read_does_not_come_again_for_somebody_else_who_is_entered(world):
    case = with_sven(world)
    counterpart(world, case, "Maja Testlind")
    with world.acting("vilma") as (session, vilma):
        notices.read(session, vilma.id, namesakes.KIND)
    with world.acting("sven") as (session, sven):
        one = Identified(personal_number(79).digits, "Karin Kusinsson", 0)
        case_people.add(session, sven, case, one, "relative", may_not_know=False)
    assert told(world) == set()
