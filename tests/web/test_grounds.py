"""The ground wizard of a case: the same answers as the command, for who works in the case, with nothing stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.core.grounds import catalogue, tightening
from casework.core.grounds.ground import Decider
from casework.core.grounds.tightening import Rule
from casework.core.models import AuditEvent
from casework.web.labels import DECIDERS
from tests.cli.test_grounds import ROWS, said
from tests.core import ground_table
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import PASSWORD
from tests.worlds import KUMLA

TODAY = date(2026, 11, 24)
NAMES = {"--from": "source", "--to": "target"}
WORDS = {"given": "yes", "open": "yes", "none": "no"}
SWITCHES = {
    "--request": {"requested": "yes"},
    "--own-initiative": {"requested": "no"},
    "--committed-crime": {"committed": "yes"},
    "--feared-crime": {"committed": "no"},
    "--party": {"party": "yes"},
}
WRITTEN = ("born", "victim_born", "recipient_born", "secrecy")
"""What a browser sends also where nothing was written."""
SITUATIONS = sorted({row.options for row in ROWS})


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def answers(situation: str) -> dict[str, str]:
    """What somebody answers on the page to mean the options of the command."""
    options, found = ground_table.words(situation), dict.fromkeys(WRITTEN, "")
    while options:
        option = options.pop(0)
        if option in SWITCHES:
            found |= SWITCHES[option]
            continue
        text = options.pop(0)
        found[NAMES.get(option, option.strip("-").replace("-", "_"))] = WORDS.get(text, text)
    return found


def grounds(page: str) -> dict[str, tuple[str, str]]:
    """The part of the page and the words of each ground on it."""
    found = {}
    for part in re.split(r"(?=<section[^>]*data-answer)", page)[1:]:
        named = re.search(r'data-answer="(\w+)"', part)
        assert named
        for one in re.split(r"(?=<(?:div|li)[^>]*data-ground)", part.split("</section>")[0])[1:]:
            code = re.search(r'data-ground="(\w+)"', one)
            assert code and code[1] not in found
            found[code[1]] = (named[1], unescape(words(one)))
    return found


def test_every_situation_gets_the_same_answer_on_the_page_as_from_the_command(desk: Desk):
    maja, at = desk.as_("maja"), f"/arenden/{desk.world.case('maja')}/delning/grund"
    token = maja.token(at)
    for situation in SITUATIONS:
        page = maja.post(at, answers(situation), token=token)
        assert page.status_code == 200, (situation, maja.error(page))
        shown, expected = grounds(page.text), said(situation)
        assert shown.keys() == expected.keys(), situation
        for kept in (one for one in ROWS if one.options == situation):
            assert (shown[kept.code][0] == "blocked") is not kept.available, kept
        for code, row in expected.items():
            part, text = shown[code]
            assert (part == "blocked") is (row["status"] == "blocked"), (situation, code)
            assert row["title"] in text and row["why"].strip() in re.sub(r"\s+", " ", text), (situation, code)
            if part != "blocked":
                assert DECIDERS[Decider(row["level"])] in text, (situation, code)
                assert ("En jurist ska rådfrågas." in text) is row["consult"], (situation, code)
                assert all(asked in text for asked in row["asks"]), (situation, code)
                assert ("Svara först på" in text) is (part == "waits"), (situation, code)
    assert len(SITUATIONS) >= 150


def test_the_questions_are_filled_in_with_what_the_case_knows_and_nothing_more(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    page = desk.as_("maja").get(f"/arenden/{case}/delning/grund").text
    typed = dict(re.findall(r'<input[^>]*name="(on|born|secrecy|victim_born)"[^>]*value="([^"]*)"', page))
    assert typed["on"] == "2026-11-24" and typed["secrecy"] == "26:1"
    assert re.fullmatch(r"19\d\d-\d\d-\d\d", typed["born"]) and typed["victim_born"] == ""
    assert '<option selected value="social_services">' in page and page.count("selected") == 1  # and no recipient
    ticked = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert len(ticked) == 5 and all('value=""' in one for one in ticked)
    assert "data-answer" not in page


def test_of_a_case_without_a_person_nothing_is_said_of_anybody(desk: Desk):
    page = desk.as_("maja").get(f"/arenden/{desk.world.case('maja', state='consultation')}/delning/grund")
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("changed", "field", "fault"),
    [
        ({"source": ""}, "source", "Välj vem som lämnar uppgifterna."),
        ({"target": ""}, "target", "Välj vem som ska få uppgifterna."),
        ({"target": "church"}, "target", "Not a valid choice"),
        ({"on": ""}, "on", "Skriv vilken dag"),
        ({"on": "2026-02-30"}, "on", "Skriv datumet så här"),
        ({"born": "en tisdag"}, "born", "Skriv datumet så här"),
        ({"born": "2026-11-25"}, "born", "Födelsedagen ligger efter"),
        ({"victim_born": "2026-11-25"}, "victim_born", "Födelsedagen ligger efter"),
        ({"recipient_born": "2026-11-25"}, "recipient_born", "Födelsedagen ligger efter"),
        ({"secrecy": "26"}, "secrecy", "26:1 eller 24:2 a"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_said_at_its_field_and_what_was_typed_is_kept(desk, changed, field, fault):
    maja, at = desk.as_("maja"), f"/arenden/{desk.world.case('maja')}/delning/grund"
    sent = {"source": "social_services", "target": "police", "on": "2026-11-24", "secrecy": "25:1"} | changed
    page = maja.post(at, sent)
    assert page.status_code == 422 and "data-answer" not in page.text
    if field != "target" or changed["target"] == "":
        assert fault in maja.error(page)
    assert f'href="#{field}"' in page.text and f'id="{field}-fel"' in page.text
    assert field == "secrecy" or 'value="25:1"' in page.text
    assert ("<details open" in page.text) is (field in {"victim_born", "recipient_born"})


def test_a_birthday_on_the_day_itself_is_no_fault(desk: Desk):
    maja, at = desk.as_("maja"), f"/arenden/{desk.world.case('maja')}/delning/grund"
    sent = {"source": "school", "target": "police", "on": "2026-11-24", "born": "2026-11-24"}
    assert maja.post(at, sent).status_code == 200


def test_what_the_municipality_demands_is_what_the_page_says(desk: Desk):
    with desk.world.acting("lo", KUMLA) as (session, lo):
        tightening.tighten(session, lo, "OSL_10_18A", Rule(Decider.U, consult=True, four_eyes=True), TODAY)
        tightening.tighten(session, lo, "OSL_26_1_UTAN_MEN", Rule(off=True), TODAY)
    maja, at = desk.as_("maja"), f"/arenden/{desk.world.case('maja')}/delning/grund"
    sent = {"source": "social_services", "target": "police", "born": "2008-01-01", "committed": "no", "secrecy": "26:1"}
    shown = grounds(maja.post(at, sent | {"on": "2026-11-24"}).text)
    part, text = shown["OSL_10_18A"]
    assert part == "holds"
    assert "Utskott" in text and "En jurist ska rådfrågas." in text and "Någon mer ska godkänna." in text
    assert shown["OSL_26_1_UTAN_MEN"][0] == "blocked" and "Kommunen har stängt av" in shown["OSL_26_1_UTAN_MEN"][1]
    before = grounds(maja.post(at, sent | {"on": "2026-11-23"}).text)
    assert "Förste socialsekreterare" in before["OSL_10_18A"][1] and before["OSL_26_1_UTAN_MEN"][0] != "blocked"


def test_that_the_case_was_read_is_remembered_and_no_answer_is(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/grund"
    maja.get(at)
    maja.post(at, answers(SITUATIONS[0]) | {"born": "1987-06-05"})
    with desk.world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.case_id == case)).all()
    read = [row for row in rows if '"grounds"' in row.detail]
    assert len(read) >= 2 and {row.action for row in read} == {"case:opened"}
    assert not any("1987" in row.detail for row in rows)


def test_only_who_works_in_the_case_is_led_there_and_let_in(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven", role="reader")
    at = f"/arenden/{case}/delning"
    assert f'href="{at}/grund"' in desk.as_("maja").get(at).text
    assert f'href="{at}/grund"' not in desk.as_("sven").get(at).text
    for who in ("sven", "vilma", "lo", "erik", "greta"):
        assert desk.as_(who).get(f"{at}/grund").status_code == 404, who


def signed_in(desk: Desk, page: Any, serve: Any, who: str) -> str:
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    return str(address)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_the_wizard_is_accessible_and_puts_nothing_in_the_address(
    desk: Desk, page, axe, console, serve, width, scheme
):
    case = desk.world.case("maja")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    address = signed_in(desk, page, serve, "maja")
    page.goto(f"{address}/arenden/{case}/delning")
    page.click("text=Hitta en grund för att lämna uppgifter")
    found = axe(page)
    page.select_option("#target", "police")
    page.check("#requested-1")
    page.click("main details summary")
    page.fill("#victim_born", "fel")
    page.click("text=Visa grunderna")
    assert "Skriv datumet så här" in page.inner_text(".errors") and page.is_visible("#victim_born")
    found += axe(page)
    console.clear()  # the browser notes the 422
    page.fill("#victim_born", "")
    page.click("text=Visa grunderna")
    assert "Grunder som håller" in page.inner_text("main")
    assert page.evaluate("document.activeElement.id") == "haller"
    page.click("text=Visa ")
    found += axe(page)
    again = re.fullmatch(rf"{address}/arenden/{case}/delning/grund\?kvar=[\w-]{{22}}", page.url)
    assert again  # what was typed is held, and named by chance
    page.reload()
    assert "Grunder som håller" in page.inner_text("main") and page.locator(".errors").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == [] and console == []


def test_without_script_the_wizard_answers_all_the_same(desk: Desk, page, serve):
    case, browser = desk.world.case("maja"), page.context.browser
    plain = browser.new_context(java_script_enabled=False).new_page()
    address = signed_in(desk, plain, serve, "maja")
    plain.goto(f"{address}/arenden/{case}/delning/grund")
    plain.select_option("#target", "police")
    plain.click("text=Visa grunderna")
    assert "Grunder som håller" in plain.inner_text("main")
    assert plain.locator("[data-ground]").count() == len(catalogue.current(TODAY))
    plain.context.close()
