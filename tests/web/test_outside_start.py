"""The first page of the police, the school and recreation: what waits comes first, by sender and time alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import PASSWORD, Browser
from tests.web.disclosure_desk import chosen, given, made

SECRET = ("Avvärja fara", "Exempelsson", "Aktualiserad", "Avhoppare", "2026-0")


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def give(desk: Desk, **changed: str) -> str:
    """Give Erik something; the address of the disclosure in its case."""
    done = given(desk.as_("maja"), desk.world.case("maja", name="Gösta Exempelsson"), chosen(desk, **changed))
    assert done.status_code == 303
    return str(done.location)


def waiting(browser: Browser) -> str:
    """The words of what waits; empty where nothing does."""
    found = re.search(
        r'<section class="sec" aria-labelledby="vantar">.*?</section>', browser.get("/start").text, re.DOTALL
    )
    return "" if found is None else words(found[0])


def test_it_is_where_the_police_and_partners_arrive_and_where_nobody_else_does(desk: Desk):
    for who in ("erik", "pia"):
        assert desk.as_(who).get("/").location == "/start"
    assert desk.as_("maja").get("/").location == "/min-dag"
    assert [desk.as_(who).get("/start").status_code for who in ("maja", "ida", "lo", "greta")] == [404] * 4


def test_where_nothing_waits_it_says_so_and_leads_to_what_may_be_read(desk: Desk):
    page = desk.as_("pia").get("/start")
    assert "Inget väntar på dig" in words(page) and waiting(desk.as_("pia")) == ""
    for path in ("/delat", "/mottaget", "/deltar", "/orosanmalan", "/fraga"):
        assert f'href="{path}"' in page.text
        assert desk.as_("pia").get(path).status_code == 200


def test_what_was_given_waits_with_sender_and_time_until_it_is_opened(desk: Desk):
    give(desk)
    erik = desk.as_("erik")
    page = erik.get("/start")
    assert "En sak väntar på dig" in words(page)
    line = "Uppgifter att läsa Socialtjänsten. Kumla. 24 nov 09.00. Kan läsas till och med 8 dec. Inte öppnat"
    assert line in waiting(erik)
    assert [one for one in SECRET if one in page.text] == []
    assert made(desk).opened_at is None
    found = re.search(r'href="(/mottaget/[\w-]{22})"', page.text)
    assert found is not None and "Avvärja fara" in words(erik.get(found[1]))
    assert waiting(erik) == "" and "Inget väntar på dig" in words(erik.get("/start"))


def test_what_asks_for_an_answer_waits_until_it_is_answered_and_is_said_to_be_opened(desk: Desk):
    give(desk, wants_answer="y")
    erik = desk.as_("erik")
    page = erik.get("/start")
    line = "Uppgifter från socialtjänsten Socialtjänsten"
    assert line in waiting(erik) and "Inte öppnad" in waiting(erik)
    assert [one for one in SECRET if one in page.text] == []
    found = re.search(r'href="(/inkorg/[\w-]{22})\?kommun=1881"', page.text)
    assert found is not None
    for deed in ("/oppna", "/ta-emot"):
        shown = erik.get(found[1])
        fields = {name: hidden(shown, name) for name in ("token",)}
        assert erik.post(found[1] + deed, fields, page=found[1]).status_code == 303
        assert ("Öppnad, inte besvarad" in waiting(erik)) == (deed == "/oppna")
    assert waiting(erik) == ""


def test_what_was_read_is_said_to_end_a_week_before_its_last_day_and_not_after_it(desk: Desk):
    give(desk)
    erik = desk.as_("erik")
    found = re.search(r'href="(/mottaget/[\w-]{22})"', erik.get("/start").text)
    assert found is not None
    erik.get(found[1])
    assert "Slutar snart" not in words(erik.get("/start"))
    desk.world.clock.move(days=7)
    page = desk.as_("erik").get("/start")
    assert "Slutar snart Uppgifter lämnade 24 nov 09.00" in words(page)
    assert [one for one in SECRET if one in page.text] == []
    desk.world.clock.move(days=8)
    assert "Slutar snart" not in words(desk.as_("erik").get("/start"))


def test_what_may_be_read_no_more_waits_no_more(desk: Desk):
    case_page = give(desk)
    maja, erik = desk.as_("maja"), desk.as_("erik")
    assert waiting(erik)
    assert maja.post(f"{case_page}/avsluta", page=case_page).status_code == 303
    assert waiting(erik) == ""


def test_the_menu_has_one_entry_for_what_is_shared_and_it_is_the_current_one_on_all_its_pages(desk: Desk):
    pia = desk.as_("pia")
    for path in ("/delat", "/mottaget", "/deltar"):
        page = pia.get(path).text
        menu = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', page[: page.index("</nav>")])
        assert [one for one, _current in menu] == ["/start", "/inkorg", "/delat", "/skickat"]
        assert [one for one, current in menu if current] == ["/delat"]
        assert f'<a href="{path}" aria-current="page">' in page[page.index('class="parts"') :]


def test_somebody_in_several_municipalities_says_where_a_report_goes_before_it_is_written(desk: Desk):
    erik = desk.as_("erik")
    page = erik.get("/orosanmalan")
    assert "Till vilken kommun anmäler du?" in words(page) and "<textarea" not in page.text
    assert re.findall(r'href="/orosanmalan\?kommun=(\d+)"', page.text) == ["1881", "1860"]
    assert "Till socialtjänsten i Laxå." in words(erik.get("/orosanmalan?kommun=1860"))
    assert "Vad har hänt" in words(desk.as_("pia").get("/orosanmalan"))  # who works in one is not asked


def test_nothing_runs_off_its_pages_on_a_phone_and_the_menu_is_whole(desk: Desk, page, serve, axe):
    give(desk)
    give(desk, wants_answer="y")
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.fill("#username", "erik")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/start", "/inkorg", "/delat", "/mottaget", "/deltar", "/skickat", "/orosanmalan"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        menu = page.locator(".topnav")
        assert menu.evaluate("(menu) => menu.scrollWidth <= menu.clientWidth"), path
        assert axe(page) == [], path
