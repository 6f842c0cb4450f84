"""Whoever comes to be kept from a case, by a conflict or by name, decides nothing in it; who asked them is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import cases, clock, deciders, notices, organisations, tasks, teams
from casework.core.actions import Action
from casework.core.models import AgencyUnit, AuditEvent
from casework.core.permissions import OPERATOR, Role
from tests.core.disclosing import assessed, state, wish
from tests.core.test_deciders import ask
from tests.core.test_namesakes import counterpart, kinds, with_sven
from tests.core.test_outbox_asked_anew import written_to
from tests.worlds import KUMLA, VUXEN, World


def question(world: World, case: str) -> None:
    """Maja asks Fia to decide that a case is closed."""
    world.sign("maja", case, "note")
    ask(world, case, "close", "fia", "note")


def by_block(world: World, case: str) -> None:
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["fia"])


def by_name(world: World, case: str) -> None:
    counterpart(world, case, "Fia Förstelin")


@pytest.mark.parametrize("ends", [by_name, by_block])
def test_a_question_is_not_left_waiting_for_somebody_who_is_kept_from_the_case(world, ends):
    """It ends as one taken back, with its task and its line in the record, and who asked is told, by letter too."""
    case = with_sven(world)
    question(world, case)
    ends(world, case)
    with world.acting("maja") as (session, maja):
        row, decision = cases.open_case(session, maja, case, "tasks")
        assert teams.deciders(session, row) == []
        [done] = [one.task for one in tasks.of_case(decision, row)]
        assert done.done_at is not None and done.done_by != world.ids["fia"]
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.case_id == case)).all()
        assert Action.DECIDER_WITHDRAWN in acts
    assert "question_ended" in kinds(world, "maja") and "disclosure_ended" not in kinds(world, "maja")
    assert written_to(world, "maja")


def test_whoever_asked_is_told_where_another_takes_the_question_back_and_not_where_they_do(world):
    for who in ("maja", "vilma"):
        case = world.case("maja")
        question(world, case)
        with world.acting(who) as (session, actor):
            [(row, _account)] = teams.deciders(session, world.get(session, case))
            deciders.withdraw(session, actor, case, row.id)
        assert ("question_ended" in kinds(world, "maja")) is (who == "vilma")


def test_a_disclosure_is_not_left_waiting_for_somebody_who_turns_out_to_bear_the_name(world):
    case = with_sven(world)
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    by_name(world, case)
    assert state(world, case, made) == "refused" and "disclosure_ended" in kinds(world, "maja")
    assert "disclosure_wrong" not in kinds(world, "vilma")


def test_a_lead_who_is_shut_out_is_not_told_what_comes_of_it(world):
    """Also not that something they were asked to decide had been told already, by word of mouth."""
    case = world.case("maja")
    spoken = {"oral_on": clock.today(world.clock.now), "until": None, "harm": "maybe", "decider": world.ids["vilma"]}
    assessed(world, case, wish(world, case, **spoken))
    with world.session() as session:
        for one in notices.unread(session, world.ids["vilma"]):
            one.read_at = session.now
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, VUXEN]))
        organisations.grant(session, OPERATOR, world.account(session, "berta"), Role.TEAM_LEAD, unit)
    with world.acting("berta") as (session, berta):
        teams.block(session, berta, case, world.ids["vilma"])
    assert kinds(world, "vilma") == set() and "disclosure_wrong" in kinds(world, "berta")


@pytest.mark.parametrize("ends", [by_name, by_block])
def test_what_was_spoken_and_nobody_decides_any_more_is_told_to_the_leads(world, ends):
    case = with_sven(world)
    spoken = {"oral_on": clock.today(world.clock.now), "until": None, "harm": "maybe", "decider": world.ids["fia"]}
    made = assessed(world, case, wish(world, case, **spoken))
    ends(world, case)
    assert state(world, case, made) == "spoken" and "disclosure_wrong" in kinds(world, "vilma")
