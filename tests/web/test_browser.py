"""In a real browser: no complaint in the console, nothing for the accessibility checker, and the lock at hand."""

from __future__ import annotations

import pytest

from tests.web.conftest import PASSWORD

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def signed_in(page, address):
    page.goto(f"{address}/logga-in")
    page.fill("#username", "maja.testlind")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.goto(f"{address}/hem")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_frame_are_accessible(page, app, serve, axe, size, scheme):
    address = serve(app)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/logga-in")
    found = axe(page)
    signed_in(page, address)
    for path in ("/hem", "/installningar", "/prov/anteckning"):
        page.goto(address + path)
        found += axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert [one for one in found if "<button>.</button>" not in one] == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_shift_three_times_locks_and_unlocking_leads_back(page, app, serve):
    address = serve(app)
    signed_in(page, address)
    page.goto(f"{address}/installningar")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/last")
    assert "Skärmen är låst" in page.inner_text("main")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.wait_for_url("**/installningar")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_help_opens_on_a_key_but_not_while_somebody_writes(page, app, serve):
    address = serve(app)
    signed_in(page, address)
    page.goto(f"{address}/prov/anteckning")
    page.focus("#heading")
    page.keyboard.type("?")
    assert not page.is_visible("#help")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("?")
    assert page.is_visible("#help")
