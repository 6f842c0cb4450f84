"""The nara_relation plugin keeps three kinds of file apart and asks for protection first."""

from datetime import date

import pytest

import casework_nara_relation as plugin
from casework.contract import CaseFacts, CaseType, Level, Sensitivity
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


def test_every_open_file_can_be_closed_and_come_back() -> None:
    for kind in plugin.FOCUS.case_types:
        open_states = {state.name for state in kind.workflow.states if not state.closed}
        assert {source for source, target, _label in steps(kind) if target == "closed"} == open_states
        assert ("closed", "received", "Återaktualisera") in steps(kind)


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
    assert {form.name for form in OFFENDER.forms}.isdisjoint(
        {
            "safe_contact",
            "acute_assessment",
            "screening",
            "freda",
            "partnerkontakt",
            "perpetrator",
            "relation",
            "motpart",
        }
    )
    assert OFFENDER.workflow.side_tracks == ()


def test_contact_is_offered_only_after_a_safety_check_made_since_the_case_came_in() -> None:
    assert guard_form(OFFENDER, "make_offer") == "safety_check"
    assert OFFENDER.workflow.guard("safe_to_contact").fresh


def test_everything_in_a_child_s_file_is_kept_as_that_but_for_where_they_are() -> None:
    assert {form.name for form in CHILD.forms if form.retention != "child"} == {"address", "shelter"}


def test_the_police_may_be_told_of_no_state() -> None:
    assert not any(state.shared_with for kind in plugin.FOCUS.case_types for state in kind.workflow.states)


def test_a_case_does_not_close_beside_a_running_protection_assessment() -> None:
    close = next(s for s in ADULT.workflow.transitions if s.name == "close")
    running = CaseFacts("c", "vinr_utsatt", "received", {"protection": "started"}, True, 0, frozenset())
    ended = CaseFacts("c", "vinr_utsatt", "received", {"protection": "ended"}, True, 0, frozenset())
    assert len(list(plugin.casework_check_transition(running, close))) == 1
    assert list(plugin.casework_check_transition(ended, close)) == []


def facts(kind: CaseType, state: str, *signed: str, **tracks: str) -> CaseFacts:
    return CaseFacts("c", kind.name, state, tracks, True, 0, frozenset(signed))


def refused(kind: CaseType, state: str, form: str, values: dict[str, object]) -> list[str | None]:
    found = plugin.casework_check_entry(facts(kind, state), kind.form(form), values)
    return [refusal.field for refusal in found]


def stopped(kind: CaseType, step: str, case: CaseFacts) -> int:
    transition = next(one for one in kind.workflow.transitions if one.name == step and one.source == case.state)
    return len(list(plugin.casework_check_transition(case, transition)))


def test_a_consent_may_not_end_before_it_begins() -> None:
    values = {"valid_from": date(2026, 11, 2), "valid_until": date(2026, 11, 1)}
    assert refused(ADULT, "received", "consent_note", dict(values)) == ["valid_until"]


@pytest.mark.parametrize("kind", WITH_PROTECTION)
def test_shelter_at_once_is_granted_while_protection_is_assessed(kind: CaseType) -> None:
    assert stopped(kind, "grant_acute_shelter", facts(kind, "received", "shelter.decisions")) == 1
    assert stopped(kind, "grant_acute_shelter", facts(kind, "received", "shelter.decisions", protection="ended")) == 1
    running = facts(kind, "received", "shelter.decisions", protection="started")
    assert stopped(kind, "grant_acute_shelter", running) == 0


def test_after_support_the_adult_s_file_closes_with_a_safety_plan_and_a_way_back() -> None:
    assert stopped(ADULT, "close", facts(ADULT, "measures")) == 1
    assert stopped(ADULT, "close", facts(ADULT, "measures", "safety_plan")) == 0
    assert stopped(ADULT, "close", facts(ADULT, "received")) == 0
    assert refused(ADULT, "measures", "closing", {"close_reason": "mal_uppnatt"}) == ["way_back", "sealed_reviewed"]
    assert refused(OFFENDER, "followup", "closing", {"close_reason": "mal_uppnatt"}) == []


