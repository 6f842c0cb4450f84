"""A day lived on each database, once for all tests of this folder: led into folders that are then searched."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.databases import SQLITE_NAME, Database, Databases, Kind
from tests.sweep import day as days
from tests.sweep import errands, leaving
from tests.sweep.canaries import Canaries
from tests.sweep.day import Day
from tests.sweep.places import Traces

WHOLE = os.environ.get("CASEWORK_PROVE") == "1"
WITHOUT_RIGHT = ("pia", "lo", "sven", "berta", "ida", "ulf", "erik", "greta")[: 8 if WHOLE else 4]
FAULTS = tuple(leaving.FAULTS) if WHOLE else ("IntegrityError",)
EVERY = 1 if WHOLE else 3
"""In the small form each third route is broken, from a first one that is drawn."""
TOLD: dict[str, tuple[str, ...]] = {
    "erik": (
        "why it was declined",
        "an answer in words",
        "told to the police, corrects",
        "why it is told, corrects",
        "an agreed reference",
        "a purpose",
        "a contact",
    ),
    "greta": ("the reason of an emergency", "what an emergency came to", "a reviewer", "an answer to a reviewer"),
    "berta": ("why a protection is lowered", "why somebody is named"),
    "ida": ("a report", "a question", "an assessment without a case"),
    "pia": ("a report", "a question"),
    "ulf": ("why a protection is lowered", "why somebody is named"),
}
"""What was written for somebody outside the team: a status for the police but not how its ground was assessed, what is
disclosed to one of them and not what it corrects, reasons for those who approve and review."""


@dataclass
class Lived:
    """A day, what it left, and what was answered where a page broke."""

    day: Day
    traces: Traces
    release: Callable[[], None]
    """Lets SQLite empty its write-ahead log into the database again."""
    answers: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    @property
    def canaries(self) -> Canaries:
        return self.day.canaries


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="module")
def lived(databases: Databases, database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("sweep")
    data = folder / "data"
    data.mkdir()
    canaries = Canaries(random.randrange(10**9))
    with databases.migrated(database_kind, data, days.founded) as database:
        traces = Traces(database, folder, databases.start_cluster)
        with pytest.MonkeyPatch.context() as patch, led_into(traces, patch), kept_log(database) as release:
            day = days.opened(database, canaries)
            made = Lived(day, traces, release)
            spend(made, patch)
            yield made
            day.world.installation.engine.dispose()


def spend(lived: Lived, patch: pytest.MonkeyPatch) -> None:
    """Everything that happens on the day."""
    day, cases = lived.day, {}
    for area, kind in days.kinds():
        cases[kind.name] = days.write_every_form(day, area, kind)
    day.ids["case_id"] = cases["avhopp"]
    days.write_what_is_said(day, cases["avhopp"])
    errands.hand_over(day, cases["avhopp"])
    errands.object_to(day, cases["avhopp"])
    errands.meet(day)
    days.watch(day, cases["avhopp"])
    errands.send_letters(day, lived.traces)
    leaving.type_in_vain(day)
    for fault in FAULTS:
        lived.answers[fault] = leaving.force(day, patch, fault, EVERY)
    for who in WITHOUT_RIGHT:
        bodies = b"\n".join(leaving.asked_without_right(day, who))
        for text, where in day.canaries.made.items():
            if where.startswith(TOLD.get(who, ())):
                bodies = bodies.replace(text.encode(), b"")
        (lived.traces.folder / "responses" / who).write_bytes(bodies)
    for fault, answers in lived.answers.items():
        bodies = b"\n".join(f"{one.status} {one.headers}".encode() + one.get_data() for _page, one in answers)
        (lived.traces.folder / "responses" / fault).write_bytes(bodies)


@contextlib.contextmanager
def led_into(traces: Traces, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """What would go to the log, to the terminal and into temporary files goes into the folders of the day."""
    temp = str(traces.folder / "temp")
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP"):
        patch.setenv(name, temp)
    patch.setattr(tempfile, "tempdir", temp)
    handler = logging.FileHandler(traces.folder / "log" / "program.log", encoding="utf-8")
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    with contextlib.ExitStack() as stack:
        said = stack.enter_context((traces.folder / "log" / "stderr.log").open("w", encoding="utf-8"))
        stack.enter_context(contextlib.redirect_stderr(said))
        stack.enter_context(contextlib.redirect_stdout(said))
        yield
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


@contextlib.contextmanager
def kept_log(database: Database) -> Iterator[Callable[[], None]]:
    """Somebody reads all the while, which keeps SQLite's write-ahead log from being emptied and deleted."""
    if database.kind != "sqlite":
        yield lambda: None
        return
    holder = sqlite3.connect(database.data_dir / SQLITE_NAME)
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM cases").fetchone()
    yield holder.rollback
    holder.close()
