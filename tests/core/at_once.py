"""Several deeds at the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do the deeds at the same moment; what each gave back or raised, in their order."""
    ready = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        ready.wait()
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
