"""What lets a step through: only what was signed in the period a case is in, and of many entries the newest."""

from __future__ import annotations

import pytest

from casework.contract.facts import CaseFacts
from casework.core import activation, cases, deciders, steps
from casework.core.errors import NotFound, Refused
from casework.core.permissions import OPERATOR
from tests.core.linking import BOTH as LINKED
from tests.core.linking import VICTIM, file, switched_on
from tests.core.test_steps import WALKS, case, walk
from tests.worlds import REGISTRY, World

__all__ = ["case"]
TO_DECISION = """
    begin_assessment +initial_assessment open_investigation +needs +investigation_summary finish_investigation
"""
TO_ACTIVE = f"{TO_DECISION} +decision_note grant +agreement +safety start_support"
OFF = "Modulen är avstängd. Ärendet kan läsas, men inte öppnas igen."


def facts(world: World, case_id: str) -> CaseFacts:
    with world.session() as session:
        return cases.facts(session, world.get(session, case_id))


def offered(world: World, case_id: str, who: str = "fia") -> dict[str, tuple[str, ...]]:
    """The steps somebody is offered, with what each lacks."""
    with world.acting(who) as (session, actor):
        opened, decision = cases.open_case(session, actor, case_id, "steps")
        return {steps.key_of(one.transition): one.lacks for one in steps.available(decision, REGISTRY, opened)}


def ready(world: World, case_id: str, *keys: str) -> set[str]:
    """Those of the steps that lack nothing."""
    found = offered(world, case_id)
    return {key for key in keys if not found[key]}


# The newest entry decides -------------------------------------------------------------------------

DECISIONS = ("grant", "reject", "grant_placement_of_minor")


def test_a_later_decision_is_the_one_that_counts(world, case):
    walk(world, case, f"{TO_DECISION} +decision_note")
    assert ready(world, case, *DECISIONS) == {"grant"}
    walk(world, case, "+decision_note:outcome=rejected,appeal_information=yes")
    assert ready(world, case, *DECISIONS) == {"reject"}
    with pytest.raises(Refused, match="beslutet att bevilja"):
        world.take("vilma", case, "grant")
    walk(world, case, "+decision_note:outcome=granted_placement_of_minor")
    assert ready(world, case, *DECISIONS) == {"grant_placement_of_minor"}


def test_a_corrected_decision_stays_where_it_stood(world, case):
    walk(world, case, TO_DECISION)
    first = world.sign("maja", case, "decision_note", reasons="Fel skrivet")
    walk(world, case, "+decision_note:outcome=rejected,appeal_information=yes")
    world.clock.move(minutes=1)
    again = world.sign("maja", case, "decision_note", first, reasons="Rätt skrivet")
    world.clock.move(minutes=1)
    world.sign("maja", case, "decision_note", again, reasons="Ännu rättare skrivet")
    assert ready(world, case, *DECISIONS) == {"reject"}


def test_a_follow_up_without_the_goals_after_one_with_them_lets_nothing_through(world, case):
    walk(world, case, f"{TO_ACTIVE} follow_up +followup")
    assert ready(world, case, "continue_support", "go_to_aftercare") == {"continue_support", "go_to_aftercare"}
    walk(world, case, "+followup:goals_reviewed=no")
    assert ready(world, case, "continue_support", "go_to_aftercare") == set()


def test_any_consent_that_holds_today_will_do(world, case):
    walk(world, case, "begin_assessment +initial_assessment request_consent +consent_note")
    walk(world, case, "+consent_note:valid_from=2026-12-01,valid_until=2026-12-24")
    assert ready(world, case, "accept_consent") == {"accept_consent"}


def test_a_move_is_planned_by_a_sealed_team_only(world, case):
    walk(world, case, TO_ACTIVE)
    assert ready(world, case, "relocation.start_relocation") == set()
    walk(world, case, "+relocation_decision:sealed_team=no")
    assert ready(world, case, "relocation.start_relocation") == set()
    walk(world, case, "+relocation_decision")
    assert ready(world, case, "relocation.start_relocation") == {"relocation.start_relocation"}


# Periods ------------------------------------------------------------------------------------------


