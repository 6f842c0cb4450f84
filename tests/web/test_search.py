from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import cases
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.worlds import personal_number


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_the_one_case_of_a_whole_number_is_opened_at_once_and_of_a_name_listed(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja = desk.as_("maja")
    for term in ("gösta", "Exempelsson, Gösta"):
        found = maja.post("/sok", {"q": term})
        assert found.status_code == 200 and f'href="/arenden/{case}"' in found.text, term
    for term in ("2026-0001", personal_number(1).shown, personal_number(1).digits[2:]):
        found = maja.post("/sok", {"q": term})
        assert (found.status_code, found.location) == (303, f"/arenden/{case}"), term


def test_the_field_in_the_bar_searches(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja = desk.as_("maja")
    assert 'action="/sok"' in maja.get("/min-dag").text
    assert maja.post("/sok", {"q": "2026-0001"}, page="/min-dag").location == f"/arenden/{case}"


def test_several_cases_are_listed_with_the_term_in_its_field_only(desk: Desk, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.case("maja", name="Göran Exempelsson")
    page = desk.as_("maja").post("/sok", {"q": "exempels"})
    assert page.status_code == 200
    assert "Två ärenden stämmer" in words(page)
    assert page.text.count("exempels") == 1 and 'value="exempels"' in page.text
    assert "<title>Sök – Hållpunkt</title>" in page.text
    assert "exempels" not in caplog.text.casefold()


def test_no_hit_reads_the_same_for_what_is_missing_and_what_is_somebody_elses(desk: Desk):
    desk.world.case("sven", name="Hemlig Fallsson")
    maja = desk.as_("maja")
    others, missing = (words(maja.post("/sok", {"q": term})) for term in ("Fallsson", "Saknadsson"))
    assert others == missing and "Inga ärenden stämmer" in others
    assert "Inga ärenden stämmer" in words(maja.post("/sok", {"q": "2026-0001"}))


def test_a_protected_person_is_found_but_not_named(desk: Desk):
    desk.world.case("maja", name="Gömd Fallsson", protection=2)
    desk.world.case("maja", name="Synlig Fallsson")
    page = desk.as_("maja").post("/sok", {"q": "Fallsson"}).text
    assert "Skyddad identitet" in page and "Synlig Fallsson" in page and "Gömd" not in page


def test_a_team_lead_is_shown_a_row_of_a_case_they_may_not_open(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    found = desk.as_("vilma").post("/sok", {"q": "Gösta"})
    assert found.status_code == 200 and "Ett ärende stämmer" in words(found)
    assert f'href="/arenden/{case}/team"' in found.text and f'href="/arenden/{case}"' not in found.text


def test_more_hits_than_a_page_holds_are_cut_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cases, "PAGE", 2)
    for _nth in range(3):
        desk.world.case("maja", name="Många Fallsson")
    said = words(desk.as_("maja").post("/sok", {"q": "Fallsson"}))
    assert "Fler än 2 ärenden stämmer" in said and said.count("Många Fallsson") == 2


def test_nothing_to_search_for_is_said_at_the_field(desk: Desk):
    maja = desk.as_("maja")
    empty = maja.post("/sok", {"q": "  "})
    assert empty.status_code == 422
    assert "Skriv ett namn, ett personnummer eller ett ärendenummer." in maja.error(empty)
    assert maja.post("/sok", {"q": "x" * 101}).status_code == 422


def test_a_word_in_the_address_is_no_search(desk: Desk):
    desk.world.case("maja", name="Gösta Exempelsson")
    page = desk.as_("maja").get("/sok?q=Gösta")
    assert page.status_code == 200 and "Exempelsson" not in page.text and "Gösta" not in page.text


def test_a_search_survives_the_lock(desk: Desk):
    desk.world.case("maja", name="Gösta Exempelsson")
    maja = desk.as_("maja")
    token = maja.token("/sok")
    maja.post("/las", page="/min-dag")
    maja.post("/sok", {"q": "Gösta"}, token=token)
    back = maja.unlock()
    assert back.location.startswith("/sok?kvar=") and 'value="Gösta"' in maja.get(back.location).text
