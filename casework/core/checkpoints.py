"""Checkpoints: where every chain of the record stood, signed, for a place that whoever holds the database cannot reach.

One JSON object a line. ``lanes`` are the ends of a chain, ``destroyed`` the cases, persons and sealed places destroyed
since the last line of that chain, ``origin`` the installation by its public key, ``signature`` Ed25519 over the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select, tuple_

from casework.core import audit, crypto, keys
from casework.core.actions import Action
from casework.core.db import TenantSession, only_look
from casework.core.models import AuditEvent, AuditHead, InstallationHead
from casework.core.permissions import OPERATOR

VERSION = 1
DESTROYED = {Action.CASE_DESTROYED: "case", Action.PERSON_DESTROYED: "person", Action.PLACE_DESTROYED: "place"}
AT_ONCE = 20
"""How many destroyed ones a line for the system's log names: a message there must be short."""
Line = dict[str, Any]
Ends = Mapping[int, int]
"""The last row of each lane."""
Sessions = Callable[[str | None], AbstractContextManager[TenantSession]]


class Read(NamedTuple):
    """A line of a file of checkpoints: its number, and what it says, or None where that cannot be read."""

    number: int
    line: Line | None


def public_key(session: TenantSession) -> bytes:
    """The public half of the installation's key for checkpoints."""
    return crypto.public_key(keys.of(session).installation(session, "checkpoint").secret)


def origin(public: bytes) -> str:
    """The installation's name in its checkpoints: a digest of the public key."""
    return hashlib.sha256(public).hexdigest()[:32]


