"""Where the key of all keys comes from: root providers, chosen by name, found by the entry point group of their own.

A provider wraps and unwraps the keys that everything else hangs on and never gives its own key away. Each row under
the root says which provider and which of its keys wrapped it, so that an installation moves from one to another while
it is running: the first provider chosen wraps whatever is new, each of them opens what it once wrapped.
"""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple, Protocol

from casework.core import crypto
from casework.core.crypto import Secret
from casework.core.errors import Broken, KeyMissing, KeyWrong

GROUP = "casework.root_providers"
FILE = "file"


class RootProvider(Protocol):
    """Wraps and unwraps the keys that everything else hangs on; never gives its own key away."""

    name: str

    def wrap(self, key: Secret, context: bytes) -> bytes:
        """The key sealed under the root, bound to ``context``; raises Locked where the root cannot be used."""

    def unwrap(self, wrapped: bytes, context: bytes) -> Secret:
        """The key that was wrapped for ``context``; raises Broken for anything else, Locked without the root."""

    def root_of(self, wrapped: bytes) -> str:
        """The provider's name and which of its keys has just wrapped this, as its row remembers."""


Ask = Callable[[bool], str]
"""Asks somebody at the terminal for a passphrase; for a new one if true."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provider is opened with: the key file's place, the settings that begin with CASEWORK_, and a terminal."""

    key_file: Path
    options: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None


class ProviderKind(Protocol):
    """What an entry point of the group names: opens a provider, and makes its root where it can."""

    def is_there(self, surroundings: Surroundings) -> bool:
        """Whether there is a root to open."""

    def opened(self, surroundings: Surroundings) -> RootProvider:
        """The provider, ready; raises Locked with a code for what is wrong."""

    def made(self, surroundings: Surroundings) -> RootProvider:
        """The provider with a new root, which never takes the place of one that is there."""

    def path(self, surroundings: Surroundings) -> Path | None:
        """The file its root lies in, there or not, or None where it is kept elsewhere."""


class Wrapped(NamedTuple):
    """A key under the root, and which root that is."""

    root: str
    blob: bytes


class Roots:
    """The root providers of an installation. Those after the first are opened when a row first names them."""

    def __init__(self, first: RootProvider, later: Mapping[str, Callable[[], RootProvider]] | None = None) -> None:
        self.first = first
        self._opened = {first.name: first}
        self._later = dict(later or {})

    def wrap(self, key: Secret, context: bytes) -> Wrapped:
        """A key under the first provider's root."""
        return wrapped_by(self.first, key, context)

    def unwrap(self, root: str | None, wrapped: bytes, context: bytes) -> Secret:
        """A key under the root its row names; one from before rows said so is tried with each provider in turn."""
        if root is not None:
            return self.named(root.partition(":")[0]).unwrap(wrapped, context)
        for provider in [self.named(name) for name in {**self._opened, **self._later}]:
            try:
                return provider.unwrap(wrapped, context)
            except Broken:
                continue
        raise Broken("no root provider opens the key")

    def named(self, name: str) -> RootProvider:
        """A provider by its name, opened if it was not; raises KeyMissing for one that was not chosen."""
        if name not in self._opened:
            if name not in self._later:
                raise KeyMissing(f"a key lies under {name}", "not_chosen", name)
            self._opened[name] = self._later[name]()
        return self._opened[name]


def wrapped_by(provider: RootProvider, key: Secret, context: bytes) -> Wrapped:
    """A key under a provider's root, and the name of that root."""
    blob = provider.wrap(key, context)
    return Wrapped(provider.root_of(blob), blob)


def names() -> list[str]:
    """The names of the providers that are installed here."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def kind(name: str) -> ProviderKind:
    """The kind of provider of that name; raises KeyMissing where none is installed or its own parts are missing."""
    for point in entry_points(group=GROUP):
        if point.name == name:
            try:
                found: ProviderKind = point.load()
            except ImportError:
                raise KeyMissing(f"{name} lacks a library", "library", name) from None
            return found
    raise KeyMissing(f"no such root provider: {name}", "unknown", name)


def opened(names: Sequence[str], surroundings: Surroundings) -> Roots:
    """The chosen providers; the first must be there, the later ones may be made yet."""
    kinds = {name: kind(name) for name in names}
    first, *later = names
    roots = Roots(
        kinds[first].opened(surroundings),
        {name: lambda found=kinds[name]: found.opened(surroundings) for name in later},  # type: ignore[misc] # one each
    )
    for name in later:
        if kinds[name].is_there(surroundings):
            roots.named(name)
    return roots


def require_private(path: Path, provider: str) -> None:
    """Raise KeyMissing where there is no such file, and KeyWrong where others than its owner may read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        raise KeyMissing(path.name, "missing", provider) from None
    if os.name == "posix" and mode & 0o077:
        raise KeyWrong(
            f"{path.name} may be read by others than its owner; chmod 600 mends it", "readable_by_others", provider
        )


