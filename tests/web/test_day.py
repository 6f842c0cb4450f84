from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework.core import day, drafts, tasks, teams
from casework.core.models import Task
from tests.core.consenting import consented
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import PASSWORD
from tests.worlds import REGISTRY

TODAY = date(2026, 11, 24)


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def task(desk: Desk, case: str, what: str, days: int | None, who: str = "maja") -> Task:
    with desk.world.acting(who) as (session, actor):
        due = None if days is None else TODAY + timedelta(days=days)
        return tasks.add(session, actor, case, what, due, actor.id)


def test_a_day_without_anything_says_so_and_what_will_be_here(desk: Desk):
    said = words(desk.as_("maja").get("/min-dag"))
    assert "Tisdag 24 november" in said
    assert "Inget är försenat och inget ska göras i dag." in said
    assert "Inget att göra just nu" in said and "Du har inga utkast." in said
    assert said.count("Inget inplanerat") == 5


def test_one_sentence_tells_what_is_late_due_and_begun_in_words(desk: Desk):
    case = desk.world.case("maja")
    task(desk, case, "Boka tolk", -3)
    task(desk, case, "Ring anstalten", 0)
    task(desk, case, "Skriv till frivården", 0)
    with desk.world.acting("maja") as (session, actor):
        drafts.save(session, REGISTRY, actor, case, "note", {"text": ["Påbörjad text"]}, seen_version=0)
    page = desk.as_("maja").get("/min-dag")
    said = words(page)
    assert "En sak att göra är försenad och två ska göras i dag. Du har ett utkast kvar att signera." in said
    assert "3 dagar sen" in said and "tag--late" in page.text and "tag--soon" in page.text
    assert "Påbörjad text" not in page.text


def test_a_draft_leads_back_to_where_it_is_written(desk: Desk):
    case = desk.world.case("maja")
    note = desk.world.sign("maja", case, "note")
    with desk.world.acting("maja") as (session, actor):
        drafts.save(session, REGISTRY, actor, case, "note", {"text": ["x"]}, seen_version=0)
        drafts.save(session, REGISTRY, actor, case, "note", {"text": ["y"]}, seen_version=0, corrects_id=note)
    page = desk.as_("maja").get("/min-dag").text
    assert f'href="/arenden/{case}/skriv/note"' in page
    assert f'href="/arenden/{case}/skriv/note?rattar={note}"' in page
    assert "Utkast sparat i dag 09.00" in words(page)


def test_a_task_is_ticked_off_at_once_and_can_be_taken_back(desk: Desk):
    case = desk.world.case("maja")
    made = task(desk, case, "Boka tolk", 2)
    maja = desk.as_("maja")
    assert 'aria-label="Markera som klar: Boka tolk"' in maja.get("/min-dag").text
    from_day = {"headers": {"Referer": "http://localhost/min-dag"}}
    done = maja.post(f"/att-gora/{made.id}/klar", page="/min-dag", **from_day)
    assert done.status_code == 303 and done.location == "/min-dag"
    page = maja.get("/min-dag")
    assert "Klar nyss: Boka tolk" in words(page) and "Markera som klar" not in page.text
    maja.post(f"/att-gora/{made.id}/angra", page="/min-dag", **from_day)
    assert "Markera som klar: Boka tolk" in maja.get("/min-dag").text


def test_a_task_done_a_while_ago_is_gone(desk: Desk):
    case = desk.world.case("maja")
    made = task(desk, case, "Boka tolk", 2)
    with desk.world.acting("maja") as (session, actor):
        tasks.finish(session, actor, made.id)
    desk.world.clock.now += day.UNDONE_WITHIN
    assert "Boka tolk" not in desk.as_("maja").get("/min-dag").text


def test_the_strip_of_the_week_is_today_and_the_working_days_that_follow(desk: Desk):
    case = desk.world.case("maja")
    task(desk, case, "Möte på måndag", 6)
    page = desk.as_("maja").get("/min-dag").text
    strip = re.search(r'<ol class="week">.*?</ol>', page, re.DOTALL)
    assert strip is not None
    days = [re.sub(r"<[^>]+>|\s+", " ", one).split() for one in re.findall(r"<h3>(.*?)</h3>", strip[0], re.DOTALL)]
    assert [" ".join(one) for one in days] == ["Tis 24 i dag", "Ons 25", "Tors 26", "Fre 27", "Mån 30"]
    assert "Möte på måndag" in strip[0]
    desk.world.clock.move(days=3)
    assert "Tors 3 dec" in words(desk.as_("maja").get("/min-dag"))


