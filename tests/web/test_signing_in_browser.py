"""Signing in by passkeys and codes, in a real browser with a virtual device that makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from casework.core import accounts
from casework.core.permissions import OPERATOR
from tests.core.test_one_time_codes import code_at
from tests.web.ways import account_of, checked, give_app, sign_out, type_password

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("quick", "told_of_what_was_cleared"),
]
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


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device that makes passkeys in this browser, and whose owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


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


def test_a_passkey_of_somebody_else_opens_no_second_step(page, address, installation, clock, console):
    authenticator(page)
    with installation.session(None) as one:
        token = accounts.invite(one, OPERATOR, account_of(one, "vilma.dummy"))
    page.goto(f"{address}/valkommen/{token}")
    page.get_by_role("button", name="Skapa en inloggningsnyckel").click()
    page.get_by_role("link", name="Jag har sparat koderna").click()
    page.goto(f"{address}/hem")
    sign_out(page)
    give_app(installation, clock, "maja.testlind")
    type_password(page, address)
    page.wait_for_url("**/logga-in/andra-steget")
    page.evaluate(
        """async () => {
            const form = document.querySelector('main form');
            const asked = await fetch('/passkey/fraga', {method: 'POST', headers: {'X-Requested-With': 'fetch',
              'X-CSRFToken': form.elements.csrf_token.value}});
            const options = PublicKeyCredential.parseRequestOptionsFromJSON(await asked.json());
            const key = await navigator.credentials.get({publicKey: options});
            form.elements.passkey.value = JSON.stringify(key.toJSON());
            form.submit();
        }"""
    )
    page.get_by_text("Det gick inte att logga in med inloggningsnyckeln.").first.wait_for()
    assert page.url.endswith("/logga-in/andra-steget")
    page.goto(f"{address}/hem")
    assert page.url == f"{address}/logga-in"
    assert [line for line in console if "422" not in line and "Clear-Site-Data" not in line] == []
    console.clear()


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
    page.wait_for_url("**/logga-in*")
    type_password(page, strict_address)
    page.get_by_role("button", name="Skapa en inloggningsnyckel").click()
    page.get_by_role("link", name="Jag har sparat koderna").click()
    page.goto(f"{strict_address}/hem")
    assert "Maja Testlind" in page.content()
