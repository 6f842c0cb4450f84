"""The auditor's own program says the same as ours, of a whole record and of every copy that was tampered with."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.core import audit, audit_export, audit_verification, checkpoints
from casework.core.actions import Action
from casework.core.models import AuditCase, AuditEvent, Setting
from casework.core.permissions import Actor
from tests.worlds import KUMLA, LAXA, World

VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "auditor" / "verify_audit.py"
CODES = [KUMLA, LAXA]
ROW = "UPDATE audit_events SET {} WHERE municipality = '1881' AND lane = {lane} AND seq = {seq}"
COPY = (
    "INSERT INTO audit_events SELECT municipality, lane, seq + 1, at, actor_id, actor_role, action, outcome, "
    "object_kind, object_id, case_id, detail, content, cases, previous, hash, mac, changes FROM audit_events "
    "WHERE municipality = '1881' AND lane = {lane} AND seq = {last}"
)
COLUMNS = {
    "at": "at = '2026-11-24 07:00:00.000000'",
    "actor": "actor_id = 'another'",
    "role": "actor_role = 'intake'",
    "action": "action = 'case:opened'",
    "outcome": "outcome = 'denied'",
    "kind": "object_kind = 'case'",
    "object": "object_id = 'n9'",
    "case": "case_id = 'x'",
    "detail": "detail = '{{\"a\":1}}'",
    "content": "content = previous",
    "cases": "cases = previous",
    "changes": "changes = previous",
    "hash": "hash = previous",
    "previous": "previous = hash",
}
TAMPERING = {name: ROW.replace("{}", change) for name, change in COLUMNS.items()} | {
    "deleted": "DELETE FROM audit_events WHERE municipality = '1881' AND lane = {lane} AND seq = {seq}",
    "put in": COPY,
    "cut off": "DELETE FROM audit_events WHERE municipality = '1881' AND lane = {lane} AND seq > {seq}",
    "exchanged": ROW.replace("{}", "seq = 9999")
    + "; UPDATE audit_events SET seq = {seq} WHERE municipality = '1881' AND lane = {lane} AND seq = {seq} + 1; "
    "UPDATE audit_events SET seq = {seq} + 1 WHERE municipality = '1881' AND lane = {lane} AND seq = 9999",
    "end gone": "DELETE FROM audit_heads WHERE municipality = '1881' AND lane = {lane}",
    "case hidden": "DELETE FROM audit_cases WHERE municipality = '1881' AND lane = {listed}",
    "case added": "INSERT INTO audit_cases (municipality, lane, seq, case_id) VALUES ('1881', {lane}, {seq}, 'more')",
    "change hidden": "DELETE FROM audit_changes WHERE municipality = '1881' AND lane = {lane} AND seq = {changed}",
    "change altered": "UPDATE audit_changes SET row_key = 'x' WHERE municipality = '1881' AND lane = {lane} "
    "AND seq = {changed} AND row_table = 'settings'",
    "change added": "INSERT INTO audit_changes (municipality, lane, seq, row_table, row_key) "
    "VALUES ('1881', {lane}, {seq}, 'cases', 'x')",
}
KEYED = {
    "mac": ROW.replace("{}", "mac = hash"),
    "end": "UPDATE audit_heads SET seq = {seq}, hash = (SELECT hash FROM audit_events e WHERE e.municipality = '1881' "
    "AND e.lane = {lane} AND e.seq = {seq}) WHERE municipality = '1881' AND lane = {lane}; "
    "DELETE FROM audit_events WHERE municipality = '1881' AND lane = {lane} AND seq > {seq}",
}
"""What only the MAC shows, whose key the auditor does not have: there the checkpoints take its place."""


@pytest.fixture
def places(world):
    """A record with lists and changes in it; where to tamper with it."""
    world.case()
    world.listed("maja")
    someone = Actor("somebody", "Somebody", KUMLA, ())
    for nth in range(8):
        with world.session() as session:
            if nth in {2, 3}:
                session.add(Setting(name=f"n{nth}", value="1"))
            audit.record(session, someone, Action.DAY_READ, "list", f"n{nth}")
    with world.session() as session:
        mine = select(func.max(AuditEvent.seq)).where(AuditEvent.actor_id == "somebody")
        last = session.scalar(mine) or 0
        lane = session.scalars(select(AuditEvent.lane).where(AuditEvent.actor_id == "somebody")).first()
        listed = session.scalars(select(AuditCase.lane)).first()
    return {"lane": lane, "seq": last - 2, "last": last, "changed": last - 5, "listed": listed}


def test_it_shares_no_line_with_the_program():
    tree = ast.parse(VERIFIER.read_text("utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    outside = {name.partition(".")[0] for name in named} - set(sys.stdlib_module_names)
    assert outside == {"cryptography"}


def test_a_whole_record_is_whole(world, places, tmp_path):
    code, said = verify(world, tmp_path, points=True)
    assert code == 0 and said.startswith("OK: ") and "every checkpoint" in said


@pytest.mark.parametrize("how", TAMPERING)
def test_it_names_the_same_row_as_the_program(world, places, tamper, tmp_path, how):
    tamper(*TAMPERING[how].format(**places).split("; "))
    with world.session() as session:
        ours = [f"{KUMLA}: lane {one.lane}, row {one.seq}: {one.what}" for one in audit_verification.faults(session)]
    code, said = verify(world, tmp_path, export_only=True)
    assert code == 1 and said.splitlines() == ours != []


@pytest.mark.parametrize("how", KEYED)
def test_what_only_the_mac_shows_is_shown_by_the_checkpoints(world, places, tamper, tmp_path, how):
    checkpoints.to_file(world.session, CODES, tmp_path / "points.jsonl")
    tamper(*KEYED[how].format(**places).split("; "))
    with world.session() as session:
        assert audit_verification.faults(session) != []
    code, said = verify(world, tmp_path, export_only=True, points=True)
    if how == "mac":
        assert code == 0, "the row itself is whole"
    else:
        assert code == 1 and "turned_back" in said


def test_a_wrong_key_and_a_forged_line_are_told(world, places, tmp_path):
    path = tmp_path / "points.jsonl"
    checkpoints.to_file(world.session, CODES, path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[1]["at"] = "2026-01-01T00:00:00+00:00"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + "nonsense\n")
    code, said = verify(world, tmp_path, points=True, kept=True)
    assert code == 1
    assert said.splitlines() == ["checkpoint line 2: signature_wrong", "checkpoint line 4: line_unreadable"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_chain_that_is_told_twice_hides_no_row_that_was_altered(world, places, tmp_path, where):
    """Who writes the record out may be the one who has something to hide."""
    assert verify(world, tmp_path, points=True)[0] == 0
    path = tmp_path / "record.jsonl"
    head, *lines = [json.loads(line) for line in path.read_text().splitlines()]
    ours = [line for line in lines if line["municipality"] == KUMLA]
    for line in ours[1:]:
        line["actor_id"] = "another"  # its hash is left as it was, since the checkpoint names it
    if where == "before":  # the altered rows, then the ends that begin anew, and the true rows
        made = [*ours[1:], ours[0], *(line for line in raw(world, KUMLA) if "seq" in line)]
    else:  # the altered rows, and then ends as if there were none
        made = [*ours, ours[0] | {"lanes": [one | {"seq": 0, "hash": "00" * 32} for one in ours[0]["lanes"]]}]
    others = [line for line in lines if line["municipality"] != KUMLA]
    path.write_text("".join(json.dumps(line) + "\n" for line in [head, *others, *made]))
    with world.session(None) as session:
        key = checkpoints.public_key(session).hex()
    done = subprocess.run(
        [sys.executable, VERIFIER, path, "--checkpoints", tmp_path / "points.jsonl", "--key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and f"{KUMLA}: lane 0, row 1:" in done.stderr


def verify(
    world: World, folder: Path, *, points: bool = False, export_only: bool = False, kept: bool = False
) -> tuple[int, str]:
    """Export the record and run the auditor's program on it, as its own process."""
    path = folder / "record.jsonl"
    if export_only:  # nothing is written to a chain that was tampered with, or the faults would move
        lines = [line for code in (None, *CODES) for line in raw(world, code)]
        path.write_text("{}\n" + "".join(json.dumps(line) + "\n" for line in lines))
    else:
        if points and not kept:
            checkpoints.to_file(world.session, CODES, folder / "points.jsonl")
        path.write_text("".join(json.dumps(line) + "\n" for line in audit_export.lines(world.session, CODES)))
    with world.session(None) as session:
        key = checkpoints.public_key(session).hex()
    more = ["--checkpoints", str(folder / "points.jsonl"), "--key", key] if points else []
    done = subprocess.run([sys.executable, VERIFIER, path, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def raw(world: World, code: str | None) -> list[dict]:
    """One chain as it is exported."""
    with world.session(code) as session:
        return list(audit_export.chain(session))
