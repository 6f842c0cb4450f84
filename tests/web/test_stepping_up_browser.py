"""Confirming who one is, in a real browser: the reason that was typed is there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}])


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@SIZES
def test_the_reason_typed_before_confirming_is_there_after_it(
    page: Page, desk: Desk, serve: Callable[[object], str], axe: Callable[[Page], list[str]], size
) -> None:
    page.set_viewport_size(size)
    case = desk.world.case("maja")
    entry = desk.world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.fill("#username", "maja")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    desk.world.clock.move(minutes=6)
    page.goto(f"{address}/arenden/{case}/anteckning/{entry}")
    page.locator("details.sealed summary").first.click()
    page.locator("details.sealed select").first.select_option("other")
    page.locator("details.sealed [name=words]").first.fill("Rättegången i dag")
    page.get_by_role("button", name="Visa uppgiften").first.click()
    page.wait_for_url("**/bekrafta")
    assert "Det du skrev är sparat." in page.inner_text("main")
    assert axe(page) == []
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Bekräfta").click()
    page.wait_for_url(f"**/arenden/{case}/visa?kvar=*")
    assert page.input_value("#words") == "Rättegången i dag" and page.input_value("#reason") == "other"
    assert axe(page) == []
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"**/arenden/{case}/anteckning/{entry}")
    assert "Hotad av tidigare vänner" in page.inner_text("main")
