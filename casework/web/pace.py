"""How fast one account may ask: a person who reads is never stopped, a program that fetches page after page is.

Each process counts for itself, in memory. Who has guessed wrong at the way in waits otherwise: ``core/throttle.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

MOST, EACH_SECOND = 120.0, 1.0
"""Pages at once after a rest, and how many come back each second."""
COSTS = {"search.find": 5.0}
"""What opens many names to find one costs more than a page."""
REMEMBERED = 10_000
"""Accounts of which is known how fast they have been asking; then those that have rested are forgotten."""


class Pace:
    """What each account has left to ask for at this moment."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}
        self._told: set[str] = set()

    def take(self, account: str, endpoint: str) -> bool:
        """Whether the account may ask for a page now; if so it is counted."""
        now, cost = self._clock().timestamp(), COSTS.get(endpoint, 1.0)
        with self._lock:
            left = self._rested(account, now)
            may = left >= cost
            self._left[account] = (left - cost if may else left, now)
            if may:
                self._told.discard(account)
            if len(self._left) > REMEMBERED:
                self._forget(now)
            return may

    def is_first(self, account: str) -> bool:
        """Whether the account was stopped for the first time since it last was let through; each later one is none."""
        with self._lock:
            first = account not in self._told
            self._told.add(account)
            return first

    def _rested(self, account: str, now: float) -> float:
        left, at = self._left.get(account, (MOST, now))
        return min(MOST, left + max(0.0, now - at) * EACH_SECOND)

    def _forget(self, now: float) -> None:
        self._left = {one: kept for one, kept in self._left.items() if self._rested(one, now) < MOST}
        self._told &= self._left.keys()
