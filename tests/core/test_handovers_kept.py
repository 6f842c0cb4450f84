"""Once a case keeps what came in: the inbox has nothing of it, and no answer there tells which case it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework.core import handover_assessments, handover_intake, handover_steps, handovers, teams
from casework.core.db import TenantSession, new_id
from casework.core.errors import Conflict, NotFound
from casework.core.handover_replies import Contact
from casework.core.permissions import Actor
from tests.core.handing import Hand, acts
from tests.worlds import World

Deed = Callable[[TenantSession, Actor, str], object]


def pass_on(session: TenantSession, actor: Actor, sent: str) -> object:
    """Pass it on to the first colleague there is."""
    colleague = handover_steps.colleagues(session, actor, "social_services")[0]
    return handover_steps.pass_on(session, actor, sent, colleague.id)


READS: list[Deed] = [handovers.cover, handovers.read, handover_assessments.read]
MISSING: list[Deed] = [lambda session, actor, sent: handover_steps.take_on(session, actor, sent, token=new_id())]
LATE: list[Deed] = [
    handover_steps.open_one,
    lambda session, actor, sent: handover_steps.decline(session, actor, sent, "unclear", "", token=new_id()),
    lambda session, actor, sent: handover_steps.answer(session, actor, sent, "nothing", "", token=new_id()),
    pass_on,
    lambda session, actor, sent: handover_assessments.tell(session, actor, sent, "unclear", Contact("019-00 00 00")),
    lambda session, actor, sent: handover_assessments.record(session, actor, sent, "adult", "Ja.", token=new_id()),
    lambda session, actor, sent: handover_intake.find(session, actor, sent, "2026-0001"),
    lambda session, actor, sent: handover_intake.add(session, actor, sent, new_id(), token=new_id()),
]


def turned_away(world: World, who: str, sent: str, deed: Deed) -> type[BaseException]:
    """What becomes of a deed of somebody's with it."""
    with pytest.raises((NotFound, Conflict)) as raised, world.acting(who) as (session, actor):
        deed(session, actor, sent)
    return raised.type


@pytest.mark.parametrize("kind", ["report", "question"])
def test_the_inbox_answers_alike_whatever_case_keeps_it(world: World, kind: str):
    """Jon is blocked in one of the two cases, as somebody of the other side is."""
    hand, closed, other = Hand(world), world.case("maja"), world.case("maja")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, closed, world.ids["jon"])
    for case_id in (closed, other):
        sent = hand.open(hand.report() if kind == "report" else hand.question(), "jon")
        with world.acting("ida") as (session, ida):
            handover_steps.pass_on(session, ida, sent, world.ids["maja"])
        hand.add(sent, case_id)
        for who in ("jon", "ida", "maja"):
            assert [turned_away(world, who, sent, deed) for deed in READS + MISSING] == [NotFound] * 4, who
            assert [turned_away(world, who, sent, deed) for deed in LATE] == [Conflict] * 8, who
        assert "handover:answered" not in acts(world, sent)
