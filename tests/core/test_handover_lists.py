"""What a look at an inbox costs: no content is opened, many are asked for as few are, and the record keeps one row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select, update

from casework.core import handovers
from casework.core.crypto import Sealed
from casework.core.errors import Broken
from casework.core.models import AuditEvent, Handover
from tests.core.handing import Hand
from tests.core.test_emergency_reviews import block
from tests.worlds import World

FEW, MANY = 2, 9


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(world.installation.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(world.installation.engine, "before_cursor_execute", note)


def look(world: World, who: str, *, sent: bool) -> tuple[int, int, int]:
    """How much somebody's list holds, how many statements that took, and how many rows the record got."""
    events = select(func.count()).select_from(AuditEvent)
    with world.session() as session:
        before = session.scalar(events) or 0
    with counted(world) as statements, world.acting(who) as (session, actor):
        shown = handovers.sent(session, actor) if sent else handovers.inbox(session, actor).waiting
    with world.session() as session:
        return len(shown), len(statements), (session.scalar(events) or 0) - before


@pytest.mark.parametrize(("who", "sent"), [("ida", False), ("pia", True)])
def test_one_look_costs_as_much_for_many_as_for_few_and_leaves_one_row(world: World, hand: Hand, who: str, sent: bool):
    for _n in range(FEW):
        hand.report()
    few = look(world, who, sent=sent)
    for nth in range(MANY - FEW):
        hand.report(guardians="Jon Jourström" if nth % 2 else "")
    many = look(world, who, sent=sent)
    assert (few[0], many[0]) == (FEW, MANY)
    assert few[1] == many[1] and few[2] == many[2] == 1


def test_so_it_does_for_who_is_in_a_conflict_of_interest_about_somebody(world: World, hand: Hand):
    case = world.case("maja")
    block(world, case, "ida")
    look(world, "ida", sent=False)
    counts = []
    for many in (FEW, MANY - FEW):
        for _n in range(many):
            hand.report()
        counts.append(look(world, "ida", sent=False)[:2])
    assert [shown for shown, _cost in counts] == [FEW, MANY]
    assert counts[0][1] == counts[1][1]


def test_no_list_no_number_and_no_cover_opens_what_came_in(world: World, hand: Hand):
    """Spoilt content stops whoever opens it, and nobody who only looks."""
    sent, opened = hand.report(), hand.opened()
    with world.session() as session:
        session.execute(update(Handover).values(body=Sealed(b"spoilt")))
    with world.acting("ida") as (session, ida):
        assert {one.id for one in handovers.inbox(session, ida).waiting} == {sent, opened}
        assert handovers.waiting(session, ida) == 2
        assert handovers.cover(session, ida, sent).id == sent
    with world.acting("pia") as (session, pia):
        assert {one.id for one in handovers.sent(session, pia)} == {sent, opened}
    with pytest.raises(Broken):
        hand.text(opened)
