"""On paper: what is opened on the screen for a few minutes is sealed, and nothing can be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.copies import EXTRACT, order
from tests.databases import Databases
from tests.paper.sheets import read, squeezed
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.conftest import PASSWORD


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def signed_in(desk: Desk, page, serve) -> str:
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.fill("#username", "maja")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    return str(address)


def opened(page) -> None:
    page.click(".sealed summary >> nth=0")
    page.select_option(".sealed[open] select", "contact")
    page.click(".sealed[open] button")
    page.wait_for_selector(".unsealed")


def test_an_opened_answer_is_printed_as_sealed(desk: Desk, page, serve):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "address")
    address = signed_in(desk, page, serve)
    for path in ("", "/uppgifter/address"):
        page.goto(f"{address}/arenden/{case}{path}")
        if path == "":
            opened(page)
        assert "Hemlig gata 2" in page.inner_text("main")
        page.emulate_media(media="print")
        assert "Hemlig gata 2" not in page.inner_text("main")
        assert "Uppgiften är öppen" not in page.inner_text("main")
        said = page.evaluate("getComputedStyle(document.querySelector('.unsealed'), '::after').content")
        assert said == '"Förseglat"'
        page.emulate_media(media="screen")


def printed(page) -> str:
    """What another program reads in the page as it is printed."""
    return read(page.pdf(format="A4"))


def test_a_print_for_work_says_on_every_page_who_made_it_and_when(desk: Desk, page, serve):
    case = desk.world.case("maja")
    for nth in range(12):
        desk.world.sign("maja", case, "note", heading=f"Samtal {nth}", text="Ord i rad. " * 120)
    address = signed_in(desk, page, serve)
    page.goto(f"{address}/arenden/{case}/journal")
    assert not page.is_visible(".work-mark")
    made = printed(page)
    pages = int(re.findall(r"Sida\d+av(\d+)", made)[0])
    assert pages > 2 and made.count(squeezed("Arbetsutskrift · Maja Testlind · ")) == pages


def test_a_copy_that_is_handed_over_carries_no_such_mark(desk: Desk, page, serve):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note", heading="Samtal")
    order(desk.world, case, EXTRACT)
    address = signed_in(desk, page, serve)
    page.goto(f"{address}/arenden/{case}/kopia")
    page.click("text=Visa kopian")
    page.wait_for_selector("text=Registerutdrag")
    made = printed(page)
    assert "Samtal" in made and "Arbetsutskrift" not in made


def test_an_opened_note_is_printed_without_its_words_and_heading(desk: Desk, page, serve):
    case = desk.world.case("maja")
    told = {"gor": "signera", "seal_entry": "ja", "event_date": "i går", "event_type": "call"}
    told |= {"event_time": "15.30", "heading": "Rubriken", "text": "Orden i den."}
    assert desk.as_("maja").post(f"/arenden/{case}/skriv/note", told).status_code == 303
    address = signed_in(desk, page, serve)
    page.goto(f"{address}/arenden/{case}/journal")
    opened(page)
    for path in ("/journal", ""):
        page.goto(f"{address}/arenden/{case}{path}")
        assert "Rubriken" in page.inner_text("main")
        page.emulate_media(media="print")
        text = page.inner_text("main")
        assert "Förseglad anteckning" in text
        assert not [word for word in ("Rubriken", "Orden i den", "15.30", "Samtal") if word in text]
        page.emulate_media(media="screen")


def test_nothing_on_paper_can_be_pressed(desk: Desk, page, serve):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note")
    desk.world.sign("maja", case, "consent_note")
    address = signed_in(desk, page, serve)
    page.goto(f"{address}/arenden/{case}/att-gora")
    page.fill("[name=what]", "Ring")
    page.click("main .btn--go")
    page.emulate_media(media="print")
    words = ("Rätta", "Ändra", "Lägg till", "Återkalla", "Vad händer nu", "Flytta ärendet vidare", "Ångra", "Fyll i")
    for path in ("", "/journal", "/uppgifter", "/delning", "/team", "/att-gora"):
        page.goto(f"{address}/arenden/{case}{path}")
        seen = page.locator(":is(button, .btn, .tick, input[type=submit]):visible").all_inner_texts()
        text = page.inner_text("body")
        assert seen == [] and not [word for word in words if word in text], path
