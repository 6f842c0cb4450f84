"""The barn_unga plugin keeps the concern out until there is consent."""

from collections.abc import Iterable, Mapping
from datetime import date

import pytest

import casework_barn_unga as plugin
from casework.contract import CaseFacts, Level, Sensitivity
from casework.testing import PluginContract

CASE = plugin.FOCUS.case_type("sspf")
FLOW = CASE.workflow


def refused_fields(
    name: str, values: Mapping[str, object], state: str = "proposed", signed: Iterable[str] = (), agreed: str = ""
) -> list[str | None]:
    agencies = frozenset(agreed.split())
    case = CaseFacts("c", "sspf", state, {}, state != "consultation", 0, frozenset(signed), agreed=agencies)
    return [refusal.field for refusal in plugin.casework_check_entry(case, CASE.form(name), values)]


def test_the_declaration_is_sound() -> None:
    assert plugin.casework_focus_area().problems() == []


def test_a_case_can_be_closed_handed_over_and_left_from_where_the_domain_says() -> None:
    def sources(name: str) -> set[str | None]:
        return {step.source for step in FLOW.transitions if step.name == name}

    open_states = {state.name for state in FLOW.states if not state.closed}
    assert sources("close") == open_states
    assert sources("escalate") == open_states - {"consultation", "escalated"}
    assert sources("withdraw") == {"consent", "mapping", "meeting", "plan", "review", "paused"}


RESTS = {"proposed", "consent", "mapping", "meeting", "plan", "review"}


def test_a_case_rests_moves_and_comes_back_but_not_after_a_refusal_or_a_withdrawal() -> None:
    steps = {(step.name, step.source): step for step in FLOW.transitions if step.track is None}
    assert {source for name, source in steps if name == "pause"} == RESTS
    assert {source for name, source in steps if name == "transfer"} == RESTS | {"paused", "escalated"}
    assert steps["resume", "paused"].returns and steps["reopen", "closed"].target == "proposed"
    assert {steps[one].level for one in (("pause", "plan"), ("resume", "paused"), ("reopen", "closed"))} == {Level.FS}
    assert steps["transfer", "plan"].level is Level.EC
    assert FLOW.state("transferred").closed and not FLOW.state("paused").closed


def test_nobody_outside_sees_a_case_that_rests_or_moved() -> None:
    assert CASE.participation is not None
    assert {"paused", "transferred", "closed"}.isdisjoint(CASE.participation.states)


def test_a_case_that_rests_since_it_was_at_work_closes_with_an_evaluation() -> None:
    case = CaseFacts("c", "sspf", "paused", {}, True, 0, frozenset({"consent_note"}), "plan")
    found = plugin.casework_check_entry(case, CASE.form("closing"), {"close_reason": "mal_uppnatt"})
    assert [refusal.field for refusal in found] == ["evaluation"]


def test_only_the_close_reason_lies_in_the_clear() -> None:
    fields = [field for form in CASE.forms for field in form.fields]
    assert [field.name for field in fields if field.sensitivity is Sensitivity.OPEN] == ["close_reason"]


def test_no_state_may_be_told_to_another_agency() -> None:
    assert not any(state.shared_with for state in FLOW.states)


def test_whatever_is_about_a_child_is_kept_as_that_but_for_where_they_are() -> None:
    assert {form.name: form.retention for form in CASE.forms if form.retention != "child"} == {
        "consultation": "case",
        "address": "sealed_place",
    }


def test_the_proposal_has_no_room_for_the_concern() -> None:
    assert {field.kind for field in CASE.form("proposal").fields} == {"date", "choice", "yes_no"}


@pytest.mark.parametrize("state", ["proposed", "consent", "declined"])
def test_no_note_is_written_before_consent(state: str) -> None:
    assert refused_fields("note", {"text": "x"}, state) == [None]


@pytest.mark.parametrize("name", ["concern", "reason", "mapping", "crime_info", "school", "meeting", "relation"])
def test_nothing_of_the_concern_is_written_before_consent(name: str) -> None:
    assert refused_fields(name, {}, "consent", {"consent_note"}) == [None]
    assert refused_fields(name, {}, "consent", agreed="school") == []
    assert refused_fields(name, {}, "mapping") == []


def test_the_guardians_are_written_before_consent_so_that_they_can_be_asked() -> None:
    assert refused_fields("guardian", {"who": "Mor"}, "proposed") == []


