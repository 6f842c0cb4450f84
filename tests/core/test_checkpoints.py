"""Checkpoints say where the record stood, so that turning it back or writing it anew is found."""

from __future__ import annotations

import json
import stat
import zlib

import pytest

from casework.core import audit, audit_verification, checkpoint_verification, checkpoints, crypto
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import AuditHead
from casework.core.permissions import OPERATOR, Actor
from tests.worlds import KUMLA, LAXA, World

CODES = [KUMLA, LAXA]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoints.jsonl"


def export(world: World, path) -> list[dict]:
    checkpoints.to_file(world.session, CODES, path)
    return [json.loads(line) for line in path.read_text().splitlines()]


def found(world: World, path, codes=CODES) -> list[tuple[str | None, str]]:
    return [(one.municipality, one.what) for one in checkpoint_verification.faults(world.session, codes, path)]


def work(world: World, rows: int = 5, code: str | None = KUMLA) -> None:
    for nth in range(rows):
        with world.session(code) as session:
            audit.record(session, Actor("somebody", "Somebody", KUMLA, ()), Action.DAY_READ, "list", f"n{nth}")


def lane(session: TenantSession) -> AuditHead:
    """The lane that ``work`` writes in."""
    return session.get_one(AuditHead, (KUMLA, zlib.crc32(b"somebody") % audit.lanes(session)))


def test_a_line_for_the_installation_and_for_each_municipality_is_added_each_time(world, path):
    work(world)
    assert [line["municipality"] for line in export(world, path)] == [None, KUMLA, LAXA]
    work(world)
    lines = export(world, path)
    assert len(lines) == 6 and stat.S_IMODE(path.stat().st_mode) == 0o600
    before, after = ({end["lane"]: end["seq"] for end in lines[at]["lanes"]} for at in (1, 4))
    assert sum(after.values()) == sum(before.values()) + 5
    assert found(world, path) == []


def test_the_signature_verifies_with_the_public_key_alone(world, path):
    with world.session(None) as session:
        public = checkpoints.public_key(session)
    for line in export(world, path):
        signed = bytes.fromhex(line.pop("signature"))
        text = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
        assert crypto.is_signed(public, text, signed) and not crypto.is_signed(public, text + b" ", signed)
        assert line["origin"] == checkpoints.origin(public) and line["v"] == 1


def test_what_is_destroyed_is_in_the_next_line_and_in_no_later_one(world, path):
    with world.session() as session:
        audit.record(session, OPERATOR, Action.CASE_DESTROYED, "case", "one", case_id="one")
    first = export(world, path)
    with world.session() as session:
        audit.record(session, OPERATOR, Action.PERSON_DESTROYED, "person", "two")
    later = export(world, path)
    assert [line["destroyed"] for line in first] == [[], [{"kind": "case", "id": "one"}], []]
    assert [line["destroyed"] for line in later[3:]] == [[], [{"kind": "person", "id": "two"}], []]
    assert [line["destroyed"] for line in export(world, path)[6:]] == [[], [], []]


def test_the_systems_log_gets_short_lines_and_is_told_of_each_destruction_once(world):
    with world.session() as session:
        for nth in range(45):
            audit.record(session, OPERATOR, Action.CASE_DESTROYED, "case", f"c{nth:02}", case_id=f"c{nth:02}")
    sent: list[str] = []
    assert checkpoints.to_log(world.session, CODES, sent.append) == len(sent) == 5
    with world.session(None) as session:
        public = checkpoints.public_key(session)
    lines = [json.loads(text) for text in sent]
    assert all(
        crypto.is_signed(public, checkpoints.signed_part(line), bytes.fromhex(line["signature"])) for line in lines
    )
    assert sorted(one["id"] for line in lines for one in line["destroyed"]) == [f"c{nth:02}" for nth in range(45)]
    assert max(map(len, sent)) < 2000
    assert checkpoints.to_log(world.session, CODES, sent.append) == 3
    assert all(json.loads(text)["destroyed"] == [] for text in sent[5:])


