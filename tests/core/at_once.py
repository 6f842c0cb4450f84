"""Several deeds at the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence


class Handicap:
    """How much later the one of two begins that has won too often: a race that the same one always wins is none."""

    STEP = 0.004

    def __init__(self) -> None:
        self._second = 0.0

    @property
    def late(self) -> tuple[float, float]:
        """How many seconds late each of the two begins."""
        return max(0.0, -self._second), max(0.0, self._second)

    def won(self, *, by_the_second: bool) -> None:
        """Remember who won, for the next round."""
        self._second += self.STEP if by_the_second else -self.STEP


def at_once(*deeds: Callable[[], object], late: Sequence[float] = ()) -> list[object]:
    """Do the deeds at the same moment, or some a little ``late``; what each gave back or raised, in their order."""
    ready = threading.Barrier(len(deeds))
    waits = [*late, *([0.0] * (len(deeds) - len(late)))]
    results: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        ready.wait()
        time.sleep(waits[place])
        try:
            results[place] = deed()
        except Exception as error:  # noqa: BLE001 given back, for the test to judge
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
