"""Vem har öppnat: everything that was done with a case, for those who read it."""

from __future__ import annotations

import pytest

from casework.core import audit, case_log, cases, reading
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.permissions import OPERATOR
from tests.worlds import World


def log(world: World, case: str, who: str = "maja") -> list[case_log.Line]:
    with world.acting(who) as (session, actor):
        return list(case_log.read(session, actor, case).lines)


def test_who_did_what_is_told_with_name_role_and_time(world):
    case = world.case()
    world.clock.move(minutes=5)
    with world.acting("maja") as (session, maja):
        cases.open_case(session, maja, case, "overview")
    line = log(world, case)[0]
    assert (line.name, line.role, line.action, line.at) == (
        "Maja Testlind",
        "case_officer",
        "case:opened",
        world.clock.now,
    )
    assert line.detail == {"page": "overview"}


def test_a_case_that_was_shown_in_a_list_tells_so(world):
    case, other = world.case(), world.case("sven")
    world.listed("vilma")
    for one, who in ((case, "maja"), (other, "sven")):
        assert ("Vilma Dummy", "cases:listed") in {(line.name, line.action) for line in log(world, one, who)}


def test_a_log_tells_nothing_of_other_cases(world):
    case, other = world.case(), world.case("sven")
    before = len(log(world, case))
    world.sign("sven", other, "note")
    assert len(log(world, case)) == before + 1  # the reading of the log itself


def test_reading_the_log_is_in_the_log(world):
    case = world.case()
    world.clock.move(minutes=1)
    log(world, case)
    world.clock.move(minutes=1)
    assert log(world, case)[0].action == "case:log_read"


@pytest.mark.parametrize("who", ["sven", "vilma", "ida", "lo", "erik", "greta"])
def test_who_does_not_read_the_case_does_not_read_its_log(world, who):
    with pytest.raises(NotFound):
        log(world, world.case(), who)


def test_what_was_tried_in_vain_and_what_was_drafted_is_not_shown(world):
    case = world.case()
    with pytest.raises(NotFound), world.acting("sven") as (session, sven):
        cases.open_case(session, sven, case, "overview")
    with world.acting("maja") as (session, maja):
        audit.record(session, maja, Action.DRAFT_SAVED, "case", case, case_id=case)
    assert {"sven"}.isdisjoint({line.name.split()[0].casefold() for line in log(world, case)})
    assert Action.DRAFT_SAVED not in {line.action for line in log(world, case)}


def test_an_opening_of_something_sealed_tells_its_reason(world):
    case = world.case()
    entry = world.sign("maja", case, "threat")
    world.clock.move(minutes=1)
    with world.acting("maja") as (session, maja):
        reading.unseal(session, maja, case, entry, "threat_level", "other", "Ringer mamman")
    opened = [(line.reason_code, line.reason) for line in log(world, case) if line.reason_code]
    assert opened == [("other", "Ringer mamman")]


def test_who_may_open_nothing_sealed_reads_which_kind_of_reason_and_not_its_words(world):
    case = world.case()
    world.name(case, "sven", "reader")
    entry = world.sign("maja", case, "threat")
    world.clock.move(minutes=1)
    with world.acting("maja") as (session, maja):
        reading.unseal(session, maja, case, entry, "threat_level", "other", "Ringer mamman")
    assert [(line.reason_code, line.reason) for line in log(world, case, "sven") if line.reason_code] == [("other", "")]


@pytest.mark.parametrize("together", [1, 7, 60])
def test_no_line_is_lost_between_pages(world, together):
    case = world.case()
    with world.acting("maja") as (session, maja):
        cases.open_case(session, maja, case, "first")
    for nth in range(0, 120, together):
        world.clock.move(minutes=1)
        with world.session() as session:
            for one in range(nth, min(nth + together, 120)):
                audit.record(
                    session, OPERATOR, Action.CASE_LINKED, "case", f"n{one}", case_id=case, detail={"nth": one}
                )
    found: list[object] = []
    before = None
    while True:
        with world.acting("maja") as (session, maja):
            page = case_log.read(session, maja, case, before)
        found += [line.detail["nth"] for line in page.lines if line.action == Action.CASE_LINKED]
        before = page.following
        if before is None:
            break
    assert len(found) == 120 and set(found) == set(range(120))
