"""The tests that plugins inherit can fail: each is shown a declaration that it must not let pass."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from casework.contract import (
    Agency,
    CaseFacts,
    Choice,
    FocusArea,
    Form,
    Guard,
    Refusal,
    Sensitivity,
    State,
    Text,
    Transition,
    hookimpl,
)
from casework.core.registry import Registry
from casework.testing import PluginContract
from casework.testing.declared import answers, is_swedish, spellings
from tests.contract.invented import FLOW, NOTE, Plugin, area

HELD = PluginContract()
BEGIN, END = FLOW.transitions


def with_flow(**changed: Any) -> FocusArea:
    (kind,) = area().case_types
    return replace(area(), case_types=(replace(kind, workflow=replace(FLOW, **changed)),))


def with_field(*fields: Any) -> FocusArea:
    (kind,) = area().case_types
    return replace(area(), case_types=(replace(kind, forms=(NOTE, Form("more", "Mer", fields))),))


def guarded(guard: Guard, *fields: Any) -> FocusArea:
    (kind,) = with_field(*fields).case_types
    flow = replace(FLOW, guards=(guard,), transitions=(BEGIN, replace(END, guard=guard.name)))
    return replace(area(), case_types=(replace(kind, workflow=flow),))


SEALED = Text("told", "Berättat", sensitivity=Sensitivity.SEALED)
LIMBO = State("limbo", "Limbo", phase="all")
INTO_LIMBO = Transition("drift", "Driv", "begun", "limbo")

NO_WORD = Choice("place", "Plats", sensitivity=Sensitivity.OPEN, choices=(("square", ""),))

FAULTS = [
    (HELD.test_every_name_can_be_kept, replace(area(), name="Påhittad")),
    (HELD.test_every_name_can_be_kept, replace(area(), name="x" * 41)),
    (HELD.test_every_word_on_the_screen_is_swedish, replace(area(), label="Keeping with the times")),
    (HELD.test_every_word_on_the_screen_is_swedish, with_field(replace(SEALED, label=""))),
    (HELD.test_every_word_on_the_screen_is_swedish, with_field(NO_WORD)),
    (
        HELD.test_every_open_state_leads_to_an_end,
        with_flow(states=(*FLOW.states, LIMBO), transitions=(BEGIN, END, INTO_LIMBO)),
    ),
    (
        HELD.test_every_step_can_be_taken_by_somebody,
        with_flow(transitions=(BEGIN, replace(END, permission="area:enable"))),
    ),
    (HELD.test_every_guard_can_be_met, guarded(Guard("g", "Nej.", form="more", field="told", equals="x"), SEALED)),
    (HELD.test_every_guard_can_be_met, guarded(Guard("g", "Nej.", form="more", live=True), SEALED)),
    (HELD.test_nothing_sealed_may_be_shared, with_field(replace(SEALED, shared_with=frozenset({Agency.POLICE})))),
]


@pytest.mark.parametrize(("held", "declared"), FAULTS)
def test_a_fault_is_not_let_pass(held, declared):
    held(area())
    with pytest.raises(AssertionError):
        held(declared)


class Wordless(Plugin):
    @hookimpl
    def casework_check_handover(self, case: CaseFacts, recipient: Agency) -> list[Refusal]:
        return [Refusal("")]


class Misplaced(Plugin):
    @hookimpl
    def casework_check_entry(self, case: CaseFacts, form: Form, values: dict[str, str]) -> list[Refusal]:
        return [Refusal("Nej.", "no_such_field")]


class Stumbling(Plugin):
    @hookimpl
    def casework_check_entry(self, case: CaseFacts, form: Form, values: dict[str, str]) -> list[Refusal]:
        return [Refusal(values["text"])]


@pytest.mark.parametrize("kind", [Wordless, Misplaced, Stumbling])
def test_a_hook_that_misbehaves_is_not_let_pass(kind):
    HELD.test_its_hooks_refuse_in_words_and_never_raise(Registry({"a": Plugin("invented")}), area())
    with pytest.raises((AssertionError, KeyError)):
        HELD.test_its_hooks_refuse_in_words_and_never_raise(Registry({"a": kind("invented")}), area())


@pytest.mark.parametrize("text", ["Var bor du?", "3 kap. 1 §"])
def test_swedish_passes(text):
    assert is_swedish(text)


@pytest.mark.parametrize("around", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_text_is_found_however_it_is_spelt(around, encoding):
    (wanted,) = answers(NOTE).values()
    plain = f"{around}{wanted}{around}".encode(encoding)
    for written in (plain, plain.hex().encode(), plain.hex().upper().encode(), base64.b64encode(plain)):
        assert any(one in written for one in spellings(wanted))
        assert not any(one in written for one in spellings(answers(NOTE)["text"]))
