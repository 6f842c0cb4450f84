"""What keeps the municipalities apart inside the database: looked at before the program starts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import URL, Connection, Row, text

from casework.core.db import append_only_tables, tenant_tables
from casework.core.errors import UnsafeDatabase


class Hole(StrEnum):
    """What can be amiss with a wall; the command line has a sentence for each."""

    TRIGGER_MISSING = "triggers are missing"
    TRIGGER_ALTERED = "triggers are altered"
    RULE_MISSING = (
        "what keeps roles apart, or what was decided, answered or given as it was, is missing or switched off"
    )
    TABLE_MISSING = "tables are missing"
    PASSES_BY = "the app role passes by row-level security, itself or through"
    IS_OWNER = "the app role owns the schema, the database or tables in it, itself or through"
    MAKES_ROLES = "the app role may make itself a member of other roles, itself or through"
    COPIES = "the app role may copy the whole database by replication, itself or through"
    READS_FILES = "the app role reaches the server's files, through"
    NOT_FORCED = "row-level security is not forced on"
    TURNED_OFF = "row-level security is turned off by the setting"
    POLICY_MISSING = "no policy keeps the municipalities apart on"
    POLICY_ALTERED = "the policy is altered on"
    POLICY_ADDED = "there are policies that were not built"
    VIEW = "the app role reads views, which row-level security does not bind"
    FUNCTION = "functions lend the app role another's rights"
    GRANT = "the app role has rights to tables that it must not have"
    RECORD = "the app role may change or delete rows of the record"
    VERSION = "the app role may write what version the database is at"
    IN_THE_CLEAR = "the server is reached over the network without its certificate being looked at"
    MAKES_TABLES = "the app role may make tables or schemas in"


Found = tuple[Hole, str]
HERE = frozenset({"", "127.0.0.1", "::1", "localhost"})
VERIFIED = "verify-full"
"""The one ``sslmode`` in which a server that is not ours is not talked to, nor in the clear."""
INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""What the one policy of a tenant's table says: PostgreSQL keeps it with casts and parentheses of its own."""
POLICY = "one_municipality"
DEEDS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
"""What a trigger of SQLite looks at before each deed."""
RULES_SQLITE = (
    "approvals_update_bound",
    "approvals_update_final",
    "case_exports_update_bound",
    "case_exports_update_once",
    "communications_update_bound",
    "communications_update_once",
    "consent_papers_update_bound",
    "consent_uses_update_never",
    "consents_update_bound",
    "consents_update_forward",
    "deputies_update_bound",
    "disclosures_update_bound",
    "disclosures_update_forward",
    "handovers_update_bound",
    "handovers_update_forward",
    "meetings_update_bound",
    "memberships_delete_held",
    "memberships_insert_apart",
    "memberships_insert_held",
    "memberships_update_apart",
    "memberships_update_held",
    "objections_update_bound",
    "participations_update_bound",
    "participations_update_once",
    "role_holdings_delete_derived",
    "role_holdings_insert_derived",
    "role_holdings_update_never",
)
RULES_POSTGRESQL = (
    "approvals_final",
    "memberships_apart",
    "case_exports_once",
    "communications_once",
    "consents_forward",
    "consent_uses_never",
    "disclosures_forward",
    "handovers_forward",
    "participations_once",
)
"""Triggers that keep other rules than the walls: roles are apart, what is decided or answered stays so."""
SERVERS = ("pg_execute_server_program", "pg_read_server_files", "pg_write_server_files")
"""Roles of PostgreSQL's own that reach the files beneath every wall."""

