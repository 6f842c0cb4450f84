from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.core import clock, deciders, tasks
from tests.answers import ANSWERS
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import PASSWORD
from tests.worlds import REGISTRY


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_the_overview_says_where_the_case_stands_and_what_each_way_on_lacks(desk: Desk):
    case = desk.world.case("maja", state="initial")
    page = desk.as_("maja").get(f"/arenden/{case}")
    assert page.status_code == 200
    said = words(page)
    assert "Initial bedömning" in said and "sedan 24 nov" in said
    assert "Första kontakt" in said
    assert "Beslutas av förste socialsekreterare" in said
    assert f'href="/arenden/{case}/steg/open_investigation/beslut"' in page.text
    assert f'href="/arenden/{case}/skriv/initial_assessment"' in page.text
    assert f'href="/arenden/{case}/steg/request_consent"' not in page.text  # it lacks the information sheet


def test_a_step_that_lacks_nothing_is_a_link(desk: Desk):
    case = desk.world.case("maja")
    page = desk.as_("maja").get(f"/arenden/{case}")
    assert f'href="/arenden/{case}/steg/begin_assessment"' in page.text


def test_a_finished_phase_is_marked_with_its_day(desk: Desk):
    case = desk.world.case("maja", state="investigation")
    desk.world.sign("maja", case, "needs")
    desk.world.sign("maja", case, "investigation_summary")
    desk.world.clock.move(days=2)
    desk.world.take("maja", case, "finish_investigation")
    page = desk.as_("maja").get(f"/arenden/{case}").text
    assert 'aria-current="step"' in page and "sedan 24 nov" in page


def test_the_band_and_the_bar_say_who_and_how_secret(desk: Desk):
    case = desk.world.case("maja", protection=2)
    page = desk.as_("maja").get(f"/arenden/{case}").text
    assert "secrecy--max" in page and "Lämna aldrig ut adress, telefon eller vistelseort" in page
    assert "Bara du har åtkomst" in page and "Gösta Exempelsson" in page
    assert "Exempelsson" not in page.split("</title>")[0]
    plain = desk.as_("maja").get(f"/arenden/{desk.world.case('maja')}").text
    assert "secrecy--max" not in plain and "Socialtjänstsekretess" in plain and "26 kap. 1 § OSL" in plain


def test_a_consultation_has_no_person_and_no_note(desk: Desk):
    case = desk.world.case("maja", state="consultation")
    browser = desk.as_("maja")
    page = browser.get(f"/arenden/{case}")
    assert page.status_code == 200 and "Personnummer" not in page.text and "/skriv/note" not in page.text
    assert browser.get(f"/arenden/{case}/skriv/note").status_code == 404
    assert browser.get(f"/arenden/{case}/skriv/consultation").status_code == 200


def test_tasks_are_ticked_from_the_overview(desk: Desk):
    case = desk.world.case("maja")
    with desk.world.acting("maja") as (session, actor):
        tasks.add(session, actor, case, "Ring Arbetsförmedlingen", None, actor.id)
    page = desk.as_("maja").get(f"/arenden/{case}")
    assert "Ring Arbetsförmedlingen" in words(page) and "/klar" in page.text


def test_a_decider_sees_the_overview_and_the_forms_to_be_decided_and_nothing_else(desk: Desk):
    case = desk.world.case("maja", state="initial")
    desk.world.sign("maja", case, "initial_assessment")
    desk.world.sign("maja", case, "note", text="Kanariefågel")
    with desk.world.acting("maja") as (session, actor):
        forms, who = ["initial_assessment"], desk.world.ids["fia"]
        deciders.ask(session, REGISTRY, actor, case, "open_investigation", who, forms, "Besluta")
    fia = desk.as_("fia")
    page = fia.get(f"/arenden/{case}")
    assert page.status_code == 200 and "Kanariefågel" not in page.text
    assert f'href="/arenden/{case}/steg/open_investigation"' in page.text
    for part in ("journal", "personer", "delning", "atkomst", "skriv"):
        assert f'href="/arenden/{case}/{part}' not in page.text
    assert "Initial bedömning" in words(fia.get(f"/arenden/{case}/uppgifter"))
    assert fia.get(f"/arenden/{case}/uppgifter/initial_assessment").status_code == 200
    assert fia.get(f"/arenden/{case}/uppgifter/note").status_code == 404
    assert fia.get(f"/arenden/{case}/journal").status_code == 404


def test_what_one_may_not_open_answers_as_what_does_not_exist(desk: Desk):
    case = desk.world.case("maja")
    note = desk.world.sign("maja", case, "note")
    other = desk.world.case("maja", name="Annan Påhittdotter")
    sven, maja = desk.as_("sven"), desk.as_("maja")
    missing = sven.get("/arenden/finns-inte")
    for path in ("", "/journal", "/uppgifter", "/uppgifter/note", f"/anteckning/{note}", "/skriv/note"):
        answer = sven.get(f"/arenden/{case}{path}")
        assert (answer.status_code, answer.data) == (404, missing.data)
    assert maja.get(f"/arenden/{other}/anteckning/{note}").status_code == 404
    assert maja.get(f"/arenden/{case}/uppgifter/finns.inte").status_code == 404


