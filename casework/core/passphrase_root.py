"""The root key in a file that opens under a passphrase only: asked at the terminal, or read from a closed file."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

from casework.core import crypto, passwords, roots
from casework.core.crypto import Effort, Secret, packed
from casework.core.errors import Broken, KeyMissing, KeyWrong
from casework.core.roots import Surroundings

NAME = "file+passphrase"
SUFFIX = ".sealed"
"""The file lies beside where the plain key file would: ``installation.key.sealed``."""
PASSPHRASE_FILE, PASSPHRASE_FD = "CASEWORK_KEY_PASSPHRASE_FILE", "CASEWORK_KEY_PASSPHRASE_FD"
EFFORT = Effort(memory=262_144, passes=3, lanes=4)
"""Argon2id with 256 MiB and three passes (security.md 3.2): about a second on one core."""
MOST = Effort(memory=2_097_152, passes=16, lanes=16)
"""A file that asks for more than this was not made by us."""
SALT_BYTES = 16
LABEL = "casework-root/v1"
FORMAT = re.compile(rf"{LABEL} argon2id m=(\d+),t=(\d+),p=(\d+) ([A-Za-z0-9+/=]+) ([A-Za-z0-9+/=]+)\n?")


class PassphraseRoot:
    """One root key under a passphrase. It stays open in this process until its file is changed or taken away."""

    name = NAME

    def __init__(self, path: Path, passphrase: str) -> None:
        """Open the file; raises KeyMissing without one and KeyWrong where the passphrase is another."""
        self._path = path
        content = _content(path)
        self._seen = hashlib.sha256(content).digest()
        self._key = sealed_key(content, passphrase)

    @classmethod
    def is_there(cls, surroundings: Surroundings) -> bool:
        """Whether there is a sealed key file."""
        return path_of(surroundings).exists()

    @classmethod
    def opened(cls, surroundings: Surroundings) -> PassphraseRoot:
        """The provider over the sealed key file; the passphrase is asked for, never taken from an argument."""
        roots.require_private(path_of(surroundings), NAME)
        return cls(path_of(surroundings), _passphrase(surroundings, new=False))

    @classmethod
    def made(cls, surroundings: Surroundings) -> PassphraseRoot:
        """The provider over a new sealed key file; raises Refused for a passphrase that is easy to guess."""
        passphrase = _passphrase(surroundings, new=True)
        passwords.require_strong(passphrase)
        path = path_of(surroundings)
        roots.make_private(path, sealed_file(crypto.new_key(), passphrase))
        return cls(path, passphrase)

    @classmethod
    def path(cls, surroundings: Surroundings) -> Path:
        """The sealed key file."""
        return path_of(surroundings)

    def wrap(self, key: Secret, context: bytes) -> bytes:
        """The key sealed under the root, bound to ``context``."""
        return crypto.wrap(self._open(), key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> Secret:
        """The key that was wrapped for ``context``; raises Broken for anything else."""
        return crypto.unwrap(self._open(), wrapped, context)

    def root_of(self, wrapped: bytes) -> str:  # noqa: ARG002 there is one key
        """The file's key."""
        return f"{NAME}:{roots.check_value(self._key)}"

    def _open(self) -> Secret:
        """The key, as long as the file it came from lies there unchanged."""
        if hashlib.sha256(_content(self._path)).digest() != self._seen:
            raise KeyWrong(f"{self._path.name} was changed", "changed", NAME)
        return self._key


def path_of(surroundings: Surroundings) -> Path:
    """Where the sealed key file lies."""
    return surroundings.key_file.with_name(surroundings.key_file.name + SUFFIX)


def sealed_file(key: Secret, passphrase: str) -> bytes:
    """What a sealed key file holds: one line, with everything but the passphrase that opening it takes."""
    salt, effort = os.urandom(SALT_BYTES), EFFORT
    wrapped = crypto.wrap(crypto.stretched(passphrase, salt, effort), key, _context(effort, salt))
    parts = [LABEL, "argon2id", f"m={effort.memory},t={effort.passes},p={effort.lanes}", _text(salt), _text(wrapped)]
    return " ".join(parts).encode() + b"\n"


def sealed_key(content: bytes, passphrase: str) -> Secret:
    """The key in a sealed key file; raises KeyWrong for another passphrase and for a file that was altered."""
    found = FORMAT.fullmatch(content.decode("ascii", "replace"))
    effort = None if found is None else Effort(*(int(found[nth]) for nth in (1, 2, 3)))
    if found is None or effort is None or any(one > most for one, most in zip(effort, MOST, strict=True)):
        raise KeyWrong("the file does not hold a sealed key", "damaged", NAME)
    try:
        salt, wrapped = (roots.decoded(found[nth].encode()) for nth in (4, 5))
        return crypto.unwrap(crypto.stretched(passphrase, salt, effort), wrapped, _context(effort, salt))
    except ValueError:
        raise KeyWrong("the file does not hold a sealed key", "damaged", NAME) from None
    except Broken:
        raise KeyWrong("the passphrase does not open the file", "passphrase", NAME) from None


def _passphrase(surroundings: Surroundings, *, new: bool) -> str:
    """From a descriptor, from a file that only its owner may read, or from somebody at the terminal."""
    descriptor, named = surroundings.options.get(PASSPHRASE_FD), surroundings.options.get(PASSPHRASE_FILE)
    if descriptor is not None and not new:  # what is to be remembered for years is typed twice, or lies in a file
        try:
            with os.fdopen(int(descriptor), "rb") as pipe:
                said = pipe.read()
        except (OSError, ValueError):
            raise KeyMissing("the descriptor cannot be read", "descriptor", NAME) from None
    elif named is not None:
        path = Path(named)
        roots.require_private(path, PASSPHRASE_FILE)
        said = path.read_bytes()
    elif surroundings.ask is not None:
        said = surroundings.ask(new).encode()
    else:
        raise KeyMissing("nobody is there to say the passphrase", "nobody_to_ask", NAME)
    try:
        return said.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise KeyWrong("the passphrase is no text", "passphrase", NAME) from None


def _content(path: Path) -> bytes:
    roots.require_private(path, NAME)
    return path.read_bytes()


def _context(effort: Effort, salt: bytes) -> bytes:
    return packed(LABEL, *effort, salt)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
