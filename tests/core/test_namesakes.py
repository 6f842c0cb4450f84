"""A colleague who bears the name of somebody who must not know stays in their work, and whoever assigns it is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import access, awaiting, case_people, cases, namesakes, notices, shared_status, tasks, teams
from casework.core.actions import Action
from casework.core.models import AuditEvent, CaseMember
from casework.core.permissions import REACHED_BY
from casework.core.registration import Identified
from tests.core.disclosing import assessed, inbox, read, refused, state, wish
from tests.core.handing import Hand
from tests.core.test_deciders import ask
from tests.worlds import REGISTRY, World, personal_number


def counterpart(world: World, case: str, name: str, role: str = "counterpart") -> None:
    with world.acting("sven") as (session, sven):
        one = Identified(personal_number(78).digits, name, 0)
        case_people.add(session, sven, case, one, role, may_not_know=role == "counterpart")


def told(world: World) -> set[str]:
    """Everybody who has a line that a colleague bears such a name."""
    with world.session() as session:
        lines = {who: notices.unread(session, id_) for who, id_ in world.ids.items()}
    return {who for who, found in lines.items() if namesakes.KIND in {one.kind for one in found}}


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


def test_a_decision_is_not_left_waiting_for_somebody_who_turns_out_to_bear_the_name(world):
    """It ends as a question that is taken back, with its task and its line in the record, and who asked is told."""
    case = with_sven(world)
    world.sign("maja", case, "note")
    ask(world, case, "close", "fia", "note")
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    counterpart(world, case, "Fia Förstelin")
    with world.acting("maja") as (session, maja):
        row, decision = cases.open_case(session, maja, case, "tasks")
        assert teams.deciders(session, row) == []
        assert [one for one in tasks.of_case(decision, row) if one.task.done_at is None] == []
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.case_id == case)).all()
        assert {Action.DECIDER_WITHDRAWN, Action.DISCLOSURE_REFUSED} <= set(acts)
        assert "disclosure_ended" in {one.kind for one in notices.unread(session, maja.id)}
    assert state(world, case, made) == "refused"


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


def test_the_officer_who_is_let_stand_still_hears_of_what_comes_in(world):
    case, hand = world.case("maja"), Hand(world)
    world.name(case, "sven", "co_officer")
    counterpart(world, case, "Maja Testlind")
    hand.add(hand.pass_on(hand.open(hand.report()), "vilma"), case, "vilma")
    with world.session() as session:
        assert "handover_kept" in {one.kind for one in notices.unread(session, world.ids["maja"])}


def test_who_asked_for_approval_and_may_not_know_of_the_case_any_more_finds_no_decision(world):
    case = world.case("sven", protection=2)
    with world.acting("vilma") as (session, vilma):
        asked = teams.name(session, vilma, case, world.ids["maja"], "reader", may_unseal=False)
    with world.acting("vilma") as (session, vilma):
        assert asked is not None and asked.id in {one.approval.id for one in awaiting.asked(session, vilma)}
    world.approve(asked, by="fia", granted=False)
    counterpart(world, case, "Vilma Dummy")
    with world.acting("vilma") as (session, vilma):
        assert awaiting.count_decided(session, vilma) == 0 and awaiting.asked(session, vilma) == []


def test_the_only_lead_is_told_too_where_they_enter_the_name_themselves(world):
    case = with_sven(world)
    with world.session() as session:
        place = {"account_id": world.ids["vilma"], "role": "co_officer", "named_by": world.ids["berta"]}
        session.add(CaseMember(case_id=case, valid_from=session.now, **place))
        session.flush()
        access.refresh(session, case)
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
