"""Who is kept from deciding a disclosure: when it is written, when it is decided, and when it is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework.contract.fields import Agency
from casework.contract.workflow import Level
from casework.core import disclosure_decisions, persons, teams
from casework.core.errors import NotFound, Refused
from casework.core.grounds.situations import Place
from tests.core import linking
from tests.core.disclosing import assessed, decided, looked, performed, read, refused, wish
from tests.worlds import World, personal_number


def on_the_other_side(world: World, case: str) -> None:
    """She is named in the file of somebody who was subjected to violence, which is linked with nothing."""
    linking.assign(world, linking.file(world, linking.VICTIM), "fia")


def in_conflict(world: World, case: str) -> None:
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["fia"])


def bears_the_name(world: World, case: str) -> None:
    with world.acting("maja") as (session, maja):
        person = persons.add(session, maja, "Fia FÖRSTELIN", personal_number(78), 0)
        persons.put_in_case(session, world.get(session, case), person, "counterpart", may_not_know=True)


@pytest.mark.parametrize("to", [one.value for one in Place if one not in {*map(str, Agency)}])
def test_what_is_not_meant_for_every_agency_goes_to_nobody_outside_by_one_person(world, to):
    case = world.case()
    entry = world.sign("maja", case, "note", text="Om gänget")
    for items, field in (("person:name",), set()), ((f"{entry}:text",), {"decider"}), (("case:state",), {"decider"}):
        want = {"recipient": to, "outside": "Kurt Kusinsson", "until": None, "items": items}
        assert refused(world, case, **want) == field
    seen = looked(world, case, wish(world, case, **want))
    assert seen.need is not None and seen.need.takes_two and seen.need.level is Level.FS


Kept = Callable[[World, str], None]
WAYS: tuple[Kept, ...] = (on_the_other_side, in_conflict, bears_the_name)
kept_out = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def begun(world: World) -> tuple[str, dict[str, object]]:
    """The file of somebody who uses violence, and what it takes for Fia to decide something in it."""
    linking.switched_on(world)
    case = linking.file(world, linking.OFFENDER, "maja")
    return case, {"items": ("person:name",), "harm": "maybe", "decider": world.ids["fia"]}


def listed(world: World, who: str = "fia") -> tuple[list[str], int]:
    """What somebody's list of decisions holds, and the number beside its link."""
    with world.acting(who) as (session, actor):
        rows = [made.id for made, _by in disclosure_decisions.waiting(session, actor)]
        return rows, disclosure_decisions.count(session, actor)


@kept_out
def test_whoever_is_kept_from_it_is_not_offered(world, way):
    case, want = begun(world)
    assert refused(world, case, **(want | {"decider": ""})) == {"decider"}
    before = {one.id for one in looked(world, case, wish(world, case, **want)).deciders}
    assert before == {world.ids[who] for who in ("fia", "ulf", "vilma", "berta")}
    way(world, case)
    after = {one.id for one in looked(world, case, wish(world, case, **want)).deciders}
    assert after == before - {world.ids["fia"]}
    assert refused(world, case, **want) == {"decider"}


@kept_out
def test_whoever_is_kept_from_it_since_they_were_asked_decides_nothing(world, way):
    case, want = begun(world)
    made = assessed(world, case, wish(world, case, **want))
    way(world, case)
    for granted in (True, False):
        with pytest.raises(NotFound):
            decided(world, made, "fia", granted=granted, answer="Nej")


@kept_out
def test_whoever_is_kept_from_it_is_not_told_that_anything_waits(world, way):
    case, want = begun(world)
    made = assessed(world, case, wish(world, case, **want))
    assert listed(world) == ([made.id], 1)
    way(world, case)
    assert listed(world) == ([], 0)
    again = assessed(world, case, wish(world, case, **(want | {"decider": world.ids["ulf"]})))
    assert listed(world, "ulf") == ([again.id], 1)


@kept_out
def test_what_they_decided_before_is_decided_anew_by_somebody_else(world, way):
    case, want = begun(world)
    made = assessed(world, case, wish(world, case, **want))
    decided(world, made, "fia")
    way(world, case)
    with pytest.raises(Refused, match="beslutade"):
        performed(world, case, made)
    assert read(world, made) is None
    again = assessed(world, case, wish(world, case, **(want | {"decider": world.ids["ulf"]})))
    decided(world, again, "ulf")
    assert performed(world, case, again).state == "performed"
