"""Signing in and out in a real browser: passkeys, codes, the warning, and nothing left behind after signing out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import Flask

import casework.web
from casework.core import accounts
from casework.core.installation import Installation
from casework.core.permissions import OPERATOR
from casework.settings import Settings
from tests.core.test_one_time_codes import code_at
from tests.web.conftest import PASSWORD, Clock
from tests.web.ways import account_of

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

pytestmark = [pytest.mark.parametrize("database_kind", ["sqlite"]), pytest.mark.usefixtures("quick")]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
HOME = "/din-inloggning"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(app: Flask, serve: Callable[[object], str]) -> str:
    """The pages under the one name for which browsers make passkeys without TLS."""
    return serve(app).replace("127.0.0.1", "localhost")


@pytest.fixture
def strict_address(settings: Settings, installation: Installation, serve: Callable[[object], str]) -> str:
    """As in production, but for the TLS, which browsers do not ask of this machine's own name."""
    made: list[Flask] = []

    def later(environ: dict[str, object], start: object) -> object:
        return made[0](environ, start)  # type: ignore[arg-type]

    address = serve(later).replace("127.0.0.1", "localhost")
    made.append(casework.web.create_app(replace(settings, demo=False, origin=address), installation))
    return address


@pytest.fixture(autouse=True)
def told_of_what_was_cleared(console: list[str]) -> Iterator[None]:
    """Chromium notes in its console that it did what we asked of it on signing out."""
    yield
    console[:] = [line for line in console if not line.startswith("info: Clear-Site-Data header on")]


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device that makes passkeys in this browser, and whose owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def type_password(page: Page, address: str, username: str = "maja.testlind", password: str = PASSWORD) -> None:
    page.goto(f"{address}/logga-in")
    page.fill("#username", username)
    page.fill("#password", password)
    page.get_by_role("button", name="Logga in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/logga-in")


