"""Signing in by one's organisation's provider in a real browser: across sites, with strict cookies, without script."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from casework.core import accounts
from casework.core.models import WebSession
from casework.core.permissions import OPERATOR
from tests.web import errands
from tests.web.ways import account_of, checked, sign_out

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("quick", "told_of_what_was_cleared"),
]
FIRST_PAGE = re.compile(r"//localhost:\d+/(min-dag|nodatkomst/granska|hem)$")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


@pytest.fixture
def wall_clock(clock):
    """The provider goes by the time of the machine, so the program does too."""
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
def site(strict_address, start_provider, installation, data_dir, wall_clock):
    """The pages at localhost and their provider at 127.0.0.1: two sites, as a browser sees it."""
    provider = start_provider(strict_address)
    errands.connect(installation, data_dir, provider)
    errands.bind(installation, provider, "vilma.dummy", "vilma")
    return strict_address


def proves(page: Page, who: str) -> None:
    """Say who one is, at the provider."""
    page.wait_for_url(re.compile(r"127\.0\.0\.1:\d+/interaction/"))
    page.get_by_role("button", name=who, exact=True).click()


def standing_still(route: Route) -> None:
    """A page that leads on by itself, without that."""
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub(r'<meta http-equiv="refresh"[^>]*>', "", answer.text()))


def nothing_new(route: Route) -> None:
    """An answer upon which a browser stays where it is; one to a redirect cannot be altered."""
    route.fulfill(status=204)


@SCRIPT
def test_a_link_binds_it_and_from_then_on_one_signs_in_unlocks_and_confirms(new_context, site, installation, script):
    page = new_context(java_script_enabled=script).new_page()
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, "maja.testlind"))
    page.goto(f"{site}/valkommen/{token}")
    page.get_by_role("button", name="Logga in med Kumla kommun").click()
    proves(page, "maja")
    page.wait_for_url(FIRST_PAGE)
    assert "Maja Testlind" in page.inner_text("header")
    cookies = {cookie["name"]: cookie["sameSite"] for cookie in page.context.cookies(site)}
    assert cookies == {"__Host-session": "Strict", "__Host-device": "Strict"}
    sign_out(page)
    page.get_by_role("button", name="Logga in med Kumla kommun").click()
    page.wait_for_url(FIRST_PAGE)  # the provider knows them still
    page.get_by_role("button", name="Lås", exact=True).click()
    page.wait_for_url("**/last")
    page.get_by_role("button", name="Lås upp med Kumla kommun").click()
    proves(page, "maja")  # it asks anew
    page.wait_for_url(FIRST_PAGE)
    assert "Maja Testlind" in page.inner_text("header")


def test_what_one_was_doing_is_there_after_confirming(page, site, installation, clock):
    page.goto(f"{site}/logga-in")
    page.get_by_role("button", name="Logga in med Kumla kommun").click()
    proves(page, "vilma")
    page.wait_for_url(FIRST_PAGE)
    with installation.session(None) as session:
        for row in session.query(WebSession).filter_by(stage="full"):
            row.proven_at = session.now - timedelta(minutes=6)
    page.goto(f"{site}/din-inloggning/koder")
    assert page.url == f"{site}/bekrafta"
    page.get_by_role("button", name="Bekräfta med Kumla kommun").click()
    proves(page, "vilma")
    page.wait_for_url(f"{site}/din-inloggning/koder")


@SIZES
def test_the_pages_on_the_way_are_for_everybody(page, site, axe, size):
    page.set_viewport_size(size)
    page.goto(f"{site}/logga-in")
    checked(page, axe)
    page.route("**/logga-in/organisation/*", standing_still)
    page.get_by_role("button", name="Logga in med Kumla kommun").click()
    page.wait_for_selector("text=Du skickas vidare")
    checked(page, axe)
    page.route("**/logga-in/klart", nothing_new)
    page.get_by_role("link", name="Till inloggningen hos Kumla kommun").click()
    proves(page, "vilma")
    page.wait_for_selector("text=Nästan klart")
    checked(page, axe)
    assert page.get_by_role("link", name="Fortsätt").get_attribute("href") == "/logga-in/klart"


@SIZES
def test_somebody_who_turns_back_is_told_what_to_do(page, site, axe, size, console):
    page.set_viewport_size(size)
    page.goto(f"{site}/logga-in")
    page.get_by_role("button", name="Logga in med Kumla kommun").click()
    proves(page, "Avbryt")
    page.wait_for_selector("text=Det gick inte att logga in")
    checked(page, axe)
    assert "Hemlig text" not in page.content()
    page.get_by_role("link", name="Till inloggningen").click()
    page.wait_for_url("**/logga-in")
    console[:] = [line for line in console if "422" not in line]
