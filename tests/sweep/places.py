"""Where the sweep looks, after a day: everything that was written anywhere, collected as files by place."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect

from tests import postgres
from tests.cli.conftest import Casework
from tests.databases import SQLITE_NAME, Database, _name
from tests.twins import looking

Files = dict[str, list[Path]]
OF_A_SESSION = ("sessions", "held_forms", "known_devices", "throttles", "enrolments")
"""Tables with what browsers leave behind."""
PLACES = ("database", "wal", "dump", "backup", "export", "session table", "log", "temp", "responses", "mail")
LOG_PAGE, HEAD, LONG_HEAD = 8192, 24, 40
"""Bytes of a page of PostgreSQL's write-ahead log, of its head, and of the head of a segment's first page
(``xlog_internal.h``)."""


@dataclass
class Traces:
    """The folders into which a day was led, and the database it was lived on."""

    database: Database
    folder: Path
    cluster: Callable[[], Path]

    def __post_init__(self) -> None:
        for name in ("temp", "log", "responses", "mail", "taken"):
            (self.folder / name).mkdir(exist_ok=True)

    def collected(self) -> Files:
        """Every place's files; the database's own as they lie on the disk while it runs."""
        taken = self.folder / "taken"
        files = self._sqlite(taken) if self.database.kind == "sqlite" else self._postgres(taken)
        files |= {"session table": [self._sessions(taken)], "backup": self._backup(), "export": self._export()}
        # What a mail server took in lies in its folder, without the line that says to whom it went.
        led = {name: sorted((self.folder / name).rglob("*")) for name in ("temp", "log", "responses", "mail")}
        return {name: [one for one in some if one.is_file()] for name, some in (files | led).items()}

    def _sqlite(self, taken: Path) -> Files:
        path = self.database.data_dir / SQLITE_NAME
        dump = taken / "dump.sql"
        with closing(sqlite3.connect(path)) as connection, dump.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in connection.iterdump())
        beside = [one for one in self.database.data_dir.iterdir() if one.name != path.name]
        return {"database": [path], "wal": beside, "dump": [dump]}

    def _postgres(self, taken: Path) -> Files:
        socket, name = self.cluster(), _name(self.database)
        postgres.execute(socket, "CHECKPOINT")
        binaries, dump = postgres.find_binaries(), taken / "dump.sql"
        assert binaries is not None
        command: list[str | Path] = [binaries / "pg_dump", "-h", socket, "-U", "postgres", "-f", dump, name]
        subprocess.run(command, check=True, capture_output=True)
        with looking(self.database) as connection:
            number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()")
            rows = socket / "data" / "base" / str(number.scalar_one())
        return {"database": [*rows.iterdir(), socket / "log"], "wal": [_log_records(socket, taken)], "dump": [dump]}

    def _sessions(self, taken: Path) -> Path:
        """What browsers left in the database, row by row in the clear."""
        file = taken / "sessions.txt"
        with looking(self.database) as connection, file.open("w", encoding="utf-8") as out:
            for table in sorted(set(OF_A_SESSION) & set(inspect(connection).get_table_names())):
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings():
                    out.writelines(f"{table} {column} {value}\n" for column, value in row.items())
        return file

    def _backup(self) -> list[Path]:
        copies, key, public = self.folder / "copies", self.folder / "offline.key", self.folder / "backup.pub"
        if not copies.exists():
            copies.mkdir()
            casework = Casework(self.database)
            public.write_text(casework("backup-key", "--to", key).stdout, "utf-8")
            casework("backup", "--to", copies, "--recipient", public)
        return sorted(copies.iterdir())

    def _export(self) -> list[Path]:
        """The record as an auditor gets it."""
        file = self.folder / "export.jsonl"
        if not file.exists():
            Casework(self.database)("audit", "export", "--to", file)
        return [file]


def _log_records(socket: Path, taken: Path) -> Path:
    """PostgreSQL's write-ahead log without the heads of its pages, which would cut in two what lies across them."""
    file = taken / "wal"
    with file.open("wb") as out:
        for segment in sorted((socket / "data" / "pg_wal").glob("0*")):
            pages = segment.read_bytes()
            for start in range(0, len(pages), LOG_PAGE):
                out.write(pages[start + (LONG_HEAD if start == 0 else HEAD) : start + LOG_PAGE])
    return file
