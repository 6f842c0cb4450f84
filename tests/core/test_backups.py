"""A backup restores to the same rows on either engine, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from casework.core import access_rows, audit_verification, backups, cases, entries, keys, restoring, streams
from casework.core.db import Base, TenantSession, connect
from casework.core.errors import Broken
from casework.core.models import Case, Entry, Municipality, WebSession
from tests.databases import Databases, upgrade
from tests.worlds import KUMLA, LAXA, World, open_installation


@pytest.fixture
def offline(tmp_path):
    """The offline key's two halves."""
    public = streams.make_pair(tmp_path / "offline.key")
    return streams.public_key(public), streams.private_key(tmp_path / "offline.key")


@pytest.fixture
def full(world: World) -> World:
    case = world.case("maja")
    world.sign("maja", case, "note")
    world.sign("maja", case, "address")
    world.name(case, "fia", "co_officer")
    world.permit(case)
    world.case("lars", code=LAXA)
    world.case("maja", protection=2, name="Tredje Mallström")
    with world.session(None) as session:
        session.add(
            WebSession(digest="0" * 64, account_id=world.ids["maja"], created_at=session.now, seen_at=session.now)
        )
    return world


@pytest.fixture
def written(full, offline, tmp_path):
    return backups.write(full.installation, tmp_path, offline[0])


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request, databases: Databases, tmp_path):
    """Another machine's empty database, on either engine, with the root key brought by hand."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with databases.migrated(request.param, folder, upgrade) as database:
        yield database


def rows(engine: Any, now: Any) -> dict[tuple[str, str | None], list[Any]]:
    found = {}
    with TenantSession(engine, None, now) as session:
        codes = list(session.scalars(select(Municipality.code)))
    for model in (*backups.models("data"), *backups.models("keys")):
        for code in codes if "municipality" in model.__table__.columns else [None]:
            with TenantSession(engine, code, now) as session:
                names = [column.key for column in model.__mapper__.column_attrs]
                kept = [tuple(getattr(row, name) for name in names) for row in session.scalars(select(model))]
                found[model.__tablename__, code] = sorted(kept, key=repr)
    return found


def written_in(session: TenantSession) -> str:
    return str(session.scalar(select(Entry.case_id).where(Entry.form == "note")))


def test_every_row_is_restored_and_everything_opens_and_verifies(full, offline, written, elsewhere):
    engine = connect(elsewhere.app_url)
    restoring.restore(engine, written.data, written.keys, offline[1], full.clock.now)
    assert rows(engine, full.clock.now) == rows(full.installation.engine, full.clock.now)
    engine.dispose()
    (elsewhere.data_dir / "installation.key").write_bytes((full.database.data_dir / "installation.key").read_bytes())
    (elsewhere.data_dir / "installation.key").chmod(0o600)
    again = World(elsewhere, full.clock)
    restoring.release(again.installation)
    with again.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, written_in(session), "overview")
        (note,) = entries.current(session, opened, "note")
        assert entries.answers_of(decision, note)["text"] == "Ringde på morgonen"
        subject = cases.subject(decision, opened)
        assert subject is not None and subject.name == "Gösta Exempelsson"
    for code in (KUMLA, LAXA, None):
        with again.session(code) as session:
            assert audit_verification.faults(session) == []
            if code is not None:
                assert access_rows.differences(session) == []
    again.installation.engine.dispose()


def test_what_is_of_the_day_is_not_restored(full, offline, written, elsewhere):
    engine = connect(elsewhere.app_url)
    restoring.restore(engine, written.data, written.keys, offline[1], full.clock.now)
    with TenantSession(engine, None, full.clock.now) as session:
        assert session.scalars(select(WebSession)).all() == []
    engine.dispose()
    assert set(Base.metadata.tables) - backups.LEFT_OUT == {
        model.__tablename__ for part in ("data", "keys") for model in backups.models(part)
    }


def test_nothing_readable_lies_in_the_files_and_the_data_holds_no_key(full, offline, written):
    for path in (written.data, written.keys):
        content = path.read_bytes()
        assert b"Exempelsson" not in content and b"Ringde" not in content and KUMLA.encode() + b'"' not in content
        assert path.stat().st_mode & 0o077 == 0
    with written.data.open("rb") as file:
        tables = {line["t"] for line in backups.read(file, offline[1], "data") if "t" in line}
    assert tables & backups.KEY_TABLES == set()


def test_a_case_whose_key_was_destroyed_since_stays_closed_with_todays_keys(
    full, offline, written, elsewhere, tmp_path
):
    with full.session() as session:
        case = session.scalar(select(Case.id))
        keys.of(session).destroy_case(session, case)
    full.clock.move(days=1)
    later = backups.write(full.installation, tmp_path, offline[0])
    engine = connect(elsewhere.app_url)
    restoring.restore(engine, written.data, later.keys, offline[1], full.clock.now)
    engine.dispose()
    (elsewhere.data_dir / "installation.key").write_bytes((full.database.data_dir / "installation.key").read_bytes())
    (elsewhere.data_dir / "installation.key").chmod(0o600)
    again = open_installation(elsewhere, full.clock)
    with again.session(KUMLA) as session, pytest.raises(Broken):
        keys.of(session).case(session, case, "case")
    again.engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("part", ["data", "keys"])
@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.999])
def test_one_flipped_byte_anywhere_restores_nothing(full, offline, written, databases, tmp_path, part, place):
    path = getattr(written, part)
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1
    path.write_bytes(bytes(content))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with databases.migrated("sqlite", folder, upgrade) as database:
        engine = connect(database.app_url)
        with pytest.raises(Broken):
            restoring.restore(engine, written.data, written.keys, offline[1], full.clock.now)
        with TenantSession(engine, None, full.clock.now) as session:
            assert session.scalars(select(Municipality)).all() == []
        engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_restored_over_something(full, offline, written):
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(full.installation.engine, written.data, written.keys, offline[1], full.clock.now)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_two_files_are_not_taken_for_each_other(full, offline, written, databases, tmp_path):
    with pytest.raises(Broken):
        restoring.check(written.keys, written.data, offline[1])
    assert restoring.check(written.data, written.keys, offline[1]) == written.rows


def test_others_write_on_while_a_backup_is_made(full, offline, tmp_path, monkeypatch):
    case = full.case("maja")
    original = backups._rows

    def slowly(*args: Any) -> Any:
        for nth, row in enumerate(original(*args)):
            if nth == 3:
                full.sign("maja", case, "note", text="Skrivet under tiden")
            yield row

    monkeypatch.setattr(backups, "_rows", slowly)
    written = backups.write(full.installation, tmp_path, offline[0])
    with full.session() as session:
        assert len(entries.current(session, full.get(session, case), "note")) == 2
    assert written.rows["entries"] == 2, "the snapshot is of the moment the backup began"
