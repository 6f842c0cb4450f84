"""Invented focus areas: the smallest that is sound, and a plugin that remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from casework.contract import (
    ActorFacts,
    Agency,
    CaseFacts,
    CaseType,
    Event,
    FocusArea,
    Form,
    Refusal,
    Sensitivity,
    State,
    Text,
    Transition,
    Workflow,
    hookimpl,
)

NOTE = Form("note", "Anteckning", (Text("text", "Text", sensitivity=Sensitivity.TEAM),), many=True)
FLOW = Workflow(
    states=(
        State("begun", "Påbörjad", phase="all", shared_with=frozenset({Agency.POLICE})),
        State("ended", "Avslutad", phase="all", closed=True),
    ),
    transitions=(
        Transition("begin", "Påbörja", None, "begun"),
        Transition("end", "Avsluta", "begun", "ended"),
    ),
    phases=(("all", "Allt"),),
)


def area(name: str = "invented") -> FocusArea:
    """A focus area with one case type, one form and one step."""
    return FocusArea(name, "Påhittad", "Bara för test.", "Ingen lag", (CaseType("matter", "Ärende", (NOTE,), FLOW),))


class Plugin:
    """A plugin that says no when it is given ``refusals``, and writes down what it is asked and told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.refusals: tuple[Refusal, ...] = ()
        self.fails = False
        self.asked: list[tuple[Any, ...]] = []
        self.told: list[Event] = []

    @hookimpl
    def casework_focus_area(self) -> FocusArea:
        """Declare the focus area."""
        return area(self.name)

    @hookimpl
    def casework_check_entry(self, case: CaseFacts, form: Form, values: dict[str, str]) -> Iterable[Refusal]:
        """Remember the answers."""
        self.asked.append((case.id, form.name, values))
        return self.refusals

    @hookimpl
    def casework_check_transition(
        self, case: CaseFacts, transition: Transition, actor: ActorFacts
    ) -> Iterable[Refusal]:
        """Remember the step and who takes it."""
        self.asked.append((case.id, transition.name, actor))
        return self.refusals

    @hookimpl
    def casework_check_handover(self, case: CaseFacts, recipient: Agency) -> Iterable[Refusal]:
        """Remember the recipient."""
        self.asked.append((case.id, recipient))
        return self.refusals

    @hookimpl
    def casework_event(self, event: Event) -> None:
        """Remember the event, or fail."""
        self.told.append(event)
        if self.fails:
            raise LookupError("KX-in-the-plugins-hands")
