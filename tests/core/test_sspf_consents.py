"""SSPF works where the register of consents says that everybody has agreed, and not where an entry says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.core import access, consent_endings, consent_overview, notices, registration, steps, tasks, teams
from casework.core.actions import Action
from casework.core.consent_overview import Standing
from casework.core.errors import Refused
from casework.core.models import Case, Consent
from casework.core.permissions import Permission
from casework.core.registration import Identified
from tests.core.consenting import TODAY, consented, covered, parts, withdraw
from tests.core.meeting import MAJA, came, record
from tests.core.taking_part import BOTH, add, everybody_consents, moved, read, refused, sspf, write
from tests.worlds import KUMLA, VUXEN, World

NOTE = {"given_by": "guardian", "agencies": "school", "what": "school", "how_given": "written"}


def take(world: World, case: str, step: str, reason: str = "") -> Case:
    with world.acting("maja") as (session, maja):
        seen = world.get(session, case).version
        return steps.take(session, BOTH, maja, case, step, seen_version=seen, reason=reason)


def may_write(world: World, case: str, form: str) -> bool:
    try:
        write(world, case, form)
    except Refused:
        return False
    return True


def waiting(world: World, age: int = 16) -> str:
    """A case that waits for consent, with a note that says there is one."""
    case = sspf(world, age, state="consent")
    write(world, case, "consent_note", **NOTE)
    return case


def test_the_work_begins_when_the_register_has_everybodys_yes_to_the_same_and_not_by_a_note(sspf_world):
    world, case = sspf_world, waiting(sspf_world)
    for part, nth in (("subject", 0), ("guardian", 0)):
        with pytest.raises(Refused):
            take(world, case, "accept_consent")
        consented(world, case, part, nth, agencies=("school",), kinds=("school",))
    consented(world, case, "guardian", 1, agencies=("police",), kinds=("school",))
    with pytest.raises(Refused):
        take(world, case, "accept_consent")
    consented(world, case, "guardian", 1, agencies=("school",), kinds=("school", "leisure"))
    assert take(world, case, "accept_consent").state == "mapping"


@pytest.mark.parametrize("form", ["concern", "reason", "crime_info"])
def test_nothing_of_the_concern_is_written_until_everybody_has_consented_nor_once_one_takes_it_back(sspf_world, form):
    world, case = sspf_world, waiting(sspf_world)
    assert not may_write(world, case, form)
    consents = everybody_consents(world, case)
    withdraw(world, case, consents[2])
    assert not may_write(world, case, "concern")
    consented(world, case, "guardian", 1)
    assert may_write(world, case, "concern")


def test_before_it_there_is_no_meeting_and_nobody_takes_part(sspf_world):
    world, case = sspf_world, waiting(sspf_world)
    with pytest.raises(Refused):
        record(world, case, [came(world, case, MAJA)])
    everybody_consents(world, case)
    assert refused(world, case) == {None}
    take(world, case, "accept_consent")
    assert refused(world, case) == set()


@pytest.mark.parametrize(
    ("state", "step", "form"),
    [
        ("mapping", "call_meeting", "participants"),
        ("meeting", "settle_plan", "plan"),
        ("review", "continue_plan", "review"),
    ],
)
def test_no_step_of_the_work_is_taken_while_one_of_them_does_not_consent(sspf_world, state, step, form):
    world, case = sspf_world, sspf(sspf_world)
    consents = everybody_consents(world, case)
    moved(world, case, state)
    said = {
        "participants": {"participants__name": "Pia", "participants__agency": "school"},
        "plan": {},
        "review": {"date": "2026-11-20", "commitments_reviewed": "yes"},
    }
    write(world, case, form, **said[form])
    if step == "settle_plan":
        write(world, case, "commitment", commitment="Ringa", commitment__by="Pia", commitment__due="2026-12-20")
    withdraw(world, case, consents[1])
    with pytest.raises(Refused):
        take(world, case, step)
    assert len(parts(world, case, "guardian")) == 2
    consented(world, case, "guardian", 0)
    assert take(world, case, step).state != state


@pytest.mark.parametrize("step", ["withdraw", "close", "escalate"])
def test_leaving_ends_every_consent_and_what_rests_on_it_and_a_later_step_brings_nothing_back(sspf_world, step):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    pia = add(world, case)
    world.clock.move(minutes=1)
    closing = {"close_reason": "mal_uppnatt", "evaluation": "Det gick bra"} if step == "close" else None
    with world.acting("vilma") as (session, vilma):
        teams.name(session, vilma, case, world.ids["fia"], "co_officer", may_unseal=False)
    with world.acting("fia" if step == "close" else "maja") as (session, actor):
        seen = world.get(session, case).version
        steps.take(session, BOTH, actor, case, step, seen_version=seen, reason="Skälet", answers=closing)
    assert read(world, pia) is None
    assert not covered(world, case, "school", "school").consents
    with world.session() as session:
        states = {one.state for one in session.scalars(select(Consent).where(Consent.case_id == case))}
        assert states == {"withdrawn"}
        waits = [one for one in notices.unread(session, world.ids["maja"]) if one.kind == "consent_ended"]
        assert len(waits) == (step == "close")  # whoever takes the step knows
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        assert {one.standing for one in consent_overview.of_case(decision, row).lines} == {Standing.ENDED}
        assert [one.what for one in tasks.of_case(decision, row)] == [consent_endings.TELL]
    moved(world, case, "mapping")
    assert read(world, pia) is None


def test_a_step_of_the_work_ends_no_consent(sspf_world):
    world, case = sspf_world, sspf(sspf_world, state="plan")
    everybody_consents(world, case)
    take(world, case, "follow_up")
    assert covered(world, case, "school", "school").complete


def test_what_ends_is_told_before_the_step_and_to_who_only_decides_no_name(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    pia = add(world, case)
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        whose, after = consent_overview.ending(decision, row)
        assert [one.name for one in whose] == ["Förälder 0", "Förälder 1", "Nova Mocksson"]
        assert [one.id for one in after.stops] == [pia]
        assert consent_overview.ending(replace(decision, forms=frozenset()), row)[0] == ()


@pytest.mark.parametrize(("answer", "waits"), [("will_be_made", 1), ("not_needed", 0)])
def test_a_report_of_concern_that_is_to_be_made_is_a_task_from_the_moment_the_case_is_opened(sspf_world, answer, waits):
    world = sspf_world
    with world.acting("maja") as (session, maja):
        case = registration.register(
            *(session, BOTH, maja),
            area="barn_unga",
            case_type="sspf",
            state="proposed",
            unit_id=world.units[KUMLA, VUXEN],
            who=Identified("", "Nova Mocksson", 0),
            answers={"date": "2026-11-20", "initiator": "school", "concern_report": answer},
        )
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case.id, Action.CASE_OPENED)
        found = [one.task for one in tasks.of_case(decision, row)]
        assert [(one.account_id, one.due_on) for one in found] == [(maja.id, TODAY)] * waits
