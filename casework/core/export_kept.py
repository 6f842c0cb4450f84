"""A copy that was sent, as its case keeps it: sealed, read back as it was, and never another than was handed out.

Who reads it in the case is asked what they may read now: what has been sealed since is sealed in the copy of it too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.contract.fields import Sensitivity
from casework.contract.focus import Retention
from casework.core import access, crypto, vault
from casework.core.access import Decision
from casework.core.crypto import Sealed
from casework.core.db import TenantSession
from casework.core.errors import Broken
from casework.core.export_shape import SEALED, Answered, Content, KeptBack, Named, Objected, Step, Told, Written
from casework.core.frozen import Spot
from casework.core.models import Value
from casework.core.permissions import Permission


def seal(session: TenantSession, case_id: str, spot: Spot, content: Content) -> Sealed:
    """Seal a copy for the case it is of: it is gone when the case is destroyed."""
    return vault.seal_text(session, case_id, *spot, content.as_json().decode())


def opened(decision: Decision, case_id: str, spot: Spot, sealed: Sealed, digest: str) -> Content:
    """The copy that was sent; raises Destroyed once its key is gone, Broken for another than the digest is of."""
    raw = vault.open_kept(decision, case_id, *spot, sealed).encode()
    if not crypto.same(hashlib.sha256(raw).hexdigest().encode(), digest.encode()):
        raise Broken("what is kept of a copy is not what was handed out")
    try:
        found = _read(json.loads(raw))
    except (ValueError, TypeError, KeyError):
        raise Broken("what is kept of a copy cannot be read") from None
    if found.as_json() != raw:
        raise Broken("what is kept of a copy is in another form")
    return found


def readable(decision: Decision, case_id: str, content: Content) -> Content | None:
    """A copy as somebody may read it in its case now, with a blank for what is sealed from them; None in an emergency.

    Through the glass that was broken nothing that was handed out is read: it is no part of what cannot wait.
    """
    session, actor = decision.session, decision.actor
    if not access.is_reached(session, actor, Permission.CASE_UNSEAL, case_id):
        return None
    if access.may_unseal(session, actor, case_id):
        return content
    shut = sealed_since(session, content)
    return replace(content, entries=[_blanked(one, shut) for one in content.entries]) if shut else content


def sealed_since(session: TenantSession, content: Content) -> Collection[tuple[str, str]]:
    """The answers of a copy, by entry and field, that are not open to a case's team now, whatever they once were."""
    told = {(entry.id, one.field) for entry in content.entries for one in entry.answers if one.words is not None}
    ids = {entry for entry, _field in told}
    open_to_team = (Value.sensitivity != Sensitivity.SEALED, Value.retention != Retention.SEALED_PLACE)
    query = select(Value.entry_id, Value.field).where(Value.entry_id.in_(ids), *open_to_team)
    return told - {(entry, field) for entry, field in session.execute(query)}


def is_sealed_now(session: TenantSession, content: Content, digest: str) -> bool:
    """Whether something of a copy is sealed now; ``content`` is what may be read of it, ``digest`` the whole's."""
    return not is_whole(content, digest) or bool(sealed_since(session, content))


def is_whole(content: Content, digest: str) -> bool:
    """Whether a copy is all of what was handed out, whose digest this is."""
    return crypto.same(hashlib.sha256(content.as_json()).hexdigest().encode(), digest.encode())


def _blanked(entry: Written, shut: Collection[tuple[str, str]]) -> Written:
    """An entry without its sealed answers; what is held to be wrong in it may tell them."""
    if not any((entry.id, one.field) in shut for one in entry.answers):
        return entry
    answers = [
        replace(one, words=None, left_out=SEALED) if (entry.id, one.field) in shut else one for one in entry.answers
    ]
    return replace(entry, answers=answers, objections=[replace(one, words=None) for one in entry.objections])


def _read(said: dict[str, Any]) -> Content:
    parts = {
        "persons": [Named(**one) for one in said["persons"]],
        "entries": [_written(one) for one in said["entries"]],
        "steps": [Step(**one) for one in said["steps"]],
        "withheld": [KeptBack(**one) for one in said["withheld"]],
        "received": [_told(one) for one in said.get("received", ())],
        "given": [_told(one) for one in said.get("given", ())],
    }
    return Content(**(said | parts))


def _told(said: dict[str, Any]) -> Told:
    return Told(**(said | {"parts": [Answered(**one) for one in said["parts"]]}))


def _written(said: dict[str, Any]) -> Written:
    answers = [Answered(**one) for one in said["answers"]]
    return Written(**(said | {"answers": answers, "objections": [Objected(**one) for one in said["objections"]]}))
