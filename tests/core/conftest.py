"""What the tests of the domain may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases, Kind
from tests.worlds import World, found


@pytest.fixture
def world(databases: Databases, database_kind: Kind, data_dir: Path) -> Iterator[World]:
    """Kumla and Laxå with people in every role and no case yet, on both engines."""
    with databases.migrated(database_kind, data_dir, found) as database:
        made = World(database)
        yield made
        made.installation.engine.dispose()
