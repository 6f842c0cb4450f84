"""The database's version: bringing it up, and refusing to start on one that is not there or not safe."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, make_url, select

from casework.core import walls
from casework.core.db import connect
from casework.core.errors import NotMigrated, Quarantined, UnsafeDatabase
from casework.core.models import Restoration

PACKAGE = Path(__file__).resolve().parent.parent
PLACES = (PACKAGE / "_migrations", PACKAGE.parent / "migrations")
"""In a wheel the migrations lie inside the package; in the repository beside it."""


def _config(url: str, app_role: str = "") -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(next(place for place in PLACES if place.exists())))
    config.attributes["url"] = url
    config.attributes["app_role"] = app_role
    return config


def upgrade(owner_url: str, app_url: str = "", revision: str = "head") -> None:
    """Bring the database up as its owner and give the app role its rights; raises UnsafeDatabase if they are one."""
    app_role = make_url(app_url).username or "" if app_url else ""
    if owner_url.startswith("postgresql") and (not app_role or app_role == make_url(owner_url).username):
        raise UnsafeDatabase("the app role must be another than the owner: set CASEWORK_OWNER_URL")
    walls.require_private_line(make_url(owner_url))
    _make_private(owner_url)
    command.upgrade(_config(owner_url, app_role), revision)


def _make_private(url: str) -> None:
    """Let only its owner read an embedded database, and what SQLite lays beside it, which takes the same mode."""
    path = make_url(url).database
    if url.startswith("sqlite") and path:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        Path(path).chmod(0o600)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database down to a revision; for tests and for turning back a failed upgrade."""
    command.downgrade(_config(owner_url), revision)


def current(owner_url: str) -> str | None:
    """The revision a database is at, or None for one without tables."""
    engine = connect(owner_url, walled=False)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return revision


@cache
def head() -> str:
    """The revision this program needs; its migrations are read once."""
    return str(ScriptDirectory.from_config(_config("")).get_current_head())


def check(engine: Engine) -> None:
    """Raise NotMigrated unless the database is at head, UnsafeDatabase unless it is walled and reached in private."""
    walls.require_private_line(engine.url)
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise NotMigrated("none")
        current = MigrationContext.configure(connection).get_current_revision()
        if current != head():
            raise NotMigrated(str(current))
        walls.check(connection)
        waiting = select(Restoration.id).where(Restoration.released_at.is_(None)).limit(1)
        if connection.scalar(waiting) is not None:
            raise Quarantined("restored, and not released yet")
