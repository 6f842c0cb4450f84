"""After an import nothing of the people in it lies readable anywhere; and the search would find it if it did."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sqlite3
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from tests.cli.conftest import DATA, IMPORT
from tests.cli.leaks import found_in, secrets_of

EXPECTED = json.loads((DATA / "avhoppare-register.expected.json").read_text("utf-8"))
# Refused rows have markers too.
MARKERS = {f"KX11{row:03d}" for row in range(48)} | {f"KC12{row:03d}" for row in range(24)}
SECRETS = secrets_of(EXPECTED["xlsx"]) | secrets_of(EXPECTED["csv"]) | MARKERS
RUN = [sys.executable, "-c", "from casework.cli import main; main()"]


sqlite_only = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def traces(casework, databases, tmp_path):
    """Every file that an import of both registers, a second one and an undo left behind."""
    temp, log, kept = tmp_path / "temp", tmp_path / "log", tmp_path / "before-undo"
    temp.mkdir()
    kept.mkdir()
    places = {"TMPDIR": str(temp), "SQLITE_TMPDIR": str(temp), "TEMP": str(temp), "TMP": str(temp)}
    environment = {**os.environ, **casework.database.environment, **places}
    with log.open("ab") as said, reading(casework.database):
        for name in ("xlsx", "csv", "xlsx"):
            arguments = [str(DATA / f"avhoppare-register.{name}"), *IMPORT, "--report", str(tmp_path / f"{name}.json")]
            subprocess.run([*RUN, "import", *arguments], env=environment, stdout=said, stderr=said, check=True)
        for file in stored_in(casework.database, databases, kept):
            (kept / f"before-{file.name}").write_bytes(file.read_bytes())
    with log.open("ab") as said:
        undone = tmp_path / "undone.json"
        arguments = ["--undo", str(tmp_path / "csv.json"), *IMPORT, "--report", str(undone)]
        subprocess.run([*RUN, "import", *arguments], env=environment, stdout=said, stderr=said, check=True)
    assert json.loads(undone.read_text("utf-8"))["undone"] == EXPECTED["csv"]["imported"]
    files = [*stored_in(casework.database, databases, tmp_path), *casework.database.data_dir.iterdir()]
    files += [*kept.iterdir(), *tmp_path.glob("*.json"), *temp.rglob("*"), log]
    return sorted({file for file in files if file.is_file()})


@contextlib.contextmanager
def reading(database):
    """Somebody reads all the while, which keeps SQLite's write-ahead log from being emptied and deleted."""
    if database.kind != "sqlite":
        yield
        return
    holder = sqlite3.connect(database.data_dir / "casework.db")
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM cases").fetchone()
    yield
    holder.close()


def stored_in(database, databases, folder):
    """The database's files; of PostgreSQL every row of every table, as it is stored, and what the server logged."""
    if database.kind == "sqlite":
        return sorted(database.data_dir.glob("casework.db*"))
    socket = databases.start_cluster()
    dump = folder / "dump"
    name = database.owner_url.partition("@/")[2].partition("?")[0]
    with dump.open("wb") as out, psycopg.connect(host=str(socket), user="postgres", dbname=name) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (table,) in tables:
            command = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            with connection.cursor().copy(command) as rows:
                out.writelines(bytes(part) for part in rows)
    return [dump, socket / "log"]


def test_nothing_of_the_people_is_left_readable(traces, database_kind):
    names = {file.name for file in traces}
    assert {"log", "xlsx.json", "csv.json", "undone.json"} <= names
    written = {"sqlite": ["before-casework.db-wal", "casework.db"], "postgres": ["before-dump", "dump"]}[database_kind]
    sizes = [file.stat().st_size for name in written for file in traces if file.name == name]
    assert len(sizes) >= len(written) and min(sizes) > 100_000
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


@sqlite_only
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
