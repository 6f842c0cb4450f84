"""Sending a report or a question: what is refused at which field, and by whom nothing is sent."""

from __future__ import annotations

import pytest

from casework.core import handover_sending, organisations
from casework.core.db import new_id
from casework.core.errors import NotFound, Refused
from casework.core.permissions import OPERATOR
from tests.core.handing import ASKED, Hand
from tests.worlds import World, numbered


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def test_a_report_about_somebody_of_eighteen_is_refused_at_its_field_and_the_day_before_it_is_not(
    world: World, hand: Hand
):
    today = world.clock.now.date()
    eighteen = today.replace(year=today.year - 18)
    with pytest.raises(Refused) as refused:
        hand.report(child_number=eighteen.isoformat())
    assert [one.field for one in refused.value.refusals] == ["child_number"]
    with pytest.raises(Refused):
        hand.report(child_number=numbered(eighteen, 1).digits)
    hand.report(child_number=eighteen.replace(day=eighteen.day + 1).isoformat())
    hand.report(child_number="")
    with pytest.raises(Refused) as refused:
        hand.report(worry=" ", danger="", contact="")
    assert [one.field for one in refused.value.refusals] == ["worry", "danger", "contact"]


def test_where_nobody_takes_in_the_sender_is_told_instead_of_waiting(world: World, hand: Hand):
    with world.session() as session:
        for who in ("ida", "jon"):
            for post in organisations.memberships_of(session, world.account(session, who)):
                organisations.end_membership(session, OPERATOR, post)
    world.clock.move(seconds=1)
    with pytest.raises(Refused, match="Ring socialtjänsten"):
        hand.report()


@pytest.mark.parametrize("who", ["maja", "ida", "vilma"])
def test_social_services_report_to_themselves_by_a_case_and_not_by_this_form(world: World, who: str):
    with pytest.raises(NotFound), world.acting(who) as (session, actor):
        handover_sending.send(session, actor, "question", ASKED, token=new_id())
