"""Before anything leaves a case the page says whom it may hurt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import case_people
from casework.core.registration import Identified
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.worlds import personal_number

PAGES = ("personer", "delning/ny", "delning/lamna-ut", "kopia")
"""What shows the persons, and what lets something out."""


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def add(desk: Desk, case: str, nth: int, role: str, protection: int = 0) -> None:
    with desk.world.acting("maja") as (session, maja):
        who = Identified(personal_number(40 + nth).digits, f"Person {nth}", protection)
        case_people.add(session, maja, case, who, role, may_not_know=False)


@pytest.mark.parametrize("page", PAGES)
def test_the_protected_and_who_must_not_know_are_named_before_something_goes_out(desk: Desk, page: str):
    case = desk.world.case("maja")
    add(desk, case, 1, "guardian")
    add(desk, case, 2, "relative", protection=2)
    maja = desk.as_("maja")
    add(desk, case, 1, "counterpart")
    said = words(maja.get(f"/arenden/{case}/{page}"))
    assert "Innan något lämnas ut" in said
    assert "Person 2 har skyddad folkbokföring. Lämna aldrig adress, ort, kommun" in said
    assert "Person 1 är vårdnadshavare men får inte veta att ärendet finns." in said


@pytest.mark.parametrize("page", PAGES)
def test_where_there_is_nobody_to_think_of_nothing_is_said(desk: Desk, page: str):
    case = desk.world.case("maja")
    add(desk, case, 1, "guardian")
    assert "Innan något lämnas ut" not in words(desk.as_("maja").get(f"/arenden/{case}/{page}"))
