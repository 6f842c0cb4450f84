"""A world with rows in every lasting table: by deeds where there are some, else invented from the table itself."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, Integer, LargeBinary, Table, func, select
from sqlalchemy import inspect as inspected
from sqlalchemy.exc import DBAPIError

from casework.core import access, case_exports, disclosures, fingerprints, tasks
from casework.core.crypto import Sealed
from casework.core.db import Base, Moment, SealedValue, Tenanted, TenantSession, new_id
from casework.core.export_rules import Wanted
from casework.core.models import Case
from tests.core import communicating, disclosing
from tests.core.handing import Hand
from tests.databases import Database
from tests.worlds import KUMLA, REGISTRY, World, found

ENOUGH = 3
BY_HAND: dict[str, dict[str, Any]] = {}
"""Columns that must hold something which a table does not tell by itself: by table, then by column."""


def filled(database: Database) -> None:
    """Make the world and let people work in it, then invent what is still missing."""
    found(database)
    world = World(database)
    for _ in range(ENOUGH):
        case = world.case()
        world.sign("maja", case, "note")
        world.sign("maja", case, "address")
        world.permit(case)
        with world.acting("maja") as (session, maja):
            tasks.add(session, maja, case, "Ring", None, world.ids["maja"])
            subject = world.get(session, case).subject_id or ""
            case_exports.order(session, REGISTRY, maja, case, Wanted("extract", subject, assessment="Prövat"))
            to = f"police:{world.ids['erik']}"
            disclosures.assess(session, REGISTRY, maja, case, new_id(), disclosing.plain(session, to))
            communicating.in_case(session, maja, case, subject, "Prövat")
        Hand(world).report()
        world.listed("maja")
    for table in Base.metadata.sorted_tables:
        model = fingerprints.covered().get(table.name)
        if model is not None:
            _fill(world, model, table)
    with world.session() as session:
        for id_ in session.scalars(select(Case.id)).all():
            access.refresh(session, id_)
    world.installation.engine.dispose()


def _fill(world: World, model: type[Base], table: Table) -> None:
    code = KUMLA if issubclass(model, Tenanted) else None
    with world.session(code) as session:
        there = session.scalar(select(func.count()).select_from(model)) or 0
    for nth in range(there, ENOUGH):
        refused = ""
        for everything in (False, True):
            try:
                with world.session(code) as session:
                    session.add(model(**invented(session, model, table, nth, everything=everything)))
            except DBAPIError as error:
                refused = str(error.orig)
            else:
                break
        else:
            raise AssertionError(f"no row of {table.name} can be invented ({refused}): say in BY_HAND what it needs")


def invented(session: TenantSession, model: type[Base], table: Table, nth: int, *, everything: bool) -> dict[str, Any]:
    """Columns of a row that the table's own constraints allow; ``everything`` fills those that may be empty too."""
    names = {one.columns[0].name: one.key for one in inspected(model).column_attrs}
    row: dict[str, Any] = {}
    for offset, constraint in enumerate(sorted(table.foreign_key_constraints, key=lambda one: str(one.name))):
        target = constraint.referred_table
        columns = {element.parent.name: element.column.name for element in constraint.elements}
        optional = all(table.columns[name].nullable for name in columns if name != "municipality")
        if set(columns) == {"municipality"} or (optional and not everything):
            continue
        referred = fingerprints.covered()[target.name]
        rows = session.scalars(select(referred).order_by(*fingerprints.primary(referred))).all()
        chosen = rows[(nth + offset) % len(rows)]
        row |= {name: getattr(chosen, column) for name, column in columns.items()}
    for place, column in enumerate(table.columns):
        keep = column.name in row or column.name in {"municipality", "id"}
        if not keep and (everything or not (column.nullable or column.default is not None)):
            row[column.name] = _value(table, column, session, nth, place)
    row |= BY_HAND.get(table.name, {})
    return {names[name]: value for name, value in row.items()}


def _value(table: Table, column: Any, session: TenantSession, nth: int, place: int) -> Any:
    kind = column.type
    known = allowed(table, column.name)
    of = {
        SealedValue: lambda: Sealed(b"\x01\x01\x00\x01" + os.urandom(100)),
        LargeBinary: lambda: os.urandom(32),
        Boolean: lambda: bool(nth % 2),
        Integer: lambda: nth + 1,
        Moment: lambda: session.now + timedelta(minutes=place, days=nth),
        Date: lambda: date(2026, 11, 1) + timedelta(days=nth),
        object: lambda: known[nth % len(known)] if known else f"x{nth}",
    }
    return next(make for one, make in of.items() if isinstance(kind, one))()


def allowed(table: Table, column: str) -> list[str]:
    """The words that a CHECK of the table allows in a column, if there is one."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            listed = re.search(rf"\b{column} IN \(([^)]*)\)", str(constraint.sqltext))
            if listed:
                return re.findall(r"'([^']*)'", listed[1])
    return []
