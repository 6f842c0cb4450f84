"""A colleague who bears the name of somebody who must not know stays in their work, and whoever assigns it is told."""

from __future__ import annotations

import pytest

from casework.core import access, case_people, namesakes, notices
from casework.core.permissions import REACHED_BY
from casework.core.registration import Identified
from tests.core.disclosing import refused
from tests.worlds import World, personal_number


def counterpart(world: World, case: str, name: str, role: str = "counterpart") -> None:
    with world.acting("sven") as (session, sven):
        one = Identified(personal_number(78).digits, name, 0)
        case_people.add(session, sven, case, one, role, may_not_know=role == "counterpart")


def told(world: World) -> set[str]:
    """Everybody who has a line that a colleague bears such a name."""
    with world.session() as session:
        lines = {who: notices.unread(session, id_) for who, id_ in world.ids.items()}
    return {who for who, found in lines.items() if namesakes.KIND in {one.kind for one in found}}


def with_sven(world: World) -> str:
    case = world.case("maja")
    world.name(case, "sven", "co_officer")
    return case


@pytest.mark.parametrize(
    ("name", "who_is_told"), [("Maja Testlind", {"vilma"}), ("Vilma Dummy", {"berta"}), ("Anna Annanson", set())]
)
def test_a_colleague_who_has_the_case_and_the_name_stays_and_whoever_assigns_it_is_told(world, name, who_is_told):
    case = with_sven(world)
    counterpart(world, case, name)
    assert told(world) == who_is_told
    with world.acting("maja") as (session, maja):
        assert any(access.is_reached(session, maja, one, case) for one in REACHED_BY)


def test_where_every_lead_bears_the_name_nobody_is_told(world):
    with world.session() as session:
        world.account(session, "berta").name = "Vilma Dummy"
    counterpart(world, with_sven(world), "Vilma Dummy")
    assert told(world) == set()


def test_whom_it_is_about_is_found_among_those_named_and_the_leads_of_the_unit(world):
    case = with_sven(world)
    counterpart(world, case, "Maja Testlind")
    with world.session() as session:
        assert namesakes.of_case(session, world.get(session, case)) == {world.ids["maja"]}


def test_nothing_is_disclosed_to_who_may_be_somebody_in_the_case(world):
    case = with_sven(world)
    assert "recipient" not in refused(world, case)
    counterpart(world, case, "Erik Demosson", "guardian")
    assert "recipient" in refused(world, case)
