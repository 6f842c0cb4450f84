"""Giving facts to the police in a real browser: what the page shows as it is filled in, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from casework.core.grounds.catalogue.confirmations import CANNOT_WAIT
from casework.web.confirmations import INPUTS
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.disclosure_hand import drawn, signed_in, told

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_what_the_script_draws_is_what_the_server_shows(page: Page, desk: Desk, serve: Callable[..., str]):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note", text="<b>Rad</b> ett\nrad två", heading="Rubrik & mer")
    address = serve(desk.app)
    signed_in(page, address, "maja")
    page.goto(f"{address}/arenden/{case}/delning/lamna-ut")
    for details in page.query_selector_all("main details"):
        details.evaluate("el => { el.open = true }")
    for box in page.query_selector_all("[name=facts]"):
        page.click(f"label[for='{box.get_attribute('id')}']")
    drawn(page, "rad två")
    page.wait_for_timeout(600)
    by_script, digest = told(page), page.input_value("[name=seen]")
    page.click("[name=visa]")
    page.wait_for_load_state()
    assert told(page) == by_script and page.input_value("[name=seen]") == digest and len(by_script) > 5


def test_whoever_was_sure_of_what_they_saw_is_asked_again_once_something_else_is_shown(
    page: Page, desk: Desk, serve: Callable[..., str]
):
    case, address = desk.world.case("maja", name="Gösta Exempelsson"), serve(desk.app)
    signed_in(page, address, "maja")
    page.goto(f"{address}/arenden/{case}/delning/lamna-ut")
    page.click("label[for='facts-case:state']")
    drawn(page, "Aktualiserad")
    page.click("label[for='sure']")
    page.wait_for_timeout(600)  # it is drawn again, and the same is shown
    assert page.is_checked("[name=sure]")
    page.click("label[for='facts-person:name']")
    drawn(page, "Gösta Exempelsson")
    assert not page.is_checked("[name=sure]")


def answered(page: Page) -> dict[str, str]:
    """What stands at the questions that are shown, by the question."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-reply]:not([hidden])')].map(box => "
        "[box.querySelector('label').textContent, box.querySelector('textarea').value]))"
    )
    return found


def test_what_a_ground_asks_and_who_decides_is_shown_at_once_and_answers_are_not_lost(
    page: Page, desk: Desk, serve: Callable[..., str]
):
    case, address = desk.world.case("maja", name="Ung Skyddsson", protection=1), serve(desk.app)
    signed_in(page, address, "maja")
    page.goto(f"{address}/arenden/{case}/delning/lamna-ut")
    page.select_option("#recipient", f"police:{desk.world.ids['erik']}")
    page.select_option("#ground", "OSL_10_18A")
    page.wait_for_selector("#svar_0:visible")
    for one in page.query_selector_all("[data-reply]:not([hidden]) textarea"):
        one.fill(f"Svar {one.get_attribute('id')}")
    before = answered(page)
    page.select_option("#ground", "OSL_10_18B")
    page.wait_for_function("() => document.querySelector('[name=asked]').value === 'OSL_10_18B'")
    common = set(answered(page)) & set(before)
    assert common and {answered(page)[one] for one in common} == {before[one] for one in common}
    page.select_option("#ground", "OSL_12_2")
    page.click("label[for='facts-case:state']")
    page.wait_for_selector("text=Samtycket ska omfatta: hur det går i ärendet.")
    assert page.is_visible("[data-uncovered='case:state']")
    page.select_option("#ground", "OSL_10_18A")
    page.wait_for_function("() => document.querySelector('[name=asked]').value === 'OSL_10_18A'")
    assert answered(page) == before and not page.is_visible("[data-part=kinds]")
    page.select_option("#ground", "BRB_24_4")
    page.wait_for_selector("text=Du beslutar själv.")
    assert not page.is_visible("#decider")
    page.click("label[for='harm-1']")
    page.wait_for_selector("#decider:visible")
    page.select_option("#decider", desk.world.ids["fia"])
    page.click("label[for='facts-person:name']")
    page.wait_for_selector("[name=warned]:visible")
    page.click("[name=warned] + label")
    page.click("label[for='facts-person:number']")
    drawn(page, "Personnummer")
    assert page.input_value("#decider") == desk.world.ids["fia"] and page.is_checked("[name=warned]")
    assert "Lämna till beslut" in page.inner_text("main .btn--go")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_disclosure_are_accessible(  # noqa: PLR0915 one journey, page by page
    page: Page, desk: Desk, serve: Callable[..., str], axe: Any, size: Any, scheme: Any
):
    case = desk.world.case("maja", name="Ung Skyddsson", protection=2)
    desk.world.sign("maja", case, "note", text="Ringde på morgonen")
    address = serve(desk.app)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    signed_in(page, address, "maja")
    found: list[str] = []

    def look(path: str, name: str) -> None:
        page.goto(address + path) if path else None
        found.extend(axe(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    look(f"/arenden/{case}/delning", "list")
    look(f"/arenden/{case}/delning/lamna-ut", "empty")
    page.select_option("#recipient", f"police:{desk.world.ids['erik']}")
    page.click("label[for='facts-person:name']")
    page.click("label[for='facts-case:state']")
    page.select_option("#ground", "BRB_24_4")
    page.wait_for_selector("#svar_0:visible")
    page.click(f"label[for='{INPUTS[CANNOT_WAIT.asks]}-0']")
    page.click("label[for='harm-1']")
    page.click("[name=visa]")
    page.wait_for_selector("#decider")
    look("", "looked")
    page.fill("#purpose", "Avvärja fara")
    page.fill("#assessment", "Vägt mot den enskildes intresse")
    page.fill("#until", "2026-12-01")
    for one in page.query_selector_all("[data-reply]:not([hidden]) textarea"):
        one.fill("Ja, prövat")
    page.select_option("#decider", desk.world.ids["fia"])
    page.click("[name=warned] + label")
    drawn(page, "1 december 2026")
    page.click("label[for='sure']")
    look("", "written")
    page.click("main .btn--go")
    page.wait_for_url("**/utlamnande/*")
    look("", "waits")
    sent = re.sub(r".*/", "", page.url)
    page.context.clear_cookies()
    signed_in(page, address, "fia")
    look("/utlamnanden", "to-decide")
    look(f"/utlamnanden/{sent}", "decide")
    page.click("button[value=grant]")
    page.wait_for_url("**/utlamnanden")
    page.context.clear_cookies()
    signed_in(page, address, "maja")
    page.goto(f"{address}/arenden/{case}/delning/utlamnande/{sent}")
    look("", "decided")
    page.click("main form .btn--go")
    page.wait_for_load_state()
    look("", "given")
    look(f"/arenden/{case}/delning/utlamnande/{sent}/avsluta", "end")
    page.context.clear_cookies()
    signed_in(page, address, "erik")
    look("/mottaget", "received")
    look(f"/mottaget/{sent}", "opened")
    assert found == []