def test_a_case_at_work_closes_with_an_evaluation() -> None:
    signed = {"mapping"}
    assert refused_fields("closing", {"close_reason": "mal_uppnatt"}, "plan", signed) == ["evaluation"]
    assert refused_fields("closing", {"close_reason": "mal_uppnatt", "evaluation": "x"}, "plan", signed) == []
    assert refused_fields("closing", {"close_reason": "samtycke_aterkallat"}, "withdrawn", signed) == []


def test_a_plan_is_settled_when_somebody_has_promised_something() -> None:
    settle = next(step for step in FLOW.transitions if step.name == "settle_plan")
    for signed, refusals in ((set[str](), 1), ({"commitment"}, 0)):
        case = CaseFacts("c", "sspf", "meeting", {}, True, 0, frozenset(signed))
        assert len(list(plugin.casework_check_transition(case, settle))) == refusals


def test_how_and_where_somebody_protected_is_reached_is_sealed() -> None:
    fields = {field.name: field for form in CASE.forms for field in form.fields}
    places = (
        "person.safe_contact",
        "person.address_post",
        "person.reg_municipality",
        "school",
        "class",
        "meeting.place",
    )
    assert all(fields[name].sealed_if_protected for name in places)
    assert fields["person.address_real"].sensitivity is Sensitivity.SEALED


def test_what_partners_may_see_is_never_sealed_for_a_person_without_protection_and_the_rest_stays_inside() -> None:
    inside = {"concern_text", "investigation_open", "age_at_start", "evaluation", "initiator", "concern_report_made"}
    fields = [field for form in CASE.forms for field in form.fields]
    assert {field.name for field in fields if field.shared_with}.isdisjoint(inside)
    assert all(field.sensitivity is Sensitivity.TEAM for field in fields if field.shared_with)


def test_a_note_is_written_when_everybody_has_consented_but_not_after_a_refusal() -> None:
    assert refused_fields("note", {"text": "x"}, "consent", {"consent_note"}) == [None]
    assert refused_fields("note", {"text": "x"}, "consent", agreed="school") == []
    assert refused_fields("note", {"text": "x"}, "declined", {"consent_note"}, agreed="school") == [None]


@pytest.mark.parametrize("state", ["withdrawn", "escalated"])
def test_what_was_written_with_consent_is_put_right_after_it_and_where_nothing_was_nothing_is(state: str) -> None:
    assert refused_fields("concern", {"concern_text": "x"}, state, {"proposal", "consent_note"}, "school") == [None]
    assert refused_fields("concern", {"concern_text": "x"}, state, {"proposal", "concern"}) == []
    assert refused_fields("closing", {"evaluation": "x"}, state, {"proposal"}) == ["evaluation"]


def test_a_case_without_consent_closes_without_an_evaluation() -> None:
    assert refused_fields("closing", {"close_reason": "avbrutet"}, "declined") == []
    assert refused_fields("closing", {"evaluation": "x"}, "declined") == ["evaluation"]


@pytest.mark.parametrize("text", ["110101-9802", "070-123 45 67", "a.b@c.se"])
def test_a_consultation_takes_no_identifiers(text: str) -> None:
    assert refused_fields("consultation", {"question": f"Ring {text}."}, "consultation") == ["question"]


def test_only_who_comes_from_where_everybody_agrees_to_is_written_down_as_taking_part() -> None:
    for agency, agreed, fields in (
        ("school", "school", []),
        ("police", "school", ["participants.agency"]),
        ("family", "", []),
        ("social_services", "", []),
    ):
        values = {"participants.name": "Påhittad", "participants.agency": agency}
        assert refused_fields("participants", values, "mapping", agreed=agreed) == fields
    assert refused_fields("police", {"police_status": "yes"}, "mapping", agreed="school") == ["police_status"]
    assert refused_fields("police", {"police_status": "yes"}, "mapping", agreed="police school") == []
    assert refused_fields("police", {"police_status": "no"}, "mapping") == []


def test_a_report_of_concern_that_is_made_has_its_day() -> None:
    assert refused_fields("proposal", {"concern_report": "made"}) == ["concern_report_made"]
    assert refused_fields("proposal", {"concern_report": "made", "concern_report_made": date(2026, 11, 1)}) == []


def test_a_consent_may_not_end_before_it_begins() -> None:
    values = {"valid_from": date(2026, 11, 2), "valid_until": date(2026, 11, 1)}
    assert refused_fields("consent_note", values) == ["valid_until"]


class TestBarnUnga(PluginContract):
    plugin = "barn_unga"
