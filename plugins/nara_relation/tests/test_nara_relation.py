"""The nara_relation plugin keeps three kinds of file apart and asks for protection first."""

from datetime import date

import pytest

import casework_nara_relation as plugin
from casework.contract import CaseFacts, CaseType, Sensitivity
from casework.testing import PluginContract

ADULT, CHILD, OFFENDER = plugin.FOCUS.case_types
WITH_PROTECTION = (ADULT, CHILD)


def steps(kind: CaseType) -> set[tuple[str | None, str, str]]:
    return {(s.source, s.target, s.label) for s in kind.workflow.transitions if s.track is None}


def guard_form(kind: CaseType, step: str) -> str | None:
    (found,) = [s for s in kind.workflow.transitions if s.name == step]
    return kind.workflow.guard(found.guard or "").form


def test_the_declaration_is_sound() -> None:
    assert plugin.casework_focus_area().problems() == []
    assert [kind.name for kind in plugin.FOCUS.case_types] == ["vinr_utsatt", "vinr_barn", "vinr_utovare"]


def test_the_first_steps_of_the_adult_s_file_are_there() -> None:
    assert steps(ADULT) == {
        (None, "received", "Aktualisera"),
        ("received", "screening", "Ställ FREDA-kortfrågor"),
        ("screening", "investigation", "Inled utredning"),
        ("received", "declined", "Avböjer stöd"),
        *((state, "closed", "Avsluta") for state in ("received", "screening", "investigation", "declined")),
        ("closed", "received", "Återaktualisera"),
    }


def test_the_first_steps_of_the_child_s_file_are_there() -> None:
    assert steps(CHILD) == {
        (None, "received", "Aktualisera"),
        ("received", "preliminary", "Påbörja förhandsbedömning"),
        ("preliminary", "not_opened", "Inled inte utredning"),
        *((state, "closed", "Avsluta") for state in ("received", "preliminary")),
        ("closed", "received", "Återaktualisera"),
    }


def test_the_first_steps_of_the_file_of_the_one_who_uses_violence_are_there() -> None:
    assert steps(OFFENDER) == {
        (None, "received", "Aktualisera"),
        ("received", "offer", "Erbjud insats"),
        ("offer", "declined", "Tackar nej"),
        *((state, "closed", "Avsluta") for state in ("received", "offer", "declined")),
        ("closed", "received", "Återaktualisera"),
    }


@pytest.mark.parametrize("kind", WITH_PROTECTION)
def test_protection_can_be_assessed_beside_every_open_state(kind: CaseType) -> None:
    (start,) = [s for s in kind.workflow.transitions if s.track == "protection" and s.source is None]
    assert set(start.beside) == {state.name for state in kind.workflow.states if not state.closed}


def test_nothing_goes_on_before_protection_is_assessed() -> None:
    assert guard_form(ADULT, "screen") == "acute_assessment"
    assert guard_form(CHILD, "begin_preliminary") == "acute_assessment"


@pytest.mark.parametrize("kind", WITH_PROTECTION)
def test_how_to_make_contact_safely_is_sealed(kind: CaseType) -> None:
    assert kind.form("safe_contact").field("contact_rules").sensitivity is Sensitivity.SEALED


def test_the_file_of_the_one_who_uses_violence_has_no_form_about_the_others() -> None:
    assert {form.name for form in OFFENDER.forms}.isdisjoint({"safe_contact", "acute_assessment", "screening"})
    assert OFFENDER.workflow.side_tracks == ()


def test_contact_is_offered_only_after_a_safety_check_made_since_the_case_came_in() -> None:
    assert guard_form(OFFENDER, "make_offer") == "safety_check"
    assert OFFENDER.workflow.guard("safe_to_contact").fresh


def test_everything_in_a_child_s_file_is_kept_as_that() -> None:
    assert {form.retention for form in CHILD.forms} == {"child"}


def test_the_police_may_be_told_of_no_state() -> None:
    assert not any(state.shared_with for kind in plugin.FOCUS.case_types for state in kind.workflow.states)


def test_a_case_does_not_close_beside_a_running_protection_assessment() -> None:
    close = next(s for s in ADULT.workflow.transitions if s.name == "close")
    running = CaseFacts("c", "vinr_utsatt", "received", {"protection": "started"}, True, 0, frozenset())
    ended = CaseFacts("c", "vinr_utsatt", "received", {"protection": "ended"}, True, 0, frozenset())
    assert len(list(plugin.casework_check_transition(running, close))) == 1
    assert list(plugin.casework_check_transition(ended, close)) == []


def test_a_consent_may_not_end_before_it_begins() -> None:
    values = {"valid_from": date(2026, 11, 2), "valid_until": date(2026, 11, 1)}
    assert [refusal.field for refusal in plugin.casework_check_entry(values)] == ["valid_until"]


class TestNaraRelation(PluginContract):
    plugin = "nara_relation"
