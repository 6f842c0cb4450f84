"""Saved means saved: whenever a process is killed, what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from casework.core import audit_verification, row_verification
from casework.core.actions import Action
from casework.core.models import AuditChange, AuditEvent, Entry, Value
from tests import postgres
from tests.answers import ANSWERS
from tests.worlds import KUMLA, LAXA, World

ROOT = Path(__file__).resolve().parents[2]
WRITERS = ("maja", "fia", "ulf")
PARTS = 8
ROUNDS = 25
"""In each of the parts, on each database: 200 rounds in all."""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")


class Writers:
    """Processes that write, and what each has been told is written."""

    def __init__(self, world: World, case: str, folder: Path) -> None:
        database = world.database
        where = [str(database.data_dir), database.app_url, database.owner_url, database.kind, case]
        command = [sys.executable, "-m", "tests.killed", *where]
        self.nursery = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.folder, self.numbers = folder, itertools.count()
        self.started: set[int] = set()

    def start(self, who: str) -> tuple[int, Path]:
        """Let somebody write; the process and the file of what it was told, once it has written something."""
        assert self.nursery.stdin is not None and self.nursery.stdout is not None
        file = self.folder / f"acknowledged{next(self.numbers)}"
        self.nursery.stdin.write(f"{who} {file}\n")
        self.nursery.stdin.flush()
        pid = int(self.nursery.stdout.readline())
        self.started.add(pid)
        return pid, file

    def kill(self, pid: int) -> None:
        """Kill -9, and wait until the process is gone."""
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not alive(pid))
        self.started.discard(pid)

    def end(self) -> None:
        """Let nobody be left."""
        for pid in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.nursery.communicate(timeout=60)


def told(file: Path) -> list[str]:
    """What a writer was told is written; a line that was broken off tells nothing."""
    return file.read_text().split("\n")[:-1] if file.exists() else []


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(there: Callable[[], object]) -> None:
    """Wait for something to be so, a minute at most."""
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_what_was_acknowledged_is_there_after_any_kill_and_the_record_agrees(
    world, part, size, figures, tmp_path, request
):
    seed = int(os.environ.get("CASEWORK_SEED", size(20261124, random.randrange(2**32)))) + part
    print(f"CASEWORK_SEED={seed - part}")  # noqa: T201 shown with a failure, to repeat it
    rounds, chance = size(2 if part == 0 else 0, ROUNDS), random.Random(seed)
    if world.database.kind == "postgres":
        keep_what_is_committed(world, request)
    case = world.case()
    for who in WRITERS[1:]:
        world.name(case, who, "co_officer")
    acknowledged: set[str] = set()
    crashes = 0
    writers = Writers(world, case, tmp_path)
    try:
        for _ in range(rounds):
            running = [writers.start(who) for who in WRITERS[: chance.randint(1, 3)]]
            for _pid, file in running:
                wait_for(functools.partial(told, file))
            time.sleep(chance.uniform(0, 0.5))
            if world.database.kind == "postgres" and chance.random() < 0.25:
                crashes += kill_a_server_process(world, request)
                time.sleep(chance.uniform(0, 0.2))
            for pid, _file in chance.sample(running, len(running)):
                writers.kill(pid)
                time.sleep(chance.uniform(0, 0.05))
            acknowledged.update(entry for _pid, file in running for entry in told(file))
            assert_whole(world, case, acknowledged)
    finally:
        writers.end()
    figures |= {"rounds": rounds, "acknowledged": len(acknowledged), "server processes killed": crashes, "seed": seed}
    assert rounds == 0 or acknowledged


def assert_whole(world: World, case: str, acknowledged: set[str]) -> None:
    """Every acknowledged entry is there, every entry is whole with its record, and chain and rows agree."""
    settle(world)
    with world.session() as session:
        signed = set(session.scalars(select(Entry.id).where(Entry.case_id == case, Entry.state == "signed")).all())
        assert acknowledged <= signed, "acknowledged and lost"
        counted = session.execute(select(Value.entry_id, func.count()).group_by(Value.entry_id)).all()
        assert {count for id_, count in counted if id_ in signed} <= {len(ANSWERS["note"])}
        assert {id_ for id_, _ in counted} >= signed, "an entry without its answers"
        recorded = select(AuditEvent.object_id).where(
            AuditEvent.action == Action.ENTRY_SIGNED, AuditEvent.object_kind == "entry"
        )
        assert set(session.scalars(recorded).all()) == signed, "an entry without its record, or a record without it"
        of_entries = select(AuditChange.row_key).where(AuditChange.row_table == "entries")
        assert set(session.scalars(of_entries).all()) == signed
    for code in (KUMLA, LAXA, None):
        with world.session(code) as session:
            assert audit_verification.faults(session) == []
            assert code is None or list(row_verification.faults(session)) == []
    assert row_verification.installation_faults(world.session, [KUMLA, LAXA]) == []


def settle(world: World) -> None:
    """Wait until the database takes connections again."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with world.session(None) as session:
                session.scalar(select(1))
        except Exception:
            if time.monotonic() > deadline:
                raise
            world.installation.engine.dispose()
            time.sleep(0.1)
        else:
            return


def keep_what_is_committed(world: World, request: pytest.FixtureRequest) -> None:
    """The tests' server does not wait for the disk; here it must write before it acknowledges."""
    name = world.database.owner_url.partition("@/")[2].partition("?")[0]
    postgres.execute(request.getfixturevalue("pg_cluster"), f"ALTER DATABASE {name} SET synchronous_commit = on")
    world.installation.engine.dispose()


def kill_a_server_process(world: World, request: pytest.FixtureRequest) -> int:
    """Kill -9 a process of PostgreSQL that serves a writer: the server ends all others, and recovers."""
    socket = request.getfixturevalue("pg_cluster")
    name = world.database.owner_url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND usename = 'casework_app' LIMIT 1"
        row = connection.execute(query, [name]).fetchone()
        if row is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(row[0], signal.SIGKILL)
        with contextlib.suppress(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(0.05)")
    return int(row is not None)
