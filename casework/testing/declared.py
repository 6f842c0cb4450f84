"""What a declaration holds, laid out for the tests of a plugin: its names, its words, its forms and its facts."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator
from typing import Any

from casework.contract import CaseFacts, CaseType, Choice, Field, FocusArea, Form, LongText, Number, Sensitivity, Text

NAMES = re.compile(r"[a-z][a-z0-9_.]*")
LONGEST_NAME = {"area": 40, "case type": 40, "form": 60, "field": 60, "state": 40, "side track": 40, "transition": 60}
"""As long as the columns they are kept in."""
ENGLISH = re.compile(r"\b(?:the|of|with|what|when|who|which|date|name|your|please)\b", re.IGNORECASE)


def answers(form: Form) -> dict[str, str]:
    """An answer to every field of a form, as it is kept; what is written in words is found nowhere else."""
    return {field.name: _answer(field) for field in form.fields}


def _answer(field: Field) -> str:
    if isinstance(field, Text | LongText):
        return f"KX{secrets.token_hex(12)}"
    if isinstance(field, Choice):
        return field.choices[0][0]
    if isinstance(field, Number):
        return str(field.minimum or field.maximum or 0)
    return {"date": "2026-11-20", "time": "15:30", "yes_no": "yes"}[field.kind]


def spellings(text: str) -> Iterator[bytes]:
    """A text as it might lie in a file: UTF-8 and UTF-16, as they are, in hexadecimal and in base64 at any offset."""
    for plain in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        yield from (plain, plain.hex().encode(), plain.hex().upper().encode())
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + plain)
            # The first and the last few signs also depend on what stands around the text.
            yield coded[4:-4]


def forms(area: FocusArea) -> list[tuple[CaseType, Form]]:
    """Every form, with the case type it belongs to."""
    return [(kind, form) for kind in area.case_types for form in kind.forms]


def is_swedish(text: str) -> bool:
    """Whether a text may stand on the screen: there, trimmed, beginning like a sentence, and in no English words."""
    begins = text[:1].isupper() or text[:1].isdigit()
    return begins and text == text.strip() and "_" not in text and not ENGLISH.search(text)


def names(area: FocusArea) -> Iterator[tuple[str, str]]:
    """Every name that is written to a column, with what it names."""
    yield "area", area.name
    for kind in area.case_types:
        flow = kind.workflow
        yield "case type", kind.name
        for form in kind.forms:
            yield "form", form.name
            yield from (("field", field.name) for field in form.fields)
        tracks = [state for track in flow.side_tracks for state in track.states]
        yield from (("state", state.name) for state in (*flow.states, *tracks))
        yield from (("side track", track.name) for track in flow.side_tracks)
        yield from (
            ("transition", step.name if step.track is None else f"{step.track}.{step.name}")
            for step in flow.transitions
        )


def texts(area: FocusArea) -> Iterator[tuple[str, str]]:
    """Every text an officer can read, with where it stands."""
    yield from (("label", area.label), ("summary", area.summary), ("legal basis", area.legal_basis))
    for kind in area.case_types:
        flow = kind.workflow
        labelled: list[Any] = [kind, *kind.forms, *flow.states, *flow.side_tracks, *flow.transitions, *kind.deadlines]
        labelled += [*kind.documents, *kind.consents, *kind.plans, *kind.statistics]
        labelled += [state for track in flow.side_tracks for state in track.states]
        yield from ((f"{kind.name}: {one.name}", one.label) for one in labelled)
        said = [(form.name, text) for form in kind.forms for text in (form.new, form.definite) if text]
        said += [(step.name, text) for step in flow.transitions for text in (step.button, step.decision) if text]
        yield from ((f"{kind.name}: {name}", text[:1].upper() + text[1:]) for name, text in said)
        yield from ((f"{kind.name}: phase {name}", label) for name, label in flow.phases)
        yield from ((f"{kind.name}: guard {guard.name}", guard.refusal) for guard in flow.guards)
        for field in (field for form in kind.forms for field in form.fields):
            yield f"{kind.name}: field {field.name}", field.label
            if isinstance(field, Choice):
                yield from ((f"{kind.name}: field {field.name}", label) for _name, label in field.choices)


def stuck(kind: CaseType) -> list[str]:
    """The states from which no row of steps leads to an end."""
    flow = kind.workflow
    found: list[str] = []
    for track in (None, *flow.side_tracks):
        states = flow.states if track is None else track.states
        steps = [step for step in flow.transitions if step.track == (track and track.name)]
        ends = {state.name for state in states if state.closed}
        # A track also ends in a state that no step leaves.
        ends |= {state.name for state in states if track and all(step.source != state.name for step in steps)}
        while more := {step.source for step in steps if step.source and step.target in ends} - ends:
            ends |= more
        found += [f"{kind.name}: {state.name}" for state in states if state.name not in ends]
    return found


def unmeetable(kind: CaseType) -> list[str]:
    """The guards that may never let a step through: on a sealed answer, or on dates that the form does not ask for."""
    found = []
    for guard in kind.workflow.guards:
        asked = {field.name: field for field in kind.form(guard.form).fields} if guard.form else {}
        names = ({guard.field} - {None}) | ({"valid_from"} if guard.live else set())
        for name in sorted(str(name) for name in names):
            field = asked.get(name)
            if field is None or field.sensitivity is Sensitivity.SEALED or field.sealed_if_protected:
                found.append(f"{kind.name}: guard {guard.name!r} on {name!r}")
    return found


def facts(kind: CaseType) -> Iterator[CaseFacts]:
    """A case in every state: with nothing signed and no track running, and with everything signed and all of them."""
    all_forms = frozenset(form.name for form in kind.forms)
    running = {track.name: track.states[0].name for track in kind.workflow.side_tracks}
    for state in kind.workflow.states:
        for tracks, signed in (({}, frozenset[str]()), (running, all_forms)):
            yield CaseFacts("case", kind.name, state.name, tracks, not state.anonymous, 0, signed)
