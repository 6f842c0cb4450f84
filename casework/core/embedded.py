"""SQLite: the settings the promises stand on, and a view before each tenant's table, of one municipality's rows.

A name without a schema is looked up among the temporary ones first. So whatever reads ``units``, by whichever kind of
statement, reads the view of that name; only a statement that writes is led to the table, where the triggers stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from casework.core.errors import TenantMissing

BUSY_MILLISECONDS = 20_000
SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "recursive_triggers=ON",  # without it REPLACE deletes a row that a trigger would have kept
)
HELD = "SELECT m.name FROM main.sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = ?"
VIEW = 'CREATE TEMP VIEW "{0}" AS SELECT * FROM main."{0}" WHERE municipality = current_municipality()'
WRITING = re.compile(
    r"\s*(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(?!\S+\s*\.)",
    re.IGNORECASE,
)
"""Up to the name of the table that is written; a form that is not known here meets the view, which refuses it."""
PAST_THE_VIEWS = re.compile(r"(?<!^PRAGMA )\bmain\b\W{0,2}\.", re.IGNORECASE)


def settle(engine: Engine) -> None:
    """Give every connection of an engine its settings, and each transaction the only writer's place."""
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin_immediately)
    event.listen(engine, "checkin", _forget_municipality)


def wall(engine: Engine, tenant_tables: Callable[[], Iterable[str]]) -> None:
    """Put a view before every table that has, or by the models should have, a municipality."""

    def put_views(connection: Any, _: ConnectionPoolEntry) -> None:
        held = (name for (name,) in connection.execute(HELD, ("municipality",)).fetchall())
        views = ";".join(VIEW.format(name) for name in sorted({*held, *tenant_tables()}))
        connection.executescript(f"BEGIN;{views};COMMIT")  # at once, because each alone would cost as much as all

    event.listen(engine, "connect", put_views)
    event.listen(engine, "before_cursor_execute", _lead_writes_to_the_table, retval=True)


def _settle(connection: Any, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event starts the transaction, not the driver
    for pragma in SETTINGS:
        connection.execute(f"PRAGMA {pragma}")
    info = record.info
    # "Deterministic" lets SQLite ask once for each run of a statement instead of once for each row.
    connection.create_function("current_municipality", 0, lambda: info.get("municipality"), deterministic=True)


def _begin_immediately(connection: Connection) -> None:
    connection.info.pop("municipality", None)  # each transaction is told anew, or belongs to nobody
    # A deferred transaction that reads and then writes fails when another wrote meanwhile.
    only_looks = connection.get_execution_options().get("only_looks")
    connection.exec_driver_sql("BEGIN" if only_looks else "BEGIN IMMEDIATE")


def _forget_municipality(_: Any, record: ConnectionPoolEntry) -> None:
    # A connection taken from the pool without a session belongs to no municipality, whoever had it before.
    record.info.pop("municipality", None)


def _lead_writes_to_the_table(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    if PAST_THE_VIEWS.search(statement):
        raise TenantMissing("a statement that names the schema, and so goes past the views")
    if writing := WRITING.match(statement):
        statement = f"{statement[: writing.end()]}main.{statement[writing.end() :]}"
    return statement, parameters
