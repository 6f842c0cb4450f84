"""After an import nothing of the people in it lies readable anywhere; and the search would find it if it did."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import subprocess
import sys

import pytest

from tests.cli.conftest import DATA, IMPORT
from tests.cli.leaks import found_in, secrets_of

EXPECTED = json.loads((DATA / "avhoppare-register.expected.json").read_text("utf-8"))
# Refused rows have markers too.
MARKERS = {f"KX11{row:03d}" for row in range(48)} | {f"KC12{row:03d}" for row in range(24)}
SECRETS = secrets_of(EXPECTED["xlsx"]) | secrets_of(EXPECTED["csv"]) | MARKERS
RUN = [sys.executable, "-c", "from casework.cli import main; main()"]


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def traces(casework, tmp_path):
    """Every file that an import of both registers, a second one and an undo left behind."""
    temp, log = tmp_path / "temp", tmp_path / "log"
    temp.mkdir()
    places = {"TMPDIR": str(temp), "SQLITE_TMPDIR": str(temp), "TEMP": str(temp), "TMP": str(temp)}
    environment = {**os.environ, **casework.database.environment, **places}
    holder = sqlite3.connect(casework.database.data_dir / "casework.db")
    # Somebody reading keeps the write-ahead log from being emptied and deleted.
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM cases").fetchone()
    with log.open("ab") as said:
        for name in ("xlsx", "csv", "xlsx"):
            arguments = [str(DATA / f"avhoppare-register.{name}"), *IMPORT, "--report", str(tmp_path / f"{name}.json")]
            subprocess.run([*RUN, "import", *arguments], env=environment, stdout=said, stderr=said, check=True)
    files = [*casework.database.data_dir.iterdir(), *tmp_path.glob("*.json"), *temp.rglob("*"), log]
    yield [file for file in files if file.is_file()]
    holder.close()


def test_nothing_of_the_people_is_left_readable(traces):
    assert {"casework.db", "casework.db-wal", "log", "xlsx.json", "csv.json"} <= {file.name for file in traces}
    assert next(file for file in traces if file.name == "casework.db-wal").stat().st_size > 100_000
    assert len(SECRETS) > 500
    assert found_in(traces, SECRETS) == {}


@pytest.mark.parametrize("secret", ["KX11000", "19940817-9894", "9408179894", "Exempelsson, Gösta", "Eşref Testlind"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_planted_leak_is_found(secret, encoding, tmp_path):
    assert secret in SECRETS
    raw = secret.encode(encoding)
    planted = {
        "plain": raw,
        "hex": raw.hex().encode(),
        **{f"base64-{n}": base64.b64encode(b"x" * n + raw + b"yz") for n in range(3)},
    }
    for name, content in planted.items():
        file = tmp_path / name
        file.write_bytes(b"\x00\x01before" + content + b"after")
        assert found_in([file], {secret}) == {name: [secret]}


def test_a_leak_planted_in_the_database_is_found(casework):
    path = casework.database.data_dir / "casework.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE planted (words TEXT)")
    connection.execute("INSERT INTO planted VALUES ('Gösta Exempelsson, Provgatan 0 KX11000A')")
    connection.commit()
    files = [file for file in casework.database.data_dir.iterdir() if file.is_file()]
    hits = {text for found in found_in(files, SECRETS).values() for text in found}
    connection.close()
    assert {"Gösta Exempelsson", "KX11000"} <= hits
