"""A step of a case as its page offers it: where it leads, what it lacks and what ends with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.contract import CaseType, Form, State, Transition
from casework.core import steps
from casework.core.access import Decision

if TYPE_CHECKING:
    from casework.core.models import Case


@dataclass(frozen=True, slots=True)
class Offered:
    """One step as its page shows it. ``step`` is None when the case has moved on since the page was shown."""

    case: Case
    decision: Decision
    kind: CaseType
    transition: Transition
    step: steps.Step | None

    @property
    def form(self) -> Form | None:
        """The form that is filled in with the step."""
        return None if self.transition.fills is None else self.kind.form(self.transition.fills)

    @property
    def asks_who(self) -> bool:
        """Whether the step gives an anonymous case its person."""
        guard = self.transition.guard
        return self.case.subject_id is None and guard is not None and self.kind.workflow.guard(guard).subject

    @property
    def lacks(self) -> list[tuple[str, Form | None]]:
        """What is missing, in words, and the form that is to be written where one is."""
        guard = None if self.transition.guard is None else self.kind.workflow.guard(self.transition.guard)
        found = []
        for text in () if self.step is None else self.step.lacks:
            if guard is not None and text == guard.refusal:
                if not (guard.subject and self.asks_who):
                    found.append((text, None if guard.form is None else self.kind.form(guard.form)))
            else:
                found.append((text, None))
        return found

    @property
    def asks_consents(self) -> bool:
        """Whether what is missing may be somebody's consent in the register."""
        guard = None if self.transition.guard is None else self.kind.workflow.guard(self.transition.guard)
        return guard is not None and guard.consents and bool(self.lacks)

    @property
    def source(self) -> State | None:
        """Where the step begins."""
        states = {state.name: state for state in self._states}
        return states.get(self.transition.source or "")

    @property
    def target(self) -> State:
        """Where the step leads: back to where the case came from, for a step that returns."""
        name = (self.case.resumes_to if self.transition.returns else None) or self.transition.target
        return {state.name: state for state in self._states}[name]

    @property
    def closes(self) -> State | None:
        """The closed state of the case that the step leads to, if it does."""
        main = self.transition.also_moves_to if self.transition.track else self.target.name
        state = None if main is None else self.kind.workflow.state(main)
        return state if state is not None and state.closed else None

    @property
    def reopens(self) -> bool:
        """Whether a closed case can be taken up again."""
        closed = self.closes
        return closed is not None and any(
            step.source == closed.name and step.track is None for step in self.kind.workflow.transitions
        )

    @property
    def _states(self) -> tuple[State, ...]:
        track = self.transition.track
        return self.kind.workflow.states if track is None else self.kind.workflow.track(track).states
