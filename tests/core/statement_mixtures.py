"""Statements that mix the kinds, and others that a tired programmer or a careless plugin may write one day."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import delete, func, insert, literal_column, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.core.models import AgencyUnit, Membership
from tests.core.statement_kinds import POSTS, UNITS, WRITTEN, Reading, There, U, Writing
from tests.twins import AnySession


def entity_and_core_alias(session: AnySession, there: There) -> list[Any]:
    """One FROM carries the session's condition, the other one does not."""
    other = UNITS.alias()
    query = select(other.c.contact).select_from(U).join(other, other.c.name == U.name).where(there.is_(other.c))
    return list(session.scalars(query))


def through_the_driver(session: AnySession, there: There) -> list[Any]:
    cursor = session.connection().connection.cursor()
    cursor.execute(there.sql)
    return [row[0] for row in cursor.fetchall()]


def hidden_in_a_column(session: AnySession, there: There) -> list[Any]:
    return list(session.scalars(select(literal_column(f"({there.sql})")).select_from(U).limit(1)))


def copied(session: AnySession, there: There) -> list[Any]:
    """Copy another's words into an own row, and read them there."""
    words = select(UNITS.c.contact).where(there.is_(UNITS.c)).scalar_subquery()
    session.connection().execute(
        update(UNITS).where(UNITS.c.municipality == session.tenant).values(contact=func.coalesce(words, ""))
    )
    return list(session.scalars(select(U.contact).where(U.municipality == session.tenant)))


def returned(session: AnySession, there: There) -> list[Any]:
    return list(session.scalars(update(UNITS).where(there.is_(UNITS.c)).values(name="x").returning(UNITS.c.contact)))


def merged(session: AnySession, there: There) -> None:
    session.merge(AgencyUnit(**there.key, agency="police", name="x", contact=WRITTEN))
    session.flush()


def upserted(session: AnySession, there: There) -> None:
    dialect = cast(Any, {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name])
    row = there.key | {"agency": "police", "name": "x", "contact": WRITTEN}
    query = dialect.insert(UNITS).values(row)
    key = [UNITS.c.municipality, UNITS.c.id]
    session.connection().execute(query.on_conflict_do_update(index_elements=key, set_={"contact": WRITTEN}))


def inserted_from_select(session: AnySession, there: There) -> None:
    columns = [column for column in POSTS.c if column.name not in {"id", "granted_by"}]
    query = select(literal_column(f"'{there.new}'"), literal_column(f"'{WRITTEN}'"), *columns)
    query = query.where(POSTS.c.municipality == there.code, POSTS.c.unit_id == there.unit).limit(1)
    names = ["id", "granted_by", *(column.name for column in columns)]
    session.connection().execute(insert(POSTS).from_select(names, query))


MIXED_READS: dict[str, Reading] = {
    "entity and Core alias of one table": entity_and_core_alias,
    "a text with columns": lambda s, t: list(s.scalars(text(t.sql).columns(UNITS.c.contact))),
    "a column of text": hidden_in_a_column,
    "the driver's own cursor": through_the_driver,
    "streamed": lambda s, t: list(
        s.scalars(select(UNITS.c.contact).where(t.is_(UNITS.c)).execution_options(yield_per=1))
    ),
    "copied into an own row": copied,
    "UPDATE … RETURNING": returned,
    "WITH in text": lambda s, t: list(s.scalars(text(f"WITH one AS ({t.sql}) SELECT contact FROM one"))),
    "an own condition OR true": lambda s, t: list(
        s.scalars(select(UNITS.c.contact).where((UNITS.c.municipality == s.tenant) | t.is_(UNITS.c)))
    ),
}
MIXED_WRITES: dict[str, Writing] = {
    "Core insert": lambda s, t: s.connection().execute(insert(POSTS), t.post),
    "Core delete": lambda s, t: s.connection().execute(
        delete(POSTS).where(POSTS.c.municipality == t.code, POSTS.c.unit_id == t.unit)
    ),
    "bulk_update_mappings": lambda s, t: s.bulk_update_mappings(cast(Any, U), [t.key | {"contact": WRITTEN}]),
    "bulk_insert_mappings": lambda s, t: s.bulk_insert_mappings(cast(Any, Membership), [t.post]),
    "merge": merged,
    "INSERT … ON CONFLICT DO UPDATE": upserted,
    "INSERT … SELECT": inserted_from_select,
    "UPDATE in text": lambda s, t: s.execute(
        text(f"UPDATE units SET contact = '{WRITTEN}' WHERE municipality = '{t.code}' AND id = '{t.unit}'")
    ),
    "DELETE through the driver": lambda s, t: s.connection().exec_driver_sql(
        f"DELETE FROM memberships WHERE municipality = '{t.code}' AND unit_id = '{t.unit}'"
    ),
}
