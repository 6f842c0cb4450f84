"""From school to social services in a real browser: the report, its receipt, the inbox, the answer to the sender."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.core.handing import GIVEN
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.conftest import PASSWORD
from tests.web.test_grounds import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_goes_from_school_to_intake_and_word_comes_back(
    desk: Desk, page: Page, new_context: Any, serve: Any, axe: Callable[[Any], list[str]], width: int
) -> None:
    address = signed_in(desk, page, serve, "pia")
    page.set_viewport_size({"width": width, "height": 844})

    def fits(shown: Page) -> None:
        assert axe(shown) == []  # it waits for what a click may have begun to load
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{address}/skickat")
    fits(page)
    page.click("text=Gör en orosanmälan")
    fits(page)
    for name in ("child_name", "child_number", "worry", "contact"):
        page.fill(f"#{name}", GIVEN[name])
    page.click("label[for=danger-1]")
    page.click("label[for=guardians_told-1]")
    page.click("text=Lämna orosanmälan till socialtjänsten")
    assert "Skickat till socialtjänsten. Det här är ditt kvitto." in page.inner_text("main")
    fits(page)

    ida = new_context(color_scheme="dark").new_page()
    ida.set_viewport_size({"width": width, "height": 844})
    ida.goto(f"{address}/logga-in")
    ida.fill("#username", "ida")
    ida.fill("#password", PASSWORD)
    ida.click("main .btn--go")
    ida.goto(f"{address}/inkorg")
    fits(ida)
    ida.click("main .rows a")
    assert GIVEN["worry"] not in ida.content()
    fits(ida)
    ida.click("text=Öppna och kvittera")
    assert GIVEN["worry"] in ida.inner_text("main")
    fits(ida)
    ida.click("text=Säg till avsändaren att den kom fel")
    ida.click("label[for=code-0]")
    fits(ida)
    ida.click("main .btn--go")
    assert "Den ska ändå bedömas här." in ida.inner_text("main") and GIVEN["worry"] in ida.inner_text("main")
    fits(ida)
    page.reload()
    assert "Gör anmälan där också, i dag." in page.inner_text("main")
    fits(page)
    ida.goto(f"{address}/inkorg/ersattare")
    fits(ida)
