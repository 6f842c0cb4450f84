"""Two who register at the same moment: one person of a number, and no two cases of one number."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from casework.core import cases, registration
from casework.core.db import new_id
from casework.core.models import Case, Person
from casework.core.registration import Identified
from tests.worlds import REGISTRY, VUXEN, World, personal_number

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"])  # SQLite has one writer at a time


def at_once(*deeds: Callable[[], object]) -> None:
    """Do the deeds at the same moment; raise what any of them raised."""
    ready, wrong = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        ready.wait()
        try:
            deed()
        except Exception as error:  # noqa: BLE001 raised again below, in the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def register(world: World, who: str, number: str) -> Callable[[], object]:
    def deed() -> None:
        with world.acting(who) as (session, actor):
            unit = world.units["1881", VUXEN]
            person = registration.identify(session, actor, Identified(number, "Gösta Exempelsson", 0), unit, new_id())
            cases.register(
                session,
                REGISTRY,
                actor,
                area="avhoppare",
                case_type="avhopp",
                unit_id=unit,
                state="received",
                subject=person,
            )

    return deed


def test_a_person_registered_by_two_at_once_is_one_person_with_two_cases(world):
    number = personal_number(1).digits
    at_once(*(register(world, who, number) for who in ("maja", "sven", "fia", "ida")))
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        numbers = session.scalars(select(Case.number)).all()
        assert len(set(numbers)) == len(numbers) == 4


def test_cases_of_different_people_registered_at_once_get_numbers_of_their_own(world):
    at_once(*(register(world, who, personal_number(nth).digits) for nth, who in enumerate(("maja", "sven", "ida"), 1)))
    with world.session() as session:
        assert sorted(session.scalars(select(Case.number))) == ["2026-0001", "2026-0002", "2026-0003"]
