"""Databases for the tests, empty or migrated, on both engines. A migrated one is copied from a template."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests import postgres

Kind = Literal["sqlite", "postgres"]
SQLITE_NAME = "casework.db"


@dataclass(frozen=True)
class Database:
    """A database of a test's own, and the folder with whatever else an installation keeps on disk."""

    kind: Kind
    app_url: str
    owner_url: str
    data_dir: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a program finds in its environment to use this database."""
        if self.kind == "sqlite":
            return {"CASEWORK_DATA": str(self.data_dir)}
        return {
            "CASEWORK_DATA": str(self.data_dir),
            "CASEWORK_DATABASE_URL": self.app_url,
            "CASEWORK_OWNER_URL": self.owner_url,
        }


Migrate = Callable[[Database], None]


def upgrade(database: Database) -> None:
    """Bring a database to the newest migration, as ``casework db upgrade`` does."""
    from casework.core import schema

    schema.upgrade(database.owner_url, database.app_url)


@dataclass
class Databases:
    """Makes databases: ``empty`` ones, and ``migrated`` ones copied from a template that is made once per session."""

    folder: Path
    start_cluster: Callable[[], Path]
    _templates: dict[tuple[Kind, Migrate], Database] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextlib.contextmanager
    def empty(self, kind: Kind, data_dir: Path) -> Iterator[Database]:
        """A database without a table."""
        with self._database(kind, data_dir, None) as database:
            yield database

    @contextlib.contextmanager
    def migrated(self, kind: Kind, data_dir: Path, migrate: Migrate = upgrade) -> Iterator[Database]:
        """A copy of what ``migrate`` made of an empty database, when it was first asked to; it may also fill it."""
        with self._database(kind, data_dir, self._template(kind, migrate)) as database:
            yield database

    def _template(self, kind: Kind, migrate: Migrate) -> Database:
        if (kind, migrate) not in self._templates:
            folder = self.folder / f"template{next(self._numbers)}"
            folder.mkdir()
            database = self._make(kind, folder, None)
            migrate(database)
            self._templates[kind, migrate] = database
        return self._templates[kind, migrate]

    @contextlib.contextmanager
    def _database(self, kind: Kind, data_dir: Path, template: Database | None) -> Iterator[Database]:
        database = self._make(kind, data_dir, template)
        try:
            yield database
        finally:
            if kind == "postgres":
                postgres.execute(self.start_cluster(), f"DROP DATABASE {_name(database)} WITH (FORCE)")

    def _make(self, kind: Kind, data_dir: Path, template: Database | None) -> Database:
        if template is not None:  # also the keys that a template was filled with
            shutil.copytree(template.data_dir, data_dir, dirs_exist_ok=True)
        if kind == "sqlite":
            url = f"sqlite:///{(data_dir / SQLITE_NAME).as_posix()}"
            return Database("sqlite", url, url, data_dir)
        socket = self.start_cluster()
        name = f"t{next(self._numbers)}"
        # Files are copied faster than they are written to the log, which nobody reads here.
        source = f" TEMPLATE {_name(template)} STRATEGY file_copy" if template else ""
        postgres.execute(socket, f"CREATE DATABASE {name} OWNER {postgres.OWNER}{source}")
        owner_url, app_url = (postgres.url(socket, role, name) for role in (postgres.OWNER, postgres.APP))
        return Database("postgres", app_url, owner_url, data_dir)


def _name(database: Database) -> str:
    """The name that PostgreSQL knows a database by."""
    return database.owner_url.partition("@/")[2].partition("?")[0]
