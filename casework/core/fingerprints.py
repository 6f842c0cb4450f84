"""A digest for each row of a lasting table, and which tables those are: the same whoever asks, on either database.

A table is covered unless it stands in ``UNCOVERED``. Digests are keyed, so that the record of a row that was destroyed
is nothing to try guesses on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, cast
from urllib.parse import quote, unquote

from sqlalchemy import Date, DateTime, Integer, Select, Table, and_, select, tuple_
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import Mapper

from casework.core import crypto, keys
from casework.core.crypto import Sealed, Secret, packed
from casework.core.db import Base, Tenanted, TenantSession

UNCOVERED: Mapping[str, str] = {
    "audit_cases": "part of the record: its digest is in its audit row",
    "audit_changes": "part of the record: its digest is in its audit row",
    "audit_events": "the record itself: chained, with a MAC for each row",
    "audit_heads": "the record itself: each end carries a MAC",
    "case_access": "derived from covered rows; 'casework access verify' recomputes it",
    "departures": "gone within minutes, and each carries a MAC; one opens nothing but to the browser that left",
    "held_forms": "gone within a day; each is sealed and bound to its place, so that an altered one does not open",
    "installation_changes": "part of the record: its digest is in its audit row",
    "installation_events": "the record itself: chained, with a MAC for each row",
    "installation_heads": "the record itself: each end carries a MAC",
    "notices": "a line that there is something to read, written anew when it is lost; it opens nothing",
    "restorations": "written before there is a record to write it in; restoring.forged compares it with the record",
    "role_holdings": "derived from memberships by the database itself; role_verification recomputes it",
    "sessions": "gone within a day and touched at every page; what one opens is asked anew each time",
    "throttles": "counts of wrong guesses, forgotten within a day",
}
"""The tables whose rows are not in the record of changes, each with the reason."""
BATCH = 300
Key = tuple[Any, ...]
Model = type[Base]


def covered() -> Mapping[str, Model]:
    """Every model whose rows are in the record of changes, by table."""
    models = {cast(Table, mapper.local_table).name: mapper.class_ for mapper in Base.registry.mappers}
    return {table: models[table] for table in sorted(models) if table not in UNCOVERED}


def is_covered(model: type[Any]) -> bool:
    """Whether a model's rows are in the record of changes."""
    return issubclass(model, Base) and model.__tablename__ not in UNCOVERED


def stored(session: TenantSession, model: Model, *conditions: Any) -> Iterator[tuple[Key, bytes]]:
    """The keys and digests of a table's rows as they are now, a batch at a time."""
    query = columns(model).where(*conditions).execution_options(yield_per=BATCH)
    with closing(session.execute(query)) as rows:
        for key, print_ in of_rows(model, rows):
            yield key, keyed(session, model, print_)


def by_key(model: Model, wanted: Iterable[Key]) -> Any:
    """The condition that a row's key is among those wanted."""
    names, found = primary(model), list(wanted)
    first, *rest = names
    if not rest:
        return first.in_([key[0] for key in found])
    if not rest[1:] and len({key[0] for key in found}) == 1:
        # Of one municipality, as nearly always: one condition on the key's index, and not one for each row.
        return and_(first == found[0][0], rest[0].in_([key[1] for key in found]))
    return tuple_(*names).in_(found)


def key_text(model: Model, key: Key) -> str:
    """A row's key within its municipality, as the record and the commands write it."""
    parts = key[1:] if issubclass(model, Tenanted) else key
    return "/".join(quote(str(_plain(part)), safe="") for part in parts)


def key_of(session: TenantSession, model: Model, text: str) -> Key:
    """The key that a text of ``key_text`` stands for."""
    columns = inspected(model).primary_key
    tenant = (session.municipality,) if issubclass(model, Tenanted) else ()
    parts = (unquote(part) for part in text.split("/"))
    return (*tenant, *(_part(column.type, part) for column, part in zip(columns[len(tenant) :], parts, strict=True)))


def keyed(session: TenantSession, model: Model, print_: bytes) -> bytes:
    """A row's fingerprint under the key of the record it belongs to."""
    return crypto.mac(_key(session, model), "changed-row/v1", print_)


def _key(session: TenantSession, model: Model) -> Secret:
    keyring = keys.of(session)
    opened = keyring.municipality if issubclass(model, Tenanted) else keyring.installation
    return opened(session, "audit").secret


def of_row(table: str, values: Iterable[tuple[str, Any]]) -> bytes:
    """A digest of a row's columns by name. Empty columns are left out, so that a new one changes no old row."""
    parts = [part for name, value in sorted(values) if value is not None for part in (name, _plain(value))]
    return hashlib.sha256(b"\x02row/v1" + packed(table, *parts)).digest()


def _plain(value: Any) -> str | bytes | int:
    """One column's value, the same whether it was just set or read from either database."""
    match value:
        case bool() | int():
            return int(value)
        case Sealed():
            return value.blob
        case bytes() | memoryview():
            return bytes(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case str():
            return str(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def primary(model: Model) -> list[Any]:
    """The attributes that make a model's key, in the key's order."""
    mapper: Mapper[Any] = inspected(model)
    return [getattr(model, mapper.get_property_by_column(column).key) for column in mapper.primary_key]


def columns(model: Model) -> Select[Any]:
    """The statement that reads every column of a table."""
    return select(*(getattr(model, one.key) for one in inspected(model).column_attrs))


def of_rows(model: Model, found: Iterable[Sequence[Any]]) -> Iterator[tuple[Key, bytes]]:
    """The key and the fingerprint of each row that ``columns`` gave."""
    mapper: Mapper[Any] = inspected(model)
    names = [one.columns[0].name for one in mapper.column_attrs]
    places = [names.index(column.name) for column in mapper.primary_key]
    for row in found:
        yield tuple(row[place] for place in places), of_row(model.__tablename__, zip(names, row, strict=True))


def batches(found: Iterable[Key]) -> Iterator[list[Key]]:
    """Keys in lots that one statement can take."""
    rest = iter(found)
    while some := list(islice(rest, BATCH)):
        yield some


def _part(kind: Any, text: str) -> Any:
    if isinstance(kind, Integer):
        return int(text)
    if isinstance(getattr(kind, "impl", kind), DateTime):
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if isinstance(kind, Date) else text
