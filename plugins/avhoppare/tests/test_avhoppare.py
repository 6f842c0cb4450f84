"""The avhoppare plugin says what the domain says, and refuses what could hurt."""

from collections import defaultdict
from collections.abc import Mapping

import pytest

import casework_avhoppare as plugin
from casework.contract import (
    Agency,
    Choice,
    Field,
    Level,
    Sensitivity,
    Transition,
)
from casework.testing import PluginContract

CASE = plugin.FOCUS.case_type("avhopp")
FLOW = CASE.workflow
POLICE = frozenset({Agency.POLICE})


def words(text: str) -> list[str]:
    return text.split()


# Annex D.1 and D.2 of the domain, without what core keeps and what later parts declare.
TEAM = words("""
person.identity_level person.alias person.reg_municipality person.address_post person.language interpreter
case.ext_number environment_type motivation definition_met police_form_signed police_case_opened police_contact
protection_need needs.boende needs.forsorjning needs.sysselsattning needs.beroende needs.halsa needs.skulder
needs.natverk needs.barn needs.praktiskt agreement agreement.valid_until placement.type provider.permit
provider.followup economy.decision cost children_in_family frivard.contact police_status police_status.next_meeting
grant_flags
""")
SEALED = words("""
person.address_real person.safe_contact environment_detail bevisperson_check threat_summary threat_level
threat_against_relatives no_go_areas protection_measures safety_routine placement.address placement.municipality
placement.provider relocation.plan receiving_municipality
""")
OPEN = ["origin", "close_reason"]
MANY = words("guardian relation motpart note drug_test plan.goal plan.activity deviation followup")
TOLD_TO_POLICE = words("""
police_form_signed police_case_opened agreement.in_place agreement.valid_until police_status
police_status.next_meeting police_activity date type description concerns_committed_crime
""")
NEVER_TOLD = {"consultation", "consent", "not_opened", "decision", "breach", "transferred"}
CLOSE_REASONS = words("""
mal_uppnatt egen_begaran flyttat overflyttat atergatt avbrutit_overenskommelse haktad_domd avliden ej_behov
personsakerhet_overtagit
""")

# Annex C.1: from, to, the words on the button, the least level.
STEPS = [
    (None, "consultation", "Registrera förfrågan", "H"),
    (None, "received", "Aktualisera", "H"),
    ("consultation", "received", "Aktualisera", "H"),
    ("received", "initial", "Påbörja initial bedömning", "H"),
    ("initial", "consent", "Begär samtycke", "H"),
    ("initial", "not_opened", "Inled inte utredning", "FS"),
    ("initial", "investigation", "Inled utredning", "FS"),
    ("consent", "investigation", "Inled utredning", "FS"),
    ("consent", "investigation", "Samtycke lämnat", "H"),
    ("consent", "investigation", "Fortsätt utan samverkan", "FS"),
    ("investigation", "decision", "Färdigställ utredning", "H"),
    ("decision", "agreement", "Bevilja", "EC"),
    ("decision", "agreement", "Bevilja placering av barn", "U"),
    ("decision", "closed", "Avslå", "EC"),
    ("agreement", "active", "Starta insatser", "H"),
    ("active", "followup", "Genomför uppföljning", "H"),
    ("followup", "active", "Fortsätt", "H"),
    ("followup", "aftercare", "Gå till eftervård", "FS"),
    ("active", "breach", "Registrera avvikelse", "H"),
    ("breach", "active", "Beslut efter avvikelse: fortsätt", "EC"),
    ("breach", "closed", "Beslut efter avvikelse: avsluta", "EC"),
    ("paused", "active", "Återuppta", "FS"),
    ("closed", "received", "Återaktualisera", "FS"),
]
OPEN_STATES = [state.name for state in FLOW.states if not state.closed]


def step(name: str) -> Transition:
    return next(step for step in FLOW.transitions if step.name == name)


def declared() -> Mapping[str, list[Field]]:
    found = defaultdict(list)
    for form in CASE.forms:
        for field in form.fields:
            found[field.name].append(field)
    return found


def test_the_declaration_is_sound() -> None:
    assert plugin.casework_focus_area().problems() == []


@pytest.mark.parametrize("name", TEAM)
def test_a_field_of_the_team_is_declared_once_and_is_the_team_s(name: str) -> None:
    (field,) = declared()[name]
    assert field.sensitivity is Sensitivity.TEAM


@pytest.mark.parametrize("name", SEALED)
def test_a_sealed_field_is_declared_once_and_sealed(name: str) -> None:
    (field,) = declared()[name]
    assert field.sensitivity is Sensitivity.SEALED


def test_only_origin_and_close_reason_lie_in_the_clear() -> None:
    found = [name for name, fields in declared().items() if any(f.sensitivity is Sensitivity.OPEN for f in fields)]
    assert sorted(found) == sorted(OPEN)


def test_what_there_can_be_many_of_is_a_form_of_its_own() -> None:
    assert all(CASE.form(name).many for name in MANY)


