from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casework.core import cases, log_acts
from casework.core.models import AuditEvent
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.ways import start_anew
from tests.worlds import personal_number

AT = "/granska-loggen"
SECRETS = ("Gösta", "Exempelsson", "Hemligt samtal", "Provsson Kvist", personal_number(1).shown)


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def watched(desk: Desk) -> tuple[str, str]:
    """A case that Sven only reads, in which somebody bears his name; the case and the act's address."""
    case = desk.world.case("maja", name="Gösta Exempelsson-Provsson")
    desk.world.sign("maja", case, "note", heading="Hemligt samtal")
    desk.world.name(case, "sven")
    with desk.world.acting("sven") as (session, sven):
        cases.open_case(session, sven, case, "journal")
    with desk.world.session() as session:
        whose = AuditEvent.actor_id == desk.world.ids["sven"]
        act = log_acts.opened(session, whose, session.now - timedelta(days=1), session.now + timedelta(days=1))[-1]
    return case, f"{AT}/{act.item}"


def test_deviations_stand_first_each_with_its_sentence_and_nothing_of_the_case(desk: Desk):
    _case, at = watched(desk)
    for who in ("greta", "vilma"):
        page = desk.as_(who).get(AT)
        said = words(page)
        assert said.index("Avviker från det vanliga") < said.index("Månadens urval")
        assert "En avvikelse betyder inte att något är fel. Fråga först." in said
        assert "Den som ärendet gäller har samma efternamn." in said and "Samma efternamn" in said
        assert "Nödåtkomst granskas på en egen sida" in said
        one = desk.as_(who).get(at)
        assert "har inte arbetat i ärendet inom 14 dagar före eller efter och var inte handläggare i det." in words(one)
        assert "Öppnade journalen" in words(one) and "2026-0001" in words(one)
        every = desk.as_(who).get(f"{AT}/alla")
        for shown in (page, one, every, desk.as_(who).get(f"{at}/fraga")):
            assert [secret for secret in SECRETS if secret in shown.text] == []


def test_a_question_goes_to_the_colleague_and_the_answer_comes_back_before_it_is_signed(desk: Desk):
    _case, at = watched(desk)
    greta = desk.as_("greta")
    assert "Skriv vad du vill fråga." in greta.error(greta.post(f"{at}/fraga", {"words": " "}))
    asked = greta.post(f"{at}/fraga", {"words": "Varför läste du journalen?"})
    assert (asked.status_code, asked.location) == (303, at)
    assert "Frågan är skickad." in words(greta.get(at)) and "Inget svar än" in words(greta.get(at))
    sven = desk.as_("sven")
    assert 'href="/fragor"' in sven.get("/min-dag").text
    found = re.findall(r'href="(/fragor/[^"]+)"', sven.get("/fragor").text)[0]
    assert "Varför läste du journalen?" in words(sven.get(found))
    assert "Skriv ditt svar." in sven.error(sven.post(found, {"words": ""}))
    assert sven.post(found, {"words": "Jag var ersättare i går"}).location == "/fragor"
    assert "Besvarad" in words(sven.get("/fragor")) and 'href="/fragor"' not in sven.get("/min-dag").text
    assert "Jag var ersättare i går" in words(greta.get(at))
    unfinished = greta.post(at, {"outcome": "follow_up"})
    assert "Skriv vad du kom fram till och vad som händer nu." in greta.error(unfinished)
    done = greta.post(at, {"outcome": "in_order", "words": ""})
    assert (done.status_code, done.location) == (303, AT)
    assert "Granskningen är signerad och går inte att ändra." in words(greta.get(AT))
    shown = desk.as_("vilma").get(at)
    assert "Signerad av Greta Granskare" in words(shown) and "<textarea" not in shown.text
    again = greta.post(at, {"outcome": "reported", "words": "Nej"})
    assert again.status_code == 422 and "redan signerad" in again.text


def test_who_may_not_review_gets_the_page_for_what_is_missing(desk: Desk):
    _case, at = watched(desk)
    for who in ("sven", "maja", "ida", "lo", "erik", "pia"):
        browser = desk.as_(who)
        missing = browser.get("/arenden/finns-inte-alls-finns-1")
        for path in (AT, f"{AT}/alla", at, f"{at}/fraga"):
            assert (browser.get(path).status_code, browser.get(path).data) == (404, missing.data), (who, path)
    assert desk.as_("berta").get(at).status_code == 404


def test_the_log_is_filtered_by_person_act_and_days_and_says_how_to_write_a_day(desk: Desk):
    watched(desk)
    greta = desk.as_("greta")
    sven, maja = desk.world.ids["sven"], desk.world.ids["maja"]
    only = greta.get(f"{AT}/alla?vem={sven}&vad=opened")
    assert "Öppnade journalen" in words(only) and "Maja Testlind, handläggare" not in words(only)
    assert "Signerade" in words(greta.get(f"{AT}/alla?vem={maja}&vad=changed"))
    assert "Inga händelser" in words(greta.get(f"{AT}/alla?fran=2027-01-01"))
    assert "Skriv dagen så här: 2026-11-24." in words(greta.get(f"{AT}/alla?fran=i%20går"))


def test_every_look_by_a_reviewer_stands_in_the_cases_own_log(desk: Desk):
    case, at = watched(desk)
    greta = desk.as_("greta")
    greta.get(AT)
    greta.get(at)
    said = words(desk.as_("maja").get(f"/arenden/{case}/atkomst"))
    for done in ("Såg ärendet i loggen vid en granskning", "Granskade en händelse i loggen", "Lät programmet jämföra"):
        assert done in said
    assert "Greta Granskare, loggranskare" in said


def test_who_has_opened_tells_of_lists_searches_and_emergencies_too(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    maja.get("/arenden")
    maja.post("/sok", {"q": "2026-0001"})
    desk.as_("jon").post("/nodatkomst", {"term": "2026-0001", "category": "danger", "words": "Larm"})
    said = words(desk.as_("maja").get(f"/arenden/{case}/atkomst"))
    for done in ("Såg ärendet i en lista", "Fick ärendet som träff i en sökning", "Öppnade ärendet med nödåtkomst"):
        assert done in said


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_in_a_browser_the_pages_are_accessible_from_deviation_to_signature(desk: Desk, page, serve, axe, console, size):
    _case, at = watched(desk)
    address, found = serve(desk.app), []
    page.set_viewport_size({"width": size[0], "height": size[1]})

    def check() -> None:
        found.extend(axe(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    start_anew(page, address, "greta")
    page.goto(address + AT)
    check()
    page.goto(f"{address}{AT}/alla")
    check()
    page.goto(address + at)
    check()
    page.click("text=Fråga Sven Provsson")
    check()
    page.fill("#words", "Varför läste du journalen?")
    page.click("main .btn--go")
    page.wait_for_url(address + at)
    check()
    start_anew(page, address, "sven")
    page.goto(f"{address}/fragor")
    check()
    page.click("main .rows a")
    check()
    page.fill("#words", "Jag var ersättare")
    page.click("main .btn--go")
    page.wait_for_url(f"{address}/fragor")
    start_anew(page, address, "greta")
    page.goto(address + at)
    page.check("text=Det var i sin ordning")
    page.click("main .btn--go")
    page.wait_for_url(address + AT)
    check()
    page.goto(address + at)
    check()
    assert found == []