def test_whoever_has_protection_has_no_name_here(desk: Desk):
    case = desk.world.case("maja", name="Hemlig Person", protection=1)
    task(desk, case, "Boka tolk", 1)
    maja = desk.as_("maja")
    assert maja.get(f"/arenden/{case}").status_code == 200
    page = maja.get("/min-dag").text
    assert "Skyddad identitet" in page and "Hemlig" not in page
    said = words(page)
    assert "Senast öppnade 2026-0001" in said


def test_the_case_opened_last_comes_first(desk: Desk):
    first, second = desk.world.case("maja", name="Ett Fiktell"), desk.world.case("maja", name="Två Fiktell")
    maja = desk.as_("maja")
    maja.get(f"/arenden/{second}")
    desk.world.clock.move(minutes=5)
    maja.get(f"/arenden/{first}")
    recent = maja.get("/min-dag").text.split('id="senast"')[1]
    assert recent.index("Ett Fiktell") < recent.index("Två Fiktell")


def test_whoever_assigns_learns_what_waits_and_others_do_not(desk: Desk):
    for _nth in range(2):
        desk.world.case(None)
    page = desk.as_("vilma").get("/min-dag")
    assert "Två ärenden saknar handläggare." in words(page)
    assert 'href="/arenden?vem=ingen"' in page.text
    assert "saknar handläggare" not in desk.as_("maja").get("/min-dag").text


def test_a_case_somebody_has_left_is_not_on_their_day(desk: Desk):
    case = desk.world.case("maja", name="Ny Handläggarsson")
    task(desk, case, "Boka tolk", 1)
    maja = desk.as_("maja")
    maja.get(f"/arenden/{case}")
    with desk.world.acting("vilma") as (session, actor):
        teams.assign(session, actor, case, desk.world.ids["sven"])
    page = maja.get("/min-dag").text
    assert "Boka tolk" not in page and "Handläggarsson" not in page and case not in page


def test_a_vanished_form_goes_by_its_stored_name(desk: Desk):
    case = desk.world.case("maja")
    with desk.world.acting("maja") as (session, actor):
        made = drafts.save(session, REGISTRY, actor, case, "note", {"text": ["x"]}, seen_version=0)
        made.form = "gammal_blankett"
    assert "gammal_blankett i 2026-0001" in words(desk.as_("maja").get("/min-dag"))


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_day_the_list_and_the_forms_are_accessible(
    desk: Desk,
    page: Any,
    serve: Callable[..., str],
    axe: Callable[..., list[str]],
    size: tuple[int, int],
    scheme: str,
):
    case = desk.world.case("maja", protection=1)
    task(desk, case, "Boka tolk", -1)
    task(desk, desk.world.case("maja", state="consultation"), "Ring tillbaka", 0)
    address = serve(desk.app)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/logga-in")
    page.fill("#username", "maja")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.wait_for_url("**/min-dag")
    found = axe(page)
    register = "/arenden/nytt?omrade=avhoppare&typ=avhopp&borjan=register"
    for path in ("/arenden", "/arenden?visa=avslutade", "/sok", "/arenden/nytt", register):
        page.goto(address + path)
        found += axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == []


def test_ticking_works_with_the_mouse_and_without_script(
    desk: Desk, new_context: Callable[..., Any], serve: Callable[..., str]
):
    task(desk, desk.world.case("maja"), "Boka tolk", 0)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{serve(desk.app)}/logga-in")
    page.fill("#username", "maja")
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    page.click(".tick")
    assert "Klar nyss: Boka tolk" in page.inner_text("main")
    page.click("text=Ångra")
    assert page.is_visible(".tick")


@pytest.mark.parametrize(
    ("days", "kind"), [(30, None), (15, None), (14, "soon"), (4, "soon"), (3, "late"), (0, "late")]
)
def test_a_consent_that_soon_ends_is_told_and_leads_to_the_cases_consents(desk: Desk, days: int, kind: str | None):
    case = desk.world.case("maja")
    consented(desk.world, case, valid_until=TODAY + timedelta(days=days))
    page = desk.as_("maja").get("/min-dag").text
    part = page.split('id="samtycken"')[1].split("</section>")[0]
    assert f'href="/arenden/{case}/samtycken"' in part and "Ett samtycke" in part
    assert re.findall(r"tag--(\w+)", part) == ([] if kind is None else [kind])


def test_where_no_consent_soon_ends_nothing_is_said_of_it(desk: Desk):
    consented(desk.world, desk.world.case("maja"), valid_until=TODAY + timedelta(days=31))
    assert "Samtycken som snart upphör" not in desk.as_("maja").get("/min-dag").text
