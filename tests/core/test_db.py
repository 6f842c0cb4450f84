"""The wall: one session sees one municipality and writes in no other, whatever the statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased, make_transient_to_detached

from casework.core import schema
from casework.core.db import Base, TenantSession, connect, tenant_tables
from casework.core.errors import NotMigrated, TenantMissing, UnsafeDatabase
from casework.core.models import AgencyUnit, Case, Membership, Setting
from tests import postgres
from tests.worlds import KUMLA, LAXA, MORNING, World

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


# --------------------------------------------------------------------------------- the thirteen that no filter reaches
TABLE = Base.metadata.tables["units"]
STOPPED_BY_SQLITE = {"core_update", "bulk_update_by_key", "forged_detached_flush", "child_under_foreign_parent"}
"""SQLite's triggers stop writes; it has nothing that stops a read. docs say so, and so does decisions 5.4."""


def forged(session: TenantSession, world: World) -> AgencyUnit:
    unit = AgencyUnit(municipality=KUMLA, id=world.units[KUMLA, "Vuxen"])
    make_transient_to_detached(unit)
    session.add(unit)
    return unit


def flush_of_forged(session: TenantSession, world: World) -> None:
    unit = AgencyUnit(municipality=KUMLA, id=world.units[KUMLA, "Vuxen"])
    make_transient_to_detached(unit)
    session.add(unit)
    unit.contact = "gjort av Laxå"
    session.flush()


def child_under_foreign_parent(session: TenantSession, world: World) -> None:
    columns: dict[str, object] = {
        "municipality": KUMLA,
        "id": "x",
        "account_id": world.ids["lars"],
        "role": "case_officer",
        "level": "H",
    }
    columns |= {"unit_id": world.units[KUMLA, "Vuxen"], "valid_from": MORNING, "valid_until": MORNING}
    session.execute(insert(Base.metadata.tables["memberships"]), [columns | {"granted_by": "x"}])


def by_key(session: TenantSession, world: World) -> None:
    key = {"municipality": KUMLA, "id": world.units[KUMLA, "Vuxen"]}
    session.execute(update(AgencyUnit), [key | {"contact": "gjort av Laxå"}])


def core_update(session: TenantSession, world: World) -> None:
    key = TABLE.c.municipality == bindparam("code")
    session.connection().execute(update(TABLE).where(key).values(contact="gjort av Laxå"), {"code": KUMLA})


def from_identity_map(session: TenantSession, world: World) -> list[object]:
    forged(session, world)
    unit = session.get(AgencyUnit, (KUMLA, world.units[KUMLA, "Vuxen"]))
    return [] if unit is None else [unit.name]


def refreshed(session: TenantSession, world: World) -> list[object]:
    unit = forged(session, world)
    session.refresh(unit)
    return [unit.name]


def expired(session: TenantSession, world: World) -> list[object]:
    unit = forged(session, world)
    session.expire(unit)
    return [unit.name]


KUMLAS = text(f"SELECT * FROM units WHERE municipality = '{KUMLA}'")
THIRTEEN = {
    "core_select": lambda s, w: s.execute(select(TABLE).where(TABLE.c.municipality == KUMLA)).all(),
    "core_count": lambda s, w: (
        [1] * s.execute(select(func.count()).select_from(TABLE).where(TABLE.c.municipality == KUMLA)).scalar_one()
    ),
    "text": lambda s, w: s.execute(KUMLAS).all(),
    "from_statement": lambda s, w: s.scalars(select(AgencyUnit).from_statement(KUMLAS)).all(),
    "connection_select": lambda s, w: (
        s.connection().execute(select(AgencyUnit.name).where(AgencyUnit.municipality == KUMLA)).all()
    ),
    "driver_sql": lambda s, w: (
        s.connection().exec_driver_sql(f"SELECT * FROM units WHERE municipality = '{KUMLA}'").all()
    ),
    "core_update": core_update,
    "bulk_update_by_key": by_key,
    "forged_detached_flush": flush_of_forged,
    "identity_map": from_identity_map,
    "refresh": refreshed,
    "expired_attribute": expired,
    "child_under_foreign_parent": child_under_foreign_parent,
}


def seen_and_stopped(world: World, kind: str) -> tuple[bool, bool]:
    """Whether a session of Laxå got something of Kumla's, and whether it was stopped with an error."""
    session = world.installation.open(LAXA)
    try:
        seen = THIRTEEN[kind](session, world)
        session.commit()
    except Exception:  # noqa: BLE001 each kind is stopped in its own way
        return False, True
    else:
        return bool(seen), False
    finally:
        session.close()


@pytest.mark.parametrize("kind", THIRTEEN)
def test_no_statement_changes_another_municipalitys_row(world, kind):
    seen_and_stopped(world, kind)
    with world.session(KUMLA) as session:
        assert set(session.scalars(select(AgencyUnit.contact))) == {""}
        assert session.scalars(select(Membership).where(Membership.account_id == world.ids["lars"])).all() == []


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.parametrize("kind", THIRTEEN)
def test_on_postgresql_no_statement_reads_another_municipalitys_row(world, kind):
    seen, _stopped = seen_and_stopped(world, kind)
    assert not seen


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("kind", THIRTEEN)
def test_on_sqlite_the_writes_among_them_are_stopped(world, kind):
    _seen, stopped = seen_and_stopped(world, kind)
    assert stopped == (kind in STOPPED_BY_SQLITE)


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


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.parametrize("role", [postgres.OWNER, "postgres"])
def test_postgresql_as_owner_or_superuser_is_refused_at_start(world, pg_cluster, role):
    schema.check(world.installation.engine)
    name = world.database.owner_url.partition("@/")[2].partition("?")[0]
    engine = connect(postgres.url(pg_cluster, role, name))
    with pytest.raises(UnsafeDatabase):
        schema.check(engine)
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.parametrize("hole", ["NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"])
def test_postgresql_with_a_hole_in_the_wall_is_refused_at_start(world, hole):
    owner = connect(world.database.owner_url)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE answers {hole}")
    owner.dispose()
    with pytest.raises(UnsafeDatabase, match="answers"):
        schema.check(world.installation.engine)


def test_a_database_without_tables_is_not_started_on(database):
    engine = connect(database.app_url)
    with pytest.raises(NotMigrated):
        schema.check(engine)
    engine.dispose()
