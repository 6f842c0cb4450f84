from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import access, conflicts, emergencies, teams
from casework.core.models import Approval, ConflictBlock
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.ways import start_anew
from tests.worlds import personal_number

AT, REVIEW = "/nodatkomst", "/nodatkomst/granska"
FILLED = {"term": "2026-0001", "category": "danger", "words": "Mamman ringde, barnet ensamt"}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def alike(desk: Desk, who: str, term: str) -> tuple[int, str]:
    """An answer without what was typed and without the tokens."""
    answer = desk.as_(who).post(AT, FILLED | {"term": term})
    return answer.status_code, re.sub(r'(value|data-token)="[^"]*"', "", answer.text)


def test_the_officer_on_duty_opens_a_case_and_sees_on_every_page_of_it_what_is_left(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.sign("maja", case, "note")
    jon = desk.as_("jon")
    assert 'href="/nodatkomst"' in jon.get("/min-dag").text
    answer = jon.post(AT, FILLED)
    assert (answer.status_code, answer.location) == (303, f"/arenden/{case}")
    desk.world.clock.move(minutes=7)
    jon.get("/min-dag")
    desk.world.clock.move(minutes=10)
    for part in ("", "/journal", "/uppgifter", "/delning", "/team", "/personer"):
        page = jon.get(f"/arenden/{case}{part}")
        assert page.status_code == 200, part
        banner = re.search(r'<section class="emergency".*?</section>', page.text, re.DOTALL)
        assert banner is not None and "43 minuter kvar" in words(banner[0]) and 'data-ends-in="2580"' in banner[0]
        for address in ("/skriv/", "/delning/ny", "/personer/ny", "/personer/skydd", "/visa", "/steg/", "/atkomst"):
            assert f"/arenden/{case}{address}" not in page.text, (part, address)
    for part in ("/atkomst", "/skriv/note", "/team/tilldela", "/personer/ny", "/steg/begin_assessment", "/visa"):
        assert jon.get(f"/arenden/{case}{part}").status_code == 404, part
    desk.world.clock.move(minutes=43)
    jon = desk.as_("jon")
    missing = jon.get("/arenden/finns-inte-alls-finns-1")
    for part in ("", "/journal"):
        assert jon.get(f"/arenden/{case}{part}").data == missing.data


def test_nobody_else_sees_the_banner(desk: Desk):
    case = desk.world.case("maja")
    desk.as_("jon").post(AT, FILLED)
    assert 'class="emergency"' not in desk.as_("maja").get(f"/arenden/{case}").text


def test_to_who_is_blocked_the_page_answers_as_for_no_such_case(desk: Desk):
    case = desk.world.case("maja")
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, desk.world.ids["jon"])
    answers = {alike(desk, "jon", term) for term in ("2026-0001", "2026-0009", personal_number(1).shown)}
    (status, page), *rest = answers
    assert rest == [] and status == 422 and "Inget ärende stämmer. Kontrollera numret." in page


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(desk: Desk):
    desk.world.case("maja")
    jon = desk.as_("jon")
    answer = jon.post(AT, {"term": "2026-0001", "words": " "})
    for fault in ("Välj varför du behöver öppna ärendet.", "Skriv vad som har hänt och vad du behöver veta."):
        assert fault in jon.error(answer)
    assert 'value="2026-0001"' in answer.text


