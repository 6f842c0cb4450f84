"""``areas --json`` says what the plugins declare, in the published shape."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from casework.core import declarations
from casework.core.registry import Registry

FIELD = {"name", "label", "kind", "sensitivity", "shared_with"}
STATE = {"name", "label", "phase", "closed", "shared_with"}
STEP = {"name", "label", "source", "target", "permission", "level", "guard"}
KIND = {"name", "label", "forms", "states", "side_tracks", "transitions", "deadlines", "documents", "statistics"}


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def areas(empty):
    return json.loads(empty("areas", "--json").stdout)


def test_the_shape_is_the_published_one(areas):
    assert set(areas) == {"areas"}
    assert {area["name"] for area in areas["areas"]} >= {"avhoppare", "barn_unga", "nara_relation"}
    for area in areas["areas"]:
        assert set(area) == {"name", "label", "case_types"}
        for kind in area["case_types"]:
            assert set(kind) == KIND
            for form in kind["forms"]:
                assert set(form) == {"name", "label", "many", "fields"}
                assert all(set(field) == FIELD for field in form["fields"])
            assert all(set(state) == STATE for state in every_state(kind))
            assert all(set(track) == {"name", "label", "states"} for track in kind["side_tracks"])
            assert all(set(step) == STEP for step in kind["transitions"])


def every_state(kind):
    return [*kind["states"], *(state for track in kind["side_tracks"] for state in track["states"])]


def test_values_are_of_the_published_kinds(areas):
    for area in areas["areas"]:
        for kind in area["case_types"]:
            fields = [field for form in kind["forms"] for field in form["fields"]]
            assert {field["sensitivity"] for field in fields} <= {"OPEN", "TEAM", "SEALED"}
            shared = [one["shared_with"] for one in [*fields, *every_state(kind)]]
            assert all(a <= b for names in shared for a, b in pairwise(names))
            for step in kind["transitions"]:
                assert step["guard"] is None or isinstance(step["guard"], str)
                assert step["level"] in {"H", "FS", "EC", "U"}


def test_a_step_leads_from_one_known_place_to_another(areas):
    for area in areas["areas"]:
        for kind in area["case_types"]:
            main = {state["name"] for state in kind["states"]}
            tracks = {track["name"] for track in kind["side_tracks"]}
            inside = {f"{track['name']}.{one['name']}" for track in kind["side_tracks"] for one in track["states"]}
            for step in kind["transitions"]:
                if step["target"] in tracks:
                    assert step["source"] in main
                elif step["target"] in inside:
                    assert step["source"] in inside
                else:
                    assert step["target"] in main
                    assert step["source"] is None or step["source"] in main


def test_the_side_tracks_of_avhoppare_start_where_they_may(areas):
    [kind] = next(area for area in areas["areas"] if area["name"] == "avhoppare")["case_types"]
    starts = {(step["name"], step["source"]) for step in kind["transitions"] if step["target"] == "relocation"}
    assert starts == {("start_relocation", "active")}
    assert ("protection.started", "protection.assessed") in {(s["source"], s["target"]) for s in kind["transitions"]}


def test_sealed_fields_are_shared_with_nobody(areas):
    for area in areas["areas"]:
        for kind in area["case_types"]:
            for form in kind["forms"]:
                for field in form["fields"]:
                    assert field["sensitivity"] != "SEALED" or field["shared_with"] == []


def test_an_installation_without_plugins_has_no_areas():
    assert declarations.of_installation(Registry({})) == {"areas": []}
