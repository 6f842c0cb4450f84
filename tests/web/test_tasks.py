from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_a_task_is_added_ticked_off_and_taken_back(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/att-gora"
    wrong = maja.post(at, {"what": "Ring boendet", "due_on": "snart", "account": desk.world.ids["maja"]})
    assert "Skriv datumet så här" in maja.error(wrong) and "Ring boendet" in wrong.text
    added = maja.post(at, {"what": "Ring boendet", "due_on": "i dag", "account": desk.world.ids["maja"]})
    assert added.status_code == 303
    page = maja.get(at)
    assert "Ring boendet" in words(page) and "I dag" in words(page)
    done = page.text.split("/att-gora/")
    task = next(part.split("/klar")[0] for part in done if "/klar" in part)
    back = maja.post(f"/att-gora/{task}/klar", page=at, headers={"Referer": f"http://localhost{at}"})
    assert back.status_code == 303 and back.location == at
    assert "Ångra" in words(maja.get(at)) and "Inget att göra just nu" in words(maja.get(at))
    maja.post(f"/att-gora/{task}/angra", page=at)
    assert "Inget att göra just nu" not in words(maja.get(at))


def test_a_task_goes_to_somebody_named_in_the_case_only(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/att-gora"
    assert "Sven Provsson" not in words(maja.get(at))
    answer = maja.post(at, {"what": "Ring", "account": desk.world.ids["sven"]})
    assert answer.status_code == 422


def test_another_officers_task_does_not_exist(desk: Desk):
    case = desk.world.case("maja")
    maja, sven = desk.as_("maja"), desk.as_("sven")
    maja.post(f"/arenden/{case}/att-gora", {"what": "Ring", "account": desk.world.ids["maja"]})
    page = maja.get(f"/arenden/{case}/att-gora").text
    task = next(part.split("/klar")[0] for part in page.split("/att-gora/") if "/klar" in part)
    assert sven.post(f"/att-gora/{task}/klar", page="/min-dag").status_code == 404
