"""A question to a decider opens what is to be decided, to somebody who may decide it, and only until it is answered."""

from __future__ import annotations

import pytest

from casework.core import cases, deciders, steps, tasks, teams
from casework.core.errors import NotFound, Refused
from casework.core.models import Membership
from tests.core.asking import decide
from tests.worlds import REGISTRY, VUXEN, World


def ask(world: World, case: str, step: str, who: str, *forms: str, by: str = "maja") -> str:
    with world.acting(by) as (session, actor):
        asked, _waits = deciders.ask(session, REGISTRY, actor, case, step, world.ids[who], forms, "Beslut")
        assert asked is not None
        return asked.id


def opens(world: World, who: str, case: str) -> bool:
    with world.acting(who) as (session, actor):
        try:
            cases.open_case(session, actor, case, "overview")
        except NotFound:
            session.rollback()
            return False
        return True


def test_who_is_asked_to_decide_gets_a_task_that_the_decision_finishes(world):
    case = world.case("maja", state="received")
    world.take("maja", case, "begin_assessment")
    world.sign("maja", case, "initial_assessment")
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "do_not_open", world.ids["fia"], [], "Beslut om utredning")
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "tasks")
        (shown,) = tasks.of_case(decision, opened)
        assert (shown.what, shown.task.account_id, shown.task.done_at) == (
            "Beslut om utredning",
            world.ids["fia"],
            None,
        )
        assert [account.id for _one, account in teams.deciders(session, opened)] == [world.ids["fia"]]
    world.take("fia", case, "do_not_open", reason="Hör hemma hos en annan kommun")
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "tasks")
        (shown,) = tasks.of_case(decision, opened)
        assert shown.task.done_at == world.clock.now
        assert teams.deciders(session, opened) == []


def test_nobody_asks_themselves_or_somebody_blocked_to_decide(world):
    case = world.case("maja")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["fia"])
    for who in ("maja", "fia"):
        with pytest.raises(Refused), world.acting("maja") as (session, maja):
            deciders.ask(session, REGISTRY, maja, case, "close", world.ids[who], [], "Beslut")


def test_a_question_the_case_has_gone_past_opens_nothing_any_more(world):
    case = world.case()
    world.sign("maja", case, "note")
    world.take("maja", case, "begin_assessment")
    ask(world, case, "do_not_open", "ulf", "note")
    ask(world, case, "close", "fia")
    assert opens(world, "ulf", case)
    world.take("fia", case, "close")
    assert not opens(world, "ulf", case) and not opens(world, "fia", case)
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "tasks")
        assert all(shown.task.done_at for shown in tasks.of_case(decision, opened))


def test_a_step_one_may_take_oneself_is_no_way_to_let_somebody_read(world):
    case = world.case()
    world.sign("maja", case, "note")
    with pytest.raises(Refused):
        ask(world, case, "begin_assessment", "sven", "note")
    assert not opens(world, "sven", case)


def test_a_step_that_does_not_lead_on_from_here_cannot_be_asked_for(world):
    case = world.case()
    with pytest.raises(NotFound):
        ask(world, case, "grant", "vilma")


def test_whoever_is_asked_must_be_able_to_decide_it(world):
    case = world.case()
    with pytest.raises(Refused) as refused:
        ask(world, case, "close", "sven")
    assert [one.field for one in refused.value.refusals] == ["account"]


def test_only_what_is_signed_can_be_shown(world):
    case = world.case()
    with pytest.raises(Refused) as refused:
        ask(world, case, "close", "fia", "threat")
    assert [one.field for one in refused.value.refusals] == ["forms_shown"]


@pytest.mark.parametrize("by", ["maja", "vilma"])
def test_a_question_can_be_taken_back_by_the_officer_and_by_the_lead(world, by):
    case = world.case()
    asked = ask(world, case, "close", "fia")
    with pytest.raises(NotFound), world.acting("sven") as (session, sven):
        deciders.withdraw(session, sven, case, asked)
    with world.acting(by) as (session, actor):
        deciders.withdraw(session, actor, case, asked)
    assert not opens(world, "fia", case)


def test_a_question_of_another_case_is_not_there_to_be_taken_back(world):
    case, other = world.case(), world.case()
    asked = ask(world, case, "close", "fia")
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        deciders.withdraw(session, maja, other, asked)
    assert opens(world, "fia", case)


def test_a_question_nobody_answers_ends_by_itself(world):
    case = world.case()
    ask(world, case, "close", "fia")
    world.clock.move(days=29)
    assert opens(world, "fia", case)
    world.clock.move(days=1)
    assert not opens(world, "fia", case)


def test_in_a_protected_persons_case_nobody_sees_who_it_is_on_one_officers_word(world):
    case = world.case("maja", protection=2)
    with world.acting("maja") as (session, maja):
        _decider, asked = deciders.ask(
            session, REGISTRY, maja, case, "close", world.ids["vilma"], [], "Ska det avslutas?"
        )
    assert asked is not None and not opens(world, "vilma", case)
    assert decide(world, asked, "fia") == "used"
    assert opens(world, "vilma", case)
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "tasks")
        assert [shown.what for shown in tasks.of_case(decision, opened)] == ["Ska det avslutas?"]


def test_who_is_asked_does_not_approve_that_they_are(world):
    case = world.case("maja", protection=2)
    with world.acting("maja") as (session, maja):
        _decider, asked = deciders.ask(session, REGISTRY, maja, case, "close", world.ids["fia"], [], "Beslut")
    assert asked is not None
    with pytest.raises(NotFound):
        decide(world, asked, "fia")
    assert not opens(world, "fia", case)


def test_a_question_that_the_case_has_gone_past_is_not_asked_when_it_is_approved(world):
    case = world.case("maja", protection=2)
    world.name(case, "fia", "co_officer")
    world.take("maja", case, "begin_assessment")
    with world.acting("maja") as (session, maja):
        _decider, asked = deciders.ask(session, REGISTRY, maja, case, "do_not_open", world.ids["ulf"], [], "Beslut")
    assert asked is not None
    world.take("fia", case, "close")
    assert decide(world, asked, "berta") == "void" and not opens(world, "ulf", case)


def test_who_is_named_already_is_asked_at_once(world):
    case = world.case("maja", protection=2)
    world.name(case, "fia", "reader")
    with world.acting("maja") as (session, maja):
        decider, asked = deciders.ask(session, REGISTRY, maja, case, "close", world.ids["fia"], [], "Beslut")
    assert decider is not None and asked is None


def test_what_one_decides_by_another_post_does_not_count(world):
    case = world.case()
    with world.session() as session:
        session.add(
            Membership(
                account_id=world.ids["maja"],
                role="intake",
                level="U",
                unit_id=world.units["1881", VUXEN],
                valid_from=session.now,
                granted_by="x",
            )
        )
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "overview")
        assert not steps.find(decision, REGISTRY, opened, "close").actor_may
