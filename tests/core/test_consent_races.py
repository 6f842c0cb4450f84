"""A consent withdrawn while something is permitted on it: nothing that rests on it goes on, whoever was first."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from casework.core import access_rows, consent_register, sharing
from casework.core.errors import Conflict, Refused
from casework.core.models import Consent, ConsentUse, StatusPermission
from tests.core.at_once import at_once
from tests.core.consenting import TODAY, ask, child, consented, parts, wanted, withdraw
from tests.core.test_sharing import page
from tests.worlds import World

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"])  # SQLite has one writer at a time
LONGEST_WAIT = 0.03
"""Seconds that one of the two waits at most, so that each is the first sometimes."""


def permit(world: World, case: str, after: float) -> StatusPermission:
    time.sleep(after)
    return world.permit(case, ground="register", until=TODAY + timedelta(days=60))


def take_back(world: World, case: str, consent: str, after: float) -> None:
    time.sleep(after)
    withdraw(world, case, consent)


@pytest.mark.prove
def test_what_is_permitted_while_its_consent_is_withdrawn_never_goes_on(world, size, figures):
    rounds, seed = size(10, 200), 20261127
    chance, came = random.Random(seed), Counter[str]()
    for _round in range(rounds):
        case = child(world, 10)
        consents = [consented(world, case, "guardian", nth) for nth in range(2)]
        taken_back = chance.choice(consents)
        first, second = (chance.uniform(0, LONGEST_WAIT) for _nth in range(2))
        permitted, withdrawn = at_once(
            partial(permit, world, case, first), partial(take_back, world, case, taken_back, second)
        )
        came[f"{type(permitted).__name__}, {type(withdrawn).__name__}"] += 1
        assert isinstance(permitted, StatusPermission | Conflict | Refused), permitted
        assert withdrawn is None or isinstance(withdrawn, Conflict), withdrawn
        if withdrawn is not None:  # told that somebody else wrote: the officer presses again
            withdraw(world, case, taken_back)
        world.clock.move(seconds=1)
        with world.session() as session:
            assert session.get_one(Consent, ("1881", taken_back)).state == "withdrawn"
            rows = session.scalars(select(StatusPermission).where(StatusPermission.case_id == case)).all()
            assert all(one.ended_at is not None for one in rows)
            assert len(rows) == isinstance(permitted, StatusPermission)
            uses = session.scalars(select(ConsentUse).where(ConsentUse.case_id == case)).all()
            assert len(uses) == 2 * len(rows)
            assert access_rows.differences(session) == []
        assert page(world).shown == []
    figures |= {"seed": seed, "rounds": rounds, "came": dict(came)}
    assert sum(came.values()) == rounds


def test_of_two_who_write_down_an_answer_at_once_one_does(world):
    for _round in range(8):
        case = world.case()
        asked = ask(world, case, wanted(parts(world, case, "subject")[0]), None)

        def answer(given: bool, case: str = case, asked: str = asked) -> str:
            said = consent_register.Answer(given=given, how="oral", identity="known")
            with world.acting("maja") as (session, maja):
                return consent_register.answer(session, maja, case, asked, said).state

        results = at_once(partial(answer, True), partial(answer, False))
        assert sum(isinstance(one, Conflict) for one in results) == 1
        with world.session() as session:
            assert session.get_one(Consent, ("1881", asked)).state in {str(one) for one in results}


def test_a_permission_and_the_renewal_that_narrows_its_consent_leave_nothing_uncovered(world):
    for _round in range(8):
        case = world.case()
        held = consented(world, case)
        giver = parts(world, case, "subject")[0]
        new = ask(world, case, wanted(giver, kinds=("school",)), None, renews=held)

        def give(case: str = case, new: str = new) -> None:
            said = consent_register.Answer(given=True, how="oral", identity="known")
            with world.acting("maja") as (session, maja):
                consent_register.answer(session, maja, case, new, said)

        permitted, given = at_once(partial(permit, world, case, 0.0), give)
        if isinstance(given, Conflict):
            give()
        assert isinstance(permitted, StatusPermission | Conflict | Refused)
        world.clock.move(seconds=1)
        with world.acting("maja") as (session, _maja):
            row = world.get(session, case)
            assert all(until <= session.now for _shared, until in sharing.of_case(session, row))