def signed_part(line: Line) -> bytes:
    """The bytes that a line's signature is over: canonical JSON of everything else."""
    rest = {name: value for name, value in line.items() if name != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()


def is_signed(public: bytes, line: Line) -> bool:
    """Whether a line carries the installation's own signature."""
    return crypto.is_signed(public, signed_part(line), bytes.fromhex(line["signature"]))


def is_ours(public: bytes, line: Line) -> bool:
    """Whether a line is of this installation, whole and signed by it."""
    return line["v"] == VERSION and line["origin"] == origin(public) and is_signed(public, line)


def to_file(sessions: Sessions, codes: Iterable[str], path: Path) -> int:
    """Append a line for each chain to a file, which holds what was destroyed since its last one; how many lines."""
    last = {read.line["municipality"]: read.line for read in lines_of(path) if read.line is not None}
    made: list[Line] = []
    for code in (None, *codes):
        with sessions(code) as session:
            made.append(_line(session, _gone_on_from(session, last.get(code))))
    _append(path, made)
    with sessions(None) as session:
        audit.record(session, OPERATOR, Action.AUDIT_CHECKPOINTED, "audit", "", detail={"to": "file"})
    return len(made)


def to_log(sessions: Sessions, codes: Iterable[str], send: Callable[[str], None]) -> int:
    """Send the same to the system's log; the record itself remembers what was sent last. How many lines."""
    sent = 0
    for code in (None, *codes):
        with sessions(code) as session:
            line = _line(session, _sent_last(session))
        for some in _short(line):
            with sessions(None) as session:
                send(_text(_signed(session, some)))
            sent += 1
        with sessions(code) as session:
            detail: audit.Detail = {"to": "log", "ends": [f"{one['lane']}:{one['seq']}" for one in line["lanes"]]}
            audit.record(session, OPERATOR, Action.AUDIT_CHECKPOINTED, "audit", "", detail=detail)
    return sent


def lines_of(path: Path) -> Iterator[Read]:
    """The lines of a file of checkpoints; none where there is no file yet."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield Read(number, _parsed(text))


def _gone_on_from(session: TenantSession, line: Line | None) -> Ends:
    """The ends in a file's last line that the chain still goes on from.

    A database that was restored goes on from an older place and uses the same numbers anew: what is destroyed under one
    of them stands in no line yet.
    """
    only_look(session)
    if session.tenant is None or line is None or not is_ours(public_key(session), line):
        return {}
    ends = {(one["lane"], one["seq"]): bytes.fromhex(one["hash"]) for one in line["lanes"]}
    query = select(AuditEvent.lane, AuditEvent.seq, AuditEvent.hash)
    rows = session.execute(query.where(tuple_(AuditEvent.lane, AuditEvent.seq).in_(ends))).all()
    return {lane: seq for lane, seq, hash_ in rows if ends[lane, seq] == hash_}


def _line(session: TenantSession, since: Ends) -> Line:
    only_look(session)
    head: Any = InstallationHead if session.tenant is None else AuditHead
    ends = session.scalars(select(head).order_by(head.lane)).all()
    line = {
        "v": VERSION,
        "origin": origin(public_key(session)),
        "municipality": session.tenant,
        "at": session.now.isoformat(),
        "lanes": [{"lane": one.lane, "seq": one.seq, "hash": one.hash.hex()} for one in ends],
        "destroyed": [] if session.tenant is None else _destroyed(session, since),
    }
    return _signed(session, line)


def _signed(session: TenantSession, line: Line) -> Line:
    seed = keys.of(session).installation(session, "checkpoint").secret
    return line | {"signature": crypto.signature(seed, signed_part(line)).hex()}


def _destroyed(session: TenantSession, since: Ends) -> list[dict[str, Any]]:
    old = [and_(AuditEvent.lane == lane, AuditEvent.seq <= seq) for lane, seq in since.items()]
    query = select(AuditEvent.action, AuditEvent.object_id, AuditEvent.detail).where(AuditEvent.action.in_(DESTROYED))
    rows = session.execute(query.where(~or_(*old)) if old else query).all()
    return [_tombstone(*row) for row in sorted(map(tuple, rows))]


def _tombstone(action: str, id_: str, detail: str) -> dict[str, Any]:
    """What was destroyed; of a place also the last version of its key, since a case that opens again gets a new one."""
    kind = DESTROYED[Action(action)]
    return {"kind": kind, "id": id_} | ({"version": json.loads(detail).get("version", 1)} if kind == "place" else {})


def _sent_last(session: TenantSession) -> Ends:
    if session.tenant is None:
        return {}
    query = select(AuditEvent.detail).where(
        AuditEvent.action == Action.AUDIT_CHECKPOINTED, AuditEvent.detail.contains('"to":"log"', autoescape=True)
    )
    # The operator's rows all lie in one lane, so that their order is that of their numbers.
    detail = session.scalar(query.order_by(AuditEvent.seq.desc()).limit(1))
    ends = [] if detail is None else [end.split(":") for end in json.loads(detail)["ends"]]
    return {int(lane): int(seq) for lane, seq in ends}


def _short(line: Line) -> Iterator[Line]:
    destroyed = line["destroyed"]
    for first in range(0, max(len(destroyed), 1), AT_ONCE):
        yield line | {"destroyed": destroyed[first : first + AT_ONCE]}


def _append(path: Path, made: Iterable[Line]) -> None:
    """Add lines to a file that is only ever added to, and wait until they are on the disk."""
    text = "".join(_text(line) + "\n" for line in made)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(file.fileno(), 1, size - 1) != b"\n":  # a writer was stopped in the middle of a line
            text = "\n" + text
        file.write(text.encode())
        os.fsync(file.fileno())


def _text(line: Line) -> str:
    return json.dumps(line, sort_keys=True, separators=(",", ":"))


def _parsed(text: str) -> Line | None:
    try:
        line = json.loads(text)
        whole = [line["v"], line["origin"], line["municipality"], line["at"], bytes.fromhex(line["signature"])]
        lanes = [(int(one["lane"]), int(one["seq"]), bytes.fromhex(one["hash"])) for one in line["lanes"]]
        gone = [
            (one["kind"], one["id"], int(one["version"]) if one["kind"] == "place" else 0) for one in line["destroyed"]
        ]
    except (KeyError, TypeError, ValueError):
        return None
    return line if whole and lanes and gone is not None else None
