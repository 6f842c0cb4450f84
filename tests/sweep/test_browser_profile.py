"""What a day's work leaves on the disk of a desk (security.md T9, 2.3): nothing.

A real Chromium with a profile of its own: somebody reads, writes, leaves a draft lying, and signs out.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.databases import Databases
from tests.sweep import day as days
from tests.sweep.canaries import Canaries, distinct
from tests.sweep.day import Day
from tests.web.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm"}
SETTLED = 500
"""Milliseconds in which the browser writes down what it is going to."""


@pytest.fixture
def day(databases: Databases, tmp_path: Path) -> Iterator[Day]:
    data = tmp_path / "data"
    data.mkdir()
    canaries = Canaries(random.randrange(10**9))
    with databases.migrated("sqlite", data, days.founded) as database:
        made = days.opened(database, canaries)
        kinds = {kind.name: (area, kind) for area, kind in days.kinds()}
        made.ids["case_id"] = days.write_every_form(made, *kinds["avhopp"])
        yield made
        made.world.installation.engine.dispose()


def files(profile: Path) -> list[Path]:
    return sorted(one for one in profile.rglob("*") if one.is_file() and not one.is_symlink())


def spend(day: Day, page: Page, url: str, size: Callable[[Any, Any], Any]) -> None:
    """Maja's day at the desk: the pages of her case, a note, a draft left lying."""
    case, said = f"{url}/arenden/{day.ids['case_id']}", day.said
    sign_in(page, url)
    for path in ("", "/journal", "/uppgifter", "/personer", "/delning", "/team", "/atkomst")[: size(3, 7)]:
        page.goto(case + path)
    assert day.canaries.stem in page.content()
    page.goto(f"{case}/skriv/note")
    page.get_by_label("Typ av händelse").select_option("call")
    page.get_by_label("Rubrik").fill(said("a heading in the browser"))
    page.get_by_label("Vad hände och vad sades?").fill(said("a note in the browser"))
    page.get_by_role("button", name="Signera anteckningen").click()
    page.wait_for_url(lambda address: "/skriv/" not in address)
    page.goto(f"{case}/skriv/note")
    page.get_by_label("Vad hände och vad sades?").fill(said("a note left lying"))
    page.wait_for_timeout(SETTLED)
    page.goto(f"{case}/journal")
    page.go_back()
    page.reload()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/logga-in")
    page.locator("[name=username]").fill("maja")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("min-dag"))


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Logga ut").first.click()
    page.wait_for_url(re.compile("/logga-in"))
    page.wait_for_timeout(SETTLED)


@pytest.mark.prove
def test_the_browsers_profile_holds_nothing_after_a_days_work(
    day: Day, serve, playwright, browser_type_launch_args, tmp_path: Path, size, figures
) -> None:
    profile, url = tmp_path / "profile", serve(day.app).replace("127.0.0.1", "localhost")
    figures["seed"] = day.canaries.seed
    context = playwright.chromium.launch_persistent_context(str(profile), **DESK, **browser_type_launch_args)
    page = context.pages[0]
    spend(day, page, url, size)
    page.wait_for_timeout(size(1, 20) * SETTLED)
    shutil.copytree(profile, tmp_path / "while it runs", symlinks=True, ignore_dangling_symlinks=True)
    sign_out(page)
    context.close()
    left = files(profile)
    figures |= {"files": len(left), "KiB": sum(one.stat().st_size for one in left) // 1024}
    assert any(one.name == "History" for one in left)
    assert day.canaries.found_in(left) == {}
    assert day.canaries.found_in(files(tmp_path / "while it runs")) == {}


def test_what_was_sent_and_answered_at_once_does_not_stay_in_the_profile(
    day: Day, serve, playwright, browser_type_launch_args, tmp_path: Path
) -> None:
    """A search, and a note without a heading: Chromium writes into its session file what is answered by no redirect."""
    profile, url = tmp_path / "profile", serve(day.app).replace("127.0.0.1", "localhost")
    context = playwright.chromium.launch_persistent_context(str(profile), **DESK, **browser_type_launch_args)
    page = context.pages[0]
    sign_in(page, url)
    page.locator("#sok").fill(day.said("a search in the browser"))
    page.locator("#sok").press("Enter")
    page.wait_for_url(re.compile("/sok"))
    page.goto(f"{url}/arenden/{day.ids['case_id']}/skriv/note")
    page.get_by_label("Vad hände och vad sades?").fill(day.said("a note without a heading"))
    page.get_by_role("button", name="Signera anteckningen").click()
    page.wait_for_timeout(6 * SETTLED)
    sign_out(page)
    context.close()
    assert day.canaries.found_in(files(profile)) == {}


def test_a_leak_planted_in_a_profile_is_found(
    day: Day, serve, playwright, browser_type_launch_args, tmp_path: Path
) -> None:
    """What a careless page would do: a word in an address, in the title, in the browser's own storage."""
    profile, url = tmp_path / "profile", serve(day.app).replace("127.0.0.1", "localhost")
    text = day.said("a planted leak")
    context = playwright.chromium.launch_persistent_context(str(profile), **DESK, **browser_type_launch_args)
    page = context.pages[0]
    page.goto(f"{url}/logga-in?q={text}")
    page.evaluate("words => words.forEach((one, nth) => localStorage.setItem(nth, one))", [text, text[::-1]])
    page.wait_for_timeout(SETTLED)
    context.close()
    found = day.canaries.found_in(files(profile))
    assert "utf-8: a planted leak" in found["History"]
    assert any("reversed" in hit for hits in found.values() for hit in hits)
    for nth, (form, name) in enumerate(distinct(text).items()):
        (profile / f"planted{nth}").write_bytes(form)
        assert "a planted leak" in str(day.canaries.found_in([profile / f"planted{nth}"])), name