def test_a_refusal_says_how_it_is_appealed() -> None:
    assert refused(ADULT, "decision", "decision_note", {"outcome": "rejected"}) == ["appeal_information"]


def test_every_step_towards_the_one_who_uses_violence_asks_for_a_new_safety_check() -> None:
    towards = [one for one in OFFENDER.workflow.transitions if one.target in {"offer", "assessment", "treatment"}]
    assert towards and {one.guard for one in towards} == {"safe_to_contact"}


def test_only_what_is_meant_for_the_police_may_be_told_to_them() -> None:
    told = {
        field.name
        for kind in plugin.FOCUS.case_types
        for form in kind.forms
        for field in form.fields
        if field.shared_with
    }
    assert {name.split(".")[0] for name in told} == {"police_status"}


def test_where_the_shelter_is_is_sealed_and_kept_shortest() -> None:
    for kind in WITH_PROTECTION:
        form = kind.form("shelter")
        assert form.retention == "sealed_place"
        assert {field.sensitivity for field in form.fields} == {Sensitivity.SEALED}


def test_every_file_rests_goes_on_where_it_stood_and_moves() -> None:
    for kind in plugin.FOCUS.case_types:
        found = {(one.name, one.source): one for one in kind.workflow.transitions if one.track is None}
        open_states = {state.name for state in kind.workflow.states if not state.closed}
        assert {source for name, source in found if name == "pause"} == open_states - {"paused"}
        assert {source for name, source in found if name == "transfer"} == open_states
        assert found["resume", "paused"].returns
        assert (found["pause", "received"].level, found["transfer", "received"].level) == (Level.FS, Level.EC)


@pytest.mark.parametrize("kind", WITH_PROTECTION)
@pytest.mark.parametrize("step", ["pause", "transfer", "close"])
def test_a_running_protection_assessment_ends_before_the_case_rests_moves_or_closes(kind: CaseType, step: str) -> None:
    assert stopped(kind, step, facts(kind, "received", protection="started")) == 1
    assert stopped(kind, step, facts(kind, "received", protection="ended")) == 0


def test_a_case_that_rests_since_support_began_closes_as_if_it_had_not_rested() -> None:
    case = CaseFacts("c", "vinr_utsatt", "paused", {}, True, 0, frozenset(), "sheltered")
    assert stopped(ADULT, "close", case) == 1
    found = plugin.casework_check_entry(case, ADULT.form("closing"), {"close_reason": "mal_uppnatt"})
    assert [refusal.field for refusal in found] == ["way_back", "sealed_reviewed"]


def test_a_child_s_shelter_rests_on_a_decision_of_its_own_and_not_on_consent_alone() -> None:
    running = {"protection": "started"}
    assert stopped(CHILD, "grant_acute_shelter", facts(CHILD, "received", "custody", **running)) == 1
    assert stopped(CHILD, "grant_acute_shelter", facts(CHILD, "received", "shelter.decisions", **running)) == 0
    assert stopped(CHILD, "grant_shelter", facts(CHILD, "decision", "custody")) == 1
    assert stopped(CHILD, "grant_shelter", facts(CHILD, "decision", "decision_note")) == 0


def test_what_cannot_wait_is_a_task_of_the_day_it_is_written() -> None:
    brought = {(kind.name, duty.form, duty.field, duty.equals) for kind in WITH_PROTECTION for duty in kind.duties}
    assert brought == {
        ("vinr_utsatt", "children", "children.own_case", "no"),
        ("vinr_utsatt", "declined_support", "children_handled", "no"),
        ("vinr_utsatt", "freda", "police_assessment_asked", "no"),
        ("vinr_utsatt", "followup", "safety_reassessed", "no"),
        ("vinr_barn", "shelter.decisions", "shelter.decisions", "immediate"),
        ("vinr_barn", "followup", "safety_reassessed", "no"),
    }
    assert OFFENDER.duties == ()


def test_protection_is_assessed_though_the_adult_declines_support() -> None:
    assert stopped(ADULT, "decline", facts(ADULT, "received")) == 1
    assert stopped(ADULT, "decline", facts(ADULT, "received", "acute_assessment")) == 0


class TestNaraRelation(PluginContract):
    plugin = "nara_relation"
