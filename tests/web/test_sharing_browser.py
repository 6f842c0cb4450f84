"""The form of a status for the police in a real browser: what only another answer asks for is out of the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.disclosure_hand import signed_in

BOXES = {
    "recognise": ("reference", "#agreed_reference"),
    "ground": ("other:AVIDENTIFIERAT", "#ground_note"),
    "until": ("day", "#until_day"),
}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_what_an_answer_asks_for_is_shown_once_it_is_chosen_and_typed_words_stay(
    page: Page, desk: Desk, serve: Callable[..., str]
) -> None:
    case, address = desk.world.case("maja"), serve(desk.app)
    desk.world.sign("maja", case, "consent_note", valid_until="2026-12-30")
    signed_in(page, address, "maja")
    page.goto(f"{address}/arenden/{case}/delning/ny")
    for name, (value, box) in BOXES.items():
        assert not page.is_visible(box), name
        page.check(f"[name={name}][value='{value}']", force=True)
        assert page.is_visible(box), name
        page.fill(box, "Skrivet")
        page.check(f"[name={name}]:not([value='{value}']) >> nth=0", force=True)
        assert not page.is_visible(box) and page.input_value(box) == "Skrivet", name


def test_without_a_script_all_of_it_can_be_read(page: Page, desk: Desk, serve: Callable[..., str]) -> None:
    def stop(route: Route) -> None:
        route.fulfill(body="", content_type="text/javascript")

    case, address = desk.world.case("maja"), serve(desk.app)
    signed_in(page, address, "maja")
    page.route("**/app*.js*", stop)
    page.goto(f"{address}/arenden/{case}/delning/ny")
    assert all(page.is_visible(box) for _value, box in BOXES.values())


@pytest.mark.parametrize(
    ("field", "name", "chosen"),
    [("agreed_reference", "recognise", "reference"), ("ground_note", "ground", "other:AVIDENTIFIERAT")],
)
def test_only_what_the_chosen_answer_asks_for_is_tried(desk: Desk, field: str, name: str, chosen: str) -> None:
    case, maja = desk.world.case("maja"), desk.as_("maja")
    at, sent = f"/arenden/{case}/delning/ny", {field: "x" * 1001}
    assert f'href="#{field}"' in maja.post(at, sent | {name: chosen}).text
    assert f'href="#{field}"' not in maja.post(at, sent | {name: "nothing"}).text
