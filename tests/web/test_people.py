from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.demo import people
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_another_person_is_added_and_may_be_somebody_who_may_not_know(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/personer/ny"
    name, digits = next(people.invented(9))
    filled = {"role": "counterpart", "number": "123", "name": name, "protection": "0"}
    wrong = maja.post(at, filled)
    assert "Kontrollera personnumret" in maja.error(wrong) and name in wrong.text
    assert maja.post(at, filled | {"number": digits}).status_code == 303
    said = words(maja.get(f"/arenden/{case}/personer"))
    assert name in said and "Motpart" in said and "Får inte veta" in said
    assert "Personen är tillagd i ärendet." in said
    twice = maja.post(at, filled | {"number": digits})
    assert "Personen finns redan i ärendet." in maja.error(twice)


def test_protection_is_raised_with_its_consequences_said_and_never_lowered(desk: Desk):
    case = desk.world.case("maja", protection=1)
    maja, at = desk.as_("maja"), f"/arenden/{case}/personer/skydd"
    assert "Att sänka skyddet kräver två personer" in words(maja.get(at))
    lower = maja.post(at, {"protection": "0"})
    assert "Skyddet kan bara höjas här." in maja.error(lower)
    assert maja.post(at, {"protection": "2"}).status_code == 303
    page = maja.get(f"/arenden/{case}/personer")
    assert "Skyddad folkbokföring" in words(page) and "secrecy--max" in page.text


def test_a_reader_sees_the_persons_and_changes_nothing(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven", "reader")
    sven = desk.as_("sven")
    page = sven.get(f"/arenden/{case}/personer")
    assert page.status_code == 200 and "Lägg till en person" not in words(page)
    assert sven.get(f"/arenden/{case}/personer/ny").status_code == 404
    assert sven.get(f"/arenden/{case}/personer/skydd").status_code == 404
