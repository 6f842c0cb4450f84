"""Victim and perpetrator have nobody in common: not by being named, by deciding, or by breaking the glass."""

from __future__ import annotations

import pytest

from casework.contract.focus import Side
from casework.core import access, access_rows, deciders, emergencies, sides
from casework.core.errors import Refused
from casework.core.models import Decider
from tests.core.linking import (
    BOTH,
    CHILD,
    OFFENDER,
    VICTIM,
    assign,
    breaks_the_glass,
    decides,
    file,
    link,
    named,
    number,
    reaches,
    switched_on,
)
from tests.worlds import BARN

OTHER = {VICTIM: OFFENDER, OFFENDER: VICTIM}
MONTHS = 24 * 31
both_ways = pytest.mark.parametrize("first", [VICTIM, OFFENDER])


@pytest.fixture
def linked(world):
    return switched_on(world)


def refused(deed):
    with pytest.raises(Refused) as said:
        deed()
    return said.value.refusals[0]


def in_step(world):
    with world.session() as session:
        return access_rows.differences(session) == []


@both_ways
def test_whoever_is_asked_to_decide_on_one_side_is_not_let_into_the_other(linked, first):
    mine, other = file(linked, first, "maja" if first == VICTIM else "sven"), file(linked, OTHER[first])
    decides(linked, "fia", mine)
    said = refused(lambda: assign(linked, other, "fia"))
    assert said.field == "account" and said == refused(lambda: linked.name(other, "fia"))
    linked.clock.move(days=MONTHS + 60)
    with linked.session() as session:
        decider = session.query(Decider).one()
        decider.valid_until = decider.valid_from
    assign(linked, other, "fia")


def test_nobody_decides_for_both_sides(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    decides(linked, "fia", adult)
    decides(linked, "ulf", offender)
    with linked.acting("maja") as (session, maja):
        step, ulf = "grant_acute_shelter", linked.ids["ulf"]
        said = refused(lambda: deciders.ask(session, BOTH, maja, adult, step, ulf, [], "Pröva"))
    assert (said.field, said.reason) == ("account", sides.WORDS[Side.PROTECTED])
    assert refused(lambda: linked.name(offender, "fia")).reason == sides.WORDS[Side.ADVERSE]


@both_ways
def test_whoever_broke_the_glass_into_one_side_is_not_let_into_the_other(linked, first):
    mine = file(linked, first, "maja" if first == VICTIM else "sven")
    breaks_the_glass(linked, "jon", mine)
    linked.clock.move(hours=3)
    with linked.session() as session:
        jon, other = linked.ids["jon"], OTHER[first]
    another = file(linked, other)
    with linked.session() as session:
        assert sides.works_on_the_other(session, linked.get(session, another), jon)
        assert not sides.works_on_the_other(session, linked.get(session, mine), jon)
    linked.clock.move(days=MONTHS)
    with linked.session() as session:
        assert not sides.works_on_the_other(session, linked.get(session, another), jon)


@both_ways
@pytest.mark.parametrize("way", [named, decides, breaks_the_glass])
def test_the_glass_holds_for_who_works_on_the_other_side_and_says_no_more_than_of_what_is_missing(linked, first, way):
    mine, other = file(linked, first), file(linked, OTHER[first], "maja" if first == OFFENDER else "sven")
    way(linked, "jon", mine)
    linked.clock.move(hours=3)
    said = []
    for term in (number(linked, other), "2026-9999"):
        with linked.acting("jon") as (session, jon):
            said.append(refused(lambda t=term: emergencies.enter(session, jon, t, "danger", "Larm")))
    assert said[0] == said[1] and not reaches(linked, "jon", other)


@both_ways
def test_the_glass_breaks_for_who_has_no_side_or_the_same_one(linked, first):
    one, same = file(linked, first), file(linked, first)
    plain = linked.case("maja")
    for case in (one, same, plain):
        breaks_the_glass(linked, "jon", case)
        assert reaches(linked, "jon", case)


@pytest.mark.parametrize("way", [decides, breaks_the_glass])
@pytest.mark.parametrize("linked_first", [True, False])
def test_whoever_is_let_into_the_offenders_file_in_any_way_loses_every_way_into_the_family(linked, way, linked_first):
    adult, child = file(linked, VICTIM, "maja"), file(linked, CHILD, "maja", unit=BARN)
    offender = file(linked, OFFENDER, "sven")
    linked_child = file(linked, CHILD, "maja")
    link(linked, adult, linked_child, "maja")
    if linked_first:
        link(linked, adult, offender)
    way(linked, "jon", offender)
    if not linked_first:
        link(linked, adult, offender)
    with linked.session() as session:
        jon = linked.ids["jon"]
        assert access.is_blocked(session, jon, adult) and access.is_blocked(session, jon, linked_child)
        assert not access.is_blocked(session, jon, child) and not access.is_blocked(session, jon, offender)
    assert in_step(linked)


@pytest.mark.parametrize("way", [decides, breaks_the_glass])
def test_whoever_was_let_into_a_file_that_is_faced_never_works_with_any_offender(linked, way):
    adult, offender, another = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven"), file(linked, OFFENDER)
    way(linked, "jon", adult)
    linked.clock.move(hours=3)
    link(linked, adult, offender)
    linked.clock.move(days=3000)
    with linked.session() as session:
        for one in (offender, another):
            assert sides.on_the_other(session, linked.get(session, one), [linked.ids["jon"]])


@pytest.mark.parametrize("way", [decides, breaks_the_glass])
@both_ways
def test_files_are_not_linked_while_somebody_works_in_one_who_was_let_into_the_other(linked, first, way):
    mine, other = file(linked, first, "maja" if first == VICTIM else "fia"), file(linked, OTHER[first])
    way(linked, "jon", mine)
    linked.clock.move(days=3000)
    named(linked, "jon", other)
    pair = (mine, other) if first == VICTIM else (other, mine)
    assert "båda" in refused(lambda: link(linked, *pair)).reason
