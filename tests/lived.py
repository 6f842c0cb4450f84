"""Worlds in which something has happened: lived once per engine, then copied and gone on with."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tests.worlds import World

NOTED = "lived.json"


def leave(world: World, **ids: Any) -> None:
    """Note beside the database what a copy of it is not told: the moment, and the ids of what happened."""
    noted = {"now": world.clock.now.isoformat(), "people": world.people, "ids": ids}
    (world.database.data_dir / NOTED).write_text(json.dumps(noted), "utf-8")
    world.installation.engine.dispose()


def taken_up(world: World) -> dict[str, Any]:
    """Go on in a copy where the world was left; the ids that were noted."""
    noted = json.loads((world.database.data_dir / NOTED).read_text("utf-8"))
    world.clock.now, world.people = datetime.fromisoformat(noted["now"]), noted["people"]
    ids: dict[str, Any] = noted["ids"]
    return ids
