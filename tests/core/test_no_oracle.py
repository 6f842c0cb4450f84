"""What is unique and what points elsewhere is checked past row-level security: neither tells of a municipality."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from casework.core.db import Base, tenant_tables
from casework.core.models import AgencyUnit
from tests.twins import past_the_walls, pull_down
from tests.worlds import KUMLA, LAXA, MORNING, VUXEN, World


def test_every_row_may_have_a_twin_in_another_municipality(world):
    case = world.case(protection=1)
    world.sign("maja", case, "note")
    world.permit(case)
    world.listed("maja")
    engine = past_the_walls(world.database)
    copied = 0
    with engine.connect() as connection:
        without = (
            "PRAGMA foreign_keys=OFF" if world.database.kind == "sqlite" else "SET session_replication_role=replica"
        )
        driver: Any = connection.connection.driver_connection
        driver.execute(without)  # before the transaction begins, because SQLite wants it so
        pull_down(connection)
        for table in sorted(tenant_tables()):
            columns = ", ".join(column.name for column in Base.metadata.tables[table].columns)
            others = columns.replace("municipality", f"'{LAXA}'", 1)
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE municipality = '{LAXA}'")
            twins = f"INSERT INTO {table} ({columns}) SELECT {others} FROM {table} WHERE municipality = '{KUMLA}'"
            copied += connection.exec_driver_sql(twins).rowcount
        connection.rollback()
    engine.dispose()
    assert copied > 50


def test_a_new_row_may_bear_the_id_of_another_municipalitys_row(world):
    with world.session(LAXA) as session:
        session.add(AgencyUnit(id=world.units[KUMLA, VUXEN], agency="police", name="Samma id"))


def pointing(world: World, unit: str) -> str:
    """What the database says to a post in a unit that is not there, without the unit's name."""
    row = {"municipality": LAXA, "id": "ny", "account_id": world.ids["maja"], "role": "case_officer", "level": "H"}
    limits = {"valid_from": MORNING, "valid_until": MORNING}
    post = insert(Base.metadata.tables["memberships"]).values(row | limits | {"unit_id": unit, "granted_by": "x"})
    with pytest.raises(DBAPIError) as refused, world.session(LAXA) as session:
        session.connection().execute(post)
    return f"{type(refused.value.orig).__name__}: {re.sub(re.escape(unit), 'UNIT', str(refused.value.orig))}"


def test_what_points_to_another_municipalitys_row_is_refused_as_what_points_to_none(world):
    assert pointing(world, world.units[KUMLA, VUXEN]) == pointing(world, "finns-inte-alls-finns1")
