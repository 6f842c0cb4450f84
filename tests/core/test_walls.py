"""The start is refused unless every wall stands as it was built, and each hole is named in words of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from casework.cli import failures, holes
from casework.core import schema, walls
from casework.core.db import append_only_tables, connect, tenant_tables
from casework.core.errors import TenantMissing, UnsafeDatabase
from casework.core.walls import Hole
from tests import postgres
from tests.databases import Database
from tests.twins import past_the_walls

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgres"])
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
POLICY = "CREATE POLICY one_municipality ON answers"
INSIDE = walls.INSIDE


def found(database: Database, app_url: str = "") -> dict[str, list[str]]:
    """What the start is refused for."""
    engine = connect(app_url or database.app_url)
    try:
        schema.check(engine)
    except UnsafeDatabase as error:
        refusal = error
    else:
        return {}
    finally:
        engine.dispose()
    said = failures.in_words(refusal)
    for hole, names in refusal.holes.items():
        assert holes.WORDS[Hole(hole)].partition("{}")[0] in said
        assert all(name in said and name in str(refusal) for name in names)
    return {hole: list(names) for hole, names in refusal.holes.items()}


def alter(database: Database, *statements: str) -> None:
    """Change the database as somebody who has it in their hands."""
    engine = past_the_walls(database)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_database_as_it_was_built_is_started_on(migrated):
    assert found(migrated) == {}
    assert {"answers", "audit_events", "cases", "units"} <= tenant_tables()
    assert append_only_tables() >= {"audit_cases", "audit_events", "installation_events"}


def test_each_hole_has_its_own_words():
    assert set(holes.WORDS) == set(Hole)
    assert len(set(holes.WORDS.values())) == len(set(Hole.__members__.values())) == len(Hole.__members__)


# --------------------------------------------------------------------------------------------------------- PostgreSQL
UNSET = f"{INSIDE} OR current_setting('app.municipality', true) = ''"
DROPPED = "DROP POLICY one_municipality ON answers"
ALTERED: dict[str, tuple[Hole, str, list[str]]] = {
    "not forced": (Hole.NOT_FORCED, "answers", ["ALTER TABLE answers NO FORCE ROW LEVEL SECURITY"]),
    "not enabled": (Hole.NOT_FORCED, "answers", ["ALTER TABLE answers DISABLE ROW LEVEL SECURITY"]),
    "no policy": (Hole.POLICY_MISSING, "answers", [DROPPED]),
    "reads all": (Hole.POLICY_ALTERED, "answers", ["ALTER POLICY one_municipality ON answers USING (true)"]),
    "writes all": (Hole.POLICY_ALTERED, "answers", ["ALTER POLICY one_municipality ON answers WITH CHECK (true)"]),
    "or unset": (
        Hole.POLICY_ALTERED,
        "answers",
        [f"ALTER POLICY one_municipality ON answers USING ({UNSET})"],
    ),
    "for one role": (
        Hole.POLICY_ALTERED,
        "answers",
        [
            DROPPED,
            f"{POLICY} TO casework_owner USING ({INSIDE}) WITH CHECK ({INSIDE})",
        ],
    ),
    "for reading": (
        Hole.POLICY_ALTERED,
        "answers",
        [DROPPED, f"{POLICY} FOR SELECT USING ({INSIDE})"],
    ),
    "a second policy": (Hole.POLICY_ADDED, "open on answers", ["CREATE POLICY open ON answers USING (true)"]),
    "a policy elsewhere": (Hole.POLICY_ADDED, "open on accounts", ["CREATE POLICY open ON accounts USING (true)"]),
    "a view": (Hole.VIEW, "every", ["CREATE VIEW every AS TABLE answers", "GRANT SELECT ON every TO casework_app"]),
    "a function": (
        Hole.FUNCTION,
        "lend",
        ["CREATE FUNCTION lend() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM answers'"],
    ),
    "TRUNCATE": (Hole.GRANT, "TRUNCATE on answers", ["GRANT TRUNCATE ON answers TO casework_app"]),
    "REFERENCES": (Hole.GRANT, "REFERENCES on cases", ["GRANT REFERENCES ON cases TO casework_app"]),
    "TRIGGER": (Hole.GRANT, "TRIGGER on accounts", ["GRANT TRIGGER ON accounts TO PUBLIC"]),
    "record changed": (Hole.RECORD, "audit_events", ["GRANT UPDATE ON audit_events TO casework_app"]),
    "record deleted": (Hole.RECORD, "audit_cases", ["GRANT DELETE ON audit_cases TO PUBLIC"]),
    "a column of the record": (
        Hole.RECORD,
        "installation_events",
        ["GRANT UPDATE (detail) ON installation_events TO casework_app"],
    ),
    "version": (Hole.VERSION, "alembic_version", ["GRANT UPDATE ON alembic_version TO casework_app"]),
    "tables": (Hole.MAKES_TABLES, "public", ["GRANT CREATE ON SCHEMA public TO casework_app"]),
    "schemas": (Hole.MAKES_TABLES, "{database}", ["GRANT CREATE ON DATABASE {database} TO casework_app"]),
    "owner of a table": (
        Hole.IS_OWNER,
        "casework_app",
        ["CREATE TABLE a ()", "ALTER TABLE a OWNER TO casework_app"],
    ),
    "row_security": (Hole.TURNED_OFF, "row_security", ["ALTER DATABASE {database} SET row_security = off"]),
    "no table": (Hole.TABLE_MISSING, "unsealings", ["DROP TABLE unsealings"]),
}


@ON_POSTGRESQL
@pytest.mark.parametrize("what", ALTERED)
def test_postgresql_is_not_started_on_when_a_wall_was_altered(migrated, what):
    hole, place, statements = ALTERED[what]
    database = make_url(migrated.owner_url).database or ""
    alter(migrated, *(statement.replace("{database}", database) for statement in statements))
    assert found(migrated)[hole] == [place.replace("{database}", database)]


@ON_POSTGRESQL
def test_a_table_that_was_given_no_wall_is_noticed_also_if_the_program_does_not_know_it(migrated):
    alter(migrated, "CREATE TABLE forgotten (municipality varchar(4), id text)")
    assert found(migrated) == {Hole.NOT_FORCED: ["forgotten"], Hole.POLICY_MISSING: ["forgotten"]}


RIGHTS: dict[str, tuple[Hole, str, list[str]]] = {
    "a superuser": (Hole.PASSES_BY, "altered", ["ALTER ROLE altered SUPERUSER"]),
    "BYPASSRLS": (Hole.PASSES_BY, "altered", ["ALTER ROLE altered BYPASSRLS"]),
    "CREATEROLE": (Hole.MAKES_ROLES, "altered", ["ALTER ROLE altered CREATEROLE"]),
    "REPLICATION": (Hole.COPIES, "altered", ["ALTER ROLE altered REPLICATION"]),
    "member of the owner": (Hole.IS_OWNER, "casework_owner", ["GRANT casework_owner TO altered"]),
    "member of one that passes": (
        Hole.PASSES_BY,
        "altered_far",
        ["ALTER ROLE altered_far BYPASSRLS", "GRANT altered_far TO altered_near", "GRANT altered_near TO altered"],
    ),
    "member without inheriting": (
        Hole.IS_OWNER,
        "casework_owner",
        [
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO altered",
            "ALTER ROLE altered NOINHERIT",
            "GRANT casework_owner TO altered",
        ],
    ),
    "reads files": (Hole.READS_FILES, "pg_read_server_files", ["GRANT pg_read_server_files TO altered"]),
    "runs programs": (Hole.READS_FILES, "pg_execute_server_program", ["GRANT pg_execute_server_program TO altered"]),
    "writes all": (Hole.VERSION, "alembic_version", ["GRANT pg_write_all_data TO altered"]),
}


@pytest.fixture
def altered(migrated, pg_cluster):
    """The address of a role that may what the app role may, until it is altered."""
    roles = ("altered", "altered_near", "altered_far")
    postgres.execute(pg_cluster, *(f"CREATE ROLE {role} LOGIN" for role in roles))
    alter(migrated, "GRANT casework_app TO altered")
    yield make_url(migrated.app_url).set(username="altered").render_as_string()
    alter(migrated, "DROP OWNED BY altered")
    postgres.execute(pg_cluster, *(f"DROP ROLE {role}" for role in roles))


@ON_POSTGRESQL
@pytest.mark.parametrize("what", RIGHTS)
def test_postgresql_is_not_started_on_by_a_role_that_may_more(migrated, altered, what):
    hole, place, statements = RIGHTS[what]
    assert found(migrated, altered) == {}
    alter(migrated, *statements)
    assert place in found(migrated, altered)[hole]


@ON_POSTGRESQL
@pytest.mark.parametrize("role", [postgres.OWNER, "postgres"])
def test_postgresql_is_not_started_on_by_its_owner_or_its_superuser(migrated, role):
    url = make_url(migrated.app_url).set(username=role).render_as_string()
    assert found(migrated, url)[Hole.IS_OWNER if role == postgres.OWNER else Hole.PASSES_BY] == [role]


@ON_POSTGRESQL
def test_a_temporary_table_does_not_stand_in_for_a_walled_one(migrated):
    engine = connect(migrated.app_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE units (municipality text)")
        assert connection.exec_driver_sql("SELECT 'units'::regclass = 'public.units'::regclass").scalar()
        assert connection.exec_driver_sql("SHOW search_path").scalar() == "public, pg_temp"
    engine.dispose()


@ON_POSTGRESQL
@pytest.mark.parametrize("table", ["units", "audit_events", "accounts"])
def test_the_app_role_empties_no_table(migrated, table):
    engine = connect(migrated.app_url)
    with pytest.raises(DBAPIError, match="permission denied"), engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")
    engine.dispose()


# ------------------------------------------------------------------------------------------------------------- SQLite
WEAK = "CREATE TRIGGER units_update_inside BEFORE UPDATE ON units WHEN NOT (NEW.municipality IS current_municipality())"
BROKEN: dict[str, tuple[Hole, str, list[str]]] = {
    "a wall is gone": (Hole.TRIGGER_MISSING, "units_update_inside", ["DROP TRIGGER units_update_inside"]),
    "a record's wall is gone": (
        Hole.TRIGGER_MISSING,
        "audit_events_delete_never",
        ["DROP TRIGGER audit_events_delete_never"],
    ),
    "looks at the new row only": (
        Hole.TRIGGER_ALTERED,
        "units_update_inside",
        ["DROP TRIGGER units_update_inside", f"{WEAK} BEGIN SELECT RAISE(ABORT, 'another municipality'); END"],
    ),
    "does nothing": (
        Hole.TRIGGER_ALTERED,
        "audit_cases_update_never",
        [
            "DROP TRIGGER audit_cases_update_never",
            "CREATE TRIGGER audit_cases_update_never BEFORE UPDATE ON audit_cases BEGIN SELECT 1; END",
        ],
    ),
    "stands elsewhere": (
        Hole.TRIGGER_ALTERED,
        "units_delete_inside",
        [
            "DROP TRIGGER units_delete_inside",
            "CREATE TRIGGER units_delete_inside BEFORE DELETE ON settings WHEN NOT (OLD.municipality IS "
            "current_municipality()) BEGIN SELECT RAISE(ABORT, 'another municipality'); END",
        ],
    ),
}


@ON_SQLITE
@pytest.mark.parametrize("what", BROKEN)
def test_sqlite_is_not_started_on_when_a_trigger_is_missing_or_altered(migrated, what):
    hole, place, statements = BROKEN[what]
    alter(migrated, *statements)
    assert found(migrated) == {hole: [place]}


@ON_SQLITE
def test_a_table_without_triggers_is_noticed_also_if_the_program_does_not_know_it(migrated):
    alter(migrated, "CREATE TABLE forgotten (municipality varchar(4), id text)")
    wanted = [f"forgotten_{deed}_inside" for deed in ("insert", "update", "delete")]
    assert found(migrated) == {Hole.TRIGGER_MISSING: wanted}


@ON_SQLITE
def test_a_new_table_is_shown_through_a_view_as_well(migrated):
    alter(migrated, "CREATE TABLE forgotten (municipality)", "INSERT INTO forgotten VALUES ('1881'), ('1860')")
    engine = connect(migrated.app_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM forgotten").all() == []
    engine.dispose()


@ON_SQLITE
def test_a_replaced_row_of_the_record_is_a_changed_one(migrated):
    alter(migrated, "INSERT INTO installation_heads (lane, seq, hash, mac) VALUES (77, 1, x'00', x'00')")
    columns = (
        "lane, seq, at, actor_id, actor_role, action, outcome, object_kind, object_id, detail, previous, hash, mac"
    )
    values = "77, 1, '2026-11-24', '', '', '', '', '', '', '', x'00', x'00', x'00'"
    engine = connect(migrated.app_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO installation_events ({columns}) VALUES ({values})")
    for word in ("INSERT OR REPLACE", "REPLACE"):
        with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
            connection.exec_driver_sql(f"{word} INTO installation_events ({columns}) VALUES ({values})")
    engine.dispose()


@ON_SQLITE
@pytest.mark.parametrize("name", ["main.units", "MAIN . units", '"main"."units"', "[main].units"])
def test_a_statement_that_names_the_schema_does_not_get_past_the_views(migrated, name):
    engine = connect(migrated.app_url)
    with pytest.raises(TenantMissing), engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT * FROM {name}")
    engine.dispose()


@ON_SQLITE
@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE units", "ALTER TABLE units ADD COLUMN x", "WITH one AS (SELECT 1) UPDATE units SET contact = 'x'"],
)
def test_a_form_of_writing_that_is_not_known_meets_the_view(migrated, statement):
    engine = connect(migrated.app_url)
    with pytest.raises(DBAPIError, match="view"), engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
