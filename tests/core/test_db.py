"""The wall: one session sees one municipality and writes in no other, whatever the statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, exists, func, select, union_all, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from casework.core import schema
from casework.core.db import connect, tenant_tables
from casework.core.errors import NotMigrated, TenantMissing
from casework.core.models import AgencyUnit, Case, Membership, Setting
from tests.worlds import KUMLA, LAXA, MORNING

OTHER = aliased(AgencyUnit)
INNER = select(AgencyUnit.municipality, AgencyUnit.id).subquery()
SHAPES = {
    "entity": select(AgencyUnit.municipality),
    "alias": select(OTHER.municipality),
    "subquery": select(INNER.c.municipality),
    "cte": select(select(AgencyUnit.municipality).cte().c.municipality),
    "union": union_all(select(AgencyUnit.municipality), select(OTHER.municipality)),
    "join": select(Membership.municipality).join(
        AgencyUnit, (AgencyUnit.municipality == Membership.municipality) & (AgencyUnit.id == Membership.unit_id)
    ),
    "cross_join": select(AgencyUnit.municipality).join(OTHER, OTHER.id != AgencyUnit.id),
    "grouped": select(AgencyUnit.municipality).group_by(AgencyUnit.municipality),
    "scalar_subquery": select(select(AgencyUnit.municipality).limit(1).scalar_subquery()),
    "or_true": select(AgencyUnit.municipality).where((AgencyUnit.agency == "police") | True),
    "limited": select(AgencyUnit.municipality).order_by(AgencyUnit.municipality).limit(1),
}


@pytest.mark.parametrize("code", [KUMLA, LAXA])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_query_of_any_shape_sees_one_municipality(world, shape, code):
    with world.session(code) as session:
        assert set(session.execute(SHAPES[shape]).scalars()) == {code}


def test_counts_and_existence_are_those_of_one_municipality(world):
    with world.session(LAXA) as session:
        assert session.scalar(select(func.count()).select_from(AgencyUnit)) == 4
        kumlas = select(exists().where(AgencyUnit.id == world.units[KUMLA, "Vuxen"]))
        assert session.scalar(kumlas) is False


def test_another_municipalitys_row_cannot_be_got_by_its_key(world):
    with world.session(LAXA) as session:
        assert session.get(AgencyUnit, (KUMLA, world.units[KUMLA, "Vuxen"])) is None
        assert session.get(AgencyUnit, (LAXA, world.units[LAXA, "Vuxen"])) is not None


def test_bulk_updates_and_deletions_reach_one_municipality(world):
    with world.session(LAXA) as session:
        session.execute(update(AgencyUnit).values(contact="ändrat"))
    with world.session(LAXA) as session:
        session.execute(delete(Membership))
        session.rollback()
    with world.session(KUMLA) as session:
        assert set(session.scalars(select(AgencyUnit.contact))) == {""}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_session_without_a_municipality_reads_no_tenants_table(world, shape):
    with pytest.raises(TenantMissing), world.session(None) as session:
        session.execute(SHAPES[shape])


def test_a_session_without_a_municipality_writes_no_tenants_row(world):
    with pytest.raises(TenantMissing), world.session(None) as session:
        session.add(Setting(municipality=KUMLA, name="idle_minutes", value="15"))
    with pytest.raises(TenantMissing), world.session(None) as session:
        session.execute(update(AgencyUnit).values(contact="x"))
    with pytest.raises(TenantMissing), world.session(None) as session:
        assert session.municipality


def test_a_new_row_gets_the_sessions_municipality(world):
    with world.session(LAXA) as session:
        session.add(row := Setting(name="idle_minutes", value="20"))
    assert row.municipality == LAXA


def test_a_row_of_another_municipality_is_not_added(world):
    with pytest.raises(TenantMissing), world.session(LAXA) as session:
        session.add(Setting(municipality=KUMLA, name="idle_minutes", value="60"))


def test_a_row_is_not_moved_to_another_municipality(world):
    with pytest.raises(TenantMissing), world.session(LAXA) as session:
        session.scalars(select(AgencyUnit).limit(1)).one().municipality = KUMLA


def test_a_row_from_another_session_is_not_deleted(world):
    with world.session(KUMLA) as session:
        unit = session.scalars(select(AgencyUnit)).first()
    with pytest.raises(TenantMissing), world.session(LAXA) as session:
        session.delete(unit)


def test_a_moment_without_a_zone_is_not_stored(world):
    with pytest.raises(Exception, match="without a time zone"), world.session() as session:
        session.execute(select(Case).where(Case.changed_at == datetime(2026, 11, 24)))  # noqa: DTZ001 the point


def test_moments_come_back_in_utc(world):
    case = world.case()
    with world.session() as session:
        assert world.get(session, case).changed_at == MORNING
        assert world.get(session, case).changed_at.tzinfo is UTC


# ------------------------------------------------------------------------------------------ the engine itself
RAW = (
    "INSERT INTO settings (municipality, name, value) VALUES ('1881', 'idle_minutes', '60')",
    "UPDATE units SET contact = 'x' WHERE municipality = '1881'",
    "DELETE FROM memberships WHERE municipality = '1881'",
)


@pytest.mark.parametrize("statement", RAW)
def test_the_engine_without_a_session_changes_nothing(world, statement):
    with world.session(KUMLA) as session:  # so that a connection in the pool has served Kumla
        before = len(session.scalars(select(Membership)).all())
    try:
        with world.installation.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    except DBAPIError:
        pass
    with world.session(KUMLA) as session:
        assert session.scalars(select(Setting)).all() == []
        assert set(session.scalars(select(AgencyUnit.contact))) == {""}
        assert len(session.scalars(select(Membership)).all()) == before


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_on_postgresql_an_unset_municipality_sees_nothing(world):
    world.case()
    with world.installation.engine.connect() as connection:
        for setting in (None, "''", "'9999'"):
            if setting:
                connection.exec_driver_sql(f"SELECT set_config('app.municipality', {setting}, true)")
            for table in tenant_tables():
                assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table


def test_a_database_without_tables_is_not_started_on(database):
    engine = connect(database.app_url)
    with pytest.raises(NotMigrated):
        schema.check(engine)
    engine.dispose()
