"""Whether every row is what its last recorded change left: names those altered, missing, put in or put back.

Each change of a row adds what it ended with and takes away what it began with, as numbers: what one change ended with,
another one began with, so all of them together leave the digest that the row must have now, and nothing if there must
be no row. A change that began with something else than the record knew, because somebody had been at the row, does not
cancel out, however often it is made, and the row stays named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import select

from casework.core import fingerprints
from casework.core.db import Tenanted, TenantSession, only_look
from casework.core.fingerprints import BATCH, Model
from casework.core.models import AuditChange, InstallationChange

ABSENT = bytes(32)
MODULUS = 2**256
"""Numbers wrap at the size of a digest."""
PASSES = 3
Sessions = Callable[[str | None], AbstractContextManager[TenantSession]]


class RowFault(NamedTuple):
    """A row that is not what the record says: its table and key, how it differs, and both digests if there are any."""

    table: str
    key: str
    what: str
    recorded: bytes | None
    found: bytes | None


@dataclass(slots=True)
class _History:
    """What the changes of one row add up to, and what it was after each of them."""

    sum: int = 0
    after: set[bytes] = field(default_factory=set)

    def add(self, before: bytes | None, after: bytes | None) -> None:
        change = int.from_bytes(after or ABSENT, "big") - int.from_bytes(before or ABSENT, "big")
        self.sum = (self.sum + change) % MODULUS
        if after is not None:
            self.after.add(after)

    def fault(self, model: Model, key: str, found: bytes | None) -> RowFault | None:
        recorded = self.sum.to_bytes(32, "big") if self.sum else None
        if found == recorded:
            return None
        if recorded is None:
            what = "row_put_back" if self.after else "row_put_in"
        elif found is None:
            what = "row_gone"
        else:
            what = "row_rolled_back" if found in self.after else "row_changed"
        return RowFault(model.__tablename__, key, what, recorded, found)


def faults(session: TenantSession, tables: Collection[str] | None = None) -> Iterator[RowFault]:
    """Every row of the session's municipality that is not what the record says, of all tables or of those named."""
    only_look(session)
    for table, model in fingerprints.covered().items():
        if issubclass(model, Tenanted) and (tables is None or table in tables):
            yield from _recorded(session, model)
            yield from _unrecorded(session, model)


def installation_faults(
    sessions: Sessions, codes: Iterable[str], tables: Collection[str] | None = None
) -> list[RowFault]:
    """The same for the rows that belong to no municipality; any chain may hold a change of one.

    The chains are read one after another, so a row that changes meanwhile can look wrong: it must do so every time.
    """
    models = {
        table: model
        for table, model in fingerprints.covered().items()
        if not issubclass(model, Tenanted) and (tables is None or table in tables)
    }
    chains, found = [None, *codes], set[RowFault]()
    for nth in range(PASSES):
        once = set(_installation_pass(sessions, chains, models))
        found = once if nth == 0 else found & once
        if not found:
            break
    return sorted(found, key=lambda one: one[:2])


def _recorded(session: TenantSession, model: Model) -> Iterator[RowFault]:
    """Rows that the record knows, found by what it says of them."""
    with closing(_histories(session, model)) as histories:
        while some := dict(islice(histories, BATCH)):
            wanted = [fingerprints.key_of(session, model, key) for key in some]
            there = fingerprints.stored(session, model, fingerprints.by_key(model, wanted))
            found = {fingerprints.key_text(model, key): digest for key, digest in there}
            for key, history in some.items():
                fault = history.fault(model, key, found.get(key))
                if fault is not None:
                    yield fault


def _histories(session: TenantSession, model: Model) -> Generator[tuple[str, _History]]:
    query = (
        select(AuditChange.row_key, AuditChange.before, AuditChange.after)
        .where(AuditChange.row_table == model.__tablename__)
        .order_by(AuditChange.row_key)
    )
    with closing(session.execute(query.execution_options(yield_per=BATCH))) as rows:
        for key, changed in groupby(rows, key=lambda row: str(row[0])):
            history = _History()
            for _, before, after in changed:
                history.add(before, after)
            yield key, history


def _unrecorded(session: TenantSession, model: Model) -> Iterator[RowFault]:
    """Rows that the record knows nothing of."""
    with closing(_stored_keys(session, model)) as there:
        while some := dict(islice(there, BATCH)):
            query = select(AuditChange.row_key).where(
                AuditChange.row_table == model.__tablename__, AuditChange.row_key.in_(some)
            )
            known = set(session.scalars(query.distinct()).all())
            for key, digest in some.items():
                if key not in known:
                    yield RowFault(model.__tablename__, key, "row_put_in", None, digest)


def _stored_keys(session: TenantSession, model: Model) -> Generator[tuple[str, bytes]]:
    for key, digest in fingerprints.stored(session, model):
        yield fingerprints.key_text(model, key), digest


def _installation_pass(
    sessions: Sessions, chains: Iterable[str | None], models: dict[str, Model]
) -> Iterator[RowFault]:
    histories: dict[tuple[str, str], _History] = {}
    for code in chains:
        with sessions(code) as session:
            only_look(session)
            change: Any = InstallationChange if code is None else AuditChange
            query = select(change.row_table, change.row_key, change.before, change.after)
            query = query.where(change.row_table.in_(models)).execution_options(yield_per=BATCH)
            for table, key, before, after in session.execute(query):
                histories.setdefault((table, key), _History()).add(before, after)
    with sessions(None) as session:
        only_look(session)
        for table, model in models.items():
            for key, digest in _stored_keys(session, model):
                fault = histories.pop((table, key), _History()).fault(model, key, digest)
                if fault is not None:
                    yield fault
    for (table, key), history in histories.items():
        fault = history.fault(models[table], key, None)
        if fault is not None:
            yield fault
