"""Restoring a backup into an empty database: all of it or nothing, and closed until later destructions are replayed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select

from casework.core import audit, backups, checkpoints, crypto, destruction, keys, schema, stopping, streams
from casework.core.actions import Action
from casework.core.backups import BATCH, DATA, KEYS
from casework.core.db import Base, TenantSession, enter, new_id, tenant_tables
from casework.core.errors import Broken, CaseworkError, Quarantined
from casework.core.installation import Installation
from casework.core.models import Case, InstallationEvent, Municipality, Person, Restoration
from casework.core.permissions import OPERATOR

Destroyed = tuple[str, str, int]
"""Of which kind, which one, and of a place the version of its key."""


class NotEmpty(CaseworkError):
    """The database to restore into holds something already."""


class OtherVersion(CaseworkError):
    """The backup was made by another version of the program; ``str`` of it is that database version."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: as of when, and how many rows."""

    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was destroyed again after a restore, and how many persons have a part in a case that is still there."""

    cases: int = 0
    persons: int = 0
    left: int = 0
    places: int = 0

    def plus(self, other: Replayed) -> Replayed:
        """Both together."""
        left, places = self.left + other.left, self.places + other.places
        return Replayed(self.cases + other.cases, self.persons + other.persons, left, places)


def check(data: Path, keys: Path, key: streams.PrivateKey) -> dict[str, int]:
    """Read both files to their ends without writing anything; raises Broken unless they are what was written."""
    counts: dict[str, int] = {}
    for path, part in ((data, DATA), (keys, KEYS)):
        with path.open("rb") as file:
            for line in backups.read(file, key, part):
                if "t" in line:
                    counts[line["t"]] = counts.get(line["t"], 0) + 1
    return counts


def restore(engine: Engine, data: Path, keys: Path, key: streams.PrivateKey, now: datetime) -> Restored:
    """Write a backup into a migrated and empty database, in one transaction.

    Keys may be newer than the data: those of what the data does not hold are left out, and what has lost its key since
    stays closed. Raises NotEmpty, OtherVersion or Broken, and then nothing is written.
    """
    with engine.begin() as connection:
        _require_empty(connection)
        at, rows = _write(connection, data, DATA, key)
        _at, more = _write(connection, keys, KEYS, key)
        mark = {"id": new_id(), "backup_at": at, "restored_at": now, "released_at": None}
        connection.execute(insert(Base.metadata.tables[Restoration.__tablename__]), mark)
    return Restored(at, rows + more)


def replay(installation: Installation, checkpoints_file: Path) -> Replayed:
    """Destroy again what was destroyed after the backup, as a file of checkpoints has it.

    Raises Broken for a line that is not this installation's, whole and signed. Somebody who still has a part in a case
    that was not destroyed is left, and counted.
    """
    with installation.session(None) as session:
        public = checkpoints.public_key(session)
        codes = list(session.scalars(select(Municipality.code)))
    again: dict[str, list[Destroyed]] = {code: [] for code in codes}
    for _number, line in checkpoints.lines_of(checkpoints_file):
        if line is None or not checkpoints.is_ours(public, line):
            raise Broken("a checkpoint that is not this installation's")
        if line["municipality"] in again:
            again[line["municipality"]] += [
                (one["kind"], one["id"], one.get("version", 0)) for one in line["destroyed"]
            ]
    found = Replayed()
    for code, destroyed in again.items():
        with installation.session(code) as session:
            _complete(session)
            found = found.plus(_destroy_again(session, destroyed))
    installation.forget_pages()
    return found


def release(installation: Installation) -> int:
    """Let the restored database be served, with nothing of it read outside; remember it in every chain.

    How much was stopped is returned. It is stopped before anything is let go, or not at all.
    """
    with installation.session(None) as session:
        codes = list(session.scalars(select(Municipality.code)))
    stopped = 0
    for code in codes:
        with installation.session(code) as session:
            _complete(session)
            stopped += stopping.of_restored(session)
    with installation.session(None) as session:
        _complete(session)
        marks = session.scalars(select(Restoration).where(Restoration.released_at.is_(None))).all()
        for mark in marks:
            mark.released_at = session.now
            _remember(session, mark.backup_at, mark.id)
        at = max((mark.backup_at for mark in marks), default=session.now)
    for code in codes:
        with installation.session(code) as session:
            _complete(session)
            _remember(session, at)
    return stopped


def forged(session: TenantSession) -> list[str]:
    """The marks that say a restored database may be served, and that the record does not know: ``release`` wrote none.

    The mark lies in the database, where somebody could lift it by hand and serve what was to be destroyed again.
    """
    key = keys.of(session).installation(session, "audit").secret
    query = select(InstallationEvent).where(InstallationEvent.action == Action.INSTALLATION_RESTORED)
    known = set()
    for row in session.scalars(query):
        hash_ = audit.chained(row.previous, audit.row_hash((None, row.lane, row.seq), row, row.cases, row.changes))
        if crypto.same(row.mac, crypto.mac(key, "row/v1", hash_)):
            known.add((row.object_id, json.loads(row.detail)["backup"]))
    released = session.scalars(select(Restoration).where(Restoration.released_at.is_not(None)))
    return [mark.id for mark in released if (mark.id, _stamp(mark.backup_at)) not in known]


def require_released(session: TenantSession) -> None:
    """Raise Quarantined where somebody lifted the mark of a restored database past the program."""
    if forged(session):
        raise Quarantined("restored, and let go by somebody else")


def _remember(session: TenantSession, at: datetime, mark: str = "") -> None:
    detail: audit.Detail = {"backup": _stamp(at)}
    audit.record(session, OPERATOR, Action.INSTALLATION_RESTORED, "installation", mark, detail=detail)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _complete(session: TenantSession) -> None:
    audit.complete_chain(session)


def _destroy_again(session: TenantSession, destroyed: Iterable[Destroyed]) -> Replayed:
    cases = persons = left = places = 0
    wanted = list(dict.fromkeys(destroyed))
    for id_ in (id_ for kind, id_, _version in wanted if kind == "case"):
        if session.scalar(select(Case.id).where(Case.id == id_)) is not None:
            destruction.case(session, OPERATOR, id_, {"restored": True})
            cases += 1
    for id_, version in ((id_, version) for kind, id_, version in wanted if kind == "place"):
        places += destruction.places_again(session, OPERATOR, id_, version)
    for id_ in (id_ for kind, id_, _version in wanted if kind == "person"):
        if session.scalar(select(Person.id).where(Person.id == id_)) is not None:
            gone = destruction.person(session, OPERATOR, id_, {"restored": True})
            persons, left = persons + gone, left + (not gone)
    return Replayed(cases, persons, left, places)


def _require_empty(connection: Connection) -> None:
    for name in ("municipalities", "accounts", "installation_keys"):
        if connection.scalar(select(func.count()).select_from(Base.metadata.tables[name])):
            raise NotEmpty(name)


def _write(connection: Connection, path: Path, part: str, key: streams.PrivateKey) -> tuple[datetime, int]:
    written = 0
    with path.open("rb") as file:
        lines = backups.read(file, key, part)
        manifest = next(lines)
        if manifest["revision"] != schema.head():
            raise OtherVersion(manifest["revision"])
        for name, rows in groupby(lines, key=lambda line: line["t"]):
            table = Base.metadata.tables.get(name)
            if table is None or name in backups.LEFT_OUT:
                raise Broken(f"no such table: {name}")
            written += _write_table(connection, table, (line["r"] for line in rows), part)
    return datetime.fromisoformat(manifest["at"]), written


def _write_table(connection: Connection, table: Table, rows: Iterator[dict[str, Any]], part: str) -> int:
    walled, written = table.name in tenant_tables(), 0
    for code, own in groupby(rows, key=lambda row: row["municipality"] if walled else None):
        enter(connection, code)
        there = _owners(connection, table) if part == KEYS and walled else None
        wanted = (row for row in own if there is None or row[there[0]] in there[1])
        while batch := list(islice(wanted, BATCH)):
            connection.execute(insert(table), batch)
            written += len(batch)
    return written


def _owners(connection: Connection, table: Table) -> tuple[str, frozenset[str]] | None:
    """The column that says whose key a row is, and whom the data holds; None for a municipality's own keys."""
    for column, owner in (("case_id", "cases"), ("person_id", "persons")):
        if column in table.columns:
            return column, frozenset(connection.scalars(select(Base.metadata.tables[owner].c.id)))
    return None
