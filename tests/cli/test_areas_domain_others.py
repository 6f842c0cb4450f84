"""``casework areas --json`` says of barn_unga and nara_relation what the domain says: states, steps and fields.

``tests/data/*-domain.json`` is written by hand from the documents (annexes C.2, C.3, D.1, D.3 and D.4 with the
rulings), so that neither the plugins nor their tests are the measure of themselves. ``pairs`` are steps whose words the
documents leave open.
"""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import DATA

DOMAINS = [json.loads((DATA / f"{name}-domain.json").read_text("utf-8")) for name in ("barn-unga", "nara-relation")]
KINDS = [(domain["area"], name, kind) for domain in DOMAINS for name, kind in domain["case_types"].items()]


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture(params=KINDS, ids=[name for _area, name, _wanted in KINDS])
def compared(request, empty):
    area, name, wanted = request.param
    areas = json.loads(empty("areas", "--json").stdout)["areas"]
    found = next(one for one in areas if one["name"] == area)
    return next(kind for kind in found["case_types"] if kind["name"] == name), wanted


def test_the_states_are_those_of_the_domain(compared):
    kind, wanted = compared
    assert {state["name"]: state["label"] for state in kind["states"]} == wanted["states"]
    assert {state["name"] for state in kind["states"] if state["closed"]} == set(wanted["closed"])
    assert [track["name"] for track in kind["side_tracks"]] == wanted["side_tracks"]


def test_every_step_of_the_domain_is_there(compared):
    kind, wanted = compared
    steps = {(step["source"], step["target"], step["label"]) for step in kind["transitions"]}
    assert {tuple(step) for step in wanted["transitions"]} - steps == set()
    assert {tuple(pair) for pair in wanted["pairs"]} - {step[:2] for step in steps} == set()


def test_the_fields_are_those_of_the_domain_with_class_and_sharing(compared):
    kind, wanted = compared
    declared = [field for form in kind["forms"] for field in form["fields"]]
    for name, field in wanted["fields"].items():
        found = [{key: one[key] for key in field} for one in declared if one["name"] == name]
        assert [{**one, "shared_with": sorted(one["shared_with"])} for one in found] == [field], name
    assert {field["name"] for field in declared if field["sensitivity"] == "OPEN"} == {"close_reason"}


def test_what_there_can_be_many_of_is_a_form_that_is_filled_in_many_times(compared):
    kind, wanted = compared
    assert set(wanted["many"]) <= {form["name"] for form in kind["forms"] if form["many"]}


def test_no_other_agency_may_be_told_where_a_case_stands(compared):
    kind, _wanted = compared
    assert not any(state["shared_with"] for state in kind["states"])
