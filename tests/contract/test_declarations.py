"""A declaration names everything that is wrong with it, so that its author can mend it all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from casework.contract import (
    Agency,
    CaseType,
    Choice,
    Date,
    Duty,
    Field,
    Form,
    Guard,
    Sensitivity,
    SideTrack,
    State,
    Statistic,
    Text,
    Transition,
    Workflow,
    hookimpl,
)
from casework.core.errors import PluginBroken
from casework.core.registry import Registry
from tests.contract.invented import FLOW, NOTE, Plugin, area

TEAM, SEALED = Sensitivity.TEAM, Sensitivity.SEALED
BEGUN, ENDED = FLOW.states
BEGIN, END = FLOW.transitions
TRACK = SideTrack("beside", "Bredvid", (State("on", "På", phase="all"),))
START = Transition("start", "Starta", None, "on", track="beside")


def flow(**changed: Any) -> Workflow:
    return replace(FLOW, **changed)


WORKFLOWS = [
    (FLOW, []),
    (flow(side_tracks=(TRACK,), transitions=(BEGIN, END, START)), []),
    (flow(phases=()), ["state 'begun' is in no declared phase", "state 'ended' is in no declared phase"]),
    (
        flow(transitions=(BEGIN, END, replace(END, name="lose", target="nowhere"))),
        ["transition 'lose' leads between unknown states"],
    ),
    (
        flow(transitions=(BEGIN, END, replace(START, track="other"))),
        ["transition 'start' belongs to an unknown side track 'other'"],
    ),
    (
        flow(side_tracks=(TRACK,), transitions=(BEGIN, END, replace(START, target="begun"))),
        ["transition 'start' leads between unknown states", "state 'on' can never be reached"],
    ),
    (
        flow(side_tracks=(TRACK,), transitions=(BEGIN, END, replace(START, beside=("nowhere",)))),
        ["transition 'start' names an unknown main state"],
    ),
    (
        flow(side_tracks=(TRACK,), transitions=(BEGIN, END, replace(START, also_moves_to="on"))),
        ["transition 'start' names an unknown main state"],
    ),
    (flow(transitions=(BEGIN, replace(END, guard="ready"))), ["transition 'end' has an unknown guard 'ready'"]),
    (flow(transitions=(BEGIN,)), ["state 'ended' can never be reached"]),
    (flow(transitions=(END,)), ["state 'begun' can never be reached", "state 'ended' can never be reached"]),
    (flow(side_tracks=(TRACK,)), ["state 'on' can never be reached"]),
    (flow(states=(BEGUN, ENDED, BEGUN)), ["two states are called 'begun'"]),
    (flow(transitions=(BEGIN, END, END)), ["two transitions are called 'end' from 'begun'"]),
    (flow(states=(BEGUN, replace(ENDED, closed=False))), ["no state closes the case"]),
]


@pytest.mark.parametrize(("declared", "problems"), WORKFLOWS)
def test_a_workflow_names_its_faults(declared, problems):
    assert declared.problems() == problems


def form(*fields: Field) -> tuple[Form, ...]:
    return (Form("questions", "Frågor", fields),)


def kind(forms: tuple[Form, ...] = (NOTE,), workflow: Workflow = FLOW, **more: Any) -> CaseType:
    return CaseType("matter", "Ärende", forms, workflow, **more)


def guarded(guard: Guard) -> Workflow:
    return flow(guards=(guard,), transitions=(BEGIN, replace(END, guard=guard.name)))


def duty(field: str, form: str = "note", unless: str | None = None) -> Duty:
    return Duty("write", "Skriv.", form, field, "yes", unless)


def counted(form_name: str, field: str) -> tuple[Statistic, ...]:
    return (Statistic("count", "Antal", form_name, field),)


CASE_TYPES = [
    (kind(), []),
    (kind((NOTE, NOTE)), ["two forms are called 'note'"]),
    (
        kind(form(Text("same", "A", sensitivity=TEAM), Date("same", "B", sensitivity=TEAM))),
        ["form 'questions' has two fields 'same'"],
    ),
    (kind(form(Field("bare", "A", sensitivity=TEAM))), ["field 'bare' is of no kind"]),
    (kind(form(Choice("empty", "A", sensitivity=TEAM))), ["field 'empty' has nothing to choose from"]),
    (
        kind(form(Text("told", "A", sensitivity=SEALED, shared_with=frozenset({Agency.POLICE})))),
        ["field 'told' is sealed and cannot be shared"],
    ),
    (
        kind(workflow=guarded(Guard("ready", "Inte än.", form="missing"))),
        ["guard 'ready' asks for an unknown form 'missing'"],
    ),
    (
        kind(workflow=guarded(Guard("ready", "Inte än.", form="note", field="missing", equals="yes"))),
        ["guard 'ready' asks for an unknown field 'missing'"],
    ),
    (
        kind(workflow=flow(transitions=(BEGIN, replace(END, fills="missing")))),
        ["transition 'end' fills an unknown form 'missing'"],
    ),
    (kind(statistics=counted("note", "text")), ["statistic 'count' must count a choice, number, yes/no or date"]),
    (kind(duties=(duty("text"),)), []),
    (kind(duties=(duty("missing"),)), ["duty 'write' asks for an unknown form or field"]),
    (kind(duties=(duty("text", unless="missing"),)), ["duty 'write' asks for an unknown form or field"]),
    (kind(duties=(duty("text", form="missing"),)), ["duty 'write' asks for an unknown form or field"]),
    (
        kind(duties=(duty("text"),), workflow=flow(transitions=(replace(BEGIN, fills="note"), END))),
        [],
    ),
    (kind(statistics=counted("note", "missing")), ["statistic 'count' must count a choice, number, yes/no or date"]),
    (kind(workflow=flow(transitions=(BEGIN,))), ["state 'ended' can never be reached"]),
]


@pytest.mark.parametrize(("declared", "problems"), CASE_TYPES)
def test_a_case_type_names_its_faults_and_itself(declared, problems):
    assert declared.problems() == [f"matter: {problem}" for problem in problems]


def test_a_focus_area_names_its_faults_and_itself():
    assert area().problems() == []
    assert replace(area(), api=2).problems() == ["invented: written for API 2, this is API 1"]
    assert replace(area(), case_types=()).problems() == ["invented: declares no case type"]
    broken = replace(area(), api=2, case_types=(kind((NOTE, NOTE)),))
    assert broken.problems() == [
        "invented: written for API 2, this is API 1",
        "invented: matter: two forms are called 'note'",
    ]


class Misspelt:
    @hookimpl
    def casework_focus_aera(self): ...


class WrongArgument(Plugin):
    @hookimpl
    def casework_event(self, event, session): ...  # type: ignore[override]


class Nothing:
    """A module that forgot its hook."""


class Raising:
    @hookimpl
    def casework_focus_area(self):
        raise ZeroDivisionError("oj")


def test_every_fault_of_every_plugin_is_named_at_once():
    sound, unsound = Plugin("sound"), Plugin("unsound")
    unsound.casework_focus_area = hookimpl(lambda: replace(area("unsound"), case_types=()))  # type: ignore[method-assign]
    plugins = {
        "sound": sound,
        "unsound": unsound,
        "misspelt": Misspelt(),
        "argument": WrongArgument("argument"),
        "nothing": Nothing(),
        "raising": Raising(),
    }
    with pytest.raises(PluginBroken) as broken:
        Registry(plugins, problems=["absent: allowed but not installed"])
    said = "\n".join(broken.value.problems)
    assert "absent: allowed but not installed" in said
    assert "unsound: declares no case type" in said
    assert "casework_focus_aera" in said
    assert "session" in said
    assert "nothing: casework_focus_area must give one FocusArea" in said
    assert "raising: casework_focus_area raised ZeroDivisionError: oj" in said
    assert len(broken.value.problems) == len(plugins)


def test_a_step_may_not_take_a_permission_that_nobody_knows():
    plugin = Plugin("invented")
    odd = kind(workflow=flow(transitions=(BEGIN, replace(END, permission="case:conjure"))))
    plugin.casework_focus_area = hookimpl(lambda: replace(area(), case_types=(odd,)))  # type: ignore[method-assign]
    with pytest.raises(PluginBroken) as broken:
        Registry({"invented": plugin})
    assert broken.value.problems == ("invented: matter: transition 'end' takes an unknown permission 'case:conjure'",)


def test_a_field_is_found_by_the_name_it_had():
    renamed = Form("questions", "Frågor", (Text("new", "Ny", sensitivity=TEAM, was="old"),))
    assert renamed.field("old") is renamed.field("new")
    with pytest.raises(KeyError):
        renamed.field("never")
