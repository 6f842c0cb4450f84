"""Every row of a municipality says so in its key, in whatever is unique, and in whatever points to it."""

from __future__ import annotations

import pytest
from sqlalchemy import ForeignKeyConstraint, LargeBinary, Table, UniqueConstraint, text
from sqlalchemy.exc import DBAPIError

from casework.core import models
from casework.core.db import Base, SealedValue, connect, tenant_tables
from tests.worlds import KUMLA, World, found

assert models.__all__
TENANT = [Base.metadata.tables[name] for name in sorted(tenant_tables())]
NOT_TENANT = {
    "accounts",
    "credentials",
    "departures",
    "enrolments",
    "held_forms",
    "identity_providers",
    "installation_changes",
    "installation_events",
    "installation_heads",
    "installation_keys",
    "known_devices",
    "municipalities",
    "notices",
    "organisations",
    "restorations",
    "role_holdings",
    "sessions",
    "throttles",
}
OPEN_BYTES = {"after", "before", "changes", "content", "cases", "previous", "hash", "mac", "wrapped"}
"""Columns of bytes that are digests, MACs or wrapped keys."""


def test_the_tables_without_a_municipality_are_the_ones_that_were_decided():
    assert set(Base.metadata.tables) - tenant_tables() == NOT_TENANT
    for name in NOT_TENANT:
        assert "municipality" not in Base.metadata.tables[name].columns, name


@pytest.mark.parametrize("table", TENANT, ids=lambda table: table.name)
def test_a_tenants_primary_key_begins_with_the_municipality(table: Table):
    assert table.primary_key.columns.keys()[0] == "municipality"
    assert not table.columns["municipality"].nullable


@pytest.mark.parametrize("table", TENANT, ids=lambda table: table.name)
def test_whatever_is_unique_is_unique_in_a_municipality(table: Table):
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert "municipality" in constraint.columns, constraint.name
    assert not any(column.unique for column in table.columns)
    assert all("municipality" in index.columns for index in table.indexes if index.unique)


@pytest.mark.parametrize("table", TENANT, ids=lambda table: table.name)
def test_what_points_to_a_tenants_row_points_within_the_municipality(table: Table):
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name in tenant_tables():
            pairs = {element.parent.name: element.column.name for element in constraint.elements}
            assert pairs.get("municipality") == "municipality", constraint.name


@pytest.mark.parametrize("table", TENANT, ids=lambda table: table.name)
def test_an_index_begins_with_the_municipality(table: Table):
    for index in table.indexes:
        assert index.columns.keys()[0] == "municipality", index.name


def test_no_table_outside_points_to_a_tenants_row():
    for name in NOT_TENANT:
        for constraint in Base.metadata.tables[name].foreign_key_constraints:
            assert constraint.referred_table.name not in tenant_tables()


def test_bytes_are_sealed_values_or_digests():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                assert column.name in OPEN_BYTES, f"{table.name}.{column.name}"
            assert not (isinstance(column.type, SealedValue) and column.name in OPEN_BYTES)


@pytest.fixture
def world(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, found) as database:
        made = World(database)
        yield made
        made.installation.engine.dispose()


CASES = "municipality = '1881'"
CLEAR = [
    f"UPDATE answers SET plain = 'i klartext' WHERE {CASES} AND sensitivity > 0",
    f"UPDATE answers SET plain = 'i klartext', sealed = NULL WHERE {CASES} AND field = 'text'",
    f"UPDATE answers SET sealed = NULL WHERE {CASES} AND field = 'text'",
    f"UPDATE answers SET sensitivity = 3 WHERE {CASES} AND field = 'text'",
    f"UPDATE persons SET blind = 7 WHERE {CASES} AND protection = 2",
    f"UPDATE persons SET protection = 4 WHERE {CASES}",
    f"UPDATE entries SET state = 'draft' WHERE {CASES}",
    f"UPDATE entries SET signed_at = NULL WHERE {CASES}",
    f"UPDATE case_members SET role = 'owner' WHERE {CASES}",
    f"UPDATE case_access SET permission = 'everything' WHERE {CASES}",
    f"UPDATE cases SET unit_id = 'nowhere' WHERE {CASES}",
]


@pytest.mark.parametrize("statement", CLEAR)
def test_the_database_itself_refuses_what_must_never_be_stored(world, statement):
    case = world.case(protection=2)
    world.sign("maja", case, "note")
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(statement))


@pytest.mark.parametrize("table", ["audit_events", "audit_cases", "installation_events"])
def test_the_record_is_only_added_to(world, table):
    world.case()
    world.listed("maja")
    code = None if table.startswith("installation") else KUMLA
    for statement in (f"UPDATE {table} SET seq = seq + 100", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError), world.session(code) as session:
            session.connection().execute(text(statement))


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_on_postgresql_every_tenants_table_is_walled_also_against_its_owner(migrated):
    engine = connect(migrated.owner_url, walled=False)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
        ).scalars()
        assert set(rows) == tenant_tables()
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_on_sqlite_every_tenants_table_has_its_three_triggers(migrated):
    engine = connect(migrated.owner_url, walled=False)
    with engine.connect() as connection:
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    assert {f"{table}_{deed}_inside" for table in tenant_tables() for deed in ("insert", "update", "delete")} <= names
    engine.dispose()
