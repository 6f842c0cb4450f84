"""What leaves the machine: checkpoints to a file and to the system's log, the public key, and the record itself."""

from __future__ import annotations

import json
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from sqlalchemy import select

from casework.core import accounts, row_verification, schema
from casework.core.models import Account, AuditEvent, Membership
from tests.cli.conftest import ROOT

KUMLA, LAXA = "1881", "1860"
VERIFIER = ROOT / "docs" / "auditor" / "verify_audit.py"


@pytest.fixture
def points(tmp_path):
    return tmp_path / "checkpoints.jsonl"


def sql(casework, *statements: str) -> None:
    """Change the embedded database past the program."""
    with closing(sqlite3.connect(casework.database.data_dir / "casework.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_checkpoint_for_every_chain_goes_to_a_file_that_only_its_owner_reads(casework, points):
    said = casework("audit", "checkpoint", "--to", points)
    lines = [json.loads(line) for line in points.read_text().splitlines()]
    assert f"{len(lines)} kontrollpunkter är skrivna" in said.stdout
    chains = [line["municipality"] for line in lines]
    assert chains[0] is None and {KUMLA, LAXA} < set(chains)
    assert stat.S_IMODE(points.stat().st_mode) == 0o600
    assert "Alla kontrollpunkterna stämmer" in casework("audit", "verify", "--checkpoints", points).stdout
    casework("audit", "checkpoint", CASEWORK_CHECKPOINTS=str(points))
    assert len(points.read_text().splitlines()) == 2 * len(lines)
    assert "Alla kontrollpunkterna stämmer" in casework("audit", "verify", "--checkpoints", points).stdout


def test_a_checkpoint_must_be_told_where_to_go(casework, tmp_path):
    assert "CASEWORK_CHECKPOINTS" in casework("audit", "checkpoint", code=1).stderr
    assert "kan inte skrivas" in casework("audit", "checkpoint", "--to", tmp_path / "no" / "such", code=1).stderr
    assert "kan inte nås" in casework("audit", "checkpoint", "--syslog", tmp_path / "no", code=1).stderr


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_checkpoints_go_to_the_systems_log(casework, tmp_path):
    address = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(address))
        server.settimeout(5)
        said = casework("audit", "checkpoint", "--syslog", address)
        got = [server.recv(65536).decode().rstrip("\0") for _ in range(5)]
    assert "5 kontrollpunkter är skickade" in said.stdout
    assert all("casework-checkpoint: {" in line for line in got)
    assert {json.loads(line.partition(": ")[2])["municipality"] for line in got} >= {None, KUMLA, LAXA}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_database_turned_back_to_an_older_copy_is_found_by_its_checkpoints(casework, points):
    file = casework.database.data_dir / "casework.db"
    with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(file.with_name("old.db"))) as old:
        live.backup(old)
    casework("enable", "avhoppare", "--municipality", LAXA)
    casework("account", "reset", "maja.testlind")
    casework("audit", "checkpoint", "--to", points)
    for beside in ("casework.db-wal", "casework.db-shm"):
        file.with_name(beside).unlink(missing_ok=True)
    file.with_name("old.db").rename(file)
    assert "loggen är hel" in casework("audit", "verify").stdout, "the older state itself is whole"
    said = casework("audit", "verify", "--checkpoints", points, code=1).stderr
    assert "Laxå: loggen slutar före kontrollpunkten" in said
    assert "Installationen: loggen är en annan än vid kontrollpunkten" in said, (
        "the command above wrote a row of its own"
    )


@pytest.mark.parametrize("flag", ["--rows", "--data"])
def test_every_row_is_compared_with_the_record(casework, flag):
    said = casework("audit", "verify", flag).stdout
    assert "Installationen: raderna stämmer med loggen." in said and "Kumla: raderna stämmer med loggen." in said
    assert "raderna" not in casework("audit", "verify").stdout


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_row_somebody_has_been_at_is_named_with_its_table_and_key(casework):
    with casework.installation() as installation, installation.session(KUMLA) as session:
        unit = session.execute(select(Membership.unit_id).limit(1)).scalar_one()
        account = session.execute(select(Account.id).limit(1)).scalar_one()
    sql(
        casework,
        f"UPDATE units SET name = 'q' WHERE municipality = '{KUMLA}' AND id = '{unit}'",
        f"UPDATE accounts SET name = 'q' WHERE id = '{account}'",
        f"DELETE FROM settings WHERE municipality = '{LAXA}'",
        f"INSERT INTO settings (municipality, name, value) VALUES ('{LAXA}', 'sneaked_in', '1')",
    )
    data = casework.database.data_dir
    said = casework("audit", "verify", "--rows", "--data", data, code=1).stderr
    assert f"Kumla: units {unit} har ändrats utanför programmet." in said
    assert f"Installationen: accounts {account} har ändrats utanför programmet." in said
    assert "Laxå: settings sneaked_in är inlagd utanför programmet." in said
    assert "3 fel" in said


def test_the_record_goes_to_an_auditor_who_verifies_it_alone(casework, points, tmp_path):
    record = tmp_path / "record.jsonl"
    casework("audit", "checkpoint", "--to", points)
    said = casework("audit", "export", "--to", record)
    assert "rader är skrivna" in said.stdout and stat.S_IMODE(record.stat().st_mode) == 0o600
    key = casework("audit", "key").stdout.strip()
    assert len(bytes.fromhex(key)) == 32 and json.loads(record.read_text().splitlines()[0])["key"] == key
    command = [sys.executable, VERIFIER, record, "--checkpoints", points, "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.startswith("OK: "), done.stderr
    assert "kan inte göras" in casework("audit", "export", "--to", record, code=1).stderr
    with casework.installation() as installation, installation.session(KUMLA) as session:
        assert "audit:exported" in session.scalars(select(AuditEvent.action)).all()
    casework("audit", "verify", "--rows")


def test_an_upgrade_takes_what_was_there_before_into_the_record(casework):
    """An installation from before the record of changes: its rows are taken in, its memberships sealed, keys made."""
    schema.downgrade(casework.database.owner_url, "0005")
    said = casework("db", "upgrade").stdout
    assert "rader som saknades" in said
    with casework.installation() as installation:
        for code in (KUMLA, LAXA):
            with installation.session(code) as session:
                assert list(row_verification.faults(session)) == []
                maja = accounts.find(session, "maja.testlind")
                assert maja is not None and (code != KUMLA or accounts.actor(session, maja).posts)
        assert row_verification.installation_faults(installation.session, [KUMLA, LAXA]) == []
    assert "rader som saknades" not in casework("db", "upgrade").stdout
