"""A consent withdrawn while its recipient reads: whoever was first, no read that begins afterwards sees anything."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest

from casework.core import access_rows
from casework.core.errors import Conflict
from tests.core.at_once import at_once
from tests.core.consenting import TODAY, ask, consented, parts, wanted, withdraw
from tests.core.disclosing import assessed, read, wish
from tests.core.taking_part import EVERY, add, everybody_consents, ready, sspf
from tests.core.taking_part import read as read_part
from tests.core.test_sharing import page
from tests.worlds import World

pytestmark = [pytest.mark.prove, pytest.mark.parametrize("database_kind", ["postgres"])]  # SQLite has one writer
LONGEST_WAIT = 0.02
"""Seconds that the withdrawal waits at most, so that it comes before, between and after the reads."""
UNTIL = TODAY + timedelta(days=30)
Sees = Callable[[], bool]
Made = Callable[[], tuple[str, Sees]]
"""Makes something that rests on a consent: the consent's id, and whether its recipient sees it when they ask."""


@dataclass
class Visit:
    """A recipient who reads again and again until the withdrawal is done, and once more after it."""

    sees: Sees
    done: threading.Event = field(default_factory=threading.Event)
    reads: list[tuple[bool, bool]] = field(default_factory=list)

    def goes_on(self) -> None:
        over = False
        while not over:
            over = self.done.is_set()
            try:
                self.reads.append((over, self.sees()))
            except Conflict:  # told to ask again, and shown nothing
                self.reads.append((over, False))

    def withdrawn(self, world: World, case: str, consent: str, after: float) -> None:
        time.sleep(after)
        try:
            try:
                withdraw(world, case, consent)
            except Conflict:  # told that somebody else wrote: the officer presses again
                withdraw(world, case, consent)
        finally:
            self.done.set()


def raced(world: World, case: str, rounds: int, seed: int, made: Made) -> dict[str, object]:
    """Let them race; how many reads came before the end, and in how many rounds somebody still saw something."""
    chance, before, saw = random.Random(seed), 0, 0
    for _round in range(rounds):
        world.clock.move(seconds=1)
        consent, sees = made()
        assert sees()
        visit = Visit(sees)
        after = chance.uniform(0, LONGEST_WAIT)
        results = at_once(visit.goes_on, partial(visit.withdrawn, world, case, consent, after))
        assert results == [None, None], results
        assert not any(over and seen for over, seen in visit.reads), visit.reads
        shown = [seen for _over, seen in visit.reads]
        assert shown == sorted(shown, reverse=True), shown  # what is gone does not come back
        before, saw = before + sum(not over for over, _seen in visit.reads), saw + any(shown)
    with world.session() as session:
        assert access_rows.differences(session) == []
    return {"seed": seed, "rounds": rounds, "reads meanwhile": before, "seen by somebody who was first": saw}


def test_a_disclosure_is_not_read_once_its_consent_is_withdrawn(world, size, figures):
    case = world.case()

    def made() -> tuple[str, Sees]:
        consent = consented(world, case)
        given = assessed(world, case, wish(world, case, ground="OSL_12_2", kinds=("status",), until=UNTIL))
        return consent, lambda: read(world, given) is not None

    figures |= raced(world, case, size(10, 200), 20261128, made)


def test_a_status_is_not_shown_once_its_consent_is_withdrawn(world, size, figures):
    case = world.case()

    def made() -> tuple[str, Sees]:
        consent = consented(world, case)
        shared = world.permit(case, ground="register", until=UNTIL).reference
        return consent, lambda: shared in {row.reference for row in page(world).shown}

    figures |= raced(world, case, size(10, 200), 20261129, made)


def test_a_participant_sees_nothing_once_one_of_three_has_withdrawn(world, size, figures):
    case = sspf(ready(world))
    everybody = everybody_consents(world, case)
    withdraw(world, case, everybody[2])
    second = parts(world, case, "guardian")[1]
    want = wanted(second, "guardian", agencies=("school",), kinds=EVERY)

    def made() -> tuple[str, Sees]:
        consent = ask(world, case, want)
        part = add(world, case, until=UNTIL)
        return consent, lambda: read_part(world, part) is not None

    figures |= raced(world, case, size(10, 200), 20261130, made)
