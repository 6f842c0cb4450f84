"""Search: among the cases one reaches, by name or number, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import search
from casework.core.models import AuditEvent
from tests.worlds import LAXA, World, personal_number


def find(world: World, who: str, term: str, code: str = "1881") -> list[str]:
    with world.acting(who, code) as (session, actor):
        return [case.id for case in search.find(session, actor, term).cases]


@pytest.mark.parametrize("protection", [0, 1, 2, 3])
def test_a_case_is_found_by_its_number_and_by_its_persons(world, protection):
    case = world.case(protection=protection)
    world.case(name="Annan Person")
    number = personal_number(1)
    written = [number.digits, number.shown, number.digits[2:], f" {number.digits[2:8]}-{number.digits[8:]} "]
    for term in ("2026-0001", " 2026-0001 ", *written):
        assert find(world, "maja", term) == [case], term


@pytest.mark.parametrize(
    "term", ["Gösta", "gösta exempelsson", "Exempelsson, Gösta", "EXEMPEL", "gös exe", "exempelsson  gösta"]
)
def test_a_case_is_found_by_the_beginnings_of_a_name(world, term):
    case = world.case()
    world.case(name="Anna Annan")
    assert find(world, "maja", term) == [case]


@pytest.mark.parametrize("term", ["östa", "Gösta Annan", "", " , ", "%", "2026-0009", "2026", "19700101-0000"])
def test_what_names_nobody_finds_nothing(world, term):
    world.case()
    assert find(world, "maja", term) == []


def test_the_notes_and_answers_of_a_case_are_never_searched(world):
    world.sign("maja", world.case(), "note", heading="Sökord")
    assert find(world, "maja", "Sökord") == []


def test_a_search_stays_among_the_cases_one_reaches(world):
    world.case("maja")
    for who, code in (("sven", "1881"), ("ida", "1881"), ("berta", "1881"), ("lars", LAXA), ("lena", LAXA)):
        for term in ("2026-0001", "Gösta", personal_number(1).digits):
            assert find(world, who, term, code) == []
    assert len(find(world, "vilma", "Gösta")) == 1


def test_a_number_is_found_however_many_cases_lie_between(world, monkeypatch):
    first = world.case(name="Ett Namn")
    for _nth in range(3):
        world.clock.move(minutes=1)
        world.case(name="Annat Namn")
    monkeypatch.setattr(search, "SEARCHED", 2)
    assert find(world, "maja", "2026-0001") == [first]
    assert find(world, "maja", personal_number(1).digits) == [first]


def test_the_record_holds_a_keyed_digest_of_the_term_and_the_cases_found(world):
    world.case()
    find(world, "maja", "Gösta")
    find(world, "maja", "GÖSTA")
    find(world, "maja", "Anna")
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "cases:searched")).all()
    assert "sta" not in "".join(row.detail for row in rows)
    details = sorted(row.detail for row in rows)
    assert (
        len(set(details)) == 2 and [row.cases is None for row in sorted(rows, key=lambda r: r.detail)].count(True) == 1
    )