def checked(page: Page, axe: Callable[[Page], list[str]]) -> None:
    """Nothing for the accessibility checker, and nothing beside the screen."""
    assert axe(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@SIZES
def test_a_passkey_is_added_and_then_the_second_step_and_the_confirmation(page, address, axe, size, clock, app):
    page.set_viewport_size(size)
    authenticator(page)
    type_password(page, address)
    page.goto(f"{address}{HOME}")
    checked(page, axe)
    page.get_by_role("link", name="Lägg till en inloggningsnyckel").click()
    checked(page, axe)
    page.get_by_role("button", name="Skapa inloggningsnyckeln").click()
    page.get_by_role("heading", name="Spara dina återställningskoder").wait_for()
    checked(page, axe)
    page.get_by_role("link", name="Jag har sparat koderna").click()
    page.wait_for_url(f"**{HOME}")
    assert "Inloggningsnyckel (passkey)" in page.inner_text("main")
    sign_out(page)
    type_password(page, address)
    page.wait_for_url("**/logga-in/andra-steget")
    checked(page, axe)
    page.get_by_role("button", name="Använd inloggningsnyckel").click()
    page.wait_for_url(re.compile(r"/(hem|min-dag|arenden)$"))
    clock.forward(minutes=6)
    page.goto(f"{address}{HOME}/koder")
    page.wait_for_url("**/bekrafta")
    checked(page, axe)
    page.get_by_role("button", name="Bekräfta med inloggningsnyckel").click()
    page.wait_for_url(f"**{HOME}/koder")
    checked(page, axe)


@SIZES
def test_a_passkey_alone_is_made_by_the_link_and_signs_in_and_unlocks(page, address, axe, size, installation, clock):
    page.set_viewport_size(size)
    session, device = authenticator(page)
    with installation.session(None) as one:
        token = accounts.invite(one, OPERATOR, account_of(one, "vilma.dummy"))
    page.goto(f"{address}/valkommen/{token}")
    checked(page, axe)
    page.get_by_role("button", name="Skapa en inloggningsnyckel").click()
    page.get_by_role("heading", name="Spara dina återställningskoder").wait_for()
    page.get_by_role("link", name="Jag har sparat koderna").click()
    page.goto(f"{address}/hem")
    assert "Vilma Dummy" in page.content()
    assert page.request.get(f"{address}/valkommen/{token}").status == 404
    sign_out(page)
    checked(page, axe)
    page.get_by_role("button", name="Använd inloggningsnyckel").click()
    page.wait_for_url(re.compile(r"/(hem|min-dag|arenden|prov).*"))
    page.goto(f"{address}/installningar")
    clock.forward(minutes=20)
    page.goto(f"{address}/installningar")
    page.wait_for_url("**/last")
    checked(page, axe)
    assert page.locator("#password").count() == 0
    page.get_by_role("button", name="Lås upp med inloggningsnyckel").click()
    page.wait_for_url("**/installningar")
    (made,) = session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert made["signCount"] == 3 and made["rpId"] == "localhost"


def test_a_passkey_of_somebody_else_opens_no_second_step(page, address, installation, console):
    authenticator(page)
    with installation.session(None) as one:
        token = accounts.invite(one, OPERATOR, account_of(one, "vilma.dummy"))
    page.goto(f"{address}/valkommen/{token}")
    page.get_by_role("button", name="Skapa en inloggningsnyckel").click()
    page.get_by_role("link", name="Jag har sparat koderna").click()
    answers = []
    page.on("request", lambda request: answers.append(request.post_data) if request.method == "POST" else None)
    sign_out(page)
    type_password(page, address)
    page.goto(f"{address}{HOME}/passkey")
    # The passkey of Vilma's cannot be Maja's as well, even from the same device.
    page.get_by_role("button", name="Skapa inloggningsnyckeln").click()
    page.get_by_role("link", name="Jag har sparat koderna").wait_for()
    sign_out_from_codes(page, address)
    type_password(page, address)
    page.wait_for_url("**/logga-in/andra-steget")
    stolen = page.evaluate(
        """async (options) => {
            const asked = await fetch('/passkey/fraga', {method: 'POST', headers: {'X-Requested-With': 'fetch',
              'X-CSRFToken': document.querySelector('[name=csrf_token]').value}});
            const one = await asked.json();
            delete one.allowCredentials;
            const key = await navigator.credentials.get(
              {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(one)});
            return new TextDecoder().decode(key.response.userHandle) + ' ' + JSON.stringify(key.toJSON());
        }""",
        None,
    )
    with installation.session(None) as one:
        vilma, maja = (account_of(one, name).id for name in ("vilma.dummy", "maja.testlind"))
    owner, _space, answer = stolen.partition(" ")
    assert owner in {vilma, maja}
    page.evaluate(
        "answer => { const f = document.querySelector('form[data-passkey]'); f.elements.passkey.value = answer; "
        "f.submit(); }",
        answer,
    )
    page.wait_for_load_state()
    assert page.url.endswith("/logga-in/andra-steget") is (owner == vilma)
    page.goto("about:blank")
    assert [line for line in console if "422" not in line and "Clear-Site-Data" not in line] == []
    console.clear()


def sign_out_from_codes(page: Page, address: str) -> None:
    page.goto(f"{address}/hem")
    sign_out(page)


@SIZES
def test_a_code_from_an_app_and_a_recovery_code_in_a_browser(page, address, axe, size, clock, new_context):
    page.set_viewport_size(size)
    type_password(page, address)
    page.goto(f"{address}{HOME}/app")
    page.get_by_text("Går bilden inte att läsa av?").click()
    checked(page, axe)
    secret = page.locator("[data-secret]").inner_text().replace(" ", "")
    page.get_by_label("Koden som appen visar").fill(code_at(secret, clock.now))
    page.get_by_role("button", name="Spara appen").click()
    recovery = page.locator(".codes li").all_inner_texts()
    assert len(recovery) == 10
    page.get_by_role("link", name="Jag har sparat koderna").click()
    for code in (lambda: code_at(secret, clock.now), lambda: recovery[0]):
        clock.forward(seconds=30)
        other = new_context(java_script_enabled=False).new_page()
        other.set_viewport_size(size)
        type_password(other, address)
        other.get_by_label("Engångskod").fill(code())
        other.get_by_role("button", name="Logga in", exact=True).click()
        other.wait_for_url(re.compile(r"/(hem|min-dag|arenden)$"))


@SIZES
def test_the_second_step_is_set_up_before_anything_else(page, strict_address, axe, size, clock):
    page.set_viewport_size(size)
    authenticator(page)
    type_password(page, strict_address)
    page.wait_for_url("**/logga-in/satt-upp")
    checked(page, axe)
    page.goto(f"{strict_address}/hem")
    page.wait_for_url("**/logga-in")
    type_password(page, strict_address)
    page.get_by_role("button", name="Skapa en inloggningsnyckel").click()
    page.get_by_role("link", name="Jag har sparat koderna").click()
    page.goto(f"{strict_address}/hem")
    assert "Maja Testlind" in page.content()


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
    other.wait_for_url("**/logga-in")


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
    minutes_pass(page, clock, 1.9)
    page.clock.run_for(12_000)
    clock.forward(minutes=1)
    page.clock.run_for(6_000)
    page.wait_for_url("**/logga-in")
    assert "Det du skrev är sparat." in page.inner_text("main")
    page.fill("#username", "maja.testlind")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.wait_for_url("**/prov/anteckning?kvar=*")
    assert page.input_value("#text") == "Det jag höll på att skriva"
