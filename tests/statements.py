"""Compiled statements, kept for all databases of a test process as a program keeps them that serves for weeks."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

KEPT: LRUCache = LRUCache(4000)
"""By what the statement is and which engine speaks; a test's own engine would begin with none each time."""


def keep() -> None:
    """Let every engine of this process compile into one place, where SQLAlchemy asks the dialect whose SQL it is."""
    # Two dialects of one class write the same SQL. They stay two, each with its own listeners.
    DefaultDialect.__eq__ = _alike  # type: ignore[assignment, method-assign]
    DefaultDialect.__hash__ = _of_its_class  # type: ignore[assignment, method-assign]
    event.listen(Engine, "engine_connect", _compile_into_one_place)


def _alike(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other)


def _of_its_class(one: DefaultDialect) -> int:
    return hash(type(one))


def _compile_into_one_place(connection: Connection) -> None:
    connection.execution_options(compiled_cache=KEPT)
