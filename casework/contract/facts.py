"""What core tells a plugin: read-only facts, never a database row, never a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.contract.workflow import Level


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as its own plugin may see it: where it stands and which forms are signed, no name and no number.

    ``signed_forms`` are those signed since the case was opened, or opened again. ``resumes_to`` is the state that a
    paused case came from. ``agreed`` are the agencies that everybody whose consent is needed has agreed, today and in
    the register, to tell something in common; it is asked where an entry or a step is checked, of a case type with a
    step that asks for ``consents``, and is empty elsewhere.
    """

    id: str
    case_type: str
    state: str
    tracks: Mapping[str, str]
    has_subject: bool
    protection: int
    signed_forms: frozenset[str]
    resumes_to: str | None = None
    agreed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who is acting: an opaque id and the delegation level."""

    id: str
    level: Level


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason to say no, in words for the officer; ``field`` puts it at that field."""

    reason: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened and been committed, such as ``entry:signed``."""

    name: str
    case: CaseFacts
