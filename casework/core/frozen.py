"""Content that was sent and is never changed: its parts in order, their one way to be bytes, and their digest.

What is frozen is sealed twice: for the case it came from, under the case's key, and for whoever it was sent to, under
the municipality's key for what was received. Neither opens where the other lies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from casework.core import crypto, vault
from casework.core.access import Decision
from casework.core.crypto import Sealed
from casework.core.db import TenantSession
from casework.core.errors import Broken

FORMAT = "frozen/1"


class Part(NamedTuple):
    """One thing that is told: under which heading, what it is called, and what it says."""

    heading: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything that is told, in the order in which it is shown. Never logged or reported."""

    parts: tuple[Part, ...]

    def __repr__(self) -> str:
        return "<frozen>"

    @property
    def sections(self) -> Iterator[tuple[str, Sequence[Part]]]:
        """The parts under their headings, as they are shown."""
        return ((heading, list(parts)) for heading, parts in groupby(self.parts, key=lambda part: part.heading))

    def as_bytes(self) -> bytes:
        """The one way to write it, in UTF-8: the same bytes for the same parts, and never the same for others."""
        whole = {"format": FORMAT, "parts": [list(part) for part in self.parts]}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes: what the records of both sides keep of it."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    @classmethod
    def read(cls, raw: bytes, digest: str) -> Frozen:
        """What was written by ``as_bytes``; raises Broken for other bytes than the digest is of, and another form."""
        if not crypto.same(hashlib.sha256(raw).hexdigest().encode(), digest.encode()):
            raise Broken("what was frozen is not what was sent")
        try:
            whole = json.loads(raw)
            found = cls(tuple(Part(heading, label, text) for heading, label, text in whole["parts"]))
        except (ValueError, TypeError, KeyError):
            raise Broken("what was frozen cannot be read") from None
        if found.as_bytes() != raw:
            raise Broken("what was frozen is in another form")
        return found


class Spot(NamedTuple):
    """Where a frozen content lies: table, row and column."""

    table: str
    row: str
    column: str


def seal_for_case(session: TenantSession, case_id: str, spot: Spot, content: Frozen) -> Sealed:
    """Seal it for the case it came from: it is gone when the case is destroyed."""
    return vault.seal_text(session, case_id, *spot, content.as_bytes().decode())


def open_of_case(decision: Decision, case_id: str, spot: Spot, sealed: Sealed, digest: str) -> Frozen:
    """What the case keeps of what was sent; raises Destroyed once its key is gone, Broken for what was altered."""
    return Frozen.read(vault.open_kept(decision, case_id, *spot, sealed).encode(), digest)


def seal_for_recipient(session: TenantSession, recipient: str, spot: Spot, content: Frozen) -> Sealed:
    """Seal it for whoever it is sent to; ``recipient`` is an agency or an organisation, and no other's place opens it.

    It does not hang on the case. Whoever keeps it says when it goes: with the case, or when the recipient lets it go.
    """
    return vault.seal_received(session, recipient, *spot, content.as_bytes().decode())


def open_as_recipient(decision: Decision, recipient: str, spot: Spot, sealed: Sealed, digest: str) -> Frozen:
    """What was sent, as its recipient reads it; raises StillSealed unless the decision is about that row."""
    return Frozen.read(vault.open_received(decision, recipient, *spot, sealed).encode(), digest)


def open_as_sender(decision: Decision, case_id: str, spot: Spot, sealed: Sealed, digest: str) -> Frozen:
    """What somebody sent, as they may read it again once a case keeps it; raises Destroyed with the case's key."""
    return Frozen.read(vault.open_received_kept(decision, case_id, *spot, sealed).encode(), digest)
