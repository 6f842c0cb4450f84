"""SSPF works where the register of consents says that everybody has agreed, and not where an entry says so."""

from __future__ import annotations

import pytest

from casework.core import steps
from casework.core.errors import Refused
from casework.core.models import Case
from tests.core.consenting import consented, parts, withdraw
from tests.core.meeting import MAJA, came, record
from tests.core.taking_part import BOTH, everybody_consents, moved, refused, sspf, write
from tests.worlds import World

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
