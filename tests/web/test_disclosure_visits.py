"""What a page draws anew is of the visit that opened it: the record says once that the case was opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import redrawing, teams
from casework.core.errors import NotFound
from casework.core.models import AuditEvent
from casework.core.permissions import Permission
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.disclosure_desk import FACTS, at, chosen

PAGE = {"page": "disclosure"}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def openings(desk: Desk, case: str, who: str = "maja") -> int:
    with desk.world.session() as session:
        query = select(AuditEvent).where(AuditEvent.case_id == case, AuditEvent.actor_id == desk.world.ids[who])
        found = session.scalars(query.where(AuditEvent.action == "case:opened")).all()
        return len([one for one in found if '"disclosure"' in one.detail])


def draw(desk: Desk, case: str, who: str = "maja") -> None:
    with desk.world.acting(who) as (session, actor):
        redrawing.of_case(session, actor, Permission.CASE_SHARE, case, PAGE)


def test_what_the_page_draws_anew_is_of_the_same_visit_and_a_visit_is_remembered_once(desk: Desk):
    case = desk.world.case("maja")
    maja, fields = desk.as_("maja"), chosen(desk)
    token = maja.token(at(case))
    assert openings(desk, case) == 1
    for facts in (["case:state"], FACTS, ["person:name"]):
        assert maja.post(f"{at(case)}/se", fields | {"facts": facts}, token=token).status_code == 200
    assert maja.post(at(case), fields | {"visa": "1"}, token=token).status_code == 200
    assert openings(desk, case) == 1
    assert maja.get(at(case)).status_code == 200
    assert openings(desk, case) == 2, "whoever opens the page again has opened it again"


def test_what_is_drawn_of_a_case_that_was_not_opened_is_remembered(desk: Desk):
    case, other = desk.world.case("maja"), desk.world.case("maja")
    maja, fields = desk.as_("maja"), chosen(desk)
    token = maja.token(at(other))
    for _turn in "ab":
        assert maja.post(f"{at(case)}/se", fields, token=token).status_code == 200
        assert openings(desk, case) == 1 and openings(desk, other) == 1


def test_a_visit_is_over_in_half_an_hour_and_one_persons_visit_is_nobody_elses(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven", "co_officer")
    for who, later, known in (("maja", 0, 1), ("maja", 29, 1), ("sven", 0, 1), ("maja", 1, 2)):
        desk.world.clock.move(minutes=later)
        draw(desk, case, who)
        assert openings(desk, case, who) == known


def test_whoever_is_blocked_meanwhile_is_shown_nothing_more(desk: Desk):
    case = desk.world.case("sven")
    draw(desk, case, "sven")
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, desk.world.ids["sven"])
    with pytest.raises(NotFound):
        draw(desk, case, "sven")
