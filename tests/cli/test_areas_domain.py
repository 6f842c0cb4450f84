"""``casework areas --json`` says of avhoppare what the domain says: states, steps with level and guard, fields.

``tests/data/avhoppare-domain.json`` is written by hand from the documents (annexes C.1 and D.1–D.2 with the rulings),
so that neither the plugin nor its tests are the measure of themselves.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.cli.conftest import DATA

DOMAIN = json.loads((DATA / "avhoppare-domain.json").read_text("utf-8"))
INSIDE = ("protection.", "relocation.")
OURS = {("decision", "agreement", "Bevilja placering av barn", "U", True)}
"""The row *Bevilja* says "per delegation (EC / utskott for placement of minors)": the second half of it."""


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def kind(empty):
    areas = json.loads(empty("areas", "--json").stdout)["areas"]
    [found] = next(area for area in areas if area["name"] == "avhoppare")["case_types"]
    return found


def test_the_states_are_those_of_the_domain(kind):
    assert {state["name"]: state["label"] for state in kind["states"]} == DOMAIN["states"]
    assert {state["name"] for state in kind["states"] if state["closed"]} == set(DOMAIN["closed"])
    assert [track["name"] for track in kind["side_tracks"]] == DOMAIN["side_tracks"]


def test_the_steps_are_those_of_the_domain_with_level_and_guard(kind):
    main = [step for step in kind["transitions"] if not str(step["source"]).startswith(INSIDE)]
    declared = Counter(_step(step, guarded=step["guard"] is not None) for step in main)
    wanted = Counter(_step(step, guarded=step["guarded"]) for step in DOMAIN["transitions"])
    assert declared - wanted == Counter(OURS)
    assert wanted - declared == Counter()


def _step(step, *, guarded):
    return step["source"], step["target"], step["label"], step["level"], guarded


def test_the_fields_are_those_of_the_domain_with_class_and_sharing(kind):
    declared = [(form["name"], field) for form in kind["forms"] for field in form["fields"]]
    for name, wanted in DOMAIN["fields"].items():
        found = [{key: field[key] for key in wanted} for _form, field in declared if field["name"] == name]
        assert found == [wanted], name
    assert {field["name"] for _form, field in declared if field["sensitivity"] == "OPEN"} == {"origin", "close_reason"}


def test_what_there_can_be_many_of_is_a_form_that_is_filled_in_many_times(kind):
    many = {form["name"] for form in kind["forms"] if form["many"]}
    assert set(DOMAIN["many"]) <= many


def test_of_every_state_it_is_known_to_whom_it_may_be_told(kind):
    told = {state["name"] for state in kind["states"] if state["shared_with"]}
    assert all(state["shared_with"] in ([], ["police"]) for state in kind["states"])
    assert {"active", "paused", "closed"} <= told
    assert told.isdisjoint({"consultation", "consent", "breach", "transferred", "not_opened"})
