"""Whether the record goes on from every exported checkpoint: detects that it was turned back or written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_

from casework.contract.focus import Retention
from casework.core import audit, checkpoints
from casework.core.checkpoints import VERSION, Line, Sessions
from casework.core.db import TenantSession, only_look
from casework.core.keys import DESTROYED
from casework.core.models import AuditEvent, Case, CaseKey, InstallationEvent, Person

BATCH = 300
KINDS: dict[str, Any] = {"case": Case, "person": Person}


class CheckpointFault(NamedTuple):
    """What does not fit: the line's number (0 for the whole file), whose chain it speaks of, and how, in a code."""

    number: int
    municipality: str | None
    what: str
    detail: str = ""


def faults(sessions: Sessions, codes: Sequence[str], path: Path) -> list[CheckpointFault]:
    """Everything in a file of checkpoints that the record does not go on from; of each chain the first such line."""
    with sessions(None) as session:
        public = checkpoints.public_key(session)
    found = list(_of_lines(path, public, codes))
    newest = max((str(line["at"]) for _, line in _trusted(path, public)), default="")
    for code in (None, *codes):
        with sessions(code) as session:
            only_look(session)
            found += islice(_of_chain(session, _trusted(path, public)), 1)
            found += _of_destroyed(session, path, public)
            if newest and not any(line["municipality"] == code for _, line in _trusted(path, public)):
                found += _of_missing(session, newest)
    return sorted(found, key=lambda one: (one.number, one.what))


def faults_of_last(sessions: Sessions, codes: Sequence[str], path: Path) -> list[CheckpointFault]:
    """What the record does not go on from in each chain's last line: quick enough for every start."""
    last = {read.line["municipality"]: read for read in checkpoints.lines_of(path) if read.line is not None}
    with sessions(None) as session:
        public = checkpoints.public_key(session)
    found = []
    for code, read in last.items():
        if read.line is None or not checkpoints.is_ours(public, read.line):
            found.append(CheckpointFault(read.number, code, "signature_wrong"))
        elif code not in {None, *codes}:
            found.append(CheckpointFault(read.number, code, "municipality_missing"))
        else:
            with sessions(code) as session:
                only_look(session)
                found += _of_chain(session, [(read.number, read.line)])
    return found


def _of_lines(path: Path, public: bytes, codes: Sequence[str]) -> Iterator[CheckpointFault]:
    """Lines that are not the installation's own, and chains that are gone."""
    gone = set[str]()
    for number, line in checkpoints.lines_of(path):
        if line is None or line["v"] != VERSION:
            yield CheckpointFault(number, None, "line_unreadable")
        elif line["origin"] != checkpoints.origin(public):
            yield CheckpointFault(number, line["municipality"], "line_of_another")
        elif not checkpoints.is_signed(public, line):
            yield CheckpointFault(number, line["municipality"], "signature_wrong")
        elif line["municipality"] not in {None, *codes, *gone}:
            gone.add(line["municipality"])
            yield CheckpointFault(number, line["municipality"], "municipality_missing")


def _of_chain(session: TenantSession, lines: Iterable[tuple[int, Line]]) -> Iterator[CheckpointFault]:
    """Ends that the chain has lost, or that it never had."""
    event: Any = InstallationEvent if session.tenant is None else AuditEvent
    ends = (
        (number, end["lane"], end["seq"], bytes.fromhex(end["hash"]))
        for number, line in lines
        if line["municipality"] == session.tenant
        for end in line["lanes"]
    )
    while some := list(islice(ends, BATCH)):
        wanted = {(lane, seq) for _, lane, seq, _ in some}
        query = select(event.lane, event.seq, event.hash).where(tuple_(event.lane, event.seq).in_(wanted))
        there = {(lane, seq): hash_ for lane, seq, hash_ in session.execute(query)}
        for number, lane, seq, hash_ in some:
            stands = there.get((lane, seq)) if seq else audit.GENESIS
            if stands != hash_:
                what = "turned_back" if stands is None else "written_anew"
                yield CheckpointFault(number, session.tenant, what, f"{lane}:{seq}")


def _of_destroyed(session: TenantSession, path: Path, public: bytes) -> Iterator[CheckpointFault]:
    """What was destroyed and is there again."""
    if session.tenant is None:
        return
    yield from _of_places(session, path, public)
    gone = (
        (number, str(one["kind"]), str(one["id"]))
        for number, line in _trusted(path, public)
        if line["municipality"] == session.tenant
        for one in line["destroyed"]
    )
    while some := list(islice(gone, BATCH)):
        for kind, model in KINDS.items():
            ids = {id_: number for number, of, id_ in some if of == kind}
            for id_ in session.scalars(select(model.id).where(model.id.in_(ids))):
                yield CheckpointFault(ids[id_], session.tenant, "destroyed_is_back", f"{kind} {id_}")


def _of_places(session: TenantSession, path: Path, public: bytes) -> Iterator[CheckpointFault]:
    """Sealed places whose key was destroyed and is there again."""
    query = select(CaseKey.case_id, CaseKey.version).where(CaseKey.retention == Retention.SEALED_PLACE)
    rows = session.execute(query.where(CaseKey.status != DESTROYED)).all()
    there = {row.case_id: row.version for row in rows}
    for number, line in _trusted(path, public):
        if line["municipality"] == session.tenant:
            for one in line["destroyed"]:
                if one["kind"] == "place" and there.get(one["id"], one["version"] + 1) <= one["version"]:
                    yield CheckpointFault(number, session.tenant, "destroyed_is_back", f"place {one['id']}")


def _of_missing(session: TenantSession, newest: str) -> Iterable[CheckpointFault]:
    """A chain that is older than the file's last line, and yet stands in none."""
    event: Any = InstallationEvent if session.tenant is None else AuditEvent
    began = session.scalar(select(func.min(event.at)))
    return [] if began is None or began.isoformat() > newest else [CheckpointFault(0, session.tenant, "line_missing")]


def _trusted(path: Path, public: bytes) -> Iterator[tuple[int, Line]]:
    for number, line in checkpoints.lines_of(path):
        if line is not None and line["v"] == VERSION and checkpoints.is_signed(public, line):
            yield number, line
