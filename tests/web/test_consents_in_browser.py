"""The register of consents in a real browser: every page passes axe, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.consenting import child
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.consent_desk import at, signed_in


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_the_register_is_accessible_from_the_question_to_the_withdrawal(
    desk: Desk, page, axe, console, serve, width, scheme
):
    case = child(desk.world, 16)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    address, found = signed_in(desk, page, serve, "maja"), []

    def look() -> None:
        found.extend(axe(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{address}{at(case)}")
    look()
    page.click("text=Be om samtycke")
    for nth in range(3):
        page.check(f"#givers-{nth}")
    page.check("#agencies-3")
    page.fill("#valid_until", "fel")
    page.fill("#note", "Inte om brodern")
    page.click("main .btn--go")
    assert "Skriv datumet så här" in page.inner_text(".errors") and page.is_checked("#givers-2")
    assert page.input_value("#note") == "Inte om brodern"
    look()
    console.clear()  # the browser notes the 422
    page.check("#kinds-0")
    page.fill("#valid_until", "2027-02-22")
    page.click("main .btn--go")
    assert page.locator("tbody tr").count() == 6
    look()
    page.click("main .tbl--stack >> text=Visa >> nth=0")
    look()
    page.click("text=Registrera svaret")
    look()
    for name in ("given", "how", "identity"):
        page.check(f"#{name}-0")
    page.click("main .btn--go")
    page.click("text=Återkalla samtycket")
    look()
    page.click("main .btn--warn")
    assert "Samtycket är återkallat." in page.inner_text("main")
    look()
    assert found == [] and console == []


def test_without_script_somebody_is_asked_all_the_same(desk: Desk, page, serve):
    case, browser = desk.world.case("maja"), page.context.browser
    plain = browser.new_context(java_script_enabled=False).new_page()
    address = signed_in(desk, plain, serve, "maja")
    plain.goto(f"{address}{at(case, 'nytt')}")
    for name in ("givers-0", "agencies-3", "kinds-0"):
        plain.check(f"#{name}")
    plain.fill("#valid_until", "2027-02-22")
    plain.click("main .btn--go")
    assert "Tillfrågad" in plain.inner_text("main")
    plain.context.close()
