"""Keys that were opened lately: a few, and not for long."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from casework.core.crypto import Secret

CACHE = 4096
AGE = timedelta(minutes=5)
"""So long after the root was asked a key may be used without asking it again."""


class Key(NamedTuple):
    """An opened key, its version, and when the root was asked for what it hangs on."""

    version: int
    secret: Secret
    since: datetime


class OpenedKeys:
    """A bounded cache, by name; what has not been used for longest goes first, and what is old is as good as gone."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[str | int | None, ...], Key] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, now: datetime, *name: str | int | None) -> Key | None:
        """The key of that name, if it was opened within the last minutes."""
        with self._lock:
            found = self._keys.get(name)
            if found is None or abs(now - found.since) >= AGE:
                return None
            self._keys.move_to_end(name)
            return found

    def keep(self, key: Key, *name: str | int | None) -> Key:
        """Keep a key under a name."""
        with self._lock:
            self._keys[name] = key
            while len(self._keys) > CACHE:
                self._keys.popitem(last=False)
        return key

    def forget(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._keys.clear()
