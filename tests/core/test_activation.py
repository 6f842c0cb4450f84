"""Focus areas: switched on by an administrator; off means no new cases, and the old ones go on."""

from __future__ import annotations

import pytest

from casework.core import activation, cases, persons
from casework.core.errors import NotFound, Refused
from casework.core.models import Activation
from tests.worlds import LAXA, REGISTRY, World, personal_number


def disable(world: World) -> None:
    with world.acting("lo") as (session, lo):
        activation.disable(session, lo, "avhoppare")


def test_an_area_is_switched_for_one_municipality(world):
    disable(world)
    with world.session() as session:
        assert activation.enabled(session, REGISTRY) == []
    with world.session(LAXA) as session:
        assert activation.enabled(session, REGISTRY) == ["avhoppare"]


def test_in_an_area_that_is_off_no_case_is_opened_and_the_old_ones_go_on(world):
    case = world.case()
    disable(world)
    with pytest.raises(Refused, match="avstängd"):
        world.case()
    world.sign("maja", case, "note")
    world.name(case, "fia", "co_officer")
    assert world.take("fia", case, "close").state == "closed"
    with world.session() as session:
        assert activation.areas_with_cases(session) == {"avhoppare": 1}


def test_switching_twice_is_switching_once_and_who_did_it_is_kept(world):
    disable(world)
    disable(world)
    world.clock.move(minutes=1)
    with world.acting("lo") as (session, lo):
        asked = activation.enable(session, REGISTRY, lo, "avhoppare")
        assert not activation.is_enabled(session, "avhoppare")
    assert world.approve(asked, "leo") == "used"
    with world.acting("lo") as (session, lo):
        assert activation.enable(session, REGISTRY, lo, "avhoppare") is None
    with world.session() as session:
        rows = session.query(Activation).order_by(Activation.enabled_at).all()
        assert [(row.enabled_by, row.disabled_by) for row in rows] == [
            ("operator", world.ids["lo"]),
            (world.ids["lo"], None),
        ]
    world.case()


def test_an_area_that_is_not_installed_is_not_switched_on(world):
    with pytest.raises(Refused, match="installerad"), world.acting("lo") as (session, lo):
        activation.enable(session, REGISTRY, lo, "nothing")


@pytest.mark.parametrize("who", ["maja", "vilma", "ida", "erik", "greta"])
def test_only_an_administrator_switches(world, who):
    for deed in (
        lambda s, a: activation.disable(s, a, "avhoppare"),
        lambda s, a: activation.enable(s, REGISTRY, a, "x"),
    ):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            deed(session, actor)


@pytest.mark.parametrize(("state", "person"), [("received", False), ("consultation", True)])
def test_a_case_has_a_person_except_in_a_consultation(world, state, person):
    subject = None
    with world.acting("ida") as (session, ida):
        if person:
            subject = persons.add(session, ida, "Gösta", personal_number(5))
    with pytest.raises(Refused) as refused, world.acting("ida") as (session, ida):
        cases.register(
            session,
            REGISTRY,
            ida,
            area="avhoppare",
            case_type="avhopp",
            unit_id=world.units["1881", "Vuxen"],
            state=state,
            subject=subject,
        )
    assert refused.value.refusals[0].field == "number"


def test_case_numbers_are_counted_by_municipality_and_year(world):
    numbers = []
    for code, year in (("1881", 2026), ("1881", 2026), (LAXA, 2026), ("1881", 2027)):
        world.clock.now = world.clock.now.replace(year=year)
        case = world.case(None, code=code)
        with world.session(code) as session:
            numbers.append(world.get(session, case).number)
    assert numbers == ["2026-0001", "2026-0002", "2026-0001", "2027-0001"]
