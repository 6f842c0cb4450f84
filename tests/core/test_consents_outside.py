"""A consent can name places outside the municipality's agencies, and a disclosure there on consent asks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.core.errors import Refused
from tests.core.consenting import YES, ask, consented, covered, parts, wanted, withdraw
from tests.core.disclosing import assessed, decided, on_consent, performed, refused, state
from tests.worlds import World

OUTSIDE = ("health", "other_social_services", "individual")


def to(world: World, place: str) -> dict[str, object]:
    """What chooses a place outside, on consent, for whoever there; a colleague of a higher level decides it."""
    on = {"ground": "OSL_12_2", "kinds": ("status",), "recipient": place, "outside": "Mottagningen på torget"}
    return {**on, "until": None, "decider": world.ids["fia"]}


@pytest.mark.parametrize("place", OUTSIDE)
def test_a_disclosure_outside_on_consent_asks_the_register(world, place):
    case = world.case()
    assert "ground" in refused(world, case, **to(world, place))
    consent = consented(world, case, agencies=(place,), note="Mottagningen på torget")
    assert covered(world, case, place).complete and not covered(world, case, "police").complete
    made = assessed(world, case, on_consent(world, case, **to(world, place)))
    decided(world, made, "fia")
    performed(world, case, made)
    assert state(world, case, made) == "performed"
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    assert state(world, case, made) == "closed"


@pytest.mark.parametrize("place", OUTSIDE)
def test_a_no_or_a_yes_to_somebody_else_opens_no_way_out(world, place):
    case = world.case()
    giver = parts(world, case, "subject")[0]
    ask(world, case, wanted(giver, agencies=(place,), note="Den"), replace(YES, given=False))
    consented(world, case, agencies=("police", "school"))
    assert "ground" in refused(world, case, **to(world, place))


def test_an_individual_is_named_in_the_note(world):
    case = world.case()
    with pytest.raises(Refused) as error:
        consented(world, case, agencies=("individual",), note=" ")
    assert {one.field for one in error.value.refusals} == {"note"}


def test_what_nobody_can_be_asked_about_cannot_rest_on_consent(world):
    case = world.case()
    with pytest.raises(Refused) as error:
        consented(world, case, agencies=("court",))
    assert {one.field for one in error.value.refusals} == {"agencies"}
    consented(world, case)
    assert "ground" in refused(world, case, **to(world, "court"))
