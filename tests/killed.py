"""A writer that is killed: signs entry after entry in one case, and says so once each is committed.

Run as ``python -m tests.killed FOLDER APP_URL OWNER_URL KIND CASE WHO``; each line it prints is an entry's id.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from casework.core.errors import Conflict
from tests.databases import Database
from tests.worlds import World

FORM = "note"


def write(world: World, case: str, who: str) -> None:
    """Sign entries until somebody puts an end to it."""
    nth = 0
    while True:
        nth += 1
        world.clock.now = datetime.now(UTC)
        try:
            entry = world.sign(who, case, FORM, text=f"Rad {nth} " + "x" * (nth % 500))
        except Conflict:
            continue
        sys.stdout.write(entry + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    folder, app_url, owner_url, kind, case_id, who_ = sys.argv[1:]
    database = Database("sqlite" if kind == "sqlite" else "postgres", app_url, owner_url, Path(folder))
    write(World(database), case_id, who_)
