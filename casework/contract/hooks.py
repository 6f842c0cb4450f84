"""Every hook a plugin can implement. The docstrings are the documentation; ``docs/hooks.md`` is made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pluggy

from casework.contract.facts import ActorFacts, CaseFacts, Event, Refusal
from casework.contract.fields import Agency
from casework.contract.focus import FocusArea, Form
from casework.contract.workflow import Transition

hookspec = pluggy.HookspecMarker("casework")
hookimpl = pluggy.HookimplMarker("casework")


@hookspec
def casework_focus_area() -> FocusArea:
    """Declare the focus area this plugin adds."""


@hookspec
def casework_check_entry(case: CaseFacts, form: Form, values: Mapping[str, str]) -> Iterable[Refusal]:
    """Refuse answers, each in its canonical text, that are valid one by one but wrong together."""


@hookspec
def casework_check_transition(case: CaseFacts, transition: Transition, actor: ActorFacts) -> Iterable[Refusal]:
    """Refuse a step in the workflow."""


@hookspec
def casework_check_handover(case: CaseFacts, recipient: Agency) -> Iterable[Refusal]:
    """Refuse to hand anything of a case over to an agency."""


@hookspec
def casework_event(event: Event) -> None:
    """React to something that has happened and been committed."""
