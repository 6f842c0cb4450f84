"""What ends while its recipient has the page before them: the next request, wherever it goes, holds nothing of it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.core import clock, conflicts, disclosures, participations, sharing, teams
from casework.core.models import ConflictBlock
from tests.core.consenting import consented, withdraw
from tests.core.disclosing import assessed, wish
from tests.core.taking_part import EVERY, add, everybody_consents, ready, sspf
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.worlds import World

pytestmark = pytest.mark.prove
AFTER = (timedelta(0), timedelta(microseconds=1), timedelta(minutes=1))
BEFORE = (timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=5))
DAYS = 2


@dataclass
class Thing:
    """Something that a recipient sees: at which addresses, by which words, and what ends it before its last day."""

    who: str
    case: str
    mark: str
    own: str
    listed: str
    consent: str
    end: Callable[[World], None]


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path, ready, "postgres")


def last_day(world: World) -> date:
    return clock.today(world.clock.now) + timedelta(days=DAYS)


def span(world: World) -> dict[str, Any]:
    return {"valid_from": clock.today(world.clock.now), "valid_until": last_day(world)}


def a_disclosure(world: World, case: str, mark: str) -> Thing:
    consent = consented(world, case, **span(world))
    wanted = wish(world, case, ground="OSL_12_2", kinds=("status",), until=last_day(world), purpose=mark)
    made = assessed(world, case, wanted)

    def end(world: World) -> None:
        with world.acting("maja") as (session, maja):
            disclosures.end(session, maja, case, made.id)

    return Thing("erik", case, mark, f"/mottaget/{made.id}", "/mottaget", consent, end)


def a_status(world: World, case: str, mark: str) -> Thing:
    consent = consented(world, case, **span(world))
    shared = world.permit(case, ground="register", until=last_day(world), purpose=mark)

    def end(world: World) -> None:
        with world.acting("maja") as (session, maja):
            sharing.revoke(session, maja, case, shared.id)

    return Thing("erik", case, mark, "/delat", "/delat", consent, end)


def a_participation(world: World, case: str, _mark: str) -> Thing:
    consents = everybody_consents(world, case, **span(world))
    part = add(world, case, until=last_day(world), kinds=EVERY)

    def end(world: World) -> None:
        with world.acting("maja") as (session, maja):
            participations.end(session, maja, case, part)

    return Thing("pia", case, "Mockskolan", f"/deltar/{part}", "/deltar", consents[-1], end)


def blocked(world: World, thing: Thing) -> None:
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, thing.case, world.ids[thing.who])


def unblocked(world: World, thing: Thing) -> None:
    """The recipient may be told of the case again, for the next round; what was given goes on and is ended."""
    with world.acting("vilma") as (session, vilma):
        block = session.scalars(select(ConflictBlock.id).where(ConflictBlock.lifted_at.is_(None))).one()
        conflicts.lift(session, vilma, thing.case, block, "Inget jäv")
    thing.end(world)


def ended(world: World, thing: Thing, how: str, over: datetime, after: timedelta) -> None:
    if how == "its last day":
        world.clock.now = over + after
        return
    world.clock.now += after
    if how == "a consent":
        withdraw(world, thing.case, thing.consent)
    elif how == "a conflict":
        blocked(world, thing)
    else:
        thing.end(world)


@pytest.mark.parametrize("made", [a_disclosure, a_status, a_participation], ids=lambda made: made.__name__)
@pytest.mark.parametrize("part", range(2))
def test_what_ends_during_a_visit_is_not_in_the_next_request(desk, made, part, size, figures):
    rounds, seed = size(5, 100), 20261201 + part
    world, chance, came = desk.world, random.Random(f"{seed} {made.__name__}"), Counter[str]()
    case = sspf(world) if made is a_participation else world.case("maja")
    missing = "finns-inte-alls-finns1"
    for nth in range(rounds):
        world.clock.move(minutes=1)
        thing = made(world, case, f"Ändamål nr {nth};")
        over = clock.start_of(last_day(world) + timedelta(days=1))
        world.clock.now = over - chance.choice(BEFORE)
        browser = desk.as_(thing.who)
        shown = browser.get(thing.own)
        assert shown.status_code == 200 and thing.mark in shown.text
        how, after = chance.choice(["its last day", "a consent", "a conflict", "the officer"]), chance.choice(AFTER)
        ended(world, thing, how, over, after)
        for path in (thing.own, thing.listed, "/"):
            page = browser.get(path, follow_redirects=True)
            assert thing.mark not in page.text and "Exempelsson" not in page.text and "Mocksson" not in page.text, how
        if thing.own != thing.listed:
            gone, never = browser.get(thing.own), browser.get(f"{thing.listed}/{missing}")
            assert (gone.status_code, plain(gone.text)) == (404, plain(never.text)), how
            assert thing.own not in browser.get(thing.listed).text
        if how == "a conflict":
            unblocked(world, thing)
        came[how] += 1
    figures |= {"seed": seed, "rounds": rounds, "ended by": dict(came)}
    assert size(True, False) or len(came) == 4


def plain(page: str) -> str:
    """A page without the tokens of its forms, which are new each time."""
    return re.sub(r'value="[\w.-]{60,}"|data-token="[^"]*"', "", page)
