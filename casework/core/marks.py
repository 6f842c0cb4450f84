"""The MAC on every row that lets somebody in: whoever can write to the database cannot write themselves a way in.

It lies under the installation's accounts key, whose version it begins with, and covers every other column. Rows are
marked as they are written; what was not genuine when it was read never becomes so by being written again. Whoever
reads one asks ``is_genuine`` first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, inspect

from casework.core import crypto, keys
from casework.core.crypto import Sealed
from casework.core.db import Identified, Marked, TenantSession, new_id
from casework.core.errors import Broken
from casework.core.opened_keys import Key

MAC = "mac"
VERSION_BYTES = 2


def is_genuine(session: TenantSession, row: Marked) -> bool:
    """Whether the program itself wrote the row as it stands."""
    return _fits(session, row, {name: getattr(row, name) for name in _names(row)}, row.mac)


def version(mac: bytes | None) -> int:
    """The version of the accounts key that a MAC says it lies under."""
    return int.from_bytes((mac or b"")[:VERSION_BYTES], "big")


def renew(session: TenantSession, row: Marked) -> bool:
    """Put a genuine row under the newest accounts key; False for one that already is or that never was genuine."""
    newest, now = keys.of(session).installation(session, "accounts").version, version(row.mac)
    if now == newest or not is_genuine(session, row):
        return False
    row.mac = _made(session, row)
    return True


@event.listens_for(TenantSession, "before_flush")
def _mark(session: TenantSession, *_: object) -> None:
    for row in session.new:
        if isinstance(row, Marked):
            _fill_in(row)
            row.mac = _made(session, row)
    for row in session.dirty:
        if isinstance(row, Marked) and session.is_modified(row) and _was_genuine(session, row):
            row.mac = _made(session, row)


def _names(row: Marked) -> list[str]:
    return sorted(column.key for column in inspect(type(row)).column_attrs if column.key != MAC)


def _fill_in(row: Marked) -> None:
    """Give the row its defaults now, since the database would give them after the MAC was made."""
    if isinstance(row, Identified) and row.id is None:
        row.id = new_id()
    for column in inspect(type(row)).column_attrs:
        default = column.columns[0].default
        if default is not None and default.is_scalar and getattr(row, column.key) is None:
            setattr(row, column.key, default.arg)


def _was_genuine(session: TenantSession, row: Marked) -> bool:
    before: dict[str, Any] = {}
    for name in [*_names(row), MAC]:
        history = inspect(row).attrs[name].history
        before[name] = history.deleted[0] if history.deleted else getattr(row, name)
    return _fits(session, row, before, before.pop(MAC))


def _fits(session: TenantSession, row: Marked, columns: dict[str, Any], mac: bytes | None) -> bool:
    if mac is None:
        return False
    try:
        key = keys.of(session).installation(session, "accounts", version(mac))
    except Broken:  # no such version, or one that was destroyed
        return False
    return crypto.same(_mac(key, row, columns), mac)


def _made(session: TenantSession, row: Marked) -> bytes:
    key = keys.of(session).installation(session, "accounts")
    return _mac(key, row, {name: getattr(row, name) for name in _names(row)})


def _mac(key: Key, row: Marked, columns: dict[str, Any]) -> bytes:
    named = [part for name in sorted(columns) for part in (name, _plain(columns[name]))]
    kind = inspect(type(row)).local_table.description
    return key.version.to_bytes(VERSION_BYTES, "big") + crypto.mac(key.secret, "row-mark/v1", kind, *named)


def _plain(value: object) -> str | bytes | None:
    """A column's value as it is both before it is stored and after it is read."""
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.blob if isinstance(value, Sealed) else str(value)
