"""One line of migrations that makes exactly the tables of the models, up, down and up again, on both engines."""

from __future__ import annotations

import io

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from casework.core import accounts, organisations, schema
from casework.core.db import Base, connect
from casework.core.errors import NotMigrated, UnsafeDatabase
from casework.core.models import AgencyUnit
from casework.core.permissions import OPERATOR, Role
from tests.databases import Database, upgrade
from tests.worlds import World, found


def engine(database: Database) -> Engine:
    return connect(database.owner_url, walled=False)


def tables(database: Database) -> set[str]:
    opened = engine(database)
    names = set(inspect(opened).get_table_names())
    opened.dispose()
    return names - {"alembic_version"}


def walls(database: Database) -> int:
    """How many triggers, policies or rights keep the rows apart."""
    opened = engine(database)
    with opened.connect() as connection:
        if database.kind == "sqlite":
            found_ = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").scalar()
        else:
            found_ = connection.exec_driver_sql("SELECT count(*) FROM pg_policies").scalar()
    opened.dispose()
    return int(found_ or 0)


def test_there_is_one_head_and_every_migration_can_be_turned_back():
    script = ScriptDirectory.from_config(schema._config(""))
    assert script.get_heads() == [schema.head()]
    for revision in script.walk_revisions():
        assert callable(revision.module.downgrade), revision.revision


def test_the_migrations_make_what_the_models_say(migrated):
    opened = engine(migrated)
    with opened.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    checks = {
        table: {str(one["name"]) for one in inspect(opened).get_check_constraints(table)}
        for table in Base.metadata.tables
    }
    opened.dispose()
    for name, table in Base.metadata.tables.items():
        declared = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
        assert declared <= checks[name], name


def test_down_and_up_again_with_data_in_it(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, found) as database:
        world = World(database)
        case = world.case()
        world.sign("maja", case, "note")
        world.permit(case)
        world.listed("maja")
        world.installation.engine.dispose()
        there, kept = tables(database), walls(database)
        schema.downgrade(database.owner_url, "base")
        assert tables(database) == set() and walls(database) == 0
        upgrade(database)
        assert tables(database) == there == set(Base.metadata.tables) and walls(database) == kept > 20
        opened = connect(database.app_url)
        schema.check(opened)
        opened.dispose()


def test_up_on_a_database_that_is_up_changes_nothing(migrated):
    before = walls(migrated)
    upgrade(migrated)
    assert walls(migrated) == before


def test_the_program_does_not_start_before_the_last_migration(database):
    upgrade(database)
    schema.downgrade(database.owner_url, "base")
    opened = connect(database.app_url)
    with pytest.raises(NotMigrated):
        schema.check(opened)
    opened.dispose()


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_postgresql_is_not_migrated_by_the_role_that_serves(database):
    for app_url in ("", database.owner_url):
        with pytest.raises(UnsafeDatabase):
            schema.upgrade(database.owner_url, app_url)
    assert tables(database) == set()


def test_migrations_can_be_written_out_without_a_surprise(database):
    upgrade(database)
    config = schema._config(database.owner_url, "casework_app")
    config.stdout = out = io.StringIO()
    command.current(config, verbose=False)
    assert schema.head() in out.getvalue()


def test_what_the_third_migration_derives_is_derived_from_the_posts_that_are_there(databases, database_kind, data_dir):
    def held() -> set[tuple[str, str]]:
        opened = engine(database)
        with opened.connect() as connection:
            rows = connection.exec_driver_sql("SELECT account_id, role_group FROM role_holdings").all()
            police = connection.exec_driver_sql("SELECT agency FROM organisations WHERE name = 'Polisen'").scalar()
        opened.dispose()
        return {(row.account_id, row.role_group) for row in rows} | {("Polisen", str(police))}

    with databases.migrated(database_kind, data_dir, found) as database:
        world = World(database)
        with world.session(None) as session:
            police = organisations.organisation(session, "Polisen", agency="police")
            account = accounts.add(session, OPERATOR, "pal", "Pål Polisson", police)
        with world.session() as session:
            unit = session.get_one(AgencyUnit, ("1881", world.units["1881", "Polis"]))
            organisations.grant(session, OPERATOR, account, Role.POLICE_LIAISON, unit)
        world.installation.engine.dispose()
        before = held()
        assert ("Polisen", "police") in before and (account.id, "police") in before and len(before) > len(world.ids)
        schema.downgrade(database.owner_url, "0002")
        upgrade(database)
        assert held() == before
