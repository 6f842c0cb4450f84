"""Backups: every lasting row in one snapshot, sealed to an offline key; the keys in a file of their own.

What is destroyed later is destroyed in old backups too as far as the keys' file has a shorter life than the data's:
without its key a case in an old data file stays closed. What is not lasting (browser sessions, one-time links, typed
forms, throttles) is left out.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, select

from casework.core import schema, streams
from casework.core.crypto import Sealed
from casework.core.db import Base, TenantSession, snapshot, tenant_tables
from casework.core.errors import Broken
from casework.core.installation import Installation
from casework.core.models import Municipality

DATA, KEYS = "data", "keys"
KEY_TABLES = frozenset({"installation_keys", "municipality_keys", "case_keys", "person_keys"})
LEFT_OUT = frozenset(
    {"departures", "enrolments", "held_forms", "restorations", "role_holdings", "sessions", "throttles"}
)
"""Tables whose rows are of the day (nobody shall restore a way in), and those that the database writes itself."""
BATCH = 500
VERSION = 1
Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a backup wrote: the two files, and how many rows of each table."""

    data: Path
    keys: Path
    rows: dict[str, int]


def models(part: str) -> list[type[Base]]:
    """The tables a file holds, in the order in which their rows can be written."""
    classes = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined] # a mapped table has a name
    ordered = [table.name for table in Base.metadata.sorted_tables]
    return [classes[name] for name in ordered if name not in LEFT_OUT and (name in KEY_TABLES) == (part == KEYS)]


def write(installation: Installation, folder: Path, recipient: streams.PublicKey) -> Written:
    """Write both files into a folder under names that say when, and read them again before they count as written."""
    at = installation.clock()
    stem = f"casework-{at:%Y%m%dT%H%M%SZ}"
    paths = {part: folder / f"{stem}.{part}" for part in (DATA, KEYS)}
    with ExitStack() as stack:
        connection = stack.enter_context(snapshot(installation.engine))
        rows = {part: _write_part(connection, at, paths[part], part, recipient) for part in (DATA, KEYS)}
    return Written(paths[DATA], paths[KEYS], rows[DATA] | rows[KEYS])


def _write_part(
    connection: Connection, at: datetime, path: Path, part: str, recipient: streams.PublicKey
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    with _private(path) as file:
        writer = streams.SealingWriter(file, recipient, part)
        manifest = {"v": VERSION, "part": part, "at": at.isoformat(), "revision": schema.head()}
        writer.write(_line(manifest))
        for name, row in _rows(connection, at, part):
            counts[name] += 1
            writer.write(_line({"t": name, "r": {column: _encoded(value) for column, value in row.items()}}))
        writer.write(_line({"end": dict(counts)}))
        writer.finish()
        lines = sum(1 for _ in _lines(streams.reread(file, writer.key, part)))
    if lines != counts.total() + 2:
        raise Broken("the backup is not what was written")
    return dict(counts)


def _rows(connection: Connection, at: datetime, part: str) -> Iterator[Row]:
    with TenantSession(connection, None, at) as session:
        codes = list(session.scalars(select(Municipality.code).order_by(Municipality.code)))
    walled = tenant_tables()
    for model in models(part):
        for code in codes if model.__tablename__ in walled else (None,):
            with TenantSession(connection, code, at) as session:
                for row in session.scalars(select(model).execution_options(yield_per=BATCH)):
                    columns = model.__mapper__.column_attrs
                    yield model.__tablename__, {column.key: getattr(row, column.key) for column in columns}
                    session.expunge(row)


def read(file: IO[bytes], key: Any, part: str) -> Iterator[dict[str, Any]]:
    """The manifest, then each row as ``{"t": table, "r": columns}``; raises Broken if anything is not what was written.

    The last line's counts are compared with what came before it.
    """
    counts: Counter[str] = Counter()
    complete = False
    for nth, line in enumerate(_lines(streams.opened(file, key, part))):
        if complete:
            raise Broken("something follows the end of the backup")
        if "end" in line:
            complete = True
            if line["end"] != dict(counts):
                raise Broken("the backup's counts do not fit its rows")
        elif nth == 0:
            if (line.get("v"), line.get("part")) != (VERSION, part):
                raise Broken("another version or kind of backup")
            yield line
        else:
            counts[line["t"]] += 1
            yield {"t": line["t"], "r": {column: _decoded(value) for column, value in line["r"].items()}}
    if not complete:
        raise Broken("the backup has no end")


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read, under its name only once it is whole."""
    draft = path.with_name(path.name + ".part")
    draft.touch(mode=0o600, exist_ok=False)
    try:
        with draft.open("w+b") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _lines(chunks: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    waiting = b""
    for chunk in chunks:
        *whole, waiting = (waiting + chunk).split(b"\n")
        for line in whole:
            yield json.loads(line)
    if waiting:
        raise Broken("the backup ends within a line")


def _encoded(value: Any) -> Any:
    match value:
        case Sealed():
            return {"sealed": base64.b64encode(value.blob).decode()}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case _:
            return value


def _decoded(value: Any) -> Any:
    match value:
        case {"sealed": str() as text}:
            return Sealed(base64.b64decode(text))
        case {"bytes": str() as text}:
            return base64.b64decode(text)
        case {"moment": str() as text}:
            return datetime.fromisoformat(text)
        case {"day": str() as text}:
            return date.fromisoformat(text)
        case _:
            return value
