"""The pages of a disclosure that asks for an answer: the officer's, the recipient's inbox, and what each sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import Browser
from tests.web.disclosure_desk import at, chosen, fragment, given, looked

SAID = "Vi ringer i morgon."


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def handed(desk: Desk) -> tuple[Browser, str, str]:
    """Maja, who has given something and asked for an answer: the page of it, and the fragment she was shown."""
    maja, case = desk.as_("maja"), desk.world.case()
    preview = fragment(looked(maja, case, chosen(desk, wants_answer="y")))
    done = given(maja, case, chosen(desk, wants_answer="y"))
    assert done.status_code == 303
    return maja, done.location, preview


def in_inbox(erik: Browser) -> str:
    """The path of what waits for him."""
    found = re.search(r'href="(/inkorg/[\w-]+)\?kommun=1881"', erik.get("/inkorg").text)
    assert found is not None
    return found[1]


def step(browser: Browser, path: str, deed: str = "", **fields: str) -> int:
    """Take a step with the form that a page shows; the status of the answer."""
    page = browser.get(path)
    sent = {name: hidden(page, name) for name in ("token", "place")}
    return browser.post(path + deed, sent | fields, page=path).status_code


def test_nothing_is_asked_for_beforehand(desk: Desk):
    page = desk.as_("maja").get(at(desk.world.case()))
    box = re.search(r'<input[^>]*name="wants_answer"[^>]*>', page.text)
    assert box is not None and "checked" not in box[0] and "Be mottagaren svara" in words(page)


def test_the_recipient_opens_it_in_the_inbox_sees_what_the_preview_showed_and_says_that_they_take_it_on(desk: Desk):
    maja, page, preview = handed(desk)
    assert "Inte öppnat av mottagaren" in words(maja.get(page))
    erik = desk.as_("erik")
    assert "Inget från Kumla eller Laxå går att läsa just nu." in words(erik.get("/mottaget"))
    waits = in_inbox(erik)
    before = erik.get(waits)
    assert "Avvärja fara" not in before.text and "Vuxen" not in words(before)
    assert step(erik, waits, "/oppna") == 303
    opened = erik.get(waits)
    assert fragment(opened) == preview
    assert "Vi tar emot" in words(opened) and "Skicka vidare" not in words(opened)
    assert step(erik, waits, "/ta-emot") == 303
    assert step(erik, f"{waits}/svara", code="words", words=SAID) == 303
    said = words(maja.get(page))
    assert "Mottagaren har svarat" in said and SAID in said
    assert "Mottagaren har svarat" in words(maja.get(page.split("/utlamnande")[0]))


def test_why_it_was_declined_is_read_by_the_sender_and_it_is_read_no_more(desk: Desk):
    maja, page, _preview = handed(desk)
    erik = desk.as_("erik")
    waits = in_inbox(erik)
    assert step(erik, waits, "/oppna") == 303
    assert step(erik, f"{waits}/tacka-nej", code="other", words=SAID) == 303
    said = words(maja.get(page))
    assert "Mottagaren avböjer" in said and "Något annat" in said and SAID in said
    assert "Avvärja fara" not in erik.get(waits).text


@pytest.mark.parametrize(
    ("is_opened", "told"), [(False, "Mottagaren hade inte öppnat det."), (True, "Mottagaren hann öppna uppgifterna.")]
)
def test_it_is_taken_back_before_it_is_opened_and_who_was_too_late_is_told(desk: Desk, is_opened: bool, told: str):
    maja, page, _preview = handed(desk)
    erik = desk.as_("erik")
    waits = in_inbox(erik)
    asks = maja.get(f"{page}/avsluta")
    assert "Ta tillbaka utlämnandet" in words(asks)
    if is_opened:
        assert step(erik, waits, "/oppna") == 303
    done = maja.post(f"{page}/avsluta", {"place": hidden(asks, "place"), "tillbaka": hidden(asks, "tillbaka")})
    assert done.status_code == 303 and told in words(maja.get(page))
    gone, missing = erik.get(waits), erik.get("/inkorg/finns-inte")
    assert (gone.status_code, gone.data) == (404, missing.data) == (missing.status_code, missing.data)


def test_an_answer_is_asked_of_nobody_who_does_not_read_it_here(desk: Desk):
    maja, case = desk.as_("maja"), desk.world.case()
    fields = chosen(desk, wants_answer="y", recipient="prosecutor", outside="Åklagare i tjänst", until="")
    page = given(maja, case, fields)
    assert page.status_code == 422 and "Bara en namngiven mottagare" in words(page)
