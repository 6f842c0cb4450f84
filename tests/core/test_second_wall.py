"""The second wall: no kind of statement reads or changes another municipality's row, also without the first wall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import DBAPIError

from casework.core import db
from casework.core.db import TenantSession, tenant_tables
from casework.core.errors import TenantMissing
from casework.core.models import AgencyUnit, Membership
from tests.core import statement_kinds as kinds
from tests.core import statement_mixtures as mixtures
from tests.core.statement_kinds import There
from tests.databases import Databases, Kind
from tests.twins import AnySession, BareSession, past_the_walls, pull_down, rows
from tests.worlds import KUMLA, LAXA, VUXEN, World, found

CONTACT = {KUMLA: "telefon i Kumla", LAXA: "telefon i Laxå"}
READS = kinds.FILTERED_READS | kinds.UNFILTERED_READS | mixtures.MIXED_READS
WRITES = kinds.FILTERED_WRITES | kinds.UNFILTERED_WRITES | mixtures.MIXED_WRITES
HONEST_READS = [kind for kind in READS if kind not in kinds.FORGING]
HONEST_WRITES = [kind for kind in WRITES if kind not in kinds.FORGING]


@dataclass
class Twins:
    """Kumla and Laxå in one database, each with a case and its own telephone number."""

    world: World
    cases: dict[str, str] = field(default_factory=dict)

    def there(self, code: str) -> There:
        """What a statement reaches for; ``lars`` has no post in Kumla, nor ``maja`` in Laxå."""
        return There(code, self.world.units[code, VUXEN], self.world.ids["lars" if code == KUMLA else "maja"])

    def full(self) -> TenantSession:
        """A session of Laxå as the program opens it."""
        return self.world.installation.open(LAXA)

    def bare(self) -> BareSession:
        """A session of Laxå without the first wall: what holds then is the database."""
        return BareSession(self.world.installation.engine, LAXA)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="module")
def twins(databases: Databases, database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with databases.migrated(database_kind, tmp_path_factory.mktemp("twins"), found) as database:
        made = Twins(World(database))
        made.cases = {KUMLA: made.world.case(), LAXA: made.world.case("lars", code=LAXA)}
        for code, contact in CONTACT.items():
            with made.world.session(code) as session:
                for unit in session.query(AgencyUnit):
                    unit.contact = contact
        yield made
        made.world.installation.engine.dispose()


def read(session: AnySession, kind: str, there: There) -> tuple[bool, bool]:
    """Whether a kind of reading found something of what it reached for, and whether it was refused."""
    try:
        got = READS[kind](session, there)
    except Exception:  # noqa: BLE001 each kind is refused in its own way
        return False, True
    else:
        return bool({CONTACT[there.code], kinds.COUNTED} & set(got)), False
    finally:
        session.rollback()
        session.close()


def written(session: AnySession, kind: str, there: There) -> None:
    """Let a kind of writing do what it can, and commit it."""
    try:
        WRITES[kind](session, there)
        session.commit()
    except Exception:  # noqa: BLE001 as above
        session.rollback()
    finally:
        session.close()


def test_the_kinds_are_the_36_of_the_design():
    assert [kind[:2] for kind in kinds.NUMBERED] == [f"{number:02}" for number in range(1, 37)]
    assert len(kinds.FILTERED_READS | kinds.FILTERED_WRITES) == 23
    assert len(kinds.UNFILTERED_READS | kinds.UNFILTERED_WRITES) == 13


@pytest.mark.parametrize("kind", READS)
def test_no_statement_reads_another_municipalitys_row(twins, kind):
    seen, _refused = read(twins.full(), kind, twins.there(KUMLA))
    assert not seen


@pytest.mark.parametrize("kind", READS)
def test_without_the_first_wall_the_database_alone_shows_no_other_municipalitys_row(twins, kind):
    seen, _refused = read(twins.bare(), kind, twins.there(KUMLA))
    assert not seen


@pytest.mark.parametrize("kind", WRITES)
def test_no_statement_changes_another_municipalitys_row(twins, kind):
    before = rows(twins.world.database)
    written(twins.full(), kind, twins.there(KUMLA))
    assert rows(twins.world.database) == before


@pytest.mark.parametrize("kind", WRITES)
def test_without_the_first_wall_the_database_alone_keeps_the_other_municipalitys_rows(twins, kind):
    before = rows(twins.world.database)
    written(twins.bare(), kind, twins.there(KUMLA))
    assert rows(twins.world.database) == before


# ------------------------------------------------------------------------------------- and these tests can fail as well
@pytest.mark.parametrize("kind", HONEST_READS)
def test_each_kind_reads_what_is_its_own(twins, kind):
    assert read(twins.full(), kind, twins.there(LAXA)) == (True, False)


@pytest.mark.parametrize("kind", HONEST_WRITES)
def test_each_kind_writes_what_is_its_own(twins, kind):
    with twins.full() as session:
        before = touched(session)
        WRITES[kind](session, twins.there(LAXA))
        session.flush()
        assert touched(session) != before
        session.rollback()


@pytest.mark.parametrize("kind", READS)
def test_past_the_walls_each_kind_would_read_the_other_municipality(twins, kind):
    engine = past_the_walls(twins.world.database)
    session = BareSession(engine, LAXA)
    pull_down(session.connection())
    assert read(session, kind, twins.there(KUMLA)) == (True, False)
    engine.dispose()


@pytest.mark.parametrize("kind", WRITES)
def test_past_the_walls_each_kind_would_write_in_the_other_municipality(twins, kind):
    engine = past_the_walls(twins.world.database)
    with BareSession(engine, LAXA) as session:
        pull_down(session.connection())
        before = touched(session)
        WRITES[kind](session, twins.there(KUMLA))
        session.flush()
        assert touched(session) != before
        session.rollback()
    engine.dispose()


def touched(session: AnySession) -> list[object]:
    """The rows that the kinds of writing reach for."""
    connection = session.connection()
    return [sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {t}"))) for t in ("units", "memberships")]


# --------------------------------------------------------------------------------- the session's own part of the wall
def test_a_forged_row_is_not_taken_into_a_session(twins):
    for code in (KUMLA, LAXA):
        with pytest.raises(TenantMissing, match="not read in this session"), twins.full() as session:
            kinds.forged(session, twins.there(code))


def test_a_row_of_another_session_is_not_taken_in_either(twins):
    with twins.full() as first:
        unit = first.get(AgencyUnit, (LAXA, twins.there(LAXA).unit))
    with pytest.raises(TenantMissing), twins.full() as second:
        second.add(unit)


# ---------------------------------------------------------------------------------------- a connection without session
def test_a_connection_without_a_municipality_sees_nothing(twins):
    with twins.full() as session:  # so that a connection in the pool has served Laxå
        session.connection()
    with twins.world.installation.engine.connect() as connection:
        for table in sorted(tenant_tables()):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table


NOBODYS = {
    "insert": "INSERT INTO settings (municipality, name, value) VALUES ('1881', 'idle_minutes', '60')",
    "update": "UPDATE units SET contact = 'x' WHERE municipality = '1881'",
    "delete": "DELETE FROM memberships WHERE municipality = '1881'",
}


@pytest.mark.parametrize("deed", NOBODYS)
def test_a_connection_without_a_municipality_writes_nothing(twins, deed):
    before = rows(twins.world.database)
    refused = deed == "insert" or twins.world.database.kind == "sqlite"  # by PostgreSQL the others find no row
    wall = pytest.raises(DBAPIError, match=r"another municipality|row-level security") if refused else nullcontext()
    with wall, twins.world.installation.engine.begin() as connection:
        assert connection.exec_driver_sql(NOBODYS[deed]).rowcount == 0
    assert rows(twins.world.database) == before


def test_what_a_transaction_was_told_is_forgotten_when_it_ends(twins):
    count = "SELECT count(*) FROM units"
    for end in ("commit", "rollback"):
        with twins.world.installation.engine.connect() as connection:
            connection.begin()
            db._tell_the_database(twins.bare(), None, connection)
            assert connection.exec_driver_sql(count).scalar() == 4
            getattr(connection, end)()
            assert connection.exec_driver_sql(count).scalar() == 0, end


def test_a_connection_serves_one_municipality_after_another(twins):
    connections = set()
    for code in (KUMLA, LAXA, KUMLA):
        with twins.world.installation.open(code) as session:
            connections.add(id(session.connection().connection.driver_connection))
            assert {one.municipality for one in session.query(Membership)} == {code}
            got = session.connection().exec_driver_sql("SELECT contact FROM units").scalars()
            assert set(got) == {CONTACT[code]}
    assert len(connections) == 1


def test_a_session_cannot_be_turned_to_another_municipality(twins):
    with twins.full() as session, pytest.raises(AttributeError):
        session.municipality = KUMLA
