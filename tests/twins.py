"""Looking at a database past every wall, to see what a municipality's rows are and that nobody else touched them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.orm import Session

from casework.core import db
from casework.core.db import TenantSession, connect
from tests.databases import Database
from tests.worlds import MORNING

Rows = Mapping[tuple[str | None, str], list[str]]


class BareSession(Session):
    """A session that tells the database its municipality, and has no wall of its own."""

    def __init__(self, engine: Engine, tenant: str | None) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.tenant, self.account, self.now = tenant, None, MORNING


event.listen(BareSession, "after_begin", db._tell_the_database)
AnySession = TenantSession | BareSession


def past_the_walls(database: Database) -> Engine:
    """An engine as somebody who has the database in their hands: the file, or the server as its superuser."""
    if database.kind == "sqlite":
        return connect(database.app_url, walled=False)
    return create_engine(make_url(database.owner_url).set(username="postgres"))


def pull_down(connection: Connection) -> None:
    """Take SQLite's triggers away, until the transaction is rolled back."""
    if connection.dialect.name == "sqlite":
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


@contextmanager
def looking(database: Database) -> Iterator[Connection]:
    """A connection that sees every row."""
    engine = past_the_walls(database)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def rows(database: Database) -> Rows:
    """Every row of every table, by whose it is: a municipality's, or nobody's (None)."""
    found: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    with looking(database) as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings():
                found[row.get("municipality"), table].append(repr(tuple(row.values())))
    return {key: sorted(some) for key, some in found.items()}


def of(code: str, every: Rows) -> Rows:
    """What of it is one municipality's."""
    return {key: some for key, some in every.items() if key[0] == code}