HELD = "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = :column"
ROLES = text(
    "SELECT r.rolname, r.rolname IN (session_user, current_user) AS own, r.rolsuper, r.rolbypassrls, r.rolcreaterole, "
    "r.rolreplication, EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relowner = r.oid AND n.nspname = 'public') OR EXISTS (SELECT 1 FROM pg_namespace n "
    "WHERE n.nspowner = r.oid AND n.nspname = 'public' AND r.rolname <> 'pg_database_owner') OR EXISTS "
    "(SELECT 1 FROM pg_database d WHERE d.datdba = r.oid AND d.datname = current_database()) AS owner "
    "FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER') ORDER BY own DESC, r.rolname"
)
RELATIONS = text(
    "SELECT c.oid, c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
    "c.relkind IN ('v', 'm', 'f') AS opening, c.relkind IN ('r', 'p') AND EXISTS (SELECT 1 FROM pg_attribute a "
    "WHERE a.attrelid = c.oid AND a.attname = 'municipality' AND NOT a.attisdropped) AS tenant, "
    "has_table_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'INSERT') AS may_insert, "
    "has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE') AS may_update, "
    "has_table_privilege(c.oid, 'DELETE') AS may_delete, has_any_column_privilege(c.oid, 'SELECT') AS may_select, "
    "ARRAY(SELECT p FROM unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) p "
    "WHERE has_table_privilege(c.oid, p)) AS excess "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname"
)
POLICIES = text(
    "SELECT tablename, policyname, permissive = 'PERMISSIVE' AND cmd = 'ALL' AND roles = '{public}' AS for_all, "
    "qual, with_check FROM pg_policies WHERE schemaname = 'public' ORDER BY tablename, policyname"
)
STANDING = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
PLACES = text(
    "SELECT 'public', has_schema_privilege('public', 'CREATE') "
    "UNION ALL SELECT current_database(), has_database_privilege(current_database(), 'CREATE')"
)
BORROWED_RIGHTS = text(
    "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE p.prosecdef AND p.prorettype <> 'trigger'::regtype AND has_function_privilege(p.oid, 'EXECUTE') "
    "AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY p.proname"
)


def require_private_line(url: URL) -> None:
    """Raise UnsafeDatabase before a server of PostgreSQL on another machine is asked without TLS that proves it."""
    named = url.query.get("host") or url.host or os.environ.get("PGHOST", "")
    hosts = ",".join([named] if isinstance(named, str) else named).split(",")
    far = [host for host in hosts if host not in HERE and not host.startswith("/")]
    far += sorted({"hostaddr", "service"} & url.query.keys())  # they name a server in another way,
    far += [name for name in ("PGHOSTADDR", "PGSERVICE") if os.environ.get(name)]  # and so does what libpq reads itself
    if url.drivername.startswith("postgresql") and far and url.query.get("sslmode") != VERIFIED:
        raise UnsafeDatabase(f"{Hole.IN_THE_CLEAR}: {', '.join(far)}", {str(Hole.IN_THE_CLEAR): far})


def check(connection: Connection) -> None:
    """Raise UnsafeDatabase with all that is amiss, unless each wall stands as it was built."""
    if found := holes(connection):
        words = "; ".join(f"{hole}: {', '.join(names)}" for hole, names in found.items())
        raise UnsafeDatabase(words, {str(hole): names for hole, names in found.items()})


def holes(connection: Connection) -> dict[Hole, list[str]]:
    """What is amiss with the walls of a database, and where; nothing when they stand."""
    found: dict[Hole, list[str]] = {}
    for hole, name in (_on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql)(connection):
        found.setdefault(hole, []).append(name)
    return found


def triggers(tenant: Sequence[str], append_only: Sequence[str]) -> dict[str, str]:
    """The triggers of SQLite that must stand on these tables: the name of each, and its words."""
    wanted = {}
    for table in tenant:
        for deed, rows in DEEDS.items():
            inside = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
            wanted[f"{table}_{deed.lower()}_inside"] = (
                f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({inside}) "
                "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
            )
    for table in append_only:
        for deed in ("UPDATE", "DELETE"):
            wanted[f"{table}_{deed.lower()}_never"] = (
                f"CREATE TRIGGER {table}_{deed.lower()}_never BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END"
            )
    return wanted


