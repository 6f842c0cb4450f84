"""Runs the migrations: batch mode on SQLite, and only what our own tables need."""

from __future__ import annotations

from alembic import context

from casework.core import models
from casework.core.db import Base, connect

assert models.__all__  # noqa: S101 the import is what fills the metadata

engine = connect(context.config.attributes["url"], walled=False)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
