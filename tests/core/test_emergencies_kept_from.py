"""Broken glass and the name of somebody who must not know of a case: to whoever bears it the case is missing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import access, access_rows, emergencies, notices
from casework.core.errors import Refused
from casework.core.models import Emergency
from casework.core.permissions import REACHED_BY
from tests.core.test_stopping import counterpart
from tests.worlds import World, personal_number


def enter(world: World, term: str) -> str:
    """Jon breaks the glass; the id of the case that it opens."""
    with world.acting("jon") as (session, jon):
        return emergencies.enter(session, jon, term, "danger", "Larm från polisen").id


def refusal(world: World, term: str) -> str:
    with pytest.raises(Refused) as refused:
        enter(world, term)
    return str(refused.value.refusals[0].reason)


def reaches(world: World, who: str, case: str) -> bool:
    with world.acting(who) as (session, actor):
        return any(access.is_reached(session, actor, one, case) for one in REACHED_BY)


def test_to_who_must_not_know_the_case_is_missing_by_either_number_and_nobody_hears_of_it(world):
    case, other = world.case("maja"), world.case("maja")
    counterpart(world, case, "Jon Erik Jourström")
    missing = [refusal(world, term) for term in ("2026-0009", personal_number(9).shown)]
    assert missing == [refusal(world, term) for term in ("2026-0001", personal_number(1).shown)]
    with world.session() as session:
        assert session.scalars(select(Emergency)).all() == []
        assert [notices.unread(session, world.ids[who]) for who in ("vilma", "greta")] == [[], []]
    assert enter(world, "2026-0002") == other


def test_who_comes_to_be_one_who_must_not_know_during_the_hour_reads_no_more_of_it(world):
    case = world.case("maja")
    enter(world, "2026-0001")
    assert reaches(world, "jon", case)
    counterpart(world, case, "Jon Jourström")
    assert not reaches(world, "jon", case)
    with world.session() as session:
        assert access_rows.differences(session) == []