def test_a_review_is_read_and_closed_by_somebody_else(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.sign("maja", case, "note", heading="Hemligt samtal")
    jon = desk.as_("jon")
    jon.post(AT, FILLED)
    jon.get(f"/arenden/{case}/journal")
    greta = desk.as_("greta")
    page = greta.get(REVIEW)
    assert "Jon Jourström i ärende 2026-0001" in words(page) and "Fara för någons liv eller hälsa" in words(page)
    at = re.findall(rf'href="({REVIEW}/[^"]+)"', page.text)[0]
    shown = greta.get(at)
    for said in ("Mamman ringde, barnet ensamt", "Öppnade journalen", "Läste uppgifter: "):
        assert said in words(shown), said
    for secret in ("Gösta", "Exempelsson", "Hemligt", personal_number(1).shown):
        assert secret not in shown.text
    unfinished = greta.post(at, {"outcome": "not_needed"})
    assert "Skriv vad du kom fram till och vad som händer nu." in greta.error(unfinished)
    done = greta.post(at, {"outcome": "not_needed", "words": "Det fanns tid att ringa"})
    assert (done.status_code, done.location) == (303, REVIEW)
    assert "Granskningen är klar och sparad." in words(greta.get(REVIEW))
    lead = desk.as_("vilma")
    assert "Inget att granska" in words(lead.get(REVIEW)) and "Greta Granskare" in words(lead.get(REVIEW))
    assert "Det fanns tid att ringa" in words(lead.get(at)) and "<textarea" not in lead.get(at).text


def test_whose_it_is_not_to_review_gets_the_page_for_what_is_missing(desk: Desk):
    case = desk.world.case("maja")
    with desk.world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm")
    with desk.world.acting("vilma") as (session, vilma):
        (opening,) = emergencies.openings(session, vilma)
    at = f"{REVIEW}/{opening.emergency.id}"
    for who in ("jon", "maja", "berta", "ida", "lo", "erik"):
        assert desk.as_(who).get(at).status_code == 404, who
    with desk.world.session() as session:
        session.add(ConflictBlock(case_id=case, account_id=desk.world.ids["vilma"], made_at=session.now, made_by="x"))
        session.flush()
        access.refresh(session, case)
    assert desk.as_("vilma").get(at).status_code == 404
    assert "Inget att granska" in words(desk.as_("vilma").get(REVIEW))


def test_an_opening_stands_in_the_cases_log(desk: Desk):
    case = desk.world.case("maja")
    desk.as_("jon").post(AT, FILLED)
    said = words(desk.as_("maja").get(f"/arenden/{case}/atkomst"))
    assert "Öppnade ärendet med nödåtkomst" in said and "Jon Jourström" in said


def test_the_right_is_given_with_a_post_and_seen_there(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['ida']}"
    unit = desk.world.units["1881", "Vuxen"]
    refused = lo.post(
        f"/anvandare/{desk.world.ids['pia']}",
        {"role": "partner", "unit": desk.world.units["1881", "Skola"], "level": "H", "emergency": "y"},
    )
    assert "Nödåtkomst kan bara ges till den som arbetar i ärenden i socialtjänsten." in lo.error(refused)
    assert lo.post(at, {"role": "intake", "unit": unit, "level": "H", "emergency": "y"}).status_code == 303
    with desk.world.session() as session:
        waiting = session.scalars(select(Approval)).one()
    assert desk.world.approve(waiting, "leo") == "used"
    assert "Nödåtkomst." in words(lo.get(at))
    desk.world.case("maja")
    assert desk.as_("ida").post(AT, FILLED).status_code == 303


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_in_a_browser_the_pages_are_accessible_and_the_case_leaves_the_screen_when_the_hour_is_over(
    desk: Desk, page, serve, axe, console, size
):
    case = desk.world.case("maja", name="Gösta Exempelsson", protection=1)
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, desk.world.ids["sven"])
        block = conflicts.of_case(session, vilma, case)[0].block.id
    address, found = serve(desk.app), []
    page.set_viewport_size({"width": size[0], "height": size[1]})

    def check() -> None:
        found.extend(axe(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    start_anew(page, address, "jon")
    page.goto(address + AT)
    check()
    page.fill("#term", "2026-0001")
    page.check("text=Fara för någons liv eller hälsa")
    page.fill("#words", "Larm i natt")
    page.click("main .btn--warn")
    page.wait_for_url(f"{address}/arenden/{case}")
    assert "60 minuter kvar" in page.inner_text(".emergency")
    check()
    desk.world.clock.move(minutes=59, seconds=58)
    start_anew(page, address, "jon")
    page.goto(f"{address}/arenden/{case}")
    assert "En minut kvar" in page.inner_text(".emergency")
    desk.world.clock.move(seconds=2)
    with page.expect_navigation():  # by itself, two seconds later
        pass
    assert len(console) == 1 and "404" in console.pop()
    assert "Gösta" not in page.content() and "Du kan inte öppna den här sidan" in page.inner_text("main")
    start_anew(page, address, "vilma")
    for path in (REVIEW, f"/arenden/{case}/team/jav", f"/arenden/{case}/team/jav/{block}/hav", f"/arenden/{case}/team"):
        page.goto(address + path)
        check()
    page.goto(address + REVIEW)
    page.click("text=Jon Jourström i ärende 2026-0001")
    check()
    assert found == []
