"""After the last migration every table has its walls, on both databases, and the app role the rights it needs, no more.

A migration that makes a table of a municipality and forgets its triggers, its policy or its grants fails here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Inspector, Row, inspect

from casework.core import models, walls
from casework.core.db import append_only_tables, connect, tenant_tables
from tests import postgres
from tests.twins import looking

assert models.__all__
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgres"])
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
USUAL = {"SELECT", "INSERT", "UPDATE", "DELETE"}
OTHERWISE: dict[str, set[str]] = {
    "alembic_version": {"SELECT"},
    "approvals": {"SELECT", "INSERT", "DELETE"}
    | {f"UPDATE ({column})" for column in ("state", "decided_by", "ended_at", "reason", "answer")},
    "case_exports": {"SELECT", "INSERT", "DELETE"}
    | {
        f"UPDATE ({column})"
        for column in ("approved_at", "assessment", "choices", "handed_out_at", "handed_out_as", "content_hash")
    },
    "consent_papers": {"SELECT", "INSERT", "DELETE", "UPDATE (paper)"},
    "consents": {"SELECT", "INSERT", "DELETE"}
    | {
        f"UPDATE ({column})"
        for column in (
            *("state", "requested_at", "how", "identity", "received_by", "answered_at", "ended_at", "ended_by"),
            *("kinds", "note"),
        )
    },
    "disclosures": {"SELECT", "INSERT", "DELETE"}
    | {
        f"UPDATE ({column})"
        for column in (
            *("place", "agency", "account_id", "ground", "level", "takes_two", "until", "oral_on", "content_hash"),
            *("assessed_at", "assessed_by", "decider_id", "approved_at", "approved_by", "performed_at", "performed_by"),
            *("received", "valid_until", "opened_at", "ended_at", "ended_by", "because", "state", "version"),
            *("wanted", "told", "answer"),
        )
    },
    "deputies": {"SELECT", "INSERT", "DELETE", "UPDATE (valid_until)"},
    "handovers": {"SELECT", "INSERT", "DELETE"}
    | {
        f"UPDATE ({column})"
        for column in (
            *("state", "body", "kept", "case_id", "opened_at", "opened_by", "opened_role", "ended_at", "ended_by"),
            *("ended_token", "reason_code", "reason", "answered_at", "answered_by", "answered_token", "answer_code"),
            *("answer", "passed_to", "wants_feedback", "feedback", "feedback_at", "feedback_by", "told_at", "told_by"),
            *("assessment_code", "assessment"),
        )
    },
    "communications": {"SELECT", "INSERT", "DELETE"}
    | {f"UPDATE ({one})" for one in "how received_on answered_by answered_at told reason answer".split()},
    "meetings": {"SELECT", "INSERT", "DELETE", "UPDATE (attendance)"},
    "objections": {"SELECT", "INSERT", "DELETE", "UPDATE (words)"},
    "participations": {"SELECT", "INSERT", "DELETE"}
    | {f"UPDATE ({column})" for column in ("ended_at", "ended_by", "kinds")},
    "role_holdings": {"SELECT"},
}
"""Tables on which the app role has other rights than usual, apart from the record; columns as ``UPDATE (column)``."""


@pytest.fixture
def inside(migrated):
    """Somebody looking at a migrated database past its walls."""
    with looking(migrated) as connection:
        yield connection


def held(inspector: Inspector) -> set[str]:
    """The tables with a municipality."""
    names = inspector.get_table_names()
    return {name for name in names if any(one["name"] == "municipality" for one in inspector.get_columns(name))}


def test_the_tables_with_a_municipality_are_those_of_the_models(inside):
    assert held(inspect(inside)) == tenant_tables()


def test_every_wall_stands_for_the_role_that_serves(migrated):
    engine = connect(migrated.app_url)
    with engine.connect() as connection:
        assert walls.holes(connection) == {}
    engine.dispose()


# ------------------------------------------------------------------------------------------------------------- SQLite
@ON_SQLITE
def test_on_sqlite_the_triggers_are_those_that_the_start_wants(inside):
    stand = triggers(inside)
    wanted = walls.triggers(sorted(tenant_tables()), sorted(append_only_tables()))
    assert {name: stand.get(name) for name in wanted} == wanted
    assert {name for name in stand if name.endswith("_inside")} == {n for n in wanted if n.endswith("_inside")}


@ON_SQLITE
def test_on_sqlite_a_table_that_is_never_changed_is_declared_as_a_record(inside):
    never = [re.fullmatch(r"(\w+)_(update|delete)_never", name) for name in triggers(inside)]
    deeds = {(one[1], one[2]) for one in never if one is not None}
    both = {table for table, _deed in deeds if {(table, "update"), (table, "delete")} <= deeds}
    assert both == append_only_tables()


@ON_SQLITE
def test_on_sqlite_no_view_and_no_trigger_stands_beside_a_table(inside):
    kinds = inside.exec_driver_sql("SELECT DISTINCT type FROM sqlite_master").scalars()
    assert set(kinds) == {"table", "index", "trigger"}
    tables = set(inspect(inside).get_table_names())
    assert set(inside.exec_driver_sql("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'").scalars()) <= tables


def triggers(connection: Connection) -> dict[str, str]:
    """The words of every trigger."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    return {row.name: row.sql for row in rows}