def test_the_journal_shows_the_newest_first_with_text_assessment_and_byline(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note", event_date="2026-11-20", heading="Första samtalet")
    desk.world.sign(
        "maja",
        case,
        "note",
        heading="Andra samtalet",
        text="Rad ett\nrad två",
        assessment="Det går framåt",
        event_time="15:30",
    )
    page = desk.as_("maja").get(f"/arenden/{case}/journal")
    said = words(page)
    assert said.index("Andra samtalet") < said.index("Första samtalet")
    assert "Bedömning. Det går framåt" in said and "15.30" in said
    assert "Maja Testlind · signerad 24 nov 09.00" in said
    assert "Rad ett<br>rad två" in page.text


def test_the_journal_keeps_every_version_of_a_corrected_note(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "note", text="Klockan 14")
    desk.world.sign("maja", case, "note", corrects=first, text="Klockan 13")
    said = words(desk.as_("maja").get(f"/arenden/{case}/journal"))
    assert "Rättad en gång" in said and "Klockan 13" in said and "Klockan 14" in said
    assert said.count("signerad") == 2


def test_the_journal_can_show_one_kind_and_pages_through_the_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    from casework.web import journal

    monkeypatch.setattr(journal, "SIZE", 2)
    case = desk.world.case("maja")
    for day in (20, 21, 22):
        desk.world.sign("maja", case, "note", event_date=f"2026-11-{day}", heading=f"Dag {day}")
    desk.world.sign("maja", case, "consent_note")
    browser = desk.as_("maja")
    page = browser.get(f"/arenden/{case}/journal?typ=note")
    assert "Dag 22" in page.text and "Dag 20" not in page.text and "Äldre anteckningar" in page.text
    older = page.text.split('href="')
    url = next(part.split('"')[0] for part in older if "fran=" in part).replace("&amp;", "&")
    second = browser.get(url)
    assert "Dag 20" in second.text and "Dag 22" not in second.text and "Till det senaste" in second.text


def test_a_note_that_came_with_the_register_says_so(desk: Desk):
    from casework.core import entries

    case = desk.world.case("maja")
    with desk.world.acting("maja") as (session, actor):
        form = desk.world.kind.form("note")
        row = desk.world.get(session, case)
        entries.write_signed(
            session, actor, row, form, ANSWERS["note"], event_on=clock.today(session.now), origin="register"
        )
    said = words(desk.as_("maja").get(f"/arenden/{case}/journal"))
    assert "ur registret" in said and "Införd ur registret av Maja Testlind" in said


def test_an_empty_journal_says_what_to_do(desk: Desk):
    case = desk.world.case("maja")
    page = desk.as_("maja").get(f"/arenden/{case}/journal")
    assert "Skriv den första anteckningen" in page.text


def test_every_form_says_whether_it_is_filled_in_and_by_whom(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "registration")
    desk.world.sign("maja", case, "consent_note")
    browser = desk.as_("maja")
    said = words(browser.get(f"/arenden/{case}/uppgifter"))
    assert (
        "Ifylld 24 nov av Maja Testlind" in said
        and "En, signerad 24 nov av Maja Testlind" in said
        and "Inte ifylld" in said
    )
    one = browser.get(f"/arenden/{case}/uppgifter/registration")
    assert "Vill lämna gänget" in one.text and "Ändra uppgifterna" in one.text


def test_an_earlier_version_of_a_form_can_be_read(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "registration", matter="Första versionen")
    desk.world.sign("maja", case, "registration", corrects=first, matter="Andra versionen")
    said = words(desk.as_("maja").get(f"/arenden/{case}/uppgifter/registration"))
    assert said.index("Andra versionen") < said.index("Tidigare versioner") < said.index("Första versionen")


def test_somebody_named_to_read_is_offered_nothing_to_write(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note")
    desk.world.name(case, "sven")
    sven = desk.as_("sven")
    for path in ("", "/journal", "/uppgifter"):
        assert "/skriv/" not in sven.get(f"/arenden/{case}{path}").text
    assert sven.get(f"/arenden/{case}/skriv/note").status_code == 404


def test_the_sharing_that_runs_is_told_on_the_overview(desk: Desk):
    case = desk.world.case("maja")
    desk.world.permit(case)
    page = desk.as_("maja").get(f"/arenden/{case}").text
    assert "Polisen ser ärendets status" in page and "en delning pågår" in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_case_are_accessible(
    desk: Desk,
    serve: Callable[[Any], str],
    new_context: Callable[..., Any],
    axe: Callable[[Any], list[str]],
    scheme: str,
):
    case = desk.world.case("maja", protection=1)
    for form in ("registration", "threat", "police"):
        if form in ANSWERS:
            desk.world.sign("maja", case, form)
    note = desk.world.sign("maja", case, "note")
    desk.world.sign("maja", case, "note", corrects=note)
    desk.world.sign("maja", case, "note", sealed=True)
    desk.as_("maja").post(
        f"/arenden/{case}/skriv/note", {"heading": "Halv", "gor": "spara", "version": "0"}, page=f"/arenden/{case}"
    )
    address = serve(desk.app)
    page = new_context(color_scheme=scheme).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/logga-in")
    page.fill("[name=username]", "maja")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    for part in ("", "/journal", "/uppgifter", "/uppgifter/threat", "/skriv/note", f"/anteckning/{note}"):
        page.goto(f"{address}/arenden/{case}{part}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert axe(page) == [], part
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