def make_private(path: Path, content: bytes) -> None:
    """Write a new file with mode 0600, to stay; raises FileExistsError rather than overwrite one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    keep_names(path.parent)


def keep_names(folder: Path) -> None:
    """See to it that what a folder's files are called survives a power failure, where the system can promise that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def decoded(text: bytes) -> bytes:
    """What base64 stands for; raises ValueError unless it is written the one way that we write it."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw) != text:
        raise ValueError("not written as it should be")
    return raw


def check_value(key: Secret) -> str:
    """A name for a root key that tells it from others and tells nothing of it."""
    return crypto.mac(key, "root-check/v1").hex()[:16]


class FileRoot:
    """Root keys in a file that only its owner may read, one a line: the last one wraps, each of them opens.

    The file is read anew each time, so that taking it away locks the installation once the opened keys grow old.
    """

    name = FILE

    def __init__(self, path: Path) -> None:
        """Look at the file; raises KeyMissing where there is none and KeyWrong where others may read it."""
        self._path = path
        self._keys()

    @classmethod
    def is_there(cls, surroundings: Surroundings) -> bool:
        """Whether there is a key file."""
        return surroundings.key_file.exists()

    @classmethod
    def opened(cls, surroundings: Surroundings) -> FileRoot:
        """The provider over the key file that the settings name."""
        return cls(surroundings.key_file)

    @classmethod
    def made(cls, surroundings: Surroundings) -> FileRoot:
        """The provider over a new key file."""
        return cls.make(surroundings.key_file)

    @classmethod
    def path(cls, surroundings: Surroundings) -> Path:
        """The key file."""
        return surroundings.key_file

    @classmethod
    def make(cls, path: Path) -> FileRoot:
        """Make a new key in a new file with mode 0600; raises FileExistsError rather than overwrite one."""
        make_private(path, _line(crypto.new_key()))
        return cls(path)

    def wrap(self, key: Secret, context: bytes) -> bytes:
        """The key sealed under the newest root key, bound to ``context``."""
        return crypto.wrap(self._keys()[-1], key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> Secret:
        """The key that was wrapped for ``context``; raises Broken for anything else."""
        for key in reversed(self._keys()):
            try:
                return crypto.unwrap(key, wrapped, context)
            except Broken:
                continue
        raise Broken("the wrapped key does not open")

    def root_of(self, wrapped: bytes) -> str:  # noqa: ARG002 the file's own last line has wrapped it
        """The file's newest key."""
        return f"{FILE}:{check_value(self._keys()[-1])}"

    def renew(self) -> None:
        """Put a new key last in the file; from now on it wraps. One that waits to be moved to is new enough."""
        keys = self._keys()
        if len(keys) == 1:
            self._rewrite([*keys, crypto.new_key()])

    @property
    def is_renewed(self) -> bool:
        """Whether a new key waits in the file for everything to be moved to it."""
        return len(self._keys()) > 1

    def retire(self) -> int:
        """Take every key but the last out of the file; how many there were."""
        keys = self._keys()
        if len(keys) > 1:
            self._rewrite(keys[-1:])
        return len(keys) - 1

    def _keys(self) -> list[Secret]:
        require_private(self._path, FILE)
        try:
            lines = self._path.read_bytes().strip().split(b"\n")
            return [Secret(decoded(line.strip())) for line in lines]
        except (ValueError, Broken):
            raise KeyWrong(f"{self._path.name} does not hold a key", "damaged", FILE) from None

    def _rewrite(self, keys: Sequence[Secret]) -> None:
        """The file with other keys, whole or not at all."""
        draft = self._path.with_name(self._path.name + ".new")
        draft.unlink(missing_ok=True)
        make_private(draft, b"".join(map(_line, keys)))
        draft.replace(self._path)
        keep_names(self._path.parent)


def _line(key: Secret) -> bytes:
    return base64.b64encode(key.reveal()) + b"\n"
