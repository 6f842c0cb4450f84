"""What the tests of the domain may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from casework.core import grants, organisations
from casework.core.db import connect
from casework.core.key_operations import orders
from tests import postgres
from tests.core.taking_part import ready
from tests.databases import Databases, Kind, Migrate
from tests.worlds import KUMLA, LAXA, World, found


@pytest.fixture
def founding() -> Migrate:
    """What makes the world that is copied; a file may give it what nearly all its tests begin with."""
    return found


@pytest.fixture
def world(databases: Databases, database_kind: Kind, data_dir: Path, founding: Migrate) -> Iterator[World]:
    """Kumla and Laxå with people in every role and no case yet, on both engines."""
    with databases.migrated(database_kind, data_dir, founding) as database:
        made = World(database)
        yield made
        made.installation.engine.dispose()


@pytest.fixture
def sspf_world(world: World) -> World:
    """The same world where SSPF is switched on in Kumla."""
    return ready(world)


@pytest.fixture
def operated_alone(world: World) -> None:
    """One administrator left in each municipality, so that the operator changes its keys without an order of two.

    The other one left long ago: for a month it goes on taking two.
    """
    for code in (KUMLA, LAXA):
        with world.session(code) as session:
            for post in organisations.memberships_of(session, world.account(session, "leo")):
                post.valid_from, post.valid_until = session.now - 4 * orders.LATELY, session.now - 2 * orders.LATELY
                grants.seal(session, post)


@pytest.fixture
def tamper(world: World, request: pytest.FixtureRequest) -> Iterator[Callable[..., list[Any]]]:
    """Run SQL as somebody who has the database in their hands: past triggers, rights, keys and row-level security."""
    if world.database.kind == "sqlite":
        engine = connect(world.database.owner_url, walled=False)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
        with engine.begin() as connection:
            triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
            for trigger in triggers.all():
                connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    else:
        name = world.database.owner_url.partition("@/")[2].partition("?")[0]
        url = postgres.url(request.getfixturevalue("pg_cluster"), "postgres", name)
        engine = create_engine(url, connect_args={"options": "-c session_replication_role=replica"})

    def run(*statements: str) -> list[Any]:
        rows: list[Any] = []
        with engine.begin() as connection:
            for statement in statements:
                done = connection.exec_driver_sql(statement)
                rows = list(done.all()) if done.returns_rows else []
        return rows

    yield run
    engine.dispose()
