"""The demonstration under attack: a fresh copy for every attack, served on this machine only."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import delete

import casework.web
from casework.core import accounts
from casework.core.models import Throttle
from casework.core.passwords import DEMONSTRATION
from casework.demo.__main__ import make
from casework.settings import Settings

WAIT = 120


def settings(data: Path) -> Settings:
    return Settings.read(data, demo=True)


def made(data: Path) -> Path:
    """The demonstration as it is when nobody has used it; made once."""
    if not settings(data).key_file.exists():
        make(settings(data))
    return data


@contextmanager
def served(original: Path, copy: Path) -> Iterator[int]:
    """A fresh copy, served on a port of its own until the attack is over."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(original, copy)
    port = free_port()
    command = [sys.executable, "-m", "casework.demo", "--port", str(port), "--data", str(copy)]
    with (copy / "served.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until and process.poll() is None:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the demonstration did not start")


def let_in(data: Path, who: str) -> None:
    """Open the way in again that an attack has barred: the waits after wrong guesses, the password, the account.

    The waits hold, and that is tested elsewhere. Here they would only shield what lies behind them.
    """
    installation = casework.web.install(settings(data))
    try:
        with installation.session(None) as session:
            session.execute(delete(Throttle))
            account = accounts.find(session, who)
            assert account is not None
            account.disabled_at = None
            accounts.set_password(session, account, DEMONSTRATION)
    finally:
        installation.engine.dispose()
