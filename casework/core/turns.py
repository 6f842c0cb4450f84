"""Taking turns at heavy work: as many at once as the machine has cores, a few wait, and the rest are told to come back.

A flood of sign-ins then costs those who are signed in no more than a share of the processor. With a folder the turns
are taken between all processes of the machine that use it, by locks on empty files.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from casework.core.errors import Busy

try:
    import fcntl
except ImportError:  # Windows has no such locks; there one process serves alone
    fcntl = None  # type: ignore[assignment]

WAITING = 4
"""How many wait for their turn; one who comes then is turned away at once."""
PATIENCE = 4.0
LOOK = 0.02
RETRY_AFTER = 5
"""Seconds after which somebody who was turned away may try again."""


class Turns:
    """A few places for heavy work, and a short queue before them."""

    def __init__(self, places: int | None = None, waiting: int = WAITING, folder: Path | None = None) -> None:
        self.places = places or os.cpu_count() or 1
        self._folder = folder if fcntl is not None else None
        self._room = BoundedSemaphore(self.places + waiting)
        self._place = BoundedSemaphore(self.places)
        self._waiting = waiting

    @contextmanager
    def queued(self) -> Iterator[None]:
        """Stand in the queue or in a place; raises Busy at once where there is no room."""
        if not self._room.acquire(blocking=False):
            raise Busy
        held = None
        try:
            if self._folder is not None:
                held = self._locked(self._folder, "queue", self.places + self._waiting)
                if held is None:
                    raise Busy
            yield
        finally:
            if held is not None:
                os.close(held)
            self._room.release()

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Work in a place, for somebody who stands in the queue; raises Busy where it takes too long to get one."""
        ends = time.monotonic() + PATIENCE
        if not self._place.acquire(timeout=PATIENCE):
            raise Busy
        held = None
        try:
            while self._folder is not None and held is None:
                held = self._locked(self._folder, "place", self.places)
                if held is None:
                    if time.monotonic() > ends:
                        raise Busy
                    time.sleep(LOOK)
            yield
        finally:
            if held is not None:
                os.close(held)
            self._place.release()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Queue and work; raises Busy where the queue is full or takes too long."""
        with self.queued(), self.placed():
            yield

    @staticmethod
    def _locked(folder: Path, kind: str, many: int) -> int | None:
        """The first of the files that nobody holds; closing it gives it back, and so does the end of the process."""
        for nth in range(many):
            opened = os.open(folder / f"turn-{kind}-{nth}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(opened)
            else:
                return opened
        return None
