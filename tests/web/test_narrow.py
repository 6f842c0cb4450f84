"""On a phone and on a desk: nothing runs off the side, cells hold together, and what is hidden is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import case_people
from tests.core import asking
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.conftest import PASSWORD

PARTS = ("", "/journal", "/uppgifter", "/delning", "/delning/ny", "/team", "/personer", "/atkomst", "/att-gora")
WRITTEN = ("/skriv/note", "/skriv/consent_note", "/steg/close/beslut", "/steg/begin_assessment")


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk, page, serve) -> str:
    """The address of a case with something in every part, and Maja signed in."""
    made = desk.world.case("maja")
    desk.world.sign("maja", made, "note")
    desk.world.sign("maja", made, "consent_note")
    desk.world.permit(made, states=["received", "initial", "closed"], fields=["police_status"])
    desk.world.name(made, "sven")
    desk.world.clock.move(minutes=1)
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.fill("#username", "maja")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    return f"{address}/arenden/{made}"


def test_nothing_runs_off_a_narrow_page_and_a_cell_of_a_table_is_one_thing(case: str, page, axe):
    page.set_viewport_size({"width": 320, "height": 700})
    home = case.partition("/arenden")[0]
    for at in (
        *(case + part for part in PARTS + WRITTEN),
        home + "/min-dag",
        home + "/arenden",
        home + "/arenden/nytt",
    ):
        page.goto(at)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, at
        cells = page.evaluate("[...document.querySelectorAll('.tbl--stack td')].map((td) => td.childElementCount)")
        assert max(cells, default=0) <= 1, at
    page.goto(case)
    assert page.locator(".secrecy", has_text="Socialtjänstsekretess").is_visible()
    assert page.inner_text(".secrecy li >> nth=0") == "Socialtjänstsekretess"
    assert axe(page) == []


@pytest.mark.parametrize("width", [1121, 1280, 1440])
def test_a_leads_menu_is_one_line_on_a_desk(desk: Desk, page, serve, width: int):
    case = desk.world.case("maja", protection=2)
    asking.ask(desk.world, case, who="sven", by="vilma")
    asked = desk.world.case("maja", protection=2)
    with desk.world.acting("maja") as (session, maja):
        case_people.lower_protection(session, maja, asked, 0)
    address = serve(desk.app)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/logga-in")
    page.fill("#username", "vilma")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    assert page.locator(".topnav a").count() >= 5
    lines = "[...document.querySelectorAll('.topnav a')].map((a) => { const r = document.createRange();"
    lines += " r.selectNodeContents(a.firstChild); return r.getClientRects().length; })"
    assert set(page.evaluate(lines)) == {1}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.topbar-in').scrollWidth <= innerWidth")


def test_the_first_row_of_a_note_holds_its_line_also_with_errors(case: str, page, console):
    page.goto(f"{case}/skriv/note")
    page.fill("[name=event_time]", "snart")
    page.click("button[value=signera]")
    page.wait_for_selector(".errors")
    console.clear()
    tops = page.evaluate("[...document.querySelectorAll('.inline :is(input, select)')].map((e) => e.offsetTop)")
    assert len(tops) == 3 and len(set(tops)) == 1


def test_a_date_in_a_hint_is_never_broken(case: str, page):
    page.goto(f"{case}/skriv/note")
    assert page.evaluate("getComputedStyle(document.querySelector('.hint .nowrap')).whiteSpace") == "nowrap"


def test_what_is_hidden_from_somebody_beside_includes_the_age_and_can_be_shown_again(case: str, page):
    page.goto(case)
    page.click("[data-discreet-toggle]")
    assert "Visa igen" in page.inner_text("[data-discreet-toggle]")
    age = "getComputedStyle([...document.querySelectorAll('.ident .pii')].at(-1)).filter"
    assert "år" in page.locator(".ident .pii").last.inner_text() and "blur" in page.evaluate(age)
    page.click("[data-discreet-toggle]")
    assert "Dölj" in page.inner_text("[data-discreet-toggle]")


def test_the_button_that_throws_a_draft_away_comes_with_the_draft(case: str, page):
    page.goto(f"{case}/skriv/note")
    assert page.locator("button[value=slang]").is_hidden()
    page.fill("[name=text]", "Något")
    page.locator("[name=text]").blur()
    page.wait_for_selector("button[value=slang]:visible")