def test_only_what_the_domain_says_may_be_told_to_the_police_and_to_nobody_else() -> None:
    shared = {(form.name, f.name, f.shared_with) for form in CASE.forms for f in form.fields if f.shared_with}
    assert {name for _, name, _ in shared} == set(TOLD_TO_POLICE)
    assert {with_whom for _, _, with_whom in shared} == {POLICE}
    assert {form for form, name, _ in shared if name in {"date", "type", "description"}} == {"deviation"}


def test_address_and_municipality_are_sealed_for_a_protected_person() -> None:
    fields = CASE.form("address").fields
    assert [f.name for f in fields if f.sealed_if_protected] == ["person.address_post", "person.reg_municipality"]


def test_what_tells_a_place_is_destroyed_when_the_case_closes() -> None:
    assert {form.name for form in CASE.forms if form.retention == "sealed_place"} == {
        "address",
        "placement",
        "relocation",
    }


def test_the_close_reasons_are_those_of_the_domain() -> None:
    field = CASE.form("closing").field("close_reason")
    assert isinstance(field, Choice)
    assert [name for name, _ in field.choices] == CLOSE_REASONS


@pytest.mark.parametrize(("source", "target", "label", "level"), STEPS)
def test_every_step_of_the_domain_is_there_with_its_words_and_level(
    source: str, target: str, label: str, level: str
) -> None:
    (found,) = [
        s for s in FLOW.transitions if s.track is None and (s.source, s.target, s.label) == (source, target, label)
    ]
    assert found.level == level
    assert found.permission == ("case:write" if level == "H" else "case:decide")


def test_there_are_no_main_steps_but_those_and_closing_pausing_and_transferring() -> None:
    names = {"close", "pause", "transfer"}
    rest = [s for s in FLOW.transitions if s.track is None and s.name not in names]
    assert {(s.source, s.target, s.label) for s in rest} == {known[:3] for known in STEPS}


@pytest.mark.parametrize("source", OPEN_STATES)
def test_from_every_open_state_one_can_close_pause_and_transfer(source: str) -> None:
    targets = {s.target for s in FLOW.transitions if s.source == source and s.track is None}
    assert {"closed", "transferred"} <= targets
    assert "close" in {s.name for s in FLOW.transitions if s.source == source}
    assert source == "paused" or "paused" in targets


def test_closing_a_person_s_case_always_asks_for_the_closing_form() -> None:
    closing = [s for s in FLOW.transitions if s.target == "closed"]
    assert {s.source for s in closing if s.fills != "closing"} == {"consultation"}
    assert all(s.level.rank >= Level.FS.rank for s in closing)
    plain = {str(s.source): s for s in closing if s.name == "close"}
    assert set(plain) == set(OPEN_STATES) and {s.level for s in plain.values()} == {Level.FS}
    guarded = {source for source, s in plain.items() if s.guard == "closing_complete"}
    assert guarded == {"active", "followup", "breach", "aftercare", "paused"}


def test_a_paused_case_goes_back_to_where_it_came_from() -> None:
    assert step("resume").returns and step("resume").target == "active"


def test_after_a_deviation_protection_starts_and_the_case_is_active_again() -> None:
    found = step("protect_after_breach")
    assert (found.track, found.beside, found.also_moves_to) == ("protection", ("breach",), "active")


def test_protection_can_start_beside_every_open_state_with_a_person() -> None:
    assert set(step("start_protection").beside) == set(OPEN_STATES) - {"consultation"}


def test_police_may_be_told_of_states_that_say_no_more_than_ongoing_resting_or_ended() -> None:
    assert {s.name for s in FLOW.states if not s.shared_with} == NEVER_TOLD
    assert not any(s.shared_with for track in FLOW.side_tracks for s in track.states)


def test_consent_is_asked_for_as_a_live_signed_note() -> None:
    guard = FLOW.guard(step("accept_consent").guard or "")
    assert guard.form == "consent_note" and guard.live
    assert {"agencies", "what", "valid_from", "valid_until", "how_given"} <= {
        f.name for f in CASE.form("consent_note").fields
    }


def test_what_a_step_rests_on_must_be_answered_where_it_is_asked() -> None:
    required = {(form.name, field.name) for form in CASE.forms for field in form.fields if field.required}
    assert required >= {
        ("registration", "conflict_checked"),
        ("registration", "child_in_household"),
        ("agreement", "agreement.in_place"),
        ("agreement", "agreement.contact_persons"),
        ("safety", "safety_routine"),
        ("safety", "safety.agreed_date"),
        ("deviation", "type"),
        ("relocation_decision", "sealed_team"),
        ("relocation_decision", "receiving_basis"),
    }


def test_children_without_a_report_of_concern_make_a_task() -> None:
    (duty,) = CASE.duties
    assert (duty.form, duty.field, duty.equals) == ("children", "children_in_family", "yes")
    assert duty.unless == "children_in_family.report"


class TestAvhoppare(PluginContract):
    plugin = "avhoppare"
