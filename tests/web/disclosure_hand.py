"""Somebody's hand on the form of a disclosure in a real browser, and what it takes in steps, clicks and keys."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.web.case_desk import Desk
from tests.web.conftest import PASSWORD

CLICK, KEY = 1.4, 0.28
"""Seconds of somebody who knows where things are: to point and click, and to type one sign (Card, Moran and Newell)."""
STEPS, SECONDS = 6, 90


@dataclass
class Hand:
    """Somebody's hand on mouse and keyboard: a step is a page that is opened or sent."""

    page: Page
    steps: int = 0
    clicks: int = 0
    keys: int = 0
    waited: float = field(default=0.0)

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.clicks += 1

    def choose(self, selector: str, value: str) -> None:
        """Open a list and pick from it."""
        self.page.select_option(selector, value)
        self.clicks += 2

    def write(self, selector: str, text: str) -> None:
        self.click(selector)
        self.page.keyboard.type(text)
        self.keys += len(text)

    def go(self, selector: str, where: str) -> None:
        """Click on what leads to another page, and wait for it."""
        begun = time.monotonic()
        self.click(selector)
        self.page.wait_for_url(where)
        self.steps += 1
        self.waited += time.monotonic() - begun

    @property
    def seconds(self) -> float:
        return self.clicks * CLICK + self.keys * KEY + self.waited


def signed_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/logga-in")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.wait_for_url(lambda url: "/logga-in" not in url)


def told(page: Page) -> list[tuple[str, str, str]]:
    """What a page's fragment says, by heading, label and words."""
    found: list[Any] = page.evaluate(
        "[...document.querySelectorAll('[data-told] > *')].map(el => el.tagName === 'H3' ? el.textContent : "
        "[...el.children].map(row => [row.children[0].textContent, row.children[1].textContent]))"
    )
    parts, heading = [], ""
    for one in found:
        if isinstance(one, str):
            heading = one
        else:
            parts += [(heading, label, words) for label, words in one]
    return parts


def drawn(page: Page, words: str) -> None:
    page.wait_for_function("words => document.querySelector('[data-told]').textContent.includes(words)", arg=words)


def begun(page: Page, desk: Desk, address: str, case: str) -> Hand:
    """A hand that has opened the form of a disclosure to the police, and chosen whom to tell what of whom."""
    signed_in(page, address, "maja")
    page.goto(f"{address}/arenden/{case}")
    hand = Hand(page)
    hand.go(".tabs a[href$='/delning']", "**/delning")
    hand.go("main a[href$='/lamna-ut']", "**/lamna-ut")
    hand.choose("#recipient", f"police:{desk.world.ids['erik']}")
    hand.click("label[for='facts-person:name']")
    hand.click("label[for='facts-case:state']")
    return hand


def answers(hand: Hand, ground: str, words: Sequence[str]) -> None:
    """Choose a ground, say yes to what it rests on, and answer the rest in these words."""
    page = hand.page
    hand.choose("#ground", ground)
    page.wait_for_function("code => document.querySelector('[name=asked]').value === code", arg=ground)
    for one in page.query_selector_all("[data-confirm]:not([hidden])"):
        hand.click(f"label[for='{one.get_attribute('data-confirm')}-0']")
    asked = page.query_selector_all("[data-reply]:not([hidden]) textarea")
    for one, said in zip(asked, words, strict=True):
        hand.write(f"#{one.get_attribute('id')}", said)


def finished(hand: Hand, assessment: str) -> list[tuple[str, str, str]]:
    """Assess it, say until when, and send it; what it showed before it was sent."""
    page = hand.page
    hand.click("label[for='harm-0']")
    hand.write("#assessment", assessment)
    hand.write("#until", "2026-12-01")
    page.evaluate("document.activeElement.blur()")
    drawn(page, "1 december 2026")
    hand.click("label[for='sure']")
    seen = told(page)
    hand.go("main .btn--go", "**/utlamnande/*")
    return seen


def figures(hand: Hand, way: str) -> None:
    """Print what a way took, and hold it against the bounds."""
    said = f"steps {hand.steps}, clicks {hand.clicks}, keys {hand.keys}, seconds {hand.seconds:.0f}"
    print(f"{way}: {said}")  # noqa: T201 the figures are asked for
    assert hand.steps <= STEPS and hand.seconds <= SECONDS, said
