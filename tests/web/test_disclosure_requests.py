"""A request from outside in the browser: written down, and answered by a disclosure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.disclosure_desk import at, chosen, given, made


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_a_request_from_outside_is_written_down_and_a_disclosure_answers_it(desk: Desk):
    case = desk.world.case("maja")
    maja, path = desk.as_("maja"), f"/arenden/{case}/skriv/disclosure_request"
    page = words(maja.get(f"/arenden/{case}/delning"))
    assert "Begäran om uppgifter" in page and "Mottagna uppgifter" in page
    assert "Svarar det på en begäran?" not in maja.get(at(case)).text
    said = {"requested_on": "2026-11-23", "requested_how": "phone", "requester": "police", "requested": "Om skedet"}
    said |= {"identity_checked": "called_back", "reply": "refused", "version": "0", "knapp": "sign"}
    no = maja.post(path, said)
    assert no.status_code == 422 and "Skriv varför uppgifterna inte lämnas ut" in maja.error(no)
    assert maja.post(path, said | {"reply": "waiting"}).status_code == 303
    entry = re.findall(r'<select[^>]*name="answers".*?</select>', maja.get(at(case)).text, re.DOTALL)[0]
    (asked,) = re.findall(r'value="([^"]+)"', entry)
    assert "Inte besvarad" in words(maja.get(f"/arenden/{case}/delning"))
    assert given(maja, case, chosen(desk, answers=asked)).status_code == 303
    page = words(maja.get(f"/arenden/{case}/delning"))
    assert "Besvarad med ett utlämnande" in page and "Inte besvarad" not in page
    assert (
        maja.post(f"{path}?rattar={asked}", said | {"reply": "waiting", "requested": "Om skedet nu"}).status_code == 303
    )
    assert "Besvarad med ett utlämnande" in words(maja.get(f"/arenden/{case}/delning"))  # it is the same request
    shown = maja.get(f"/arenden/{case}/delning/utlamnande/{made(desk).id}")
    assert "Svarar på" in words(shown) and f"/{asked}" in shown.text
