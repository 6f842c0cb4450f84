"""What a transaction changes in lasting rows: the digest of each before and after, for the record.

Whatever goes through the session is seen: flushed objects, and statements that change or delete many rows. The digest
from before is read under the lock that the change needs anyway. So the changes of a row add up whatever lane they lie
in: taken together, each one's end cancels another one's beginning, and what is left is what the row must be now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import event, true
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import ORMExecuteState

from casework.core import fingerprints
from casework.core.crypto import packed
from casework.core.db import Tenanted, TenantSession
from casework.core.errors import AuditMissing
from casework.core.fingerprints import Key, Model

MOST_NAMED = 5000
"""How many keys a statement is narrowed to; more are more than the databases take in one statement."""


class Change(NamedTuple):
    """One row that a transaction left otherwise than it found it; no digest means that there was no row."""

    table: str
    key: str
    before: bytes | None
    after: bytes | None

    def columns(self) -> dict[str, str | bytes | None]:
        """The change as a row of the record."""
        return {"row_table": self.table, "row_key": self.key, "before": self.before, "after": self.after}


@dataclass(slots=True)
class _Touched:
    """A row touched by the running transaction; without ``known`` what it is now must still be read."""

    before: bytes | None
    after: bytes | None = None
    known: bool = False


_Rows = dict[tuple[Model, Key], _Touched]


def taken(session: TenantSession) -> list[Change]:
    """The changes of the running transaction, all flushed: what is not known is read once more."""
    rows: _Rows = session.info.get("changes", {})
    _read_again(session, rows)
    changed: list[Change] = list(session.info.get("adopted", ()))
    for (model, key), row in rows.items():
        if row.before != row.after:
            digests = (
                None if one is None else fingerprints.keyed(session, model, one) for one in (row.before, row.after)
            )
            changed.append(Change(model.__tablename__, fingerprints.key_text(model, key), *digests))
    return sorted(changed, key=lambda one: one[:2])


def adopt(session: TenantSession, changed: Iterable[Change]) -> None:
    """Let the running transaction take responsibility for what rows are, though it did not change them."""
    session.info["adopted"] = list(changed)


def forget(session: TenantSession) -> None:
    """Begin anew: what was changed is written, or rolled back."""
    session.info.pop("changes", None)
    session.info.pop("adopted", None)


def digest_of(changed: Iterable[Change]) -> bytes | None:
    """The digest of a list of changes, in their order by table and key, or None when there is none."""
    parts = [part for one in sorted(changed, key=lambda one: one[:2]) for part in one]
    return hashlib.sha256(packed(*parts)).digest() if parts else None


def _rows(session: TenantSession) -> _Rows:
    rows: _Rows = session.info.setdefault("changes", {})
    return rows


def _hold(session: TenantSession, model: Model, condition: Any, parameters: Any = None) -> list[Key]:
    """Lock rows that are about to change, and remember what they were unless this transaction touched them before."""
    rows = _rows(session)
    # As an UPDATE would lock them, so that nobody changes a row between our reading and our writing.
    query = (
        fingerprints.columns(model)
        .where(condition)
        .order_by(*fingerprints.primary(model))
        .with_for_update(key_share=True)
    )
    found = list(fingerprints.of_rows(model, session.execute(query, parameters)))
    for key, print_ in found:
        rows.setdefault((model, key), _Touched(print_)).known = False
    return [key for key, _ in found]


def _hold_keys(session: TenantSession, model: Model, wanted: Sequence[Key]) -> None:
    rows = _rows(session)
    for some in fingerprints.batches([key for key in wanted if (model, key) not in rows]):
        _hold(session, model, fingerprints.by_key(model, some))
    for key in wanted:
        rows.setdefault((model, key), _Touched(None)).known = False


def _read_again(session: TenantSession, rows: _Rows) -> None:
    unknown: dict[Model, list[Key]] = {}
    for (model, key), row in rows.items():
        if not row.known:
            row.after, row.known = None, True
            unknown.setdefault(model, []).append(key)
    for model, wanted in unknown.items():
        for some in fingerprints.batches(wanted):
            query = fingerprints.columns(model).where(fingerprints.by_key(model, some))
            for key, print_ in fingerprints.of_rows(model, session.execute(query)):
                rows[model, key].after = print_


@event.listens_for(TenantSession, "before_flush")
def _before_flush(session: TenantSession, *_: object) -> None:
    found: dict[Model, list[Key]] = {}
    gone = set(session.deleted)
    for row in (*session.dirty, *session.deleted):
        if fingerprints.is_covered(type(row)) and (row in gone or session.is_modified(row)):
            found.setdefault(type(row), []).append(inspected(row).identity)
    for model in sorted(found, key=lambda one: one.__tablename__):
        _hold_keys(session, model, found[model])


@event.listens_for(TenantSession, "after_flush")
def _after_flush(session: TenantSession, *_: object) -> None:
    rows = _rows(session)
    for row in session.dirty:
        if fingerprints.is_covered(type(row)) and session.is_modified(row):  # one whose key changed is another row now
            key = tuple(inspected(type(row)).primary_key_from_instance(row))
            rows.setdefault((type(row), key), _Touched(None))
    for row in session.new:
        model = type(row)
        if not fingerprints.is_covered(model):
            continue
        mapper, values = inspected(model), inspected(row).dict
        key = tuple(mapper.primary_key_from_instance(row))
        if (model, key) in rows:  # deleted and added again
            rows[model, key].known = False
            continue
        rows[model, key] = touched = _Touched(None)
        if all(one.key in values for one in mapper.column_attrs):
            columns = [(one.columns[0].name, values[one.key]) for one in mapper.column_attrs]
            touched.after, touched.known = fingerprints.of_row(model.__tablename__, columns), True


@event.listens_for(TenantSession, "do_orm_execute")
def _before_statement(state: ORMExecuteState) -> None:
    """See what a statement over many rows is about to change; raises AuditMissing where that cannot be told."""
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    statement: Any = state.statement
    model = fingerprints.covered().get(getattr(getattr(statement, "table", None), "name", ""))
    if model is None:
        return
    session = cast(TenantSession, state.session)
    given = state.parameters if isinstance(state.parameters, list) else []
    if given or state.is_insert:
        _hold_keys(session, model, _given_keys(session, model, given))
        return
    where = true() if statement.whereclause is None else statement.whereclause
    held = _hold(session, model, where, state.parameters)
    if len(held) <= MOST_NAMED:
        # Only the rows that are held: on PostgreSQL another transaction may have added one that fits as well.
        state.statement = statement.where(fingerprints.by_key(model, held))


def _given_keys(session: TenantSession, model: Model, given: Sequence[Mapping[str, Any]]) -> list[Key]:
    names = [one.key for one in fingerprints.primary(model)]
    tenant = {"municipality": session.tenant} if issubclass(model, Tenanted) else {}
    named = [tenant | dict(one) for one in given]
    if not named or any(name not in one for one in named for name in names):
        raise AuditMissing("rows are added through objects, or by statements that name their keys")
    return [tuple(one[name] for name in names) for one in named]


@event.listens_for(TenantSession, "after_rollback")
def _after_rollback(session: TenantSession) -> None:
    if not session.in_nested_transaction():
        forget(session)
    for row in _rows(session).values():
        row.known = False
