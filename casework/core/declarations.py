"""What the installed focus areas declare, as plain data for ``casework areas --json`` and whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from casework.contract.fields import Agency, Field, Sensitivity
from casework.contract.focus import CaseType, FocusArea, Form
from casework.contract.workflow import SideTrack, State, Transition, Workflow
from casework.core.registry import Registry

Plain = dict[str, Any]


def of_installation(registry: Registry) -> Plain:
    """Every focus area that is installed and allowed."""
    return {"areas": [of_area(area) for area in registry.areas.values()]}


def of_area(area: FocusArea) -> Plain:
    """One focus area with its case types."""
    return _named(area) | {"case_types": [_case_type(kind) for kind in area.case_types]}


def _case_type(kind: CaseType) -> Plain:
    flow = kind.workflow
    return _named(kind) | {
        "forms": [_form(form) for form in kind.forms],
        "states": [_state(state) for state in flow.states],
        "side_tracks": [_track(track) for track in flow.side_tracks],
        "transitions": [row for step in flow.transitions for row in _transitions(flow, step)],
        "deadlines": [_named(one) for one in kind.deadlines],
        "documents": [_named(one) | {"retention": str(one.retention)} for one in kind.documents],
        "statistics": [_named(one) | {"form": one.form, "field": one.field} for one in kind.statistics],
    }


def _form(form: Form) -> Plain:
    return _named(form) | {"many": form.many, "fields": [_field(one) for one in form.fields]}


def _field(field: Field) -> Plain:
    kept = {"kind": field.kind, "sensitivity": Sensitivity(field.sensitivity).name}
    return _named(field) | kept | {"shared_with": _agencies(field.shared_with)}


def _state(state: State) -> Plain:
    where = {"phase": state.phase, "closed": state.closed}
    return _named(state) | where | {"shared_with": _agencies(state.shared_with)}


def _track(track: SideTrack) -> Plain:
    return _named(track) | {"states": [_state(state) for state in track.states]}


def _transitions(flow: Workflow, step: Transition) -> Iterator[Plain]:
    """One row, or one for each main state in which the step may start its side track."""
    target = step.target if step.track is None else f"{step.track}.{step.target}"
    sources: Iterable[str | None] = [step.source]
    if step.track is not None and step.source is not None:
        sources = [f"{step.track}.{step.source}"]
    elif step.track is not None:
        target = step.track
        sources = step.beside or [state.name for state in flow.states if not state.closed]
    for source in sources:
        yield _named(step) | {
            "source": source,
            "target": target,
            "permission": step.permission,
            "level": str(step.level),
            "guard": step.guard,
        }


def _named(one: Any) -> Plain:
    return {"name": one.name, "label": one.label}


def _agencies(agencies: Iterable[Agency]) -> list[str]:
    return sorted(str(agency) for agency in agencies)
