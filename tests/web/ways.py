"""Second factors for tests: an authenticator app on no telephone, and what pages show of codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from casework.core import accounts, credentials, one_time_codes
from casework.core.installation import Installation
from casework.core.models import Account
from tests.core.test_one_time_codes import code_at
from tests.web.conftest import PASSWORD, Clock

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Telephone:
    """An app that shows somebody's codes."""

    def __init__(self, clock: Clock, secret: str) -> None:
        self.clock, self.secret = clock, secret

    def code(self) -> str:
        """The code shown now; asking waits for the next one, so that it is never one that was used."""
        self.clock.forward(seconds=30)
        return code_at(self.secret, self.clock.now)

    @classmethod
    def reads(cls, clock: Clock, page: str) -> Telephone:
        """What an app knows after the secret on the page was typed into it."""
        found = re.search(r"data-secret>([A-Z2-7 ]+)<", page)
        assert found, "the page shows no secret"
        return cls(clock, found[1].replace(" ", ""))


def give_app(installation: Installation, clock: Clock, username: str) -> Telephone:
    """Somebody's telephone, set up already."""
    secret = one_time_codes.new_secret()
    with installation.session(None) as session:
        credentials.add_app(session, account_of(session, username).id, secret, 0)
    return Telephone(clock, secret)


def account_of(session: Any, username: str) -> Account:
    account = accounts.find(session, username)
    assert account is not None
    return account


def recovery_codes(page: str) -> list[str]:
    """The recovery codes a page shows."""
    return re.findall(r"<li>([0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){4})</li>", page)


def type_password(page: Page, address: str, username: str = "maja.testlind", password: str = PASSWORD) -> None:
    page.goto(f"{address}/logga-in")
    page.fill("#username", username)
    page.fill("#password", password)
    page.get_by_role("button", name="Logga in", exact=True).click()


def start_anew(page: Page, address: str, who: str) -> None:
    """Sign somebody in whoever was there before, as far as their first page."""
    page.context.clear_cookies()
    page.goto(f"{address}/logga-in")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.wait_for_url(re.compile(r"/(min-dag|nodatkomst/granska|hem)$"))


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/logga-in*")


def checked(page: Page, axe: Callable[[Page], list[str]]) -> None:
    """Nothing for the accessibility checker, and nothing beside the screen."""
    assert axe(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
