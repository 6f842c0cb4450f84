"""What the views before SQLite's tables cost: the same plans, and about the same time."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event

from casework.core import cases, entries, reading, search, shared_status
from casework.core.db import Base, connect
from tests.twins import past_the_walls
from tests.worlds import REGISTRY, World, open_installation

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def work(world: World) -> str:
    """A bit of everything that reads; the case it was about."""
    case = world.case()
    note = world.sign("maja", case, "note")
    world.sign("maja", case, "threat")
    world.permit(case)
    world.name(case, "sven")
    world.take("maja", case, "begin_assessment")
    for who in ("maja", "vilma", "ida"):
        world.listed(who)
    with world.acting("maja") as (session, actor):
        opened, decision = cases.open_case(session, actor, case, "forms")
        reading.read(decision, REGISTRY, opened, entries.current(session, opened))
        reading.find(decision, opened, note)
        search.find(session, actor, "gös exe")
    with world.acting("erik") as (session, actor):
        shared_status.page(session, REGISTRY, actor)
    return case


def plan(connection: Any, statement: str, parameters: Any) -> list[str]:
    """How SQLite would go about it: which index, in which order; the names of the tables differ by the view."""
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    return [re.sub(r"^(SEARCH|SCAN) \S+", r"\1", step) for step in steps]


def test_every_query_is_planned_as_if_the_views_were_not_there(world):
    asked: dict[str, Any] = {}

    @event.listens_for(world.installation.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith(("SELECT", "WITH")):
            asked[statement] = parameters

    work(world)
    engines: list[Engine] = [connect(world.database.app_url), past_the_walls(world.database)]
    walled, bare = (engine.raw_connection() for engine in engines)
    differing = set()
    for statement, parameters in asked.items():
        if plan(walled, statement, parameters) != plan(bare, statement, parameters):
            differing.add(statement)
    assert differing <= {one for one in asked if "FROM case_keys" in one and "version = ?" in one}  # it sorts one row
    assert len(asked) > 40
    for connection, engine in zip((walled, bare), engines, strict=True):
        connection.close()
        engine.dispose()


@pytest.mark.prove
def test_the_views_do_not_make_the_work_slower(world, size, figures):
    case = world.case()
    fill(world, case, size(500, 100_000))
    walled, bare = world.installation, open_installation(world.database, world.clock)
    bare.engine.dispose()
    object.__setattr__(bare, "engine", past_the_walls(world.database))
    deeds: dict[str, Callable[[], Any]] = {
        "list": lambda: listed(world),
        "open": lambda: read(world, case),
        "sign": lambda: world.sign("maja", case, "note"),
    }
    for name, deed in deeds.items():
        took: dict[str, list[float]] = {"walled": [], "bare": []}
        for _ in range(size(5, 60)):
            for kind, installation in (("walled", walled), ("bare", bare)):
                world.installation = installation
                begun = time.perf_counter()
                deed()
                took[kind].append(time.perf_counter() - begun)
        ratio = statistics.median(took["walled"]) / statistics.median(took["bare"])
        figures[f"{name}: with views / without"] = round(ratio, 2)
        figures[f"{name}: ms with views"] = round(statistics.median(took["walled"]) * 1000, 1)
        assert ratio < size(5.0, 1.3), name
    bare.engine.dispose()


def listed(world: World) -> None:
    with world.acting("maja") as (session, actor):
        assert cases.page(session, actor, cases.Filters(), None, 50).following


def read(world: World, case: str) -> None:
    with world.acting("maja") as (session, actor):
        opened, decision = cases.open_case(session, actor, case, "forms")
        reading.read(decision, REGISTRY, opened, entries.current(session, opened))


def fill(world: World, case: str, many: int) -> None:
    """Copy a case and the ways into it, many times."""
    changed = {"cases": {"id": "'kopia' || i", "number": "'K-' || i"}, "case_access": {"case_id": "'kopia' || i"}}
    with world.session() as session:
        for table, new in changed.items():
            columns = [column.name for column in Base.metadata.tables[table].columns]
            values = ", ".join(new.get(column, f"t.{column}") for column in columns)
            of = "id" if table == "cases" else "case_id"
            session.connection().exec_driver_sql(
                f"INSERT INTO {table} ({', '.join(columns)}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                f"FROM n WHERE i < {many}) SELECT {values} FROM {table} t, n WHERE t.{of} = ?",
                (case,),
            )
