"""A copy that was sent, as its case keeps it: sealed, read back as it was, and never another than was handed out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from casework.core import crypto, vault
from casework.core.access import Decision
from casework.core.crypto import Sealed
from casework.core.db import TenantSession
from casework.core.errors import Broken
from casework.core.export_content import Answered, Content, KeptBack, Named, Objected, Step, Written
from casework.core.frozen import Spot


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


def _read(said: dict[str, Any]) -> Content:
    parts = {
        "persons": [Named(**one) for one in said["persons"]],
        "entries": [_written(one) for one in said["entries"]],
        "steps": [Step(**one) for one in said["steps"]],
        "withheld": [KeptBack(**one) for one in said["withheld"]],
    }
    return Content(**(said | parts))


def _written(said: dict[str, Any]) -> Written:
    answers = [Answered(**one) for one in said["answers"]]
    return Written(**(said | {"answers": answers, "objections": [Objected(**one) for one in said["objections"]]}))