# --------------------------------------------------------------------------------------------------------- PostgreSQL
@ON_POSTGRESQL
def test_on_postgresql_the_app_role_has_exactly_the_rights_it_needs(inside):
    given: dict[str, set[str]] = {name: set() for name in inspect(inside).get_table_names()}
    for row in rights(inside):
        assert row.grantee in {postgres.OWNER, postgres.APP}, f"{row.grantee} has a right to {row.relname}"
        assert not row.is_grantable or row.grantee == postgres.OWNER
        if row.grantee == postgres.APP:
            given[row.relname].add(f"{row.privilege_type} ({row.column})" if row.column else row.privilege_type)
    record = {name: {"SELECT", "INSERT"} for name in append_only_tables()}
    assert given == {name: (OTHERWISE | record).get(name, USUAL) for name in given}


@ON_POSTGRESQL
def test_on_postgresql_there_is_no_view_and_no_function_but_those_of_triggers(inside):
    kinds = inside.exec_driver_sql(
        "SELECT DISTINCT relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public'"
    )
    assert set(kinds.scalars()) <= {"r", "i", "S"}
    functions = inside.exec_driver_sql(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'public' AND prorettype <> 'trigger'::regtype"
    )
    assert functions.scalars().all() == []


@ON_POSTGRESQL
def test_on_postgresql_nothing_is_granted_in_advance(inside):
    assert inside.exec_driver_sql("SELECT count(*) FROM pg_default_acl").scalar() == 0


def rights(connection: Connection) -> Sequence[Row]:
    """Every right that anybody has to a table or to a column of one."""
    return connection.exec_driver_sql(
        "SELECT c.relname, NULL AS column, coalesce(r.rolname, 'PUBLIC') AS grantee, a.privilege_type, a.is_grantable "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = 'public' AND c.relkind = 'r' "
        "UNION ALL SELECT c.relname, t.attname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type, a.is_grantable "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid "
        "CROSS JOIN LATERAL aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = 'public'"
    ).all()


# ------------------------------------------------------------------- what is checked past row-level security: no oracle
def test_whatever_the_database_keeps_unique_is_unique_within_a_municipality(inside):
    inspector = inspect(inside)
    for table in tenant_tables():
        keys = [inspector.get_pk_constraint(table)["constrained_columns"]]
        keys += [one["column_names"] for one in inspector.get_unique_constraints(table)]
        keys += [one["column_names"] for one in inspector.get_indexes(table) if one["unique"]]
        assert all("municipality" in columns for columns in keys), (table, keys)


def test_whatever_points_to_a_municipalitys_row_in_the_database_points_within_it(inside):
    inspector = inspect(inside)
    for table in inspector.get_table_names():
        for key in inspector.get_foreign_keys(table):
            if key["referred_table"] in tenant_tables():
                pairs = dict(zip(key["constrained_columns"], key["referred_columns"], strict=True))
                assert pairs.get("municipality") == "municipality", (table, key["name"])
