"""What was destroyed is called so on every page of its case, and no page breaks on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core.key_operations import retention
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.worlds import KUMLA


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def gone(desk: Desk) -> tuple[str, dict[str, str]]:
    """A case closed so long ago that its places are destroyed, and the entries in it."""
    world = desk.world
    case = world.case("maja")
    ids = {form: world.sign("maja", case, form) for form in ("address", "relocation", "note")}
    world.name(case, "fia", "co_officer")
    world.take("fia", case, "close")
    world.clock.move(days=30)
    assert retention.destroy_due(world.installation, KUMLA) == 1
    return case, ids


def test_every_page_of_the_case_answers_and_says_what_is_gone(desk: Desk, gone: tuple[str, dict[str, str]]):
    case, ids = gone
    maja = desk.as_("maja")
    forms = ("/uppgifter/address", "/uppgifter/relocation", "/skriv/address", "/skriv/relocation")
    for page in ("", "/journal", "/uppgifter", "/personer", "/team", "/delning", "/atkomst", "/att-gora", *forms):
        answer = maja.get(f"/arenden/{case}{page}")
        assert answer.status_code == 200, page
        assert "Hemlig gata" not in answer.text and "Storgatan" not in answer.text, page
    for form in ("address", "relocation"):
        answer = maja.get(f"/arenden/{case}/anteckning/{ids[form]}")
        assert answer.status_code == 200 and "Gallrad" in words(answer)
        assert "Visa" not in words(answer).replace("Visar", "") and "– loggas" not in words(answer)
    assert "Samtal" in maja.get(f"/arenden/{case}/anteckning/{ids['note']}").text
    assert "Gallrade uppgifterna om platsen" in words(maja.get(f"/arenden/{case}/atkomst"))


def test_the_form_begins_empty_and_asks_to_reopen_the_case_first(desk: Desk, gone: tuple[str, dict[str, str]]):
    case, ids = gone
    maja, page = desk.as_("maja"), f"/arenden/{case}/skriv/address"
    shown = maja.get(page)
    assert shown.status_code == 200 and "Storgatan" not in shown.text and "förseglad uppgift" not in words(shown)
    name = re.search(r'name="([^"]*address_post[^"]*)"', shown.text)
    assert name is not None
    sent = {"begun_on": ids["address"], "version": "0", name[1]: "Nygatan 3", "gor": "signera"}
    answer = maja.post(page, sent, page=page)
    assert "Återaktualisera ärendet innan du skriver nya" in words(answer) and "Nygatan 3" in answer.text


def test_asking_to_open_what_is_gone_is_refused_in_words(desk: Desk, gone: tuple[str, dict[str, str]]):
    case, ids = gone
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{ids['relocation']}"
    asked = {"entry": ids["relocation"], "field": "relocation.plan", "back": page, "reason": "contact", "words": ""}
    answer = maja.post(f"/arenden/{case}/visa", asked, page="/min-dag")
    assert "Uppgiften är gallrad och kan inte öppnas." in words(answer)
