"""Nycklar: two administrators order what the operator's command does, and see nothing of a case on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core.key_operations import rotation
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import PASSWORD
from tests.worlds import KUMLA


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def approve(desk: Desk, who: str) -> str:
    """Approve what waits for somebody; what the page said."""
    browser = desk.as_(who)
    (at,) = dict.fromkeys(re.findall(r"/godkannanden/[\w-]{22}", browser.get("/godkannanden").text))
    page = browser.get(at)
    browser.post(at, {"decision": "grant", "seen": hidden(page, "seen")})
    return words(page)


def test_one_orders_another_approves_and_the_operator_rotates(desk: Desk):
    lo = desk.as_("lo")
    assert 'href="/nycklar"' in lo.get("/moduler").text
    assert lo.post("/nycklar/byt", {"reason": "En dator är stulen"}).location == "/nycklar"
    said = words(lo.get("/nycklar"))
    assert "Inget har ändrats än." in said and "Byt huvudnyckeln i Kumla" in said and "Leo Förvaltarsson" in said
    shown = approve(desk, "leo")
    assert "Byt huvudnyckeln i Kumla" in shown and "Lo Provander skriver: ”En dator är stulen”" in shown
    assert "Driften kan göra det i 24 timmar." in words(lo.get("/godkannanden"))
    assert rotation.rotate(desk.world.installation, KUMLA).version == 2


def test_a_move_says_where_to_and_who_can_open_the_keys_then(desk: Desk):
    lo = desk.as_("lo")
    nothing = lo.post("/nycklar/flytta", {"reason": "Ny server"})
    assert nothing.status_code == 422 and "Välj vart nycklarna ska flyttas." in lo.error(nothing)
    assert 'value="Ny server"' in nothing.text
    wrong = lo.post("/nycklar/flytta", {"to": "vault-transit", "renew": "y"})
    assert wrong.status_code == 422 and "bara i nyckelfilen" in lo.error(wrong)
    assert lo.post("/nycklar/flytta", {"to": "vault-transit"}).status_code == 303
    shown = approve(desk, "leo")
    assert "Flytta nycklarna i Kumla till nyckelservern" in shown
    assert "Den som har hand om nyckelservern kan sedan öppna kommunens nycklar." in shown


def test_the_pages_have_nothing_axe_objects_to(desk: Desk, serve, page, axe):
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.locator("[name=username]").fill("lo")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("/moduler"))
    for link in ("Nycklar", "Beställ byte av huvudnyckeln"):
        page.get_by_role("link", name=link).click()
        assert axe(page) == []
    page.goto(f"{address}/nycklar/flytta")
    assert axe(page) == []
