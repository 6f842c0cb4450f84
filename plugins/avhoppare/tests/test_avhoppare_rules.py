"""What the avhoppare plugin refuses beyond what its declaration says."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

import pytest

import casework_avhoppare as plugin
from casework.contract import CaseFacts, Form, Refusal, Transition

CASE = plugin.FOCUS.case_type("avhopp")
FLOW = CASE.workflow


def facts(
    state: str = "received",
    tracks: Mapping[str, str] = MappingProxyType({}),
    signed: Iterable[str] = (),
    resumes_to: str | None = None,
) -> CaseFacts:
    return CaseFacts("c", "avhopp", state, tracks, True, 0, frozenset(signed), resumes_to)


def refused_fields(
    form: Form, values: Mapping[str, object], state: str = "received", resumes_to: str | None = None
) -> list[str | None]:
    case = facts(state, resumes_to=resumes_to)
    return [refusal.field for refusal in plugin.casework_check_entry(case, form, values)]


def refusals(case: CaseFacts, name: str) -> list[Refusal]:
    return list(plugin.casework_check_transition(case, step(name)))


def step(name: str) -> Transition:
    return next(step for step in FLOW.transitions if step.name == name)


def test_a_consent_may_not_end_before_it_begins() -> None:
    values = {"valid_from": date(2026, 11, 2), "valid_until": date(2026, 11, 1)}
    assert refused_fields(CASE.form("consent_note"), values) == ["valid_until"]


@pytest.mark.parametrize("text", ["19900101-9802", "070-123 45 67", "a.b@c.se", "Född 1994-08-17, fyra sista 9894"])
def test_a_consultation_takes_no_identifiers(text: str) -> None:
    assert refused_fields(CASE.form("consultation"), {"question": f"Ring {text}."}, "consultation") == ["question"]


def test_nothing_but_the_consultation_is_written_before_there_is_a_person() -> None:
    assert refused_fields(CASE.form("note"), {}, "consultation") == [None]
    assert refused_fields(CASE.form("registration"), {}, "consultation") == []


def test_a_rejection_says_how_it_is_appealed() -> None:
    values: dict[str, object] = {"outcome": "rejected"}
    assert refused_fields(CASE.form("decision_note"), values, "decision") == ["appeal_information"]
    assert refused_fields(CASE.form("decision_note"), values | {"appeal_information": True}, "decision") == []


def test_closing_after_support_leaves_nothing_undone() -> None:
    values = {"close_reason": "mal_uppnatt"}
    undone = ["evaluation", "consents_ended", "partners_informed", "sealed_reviewed"]
    assert refused_fields(CASE.form("closing"), values, "active") == undone
    assert refused_fields(CASE.form("closing"), values, "received") == []


@pytest.mark.parametrize("source", ["active", "followup", "breach", "aftercare"])
def test_closing_a_paused_case_asks_what_closing_it_before_would_have(source: str) -> None:
    values = {"close_reason": "mal_uppnatt"}
    asked = refused_fields(CASE.form("closing"), values, source)
    assert asked and refused_fields(CASE.form("closing"), values, "paused", source) == asked
    assert refused_fields(CASE.form("closing"), values, "paused", "initial") == []


def test_conflicts_of_interest_are_checked_before_somebody_is_registered() -> None:
    for answer, refused in (("yes", []), ("no", ["conflict_checked"]), ("unknown", ["conflict_checked"])):
        assert refused_fields(CASE.form("registration"), {"conflict_checked": answer}) == refused


def test_a_case_does_not_close_beside_a_running_protection_assessment() -> None:
    assert len(refusals(facts("active", {"protection": "assessed"}), "close")) == 1
    assert refusals(facts("active", {"protection": "ended"}), "close") == []


def test_a_case_may_be_transferred_during_a_move_but_not_closed() -> None:
    moving = facts("active", {"relocation": "planned"})
    assert len(refusals(moving, "close")) == 1 and refusals(moving, "transfer") == []


def test_support_starts_with_a_safety_routine_and_an_investigation_ends_with_the_needs() -> None:
    assert len(refusals(facts("agreement"), "start_support")) == 1
    assert refusals(facts("agreement", signed={"safety"}), "start_support") == []
    for signed in (set[str](), {"needs_health"}):
        assert len(refusals(facts("investigation", signed=signed), "finish_investigation")) == 1
    assert refusals(facts("investigation", signed={"needs"}), "finish_investigation") == []