# ------------------------------------------------------------------------------------------------------------- SQLite
def _on_sqlite(connection: Connection) -> Iterator[Found]:
    held = connection.scalars(text(f"{HELD} ORDER BY m.name"), {"column": "municipality"}).all()
    stand = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    said = {row.name: _plain(row.sql) for row in stand}
    tenant = sorted({*held, *tenant_tables()})
    for name, words in triggers(tenant, sorted(append_only_tables())).items():
        if name not in said:
            yield Hole.TRIGGER_MISSING, name
        elif said[name] != _plain(words):
            yield Hole.TRIGGER_ALTERED, name
    yield from ((Hole.RULE_MISSING, name) for name in RULES_SQLITE if name not in said)


def _plain(sql: str) -> str:
    """A statement without what says nothing: quotes around names, and how it was broken into lines."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


# --------------------------------------------------------------------------------------------------------- PostgreSQL
def _on_postgresql(connection: Connection) -> Iterator[Found]:
    relations = connection.execute(RELATIONS).all()
    yield from _roles(connection)
    yield from _tables(relations)
    yield from _policies(connection, {row.relname for row in relations if row.tenant})
    yield from _grants(relations)
    standing = set(connection.scalars(STANDING))
    yield from ((Hole.RULE_MISSING, name) for name in RULES_POSTGRESQL if name not in standing)
    for name in connection.scalars(BORROWED_RIGHTS):
        yield Hole.FUNCTION, name
    for place, may in connection.execute(PLACES):
        if may:
            yield Hole.MAKES_TABLES, place
    if connection.scalar(text("SHOW row_security")) != "on":
        yield Hole.TURNED_OFF, "row_security"


def _roles(connection: Connection) -> Iterator[Found]:
    for role in connection.execute(ROLES):
        if role.rolsuper or role.rolbypassrls:
            yield Hole.PASSES_BY, role.rolname
        if role.owner:
            yield Hole.IS_OWNER, role.rolname
        if role.rolcreaterole:
            yield Hole.MAKES_ROLES, role.rolname
        if role.rolreplication:
            yield Hole.COPIES, role.rolname
        if role.rolname in SERVERS:
            yield Hole.READS_FILES, role.rolname
        if role.own and role.rolsuper:
            return  # it is a member of every role there is


def _tables(relations: Sequence[Row[Any]]) -> Iterator[Found]:
    for name in sorted(tenant_tables() - {row.relname for row in relations}):
        yield Hole.TABLE_MISSING, name
    for row in relations:
        if row.tenant and not row.forced:
            yield Hole.NOT_FORCED, row.relname
        if row.opening and row.may_select:
            yield Hole.VIEW, row.relname


def _policies(connection: Connection, tenant: set[str]) -> Iterator[Found]:
    for policy in connection.execute(POLICIES):
        if policy.policyname != POLICY or policy.tablename not in tenant:
            yield Hole.POLICY_ADDED, f"{policy.policyname} on {policy.tablename}"
            continue
        tenant.remove(policy.tablename)
        if not policy.for_all or {_bare(policy.qual), _bare(policy.with_check)} != {_bare(INSIDE)}:
            yield Hole.POLICY_ALTERED, policy.tablename
    for name in sorted(tenant):
        yield Hole.POLICY_MISSING, name


def _grants(relations: Sequence[Row[Any]]) -> Iterator[Found]:
    for row in relations:
        for right in row.excess:
            yield Hole.GRANT, f"{right} on {row.relname}"
        if row.relname in append_only_tables() and (row.may_update or row.may_delete):
            yield Hole.RECORD, row.relname
        if row.relname == "alembic_version" and (row.may_insert or row.may_update or row.may_delete):
            yield Hole.VERSION, row.relname


def _bare(condition: str | None) -> str:
    """A condition without PostgreSQL's casts, parentheses and spaces."""
    return re.sub(r"::text|[()\s]", "", condition or "").lower()
