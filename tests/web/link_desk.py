"""Files of våld i nära relation, served: with the plugin beside the other one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casework.settings import Settings
from casework.web import create_app
from tests.core.linking import BOTH, switched_on
from tests.databases import Databases
from tests.web.case_desk import Desk, with_passwords
from tests.worlds import World, open_installation


def opened(databases: Databases, folder: Path) -> Iterator[Desk]:
    with databases.migrated("sqlite", folder, with_passwords) as database:
        world = World(database)
        world.installation.engine.dispose()
        world.installation = open_installation(database, world.clock, BOTH)
        switched_on(world)
        settings = Settings(
            database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True
        )
        yield Desk(world, create_app(settings, world.installation))
        world.installation.engine.dispose()
