"""Where the key of all keys comes from. This part has the file; others come in by the same interface."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import Protocol

from casework.core import crypto
from casework.core.crypto import Secret
from casework.core.errors import Broken, KeyMissing, KeyWrong


class RootProvider(Protocol):
    """Wraps and unwraps the keys that everything else hangs on; never gives its own key away."""

    name: str

    def wrap(self, key: Secret, context: bytes) -> bytes:
        """The key sealed under the root, bound to ``context``."""

    def unwrap(self, wrapped: bytes, context: bytes) -> Secret:
        """The key that was wrapped for ``context``; raises Broken for anything else."""


class FileRoot:
    """The root key in a file that only its owner may read."""

    name = "file"

    def __init__(self, path: Path) -> None:
        """Read the key; raises KeyMissing where there is no file and KeyWrong where others may read it."""
        if not path.exists():
            raise KeyMissing(path.name)
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyWrong(f"{path.name} may be read by others than its owner; chmod 600 mends it")
        try:
            self._key = Secret(base64.b64decode(path.read_bytes().strip(), validate=True))
        except (ValueError, Broken):
            raise KeyWrong(f"{path.name} does not hold a key") from None

    @classmethod
    def make(cls, path: Path) -> FileRoot:
        """Make a new key in a new file with mode 0600; raises FileExistsError rather than overwrite one."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(crypto.new_key().reveal()) + b"\n")
        return cls(path)

    def wrap(self, key: Secret, context: bytes) -> bytes:
        """The key sealed under the root, bound to ``context``."""
        return crypto.wrap(self._key, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> Secret:
        """The key that was wrapped for ``context``; raises Broken for anything else."""
        return crypto.unwrap(self._key, wrapped, context)
