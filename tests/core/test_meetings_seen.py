"""What is seen of a meeting: by the case's own people what each heard, by who takes part never what another told."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from casework.core import (
    access,
    disclosure_content,
    disclosures,
    entries,
    meeting_overview,
)
from casework.core.actions import Action
from casework.core.db import new_id
from casework.core.meetings import Came
from casework.core.permissions import Permission
from tests import lived
from tests.core import disclosing
from tests.core.consenting import TODAY, withdraw
from tests.core.meeting import GROUND, MAJA, NOVA, PIA, TOLD, came, candidates, record, shown, two_partners
from tests.core.taking_part import BOTH, EVERY, add, everybody_consents, read, sspf, words
from tests.databases import Migrate
from tests.worlds import World, found


@pytest.fixture
def founding(request: pytest.FixtureRequest) -> Migrate:
    return two_partners if "case" in request.fixturenames else found


@pytest.fixture
def case(sspf_world: World) -> str:
    """A case in which Pia of the school and Erik of the police take part."""
    return str(lived.taken_up(sspf_world)["case"])


def test_an_oral_disclosure_to_one_who_was_there_is_begun_with_whom_and_when_and_nothing_else(sspf_world, case):
    world = sspf_world
    record(world, case, [came(world, case, PIA), came(world, case, "Förälder 0")])
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        (seen,) = meeting_overview.of_case(decision, BOTH, row)
        pia, parent, nobody = (meeting_overview.begun(decision, row, seen, nth) for nth in (1, 2, 3))
    assert (pia.recipient, pia.oral_on, pia.outside) == (f"school:{world.ids['pia']}", TODAY, "")
    assert (parent.recipient, parent.outside) == ("individual", "Förälder 0")
    assert (nobody.recipient, nobody.oral_on) == ("", TODAY)
    for one in (pia, parent, nobody):
        assert (one.items, one.kinds, one.ground, one.assessment, one.harm) == ((), (), "", "", "")


def test_what_was_said_to_each_that_day_stands_at_them_and_what_was_said_to_others_beside(sspf_world, case):
    world = sspf_world
    record(world, case, [came(world, case, PIA), came(world, case, "Förälder 0")])

    def spoken(recipient: str, **more: object) -> str:
        with world.acting("maja") as (session, maja):
            more = {"items": (disclosure_content.NAME,), "oral_on": TODAY, "until": None} | more
            said = disclosing.plain(session, recipient, "", **more)
            return disclosures.assess(session, BOTH, maja, case, new_id(), said).id

    to_pia = spoken(f"school:{world.ids['pia']}")
    to_parent = spoken("individual", outside="förälder  0")
    to_erik = spoken(f"police:{world.ids['erik']}")
    world.clock.move(days=1)
    spoken(f"school:{world.ids['pia']}", oral_on=TODAY + timedelta(days=1))
    (seen,) = shown(world, case)
    assert [[it.made.id for it in one.heard] for one in seen.there] == [[to_pia], [to_parent]]
    assert [one.made.id for one in seen.beside] == [to_erik]


def test_a_participant_sees_when_where_and_who_and_nothing_of_what_was_told(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    consents = everybody_consents(world, case)
    part = add(world, case, kinds=EVERY)
    asked = [came(world, case, PIA), came(world, case, NOVA, TOLD), came(world, case, "Förälder 0", absent=True)]
    before = set(words(world, part))
    record(world, case, asked)
    assert set(words(world, part)) - before == {
        "24 november 2026",
        "Skolans bibliotek",
        f"{PIA}, skolan\n{NOVA}, personen själv",
    }
    withdraw(world, case, consents[0])
    assert read(world, part) is None


@pytest.mark.prove
@pytest.mark.parametrize("part", range(2))
def test_nobody_who_takes_part_is_ever_shown_what_was_told_nor_a_meeting_without_cover(
    sspf_world, database_kind, size, figures, part
):
    """Over random meetings, kinds and consents; what each told, and each who did not come, is a word of its own."""
    world = sspf_world
    seed = int(os.environ.get("CASEWORK_SEED", size(20261127, random.randrange(2**32))))
    print(f"CASEWORK_SEED={seed}")  # noqa: T201 shown with a failure, to repeat it
    chance, met, looks, held = random.Random(f"{seed}/{part}/{database_kind}"), 0, 0, 0
    for _round in range(size(2, 12)):
        case = sspf(world)
        consents = everybody_consents(world, case)
        kinds = {who: chance.sample(EVERY, chance.choice([1, 3, len(EVERY)])) for who in ("pia", "erik")}
        parts = {who: add(world, case, who, kinds=kinds[who]) for who in kinds}
        rounds = size(4, 10)
        ends, everybody = chance.randrange(1, rounds), candidates(world, case)
        for nth in range(rounds):
            live = nth < ends
            if nth == ends:
                world.clock.move(minutes=1)
                withdraw(world, case, chance.choice(consents))
            people = chance.sample(sorted(everybody), 4)
            told = {name: f"Hemligord{met}{nth}{at}" for at, name in enumerate(people)}
            absent = people[1:2] if chance.random() < 0.5 else []
            asked = [
                Came(everybody[name].key, True, told[name], GROUND)
                if name not in {MAJA, *absent}
                else Came(everybody[name].key, name not in absent)
                for name in people
            ]
            record(world, case, asked, place=f"Plats{met}", day=TODAY)
            met += 1
            for who, id_ in parts.items():
                seen = read(world, id_, who)
                said = "\n".join(words_ for _label, words_ in seen or [])
                assert "Hemligord" not in said and (seen is None) is (not live)
                assert (f"Plats{met - 1}" in said) is (live and "status" in kinds[who])
                assert live or said == ""
                looks, held = looks + 1, held + bool(said)
    assert held and held < looks
    figures |= {"seed": seed, "meetings": met, "looks": looks, "with something to see": held}


def test_a_meeting_put_right_by_hand_shows_its_participants_the_same_parts(sspf_world, case):
    with sspf_world.session() as session:
        part = session.execute(text("SELECT id FROM participations WHERE agency = 'school'")).scalar_one()
    record(sspf_world, case, [came(sspf_world, case, PIA)])
    answers = {
        "meeting.date": "2026-11-20",
        "meeting.place": "Fritidsgården",
        "meeting.present": "Pia och Nova",
        "meeting.absent": "Pappan",
        "meeting.told": TOLD,
    }
    with sspf_world.acting("maja") as (session, maja):
        (first,) = entries.current(session, sspf_world.get(session, case), "meeting")
        entries.sign(session, BOTH, maja, case, "meeting", answers, corrects_id=first.id)
    said = words(sspf_world, part)
    assert {"Fritidsgården", "Pia och Nova"} <= set(said) and not {"Pappan", TOLD} & set(said)