def test_a_reopened_case_starts_anew(world, case):
    walk(world, case, WALKS["rejected"])
    assert {"needs", "decision_note", "initial_assessment"} <= facts(world, case).signed_forms
    walk(world, case, "reopen")
    assert facts(world, case).signed_forms == set()
    walk(world, case, "begin_assessment")
    assert ready(world, case, "open_investigation", "do_not_open", "request_consent") == set()
    walk(world, case, "+initial_assessment open_investigation")
    assert offered(world, case)["finish_investigation"] == (
        "Skriv och signera den sammanfattade utredningen.",
        "Skriv och signera personens behov innan utredningen blir klar.",
    )
    walk(world, case, "+needs +investigation_summary finish_investigation")
    assert ready(world, case, *DECISIONS) == set()
    walk(world, case, "+decision_note")
    assert ready(world, case, *DECISIONS) == {"grant"}


def test_a_decision_of_an_earlier_period_is_not_renewed_by_a_correction(world, case):
    walk(world, case, TO_DECISION)
    old = world.sign("maja", case, "decision_note")
    walk(world, case, "close reopen")
    walk(world, case, TO_DECISION)
    world.clock.move(minutes=1)
    world.sign("maja", case, "decision_note", old, reasons="Rätt skrivet")
    assert ready(world, case, *DECISIONS) == set()


def test_a_consent_of_an_earlier_period_opens_nothing(world, case):
    walk(world, case, "begin_assessment +initial_assessment request_consent +consent_note close reopen")
    walk(world, case, "begin_assessment +initial_assessment request_consent")
    assert ready(world, case, "accept_consent") == set()


# Pausing and closing ------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["", "follow_up", "register_deviation", "follow_up +followup go_to_aftercare"])
def test_no_rule_of_closing_is_escaped_by_a_pause(world, case, before):
    walk(world, case, f"{TO_ACTIVE} {before} pause")
    assert facts(world, case).resumes_to in {"active", "followup", "breach", "aftercare"}
    with pytest.raises(Refused) as refused:
        world.take("fia", case, "close", answers={"close_reason": "mal_uppnatt"})
    asked = [one.field for one in refused.value.refusals]
    assert asked == ["evaluation", "consents_ended", "partners_informed", "sealed_reviewed"]
    walk(world, case, "close")


def test_a_case_paused_before_support_closes_with_a_reason_alone(world, case):
    walk(world, case, "begin_assessment pause")
    assert world.take("fia", case, "close", answers={"close_reason": "egen_begaran"}).state == "closed"


def test_the_first_social_worker_closes_from_a_deviation_too(world, case):
    walk(world, case, f"{TO_ACTIVE} register_deviation")
    with pytest.raises(Refused):
        world.take("fia", case, "close", answers={"close_reason": "mal_uppnatt"})
    with pytest.raises(Refused, match="högre beslutsnivå"):
        world.take("maja", case, "close")
    assert world.take("fia", case, "close").state == "closed"


# An area that is off ------------------------------------------------------------------------------


def test_a_closed_case_of_an_area_that_is_off_is_not_opened_again(world, case):
    walk(world, case, "close")
    assert set(offered(world, case)) == {"reopen"}
    with world.session() as session:
        activation.disable(session, OPERATOR, "avhoppare")
    assert offered(world, case) == {}
    with pytest.raises(Refused, match=OFF):
        world.take("fia", case, "reopen", reason="Skälet")
    with pytest.raises(Refused, match=OFF), world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "reopen", world.ids["fia"], [], "Öppna igen")
    with pytest.raises(NotFound):
        world.take("fia", case, "grant")
    with world.session() as session:
        activation.enable(session, REGISTRY, OPERATOR, "avhoppare")
    walk(world, case, "reopen")


def test_an_open_case_of_an_area_that_is_off_goes_on_to_its_end(world, case):
    walk(world, case, "begin_assessment")
    with world.session() as session:
        activation.disable(session, OPERATOR, "avhoppare")
    walk(world, case, "+initial_assessment open_investigation pause resume close")


def test_a_follow_up_that_rests_goes_on_as_one_and_then_back_to_where_it_came_from(world):
    switched_on(world)
    sheltered = file(world, VICTIM, "maja")
    world.name(sheltered, "fia", "co_officer")
    with world.session() as session:
        row = world.get(session, sheltered)
        row.state = "sheltered"
    stood = []
    for who, step in (("maja", "follow_up"), ("fia", "pause"), ("fia", "resume"), ("fia", "pause"), ("fia", "resume")):
        with world.acting(who) as (session, actor):
            seen = world.get(session, sheltered).version
            taken = steps.take(session, LINKED, actor, sheltered, step, seen_version=seen, reason="Skälet")
            stood.append((taken.state, taken.resumes_to))
    rest = [("paused", "followup"), ("followup", "sheltered")]
    assert stood == [("followup", "sheltered"), *rest, *rest]
