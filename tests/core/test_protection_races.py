"""A protection that is raised while somebody writes closes what they write as well, in every case of the person."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from casework.contract.fields import Sensitivity
from casework.core import case_people, cases, entries, teams
from casework.core.models import Case, Person, Value
from casework.core.permissions import OPERATOR
from tests.answers import ANSWERS
from tests.worlds import KUMLA, REGISTRY, VUXEN, World

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"])  # SQLite has one writer at a time
FIELD = "person.address_post"


def second_case(world: World, first: str) -> str:
    """Another case of the same person, Maja's too."""
    with world.acting("maja") as (session, maja):
        subject = session.get_one(Person, (KUMLA, world.get(session, first).subject_id))
        unit = world.units[KUMLA, VUXEN]
        case = cases.register(
            session,
            REGISTRY,
            maja,
            area="avhoppare",
            case_type="avhopp",
            unit_id=unit,
            state="received",
            subject=subject,
        )
    with world.session() as session:
        teams.appoint(session, session.get_one(Case, (KUMLA, case.id)), world.ids["maja"], OPERATOR.id)
    return case.id


@pytest.mark.parametrize("where", ["another case", "the same case"])
def test_what_is_being_signed_while_the_protection_is_raised_is_sealed_too(world, where):
    one = world.case()
    other = one if where == "the same case" else second_case(world, one)

    def protect() -> None:
        with world.acting("maja") as (session, maja):
            case_people.raise_protection(session, maja, one, 2)

    raising = threading.Thread(target=protect)
    with world.acting("maja") as (session, maja):
        answers = ANSWERS["address"] | {FIELD: "Box 1"}
        entries.sign(session, REGISTRY, maja, other, "address", answers)
        raising.start()
        raising.join(3)
    raising.join()
    with world.session() as session:
        assert session.scalars(select(Person.protection)).one() == 2
        assert session.scalars(select(Value.sensitivity).where(Value.field == FIELD)).one() == Sensitivity.SEALED
