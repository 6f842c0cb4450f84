"""What was destroyed stays destroyed: also sealed places, and also after a database was restored twice."""

from __future__ import annotations

import json
import zlib

import pytest

from casework.core import audit, backups, checkpoint_verification, checkpoints, restoring, streams, vault
from casework.core.actions import Action
from casework.core.db import connect
from casework.core.key_operations import retention
from casework.core.models import AuditHead
from casework.core.permissions import OPERATOR
from tests.core.test_key_retention import close, shown
from tests.databases import Databases, upgrade
from tests.worlds import KEY_FILE, KUMLA, LAXA, World

CODES = [KUMLA, LAXA]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "points.jsonl"


def gone(path) -> list[dict]:
    return [one for line in path.read_text().splitlines() for one in json.loads(line)["destroyed"]]


def test_places_destroyed_since_the_backup_are_destroyed_again_though_the_case_is_open_in_it(
    world: World, databases: Databases, database_kind, tmp_path, path
):
    public = streams.public_key(streams.make_pair(tmp_path / "offline.key"))
    case = world.case()
    address = world.sign("maja", case, "address")
    note = world.sign("maja", case, "note")
    written = backups.write(world.installation, tmp_path, public)
    close(world, case)
    world.clock.move(days=30)
    assert retention.destroy_due(world.installation, KUMLA) == 1
    checkpoints.to_file(world.session, CODES, path)
    assert gone(path) == [{"kind": "place", "id": case, "version": 1}]
    (tmp_path / "elsewhere").mkdir()
    with databases.migrated(database_kind, tmp_path / "elsewhere", upgrade) as database:
        engine = connect(database.app_url)
        key = streams.private_key(tmp_path / "offline.key")
        restoring.restore(engine, written.data, written.keys, key, world.clock.now)
        engine.dispose()
        root = database.data_dir / KEY_FILE
        root.write_bytes((world.database.data_dir / KEY_FILE).read_bytes())
        root.chmod(0o600)
        again = World(database, world.clock)
        back = checkpoint_verification.faults(again.session, CODES, path)
        assert ("destroyed_is_back", f"place {case}") in {(one.what, one.detail) for one in back}
        assert restoring.replay(again.installation, path).places == 1
        assert restoring.replay(again.installation, path).places == 0
        restoring.release(again.installation)
        assert set(shown(again, case, address).values()) == {vault.GONE}
        assert shown(again, case, note)["heading"] == "Samtal"
        again.installation.engine.dispose()


def test_a_place_written_after_the_case_was_opened_again_is_not_destroyed_by_an_old_line(world, path):
    case = world.case()
    world.sign("maja", case, "address")
    close(world, case)
    world.clock.move(days=30)
    retention.destroy_due(world.installation, KUMLA)
    world.take("fia", case, "reopen", reason="Behöver stöd igen")
    plan = world.sign("maja", case, "relocation")
    checkpoints.to_file(world.session, CODES, path)
    assert checkpoint_verification.faults(world.session, CODES, path) == []
    assert restoring.replay(world.installation, path).places == 0
    assert vault.GONE not in shown(world, case, plan).values()


def test_what_is_destroyed_under_a_number_used_anew_after_a_restore_is_in_the_file(world, tamper, path):
    def work(rows: int) -> None:
        for nth in range(rows):
            with world.session() as session:
                audit.record(session, OPERATOR, Action.DAY_READ, "list", f"n{nth}")

    work(3)
    with world.session() as session:
        old = session.get_one(AuditHead, (KUMLA, zlib.crc32(OPERATOR.id.encode()) % audit.lanes(session)))
    work(20)
    checkpoints.to_file(world.session, CODES, path)
    where = f"municipality = '{KUMLA}' AND lane = {old.lane}"
    tamper(
        f"DELETE FROM audit_events WHERE {where} AND seq > {old.seq}",
        f"UPDATE audit_heads SET seq = {old.seq} WHERE {where}",
    )
    with world.session() as session:  # as a restored backup has it
        head = session.get_one(AuditHead, (KUMLA, old.lane))
        head.hash, head.mac = old.hash, old.mac
    with world.session() as session:
        audit.record(session, OPERATOR, Action.CASE_DESTROYED, "case", "one", case_id="one")
    checkpoints.to_file(world.session, CODES, path)
    assert gone(path) == [{"kind": "case", "id": "one"}]
    checkpoints.to_file(world.session, CODES, path)
    assert len(gone(path)) == 1
