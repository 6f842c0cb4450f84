"""Plugins: every fault of every one at once, the culprit named; a case outlives its plugin."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

import casework_avhoppare
from casework.contract import CaseType, FocusArea, State, Transition, Workflow, hookimpl
from casework.core import activation, cases, entries, registry, sharing, steps
from casework.core.errors import NotFound, PluginBroken, Refused
from casework.core.registry import Registry
from tests.answers import ANSWERS
from tests.worlds import World

STATE = State("only", "Enda", phase="all", closed=True)


def plugin(name: str, *, state: State = STATE, permission: str = "case:write", api: int = 1) -> object:
    flow = Workflow(
        (state,), (Transition("begin", "Börja", None, "only", permission=permission),), phases=(("all", "A"),)
    )
    area = FocusArea(name, name, "", "", (CaseType("kind", "Slag", (), flow),), api=api)

    class Plugin:
        @hookimpl
        def casework_focus_area(self) -> FocusArea:
            return area

    return Plugin()


class Silent:
    """Declares nothing."""


class Failing:
    """Cannot even declare itself."""

    @hookimpl
    def casework_focus_area(self) -> FocusArea:
        raise RuntimeError("broken inside")


class Misspelt:
    """Implements a hook that there is not."""

    @hookimpl
    def casework_focus_aera(self) -> None:
        """Never called."""


def problems(**plugins: object) -> tuple[str, ...]:
    with pytest.raises(PluginBroken) as broken:
        Registry(plugins)
    return broken.value.problems


def test_every_fault_of_every_plugin_is_told_at_once_with_the_culprits_name():
    told = problems(
        sound=plugin("sound"),
        silent=Silent(),
        failing=Failing(),
        misspelt=Misspelt(),
        lost=plugin("lost", state=State("other", "Annan", phase="none")),
        greedy=plugin("greedy", permission="case:everything"),
        old=plugin("old", api=0),
        twin=plugin("sound"),
    )
    culprits = [text.partition(":")[0] for text in told]
    assert set(culprits) == {"silent", "failing", "misspelt", "lost", "greedy", "old", "twin"}
    assert culprits.count("lost") >= 3
    whole = "\n".join(told)
    for words in (
        "RuntimeError: broken inside",
        "casework_focus_aera",
        "case:everything",
        "API 0",
        "declared by sound",
    ):
        assert words in whole


@pytest.fixture
def entry_points(monkeypatch):
    """Plugins as a wheel would declare them."""
    module = ModuleType("invented_good")
    module.__dict__["good"] = plugin("good")
    monkeypatch.setitem(sys.modules, "invented_good", module)
    points = [
        EntryPoint("good", "invented_good:good", registry.GROUP),
        EntryPoint("gone", "invented_module_that_is_gone", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)


def test_only_allowed_plugins_are_loaded(entry_points):
    assert list(Registry.installed(["good"]).areas) == ["good"]
    assert list(Registry.installed([]).areas) == []


def test_a_plugin_that_is_allowed_and_missing_and_one_that_cannot_be_imported_are_both_named(entry_points):
    with pytest.raises(PluginBroken) as broken:
        Registry.installed(["good", "gone", "absent"])
    assert [text.partition(":")[0] for text in broken.value.problems] == ["absent", "gone"]
    with pytest.raises(PluginBroken):
        Registry.installed()


def test_the_plugins_of_the_house_are_sound_together():
    import casework_barn_unga
    import casework_nara_relation

    house = {"avhoppare": casework_avhoppare, "barn_unga": casework_barn_unga, "nara_relation": casework_nara_relation}
    assert list(Registry(house).areas) == list(house)


def test_a_case_whose_plugin_is_gone_is_listed_and_opened_and_nothing_can_be_done_with_it(world: World):
    case = world.case()
    nobody = Registry({})
    assert world.listed("maja") == [case]
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "overview")
        assert steps.available(decision, nobody, opened) == []
        assert activation.enabled(session, nobody) == []
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        steps.take(session, nobody, maja, case, "begin_assessment", seen_version=world.get(session, case).version)
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        entries.sign(session, nobody, maja, case, "note", ANSWERS["note"])
    chosen = sharing.Chosen(["received"], [], "nothing", "", False, "other", "x", "", "x", "x", None, None)
    with pytest.raises(Refused), world.acting("maja") as (session, maja):
        sharing.permit(session, nobody, maja, case, chosen)
