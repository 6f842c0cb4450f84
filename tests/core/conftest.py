"""What the tests of the domain may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from casework.core.db import connect
from tests import postgres
from tests.databases import Databases, Kind
from tests.worlds import World, found


@pytest.fixture
def world(databases: Databases, database_kind: Kind, data_dir: Path) -> Iterator[World]:
    """Kumla and Laxå with people in every role and no case yet, on both engines."""
    with databases.migrated(database_kind, data_dir, found) as database:
        made = World(database)
        yield made
        made.installation.engine.dispose()


@pytest.fixture
def tamper(world: World, request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Run SQL as somebody who has the database in their hands: past triggers, rights and row-level security."""
    if world.database.kind == "sqlite":
        engine = connect(world.database.owner_url)
        with engine.begin() as connection:
            triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
            for trigger in triggers.all():
                connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    else:
        name = world.database.owner_url.partition("@/")[2].partition("?")[0]
        engine = create_engine(postgres.url(request.getfixturevalue("pg_cluster"), "postgres", name))

    def run(*statements: str) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    yield run
    engine.dispose()
