"""Writers that are killed: each signs entry after entry in one case, and says so once each is committed.

Run as ``python -m tests.killed FOLDER APP_URL OWNER_URL KIND CASE``. For each line "WHO FILE" that it reads it forks a
writer, prints the writer's process id, and the writer adds the id of every entry it was told is signed to the file.
Forking spares each of them the start of a Python; the writers share nothing that was opened before.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import OperationalError

from casework.core.errors import Conflict
from tests.databases import Database
from tests.worlds import World


def write(world: World, case: str, who: str, acknowledged: Path) -> None:
    """Sign entries until somebody puts an end to it."""
    descriptor = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nth = 0
    while True:
        nth += 1
        world.clock.now = datetime.now(UTC)
        try:
            entry = world.sign(who, case, "note", text=f"Rad {nth} " + "x" * (nth % 500))
        except (Conflict, OperationalError):  # somebody else wrote, has the lock for long, or the server is recovering
            time.sleep(0.05)
            continue
        os.write(descriptor, f"{entry}\n".encode())
        time.sleep(0.01)  # SQLite's lock goes to whoever asks first, which may be the same one for ever


def opened(database_: Database) -> World:
    """The world on a database that others are writing to."""
    while True:
        try:
            return World(database_)
        except OperationalError:
            time.sleep(0.05)


if __name__ == "__main__":
    folder, app_url, owner_url, kind, case_id = sys.argv[1:]
    database = Database("sqlite" if kind == "sqlite" else "postgres", app_url, owner_url, Path(folder))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed leaves nothing to wait for
    for line in sys.stdin:
        name, file = line.split()
        child = os.fork()
        if child == 0:
            try:
                write(opened(database), case_id, name, Path(file))
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
