"""What the record of changes costs a deed: measured side by side, with it and without."""

from __future__ import annotations

import statistics
import time

import pytest
from sqlalchemy import event

from casework.core import changes
from casework.core.db import TenantSession

LISTENERS = {
    "before_flush": changes._before_flush,
    "after_flush": changes._after_flush,
    "do_orm_execute": changes._before_statement,
}
MOST = 3.0


@pytest.mark.prove
def test_signing_an_entry_costs_a_little_more_with_the_record_of_what_changed(world, size, figures, monkeypatch):
    case = world.case()
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(size(5, 60)):
        for recorded in (True, False):
            with monkeypatch.context() as patch:
                if not recorded:
                    patch.setattr(changes, "taken", lambda _session: [])
                    for name, listener in LISTENERS.items():
                        event.remove(TenantSession, name, listener)
                begun = time.perf_counter()
                world.sign("maja", case, "note")
                took[recorded].append(time.perf_counter() - begun)
                if not recorded:
                    for name, listener in LISTENERS.items():
                        event.listen(TenantSession, name, listener)
    with_it, without = (statistics.median(took[one]) * 1000 for one in (True, False))
    ratio = round(with_it / without, 2)
    figures |= {"ms with": round(with_it, 1), "ms without": round(without, 1), "ratio": ratio}
    assert ratio < MOST
