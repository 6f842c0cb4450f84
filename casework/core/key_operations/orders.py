"""The one place where a key operation is let through: whoever begins one is asked here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.core import audit
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.db import TenantSession
from casework.core.permissions import OPERATOR

RESEAL, REWRAP, ROTATE = "keys:reseal", "keys:rewrap", "keys:rotate"


@dataclass(frozen=True, slots=True)
class Operation:
    """What is to be done: its kind, what it is done to, and the rest in codes."""

    kind: str
    object_kind: str
    object_id: str
    detail: Detail = field(default_factory=dict)


def require_covered(session: TenantSession, operation: Operation) -> None:
    """Let a key operation begin, in the transaction that begins it, and remember who ordered it.

    Whoever runs the command holds the root key; the order is remembered as the operator's. Four-eyed approval of key
    operations is asked for here: it raises where no approval covers the operation.
    """
    detail = {"operation": operation.kind, **operation.detail}
    audit.record(session, OPERATOR, Action.KEYS_ORDERED, operation.object_kind, operation.object_id, detail=detail)


def as_code(name: str) -> str:
    """The name of a provider or of a root as the audit writes it."""
    return name.replace("+", "-")
