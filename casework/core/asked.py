"""What is asked of a second person, and what a kind of such a deed consists of."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.core.crypto import packed
from casework.core.db import TenantSession
from casework.core.models import Approval
from casework.core.permissions import Permission
from casework.core.registry import Registry

Code = str | int | bool
_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,120}")
Words = Sequence[tuple[str, Mapping[str, Code | date]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for: the kind of deed, its object, and how it is to be done."""

    kind: str
    object_kind: str
    object_id: str
    case_id: str | None
    parameters: Mapping[str, Code]

    @classmethod
    def of(cls, row: Approval) -> Asked:
        """What a stored approval asks for."""
        return cls(row.kind, row.object_kind, row.object_id, row.case_id, json.loads(row.parameters))

    def text(self, name: str) -> str:
        """A parameter that is a code or an id."""
        return str(self.parameters[name])


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that takes two people. ``grant`` and ``refuse`` are the words of the two buttons.

    ``versions`` says what the objects concerned are like at this moment, holding them until the transaction ends:
    once it says something else, an approval asked for before is void. ``after`` says what is left to do once it is
    approved, by whom and until when; empty where approving does it all.
    """

    decided_by: Permission
    grant: str
    refuse: str
    words: Callable[[TenantSession, Registry, Asked], Words]
    versions: Callable[[TenantSession, Asked], Mapping[str, Code]]
    after: str = ""


def digest_of(approval: Approval, versions: str) -> str:
    """The digest of what was asked, for objects that are like ``versions`` says."""
    times = [one.isoformat(timespec="microseconds") for one in (approval.requested_at, approval.expires_at)]
    bound = packed(
        approval.municipality,
        approval.id,
        approval.kind,
        approval.object_kind,
        approval.object_id,
        approval.case_id,
        approval.concerns_id,
        approval.parameters,
        versions,
        approval.requester_id,
        *times,
    )
    return hashlib.sha256(b"approval/v1" + bound).hexdigest()


def canonical(parameters: Mapping[str, Code]) -> str:
    """Codes as one text, always the same for the same; raises ValueError for what is no code."""
    for value in parameters.values():
        if isinstance(value, str) and not _CODE.fullmatch(value):
            raise ValueError("a parameter of an approval must be a code, never a text")
    return json.dumps(dict(parameters), sort_keys=True, separators=(",", ":"))
