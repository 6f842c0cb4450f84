"""A session in a real browser: it warns before it locks or ends, loses no text, and leaves nothing when it is over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import PASSWORD, Clock
from tests.web.ways import sign_out, type_password

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("quick", "told_of_what_was_cleared"),
]
PING, LOCK = "**/session/kvar", "**/las"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])


def test_after_signing_out_back_forward_reload_and_a_pasted_address_show_nothing(page, address, axe):
    type_password(page, address)
    visited = ["/installningar", "/prov/anteckning", "/din-inloggning", "/hem"]
    for path in visited:
        page.goto(address + path)
    assert "Maja Testlind" in page.content()
    sign_out(page)
    steps = [page.go_back] * 4 + [page.go_forward] * 3 + [page.reload] * 2
    for step in steps:
        step()
        page.wait_for_load_state()
        page.wait_for_function("!document.body.hidden")
        assert "Maja" not in page.content() and page.url == f"{address}/logga-in", step
    for path in visited:
        page.goto(address + path)
        assert page.url == f"{address}/logga-in" and "Maja" not in page.content()
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"] != "device"] in ([], ["session"])
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("caches.keys()") == []


def test_signing_out_in_one_tab_empties_the_others(page, address):
    type_password(page, address)
    page.wait_for_url(re.compile(r"/(hem|min-dag|arenden)$"))
    other = page.context.new_page()
    other.goto(f"{address}/installningar")
    page.goto(f"{address}/hem")
    sign_out(page)
    other.wait_for_url("**/logga-in*")
    for tab in (page, other):
        tab.wait_for_load_state("networkidle")  # what it still fetches is not cut off with the server


def test_a_tab_that_hears_of_the_signing_out_before_the_server_does_shows_nothing_meanwhile(page, address):
    type_password(page, address)
    page.wait_for_url(re.compile(r"/(hem|min-dag|arenden)$"))
    other = page.context.new_page()
    other.goto(f"{address}/installningar")
    page.goto(f"{address}/hem")
    underway = []

    def keep_waiting(route):
        underway.append(route)

    page.route("**/logga-ut", keep_waiting)
    page.get_by_role("button", name="Logga ut").click(no_wait_after=True)
    other.wait_for_function("document.body.hidden")
    assert other.url == f"{address}/installningar"
    underway[0].continue_()
    other.wait_for_url("**/logga-in*")
    for tab in (page, other):
        tab.wait_for_load_state("networkidle")


def minutes_pass(page: Page, clock: Clock, minutes: float) -> None:
    """For the server and for the browser."""
    clock.forward(minutes=minutes)
    page.clock.fast_forward(int(minutes * 60_000))
    page.clock.run_for(6_000)


@SIZES
def test_the_warning_comes_two_minutes_before_and_one_button_goes_on(page, address, axe, size, clock):
    page.set_viewport_size(size)
    page.clock.install()
    type_password(page, address)
    page.goto(f"{address}/prov/anteckning")
    page.fill("#text", "Det jag höll på att skriva")
    minutes_pass(page, clock, 12.8)
    assert not page.locator("#session").is_visible()
    minutes_pass(page, clock, 0.3)
    assert page.locator("#session").is_visible()
    assert "Är du kvar?" in page.locator("#session").inner_text()
    assert "2 minuter" in page.locator("#session").inner_text()
    assert [one for one in axe(page) if "<button>.</button>" not in one] == []
    with page.expect_response(PING):
        page.get_by_role("button", name="Fortsätt arbeta").click()
    assert not page.locator("#session").is_visible()
    assert page.input_value("#text") == "Det jag höll på att skriva"
    minutes_pass(page, clock, 10)
    page.goto(f"{address}/prov/anteckning")
    assert page.url == f"{address}/prov/anteckning"


def test_when_the_time_is_out_the_screen_locks_and_the_text_is_there_after_unlocking(page, address, clock):
    page.clock.install()
    type_password(page, address)
    page.goto(f"{address}/prov/anteckning")
    page.fill("#text", "Det jag höll på att skriva")
    minutes_pass(page, clock, 13.1)
    minutes_pass(page, clock, 2)
    page.wait_for_url("**/last")
    assert "Det du skrev är sparat." in page.inner_text("main")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Lås upp").click()
    page.wait_for_url("**/prov/anteckning?kvar=*")
    assert page.input_value("#text") == "Det jag höll på att skriva"


def test_before_the_working_day_is_over_it_says_so_and_the_text_is_there_after_signing_in(page, address, axe, clock):
    page.clock.install()
    type_password(page, address)
    page.goto(f"{address}/prov/anteckning")
    for _ in range(42):
        clock.forward(minutes=14)
        page.goto(f"{address}/prov/anteckning")
    page.fill("#text", "Det jag höll på att skriva")
    minutes_pass(page, clock, 9.8)
    assert not page.locator("#session-end").is_visible()
    minutes_pass(page, clock, 0.2)
    last = page.locator("#session-end")
    assert last.is_visible() and "Om 2 minuter loggas du ut." in last.inner_text()
    assert "Det du har skrivit sparas." in last.inner_text()
    assert [one for one in axe(page) if "<button>.</button>" not in one] == []
    last.get_by_role("button", name="Skriv klart").click()
    with page.expect_response(PING):  # answered before the lock is asked for: here the seconds between pass in none
        minutes_pass(page, clock, 0.5)
    with page.expect_response(LOCK):
        minutes_pass(page, clock, 1.4)
        page.clock.run_for(12_000)
    clock.forward(minutes=1)
    page.clock.run_for(6_000)
    page.wait_for_url("**/logga-in*")
    assert "Det du skrev är sparat." in page.inner_text("main")
    page.fill("#username", "maja.testlind")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.wait_for_url("**/prov/anteckning?kvar=*")
    assert page.input_value("#text") == "Det jag höll på att skriva"
