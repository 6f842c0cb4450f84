"""What the audit remembers of an attempt that was turned away. Written in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Denial:
    """Who tried what on which object, and the rule that said no. No content, no words.

    ``case_id`` is the case that it was tried for, where its reader must have that case to be told of it.
    """

    actor_id: str
    actor_role: str
    action: str
    object_kind: str
    object_id: str
    rule: str
    case_id: str | None = None
