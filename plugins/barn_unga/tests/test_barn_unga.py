"""The barn_unga plugin keeps the concern out until there is consent."""

from collections.abc import Iterable, Mapping
from datetime import date

import pytest

import casework_barn_unga as plugin
from casework.contract import CaseFacts, Sensitivity
from casework.testing import PluginContract

CASE = plugin.FOCUS.case_type("sspf")
FLOW = CASE.workflow


def refused_fields(
    name: str, values: Mapping[str, object], state: str = "proposed", signed: Iterable[str] = ()
) -> list[str | None]:
    case = CaseFacts("c", "sspf", state, {}, state != "consultation", 0, frozenset(signed))
    return [refusal.field for refusal in plugin.casework_check_entry(case, CASE.form(name), values)]


def test_the_declaration_is_sound() -> None:
    assert plugin.casework_focus_area().problems() == []


def test_the_first_steps_of_the_domain_are_there() -> None:
    assert {(s.source, s.target, s.label) for s in FLOW.transitions} == {
        (None, "consultation", "Ny konsultation"),
        (None, "proposed", "Föreslå ungdom"),
        ("proposed", "consent", "Informera och begär samtycke"),
        ("consent", "declined", "Samtycke nekat"),
        *((state, "closed", "Avsluta") for state in ("consultation", "proposed", "consent", "declined")),
    }


def test_only_the_close_reason_lies_in_the_clear() -> None:
    fields = [field for form in CASE.forms for field in form.fields]
    assert [field.name for field in fields if field.sensitivity is Sensitivity.OPEN] == ["close_reason"]


def test_no_state_may_be_told_to_another_agency() -> None:
    assert not any(state.shared_with for state in FLOW.states)


def test_whatever_is_about_a_child_is_kept_as_that() -> None:
    assert {form.name for form in CASE.forms if form.retention != "child"} == {"consultation"}


def test_the_proposal_has_no_room_for_the_concern() -> None:
    assert {field.kind for field in CASE.form("proposal").fields} == {"date", "choice", "yes_no"}


@pytest.mark.parametrize("state", ["proposed", "consent", "declined"])
def test_no_note_is_written_before_consent(state: str) -> None:
    assert refused_fields("note", {"text": "x"}, state) == [None]


def test_a_note_is_written_when_consent_is_signed_but_not_after_a_refusal() -> None:
    assert refused_fields("note", {"text": "x"}, "consent", {"consent_note"}) == []
    assert refused_fields("note", {"text": "x"}, "declined", {"consent_note"}) == [None]


def test_a_case_without_consent_closes_without_an_evaluation() -> None:
    assert refused_fields("closing", {"close_reason": "avbrutet"}, "declined") == []
    assert refused_fields("closing", {"evaluation": "x"}, "declined") == ["evaluation"]


@pytest.mark.parametrize("text", ["110101-9802", "070-123 45 67", "a.b@c.se"])
def test_a_consultation_takes_no_identifiers(text: str) -> None:
    assert refused_fields("consultation", {"question": f"Ring {text}."}, "consultation") == ["question"]


def test_a_report_of_concern_that_is_made_has_its_day() -> None:
    assert refused_fields("proposal", {"concern_report": "made"}) == ["concern_report_made"]
    assert refused_fields("proposal", {"concern_report": "made", "concern_report_made": date(2026, 11, 1)}) == []


def test_a_consent_may_not_end_before_it_begins() -> None:
    values = {"valid_from": date(2026, 11, 2), "valid_until": date(2026, 11, 1)}
    assert refused_fields("consent_note", values) == ["valid_until"]


class TestBarnUnga(PluginContract):
    plugin = "barn_unga"
