"""Short ways to write a disclosure in a browser without a screen, for tests."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import select

from casework.core.grounds import catalogue
from casework.core.models import Disclosure
from casework.web.confirmations import INPUTS, WORDS
from casework.web.disclosure_form import REPLIES
from tests.web.case_desk import Desk, hidden
from tests.web.conftest import Browser

FACTS = ["person:name", "case:state"]

AGREED = {INPUTS[one.asks]: WORDS[one.needed] for one in catalogue.CONFIRMED}
"""What a ground rests on, all of it confirmed."""


def at(case: str) -> str:
    return f"/arenden/{case}/delning/lamna-ut"


def chosen(desk: Desk, *, reply: str = "Ja, prövat", **changed: Any) -> dict[str, Any]:
    whole = {
        "recipient": f"police:{desk.world.ids['erik']}",
        "facts": FACTS,
        "ground": "BRB_24_4",
        "asked": "BRB_24_4",
        "purpose": "Avvärja fara",
        "harm": "no",
        "assessment": "Vägt mot den enskildes intresse",
        "until": "2026-12-08",
        "sure": "y",
    }
    return whole | dict.fromkeys(REPLIES, reply) | AGREED | changed


def looked(browser: Browser, case: str, fields: dict[str, Any], **more: Any) -> Any:
    """The page with the preview of what was chosen."""
    first = browser.get(at(case))
    page = browser.post(at(case), fields | {"visa": "1", "once": hidden(first, "once"), "version": "0"} | more)
    assert page.status_code == 200
    return page


def given(browser: Browser, case: str, fields: dict[str, Any]) -> Any:
    """The answer to giving what was seen."""
    page = looked(browser, case, fields)
    sent = {name: hidden(page, name) for name in ("once", "version", "seen")}
    return browser.post(at(case), fields | sent)


def made(desk: Desk) -> Disclosure:
    """The one disclosure there is."""
    with desk.world.session() as session:
        return session.scalars(select(Disclosure)).one()


def fragment(page: Any) -> str:
    text = page.text
    begins = text.index('<div class="told" data-told>')
    depth, place = 0, begins
    for one in re.finditer(r"<(/?)div\b", text[begins:]):
        depth += -1 if one[1] else 1
        if depth == 0:
            place = begins + one.end()
            break
    return str(text[begins:place])


class Told(HTMLParser):
    """The parts that a fragment shows, in order: heading, label and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, str, str]] = []
        self._said: dict[str, str] = {}
        self._in = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._in = tag if tag in {"h3", "dt", "dd"} else ""
        if self._in:
            self._said[tag] = ""

    def handle_data(self, data: str) -> None:
        if self._in:
            self._said[self._in] += data

    def handle_endtag(self, tag: str) -> None:
        self._in = ""
        if tag == "dd":
            self.parts.append((self._said["h3"], self._said["dt"], self._said["dd"]))
