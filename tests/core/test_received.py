"""What was sent to somebody is read by them, at the agency it was sent to, and on the consents that it takes now."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.contract.workflow import Level
from casework.core import organisations, persons, received
from casework.core.models import AgencyUnit, Membership
from casework.core.permissions import OPERATOR, Role
from tests.core.consenting import child, consented, covered
from tests.core.disclosing import assessed, inbox, on_consent, read, wish
from tests.worlds import numbered


def is_there(world, made, who="erik"):
    with world.acting(who) as (session, actor):
        return received.is_there(session, actor, made.id)


def reads(world, made, who="erik"):
    """Whether somebody reads it; every way to it says the same."""
    ways = {read(world, made, who) is not None, made.id in inbox(world, who), is_there(world, made, who)}
    assert len(ways) == 1, ways
    return ways.pop()


@pytest.mark.parametrize("what", ["birthday", "new guardian"])
def test_what_rests_on_a_consent_is_closed_once_somebody_elses_is_needed(world, what):
    case = child(world, 15, days=5, guardians=1)
    consented(world, case, "guardian")
    made, other = assessed(world, case, on_consent(world, case, ground="OSL_12_3")), assessed(world, case)
    assert reads(world, made) and reads(world, other)
    if what == "birthday":
        world.clock.move(days=6)
    else:
        with world.acting("maja") as (session, maja):
            guardian = persons.add(session, maja, "Ny Vårdnadshavare", numbered(date(1981, 5, 5), 3))
            persons.put_in_case(session, world.get(session, case), guardian, "guardian")
    assert not covered(world, case).complete
    assert not reads(world, made) and reads(world, other)


def test_once_that_person_consents_as_well_it_is_read_again(world):
    case = child(world, 15, days=5, guardians=1)
    consented(world, case, "guardian")
    made = assessed(world, case, on_consent(world, case, ground="OSL_12_3"))
    world.clock.move(days=6)
    assert not reads(world, made)
    consented(world, case)
    assert reads(world, made)


def test_whoever_moved_to_another_agency_reads_nothing_of_the_one_they_left(world):
    case = world.case()
    items = ("person:name",)
    made = assessed(world, case, wish(world, case, recipient=f"school:{world.ids['pia']}", items=items))
    assert reads(world, made, "pia")
    with world.session() as session:
        post = session.scalars(select(Membership).where(Membership.account_id == world.ids["pia"])).one()
        organisations.end_membership(session, OPERATOR, post)
        organisations.unit(session, "recreation", "Fritid")
    world.clock.move(minutes=1)
    with world.session() as session:
        unit = session.scalars(select(AgencyUnit).where(AgencyUnit.agency == "recreation")).one()
        organisations.grant(session, OPERATOR, world.account(session, "pia"), Role.PARTNER, unit, Level.H)
    world.clock.move(minutes=1)
    assert not reads(world, made, "pia")
    mine = assessed(world, case, wish(world, case, recipient=f"recreation:{world.ids['pia']}", items=items))
    assert reads(world, mine, "pia")