def test_rows_cut_off_with_an_old_end_put_back_are_found_by_the_checkpoint_alone(world, path, tamper):
    work(world)
    with world.session() as session:
        old = lane(session)
    work(world)
    export(world, path)
    where = f"municipality = '{KUMLA}' AND lane = {old.lane}"
    tamper(
        f"DELETE FROM audit_events WHERE {where} AND seq > {old.seq}",
        f"UPDATE audit_heads SET seq = {old.seq} WHERE {where}",
    )
    put_back(world, old)
    with world.session() as session:
        assert audit_verification.faults(session) == [], "the chain itself is whole"
    assert found(world, path) == [(KUMLA, "turned_back")]


def put_back(world: World, old: AuditHead) -> None:
    """Put an end back as it was, with its MAC, as somebody does who has copied it before."""
    with world.session() as session:
        head = session.get_one(AuditHead, (KUMLA, old.lane))
        head.hash, head.mac = old.hash, old.mac


def test_a_chain_that_went_on_from_an_older_state_is_found(world, path, tamper):
    """Turned back, then worked on until it is as long as before."""
    work(world)
    with world.session() as session:
        old = lane(session)
    work(world, 3)
    export(world, path)
    where = f"municipality = '{KUMLA}' AND lane = {old.lane}"
    tamper(
        f"DELETE FROM audit_events WHERE {where} AND seq > {old.seq}",
        f"UPDATE audit_heads SET seq = {old.seq} WHERE {where}",
    )
    put_back(world, old)
    world.clock.move(minutes=1)
    work(world, 9)
    with world.session() as session:
        assert audit_verification.faults(session) == []
    assert found(world, path) == [(KUMLA, "written_anew")]


@pytest.mark.parametrize("name", ["at", "municipality", "lanes", "destroyed"])
def test_a_line_that_was_altered_has_a_wrong_signature(world, path, name):
    lines = export(world, path)
    others = {"at": "2026-01-01T00:00:00+00:00", "municipality": LAXA, "destroyed": [{"kind": "case", "id": "x"}]}
    others["lanes"] = [lines[1]["lanes"][0] | {"seq": 1}]
    lines[1][name] = others[name]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert (lines[1]["municipality"], "signature_wrong") in found(world, path)


def test_lines_of_another_installation_and_lines_that_are_none_are_told(world, path):
    lines = export(world, path)
    foreign = lines[1] | {"origin": "0" * 32}
    path.write_text("".join([*(json.dumps(line) + "\n" for line in [*lines, foreign]), "nonsense\n", '{"v":1}\n']))
    assert [what for _, what in found(world, path)] == ["line_of_another", "line_unreadable", "line_unreadable"]


def test_a_municipality_that_is_gone_is_told_and_one_whose_lines_were_taken_out_too(world, path):
    lines = export(world, path)
    assert found(world, path, [KUMLA]) == [(LAXA, "municipality_missing")]
    world.clock.move(hours=1)
    lines = export(world, path)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines if line["municipality"] != LAXA))
    assert found(world, path) == [(LAXA, "line_missing")]


def test_what_was_destroyed_and_is_back_is_told(world, path):
    case = world.case()
    with world.session() as session:
        audit.record(session, OPERATOR, Action.CASE_DESTROYED, "case", case, case_id=case)
    export(world, path)
    assert found(world, path) == [(KUMLA, "destroyed_is_back")]


def test_a_line_that_was_broken_off_does_not_swallow_the_next_one(world, path):
    export(world, path)
    with path.open("a") as file:
        file.write('{"v":1,"ori')
    checkpoints.to_file(world.session, CODES, path)
    assert len(path.read_text().splitlines()) == 7
    assert [what for _, what in found(world, path)] == ["line_unreadable"]
