"""What somebody has to read stands first on Min dag, or in the menu, until it was opened or put away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import notices
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import PASSWORD
from tests.worlds import KUMLA, LAXA

RESET = "Kontot för någon på din enhet har återställts."
WAITS = "Något väntar på ditt godkännande."


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def tell(desk: Desk, who: str, kind: str, code: str | None = KUMLA) -> str:
    with desk.world.session(code) as session:
        notices.tell(session, desk.world.ids[who], kind)
    with desk.world.session(None) as session:
        return notices.everywhere(session, desk.world.ids[who])[0].id


def unread(desk: Desk, who: str) -> list[str]:
    with desk.world.session(None) as session:
        return [one.kind for one in notices.everywhere(session, desk.world.ids[who])]


def test_a_day_without_notices_has_no_heading_for_them(desk: Desk):
    assert "Att läsa" not in words(desk.as_("vilma").get("/min-dag"))


def test_what_is_unread_stands_before_the_week_and_goes_when_its_page_is_opened(desk: Desk):
    tell(desk, "vilma", "approval_waits")
    vilma = desk.as_("vilma")
    page = vilma.get("/min-dag")
    said = words(page)
    assert said.index("Att läsa") < said.index(WAITS) < said.index("De närmaste dagarna")
    assert re.search(rf'<a href="/godkannanden">{WAITS}</a>', page.text)
    vilma.get("/godkannanden")
    assert WAITS not in words(vilma.get("/min-dag"))
    assert unread(desk, "vilma") == []


def test_a_line_about_a_case_one_takes_part_in_leads_to_those_cases_and_is_put_away_there(desk: Desk):
    tell(desk, "erik", "participation_added")
    erik, line = desk.as_("erik"), "Du kan nu läsa delar av ett ärende som du deltar i."
    erik.get(f"/fraga?kommun={KUMLA}")  # he works in two municipalities
    assert f'<a href="/deltar">{line}</a>' in erik.get("/att-lasa").text
    erik.get("/deltar")
    assert line not in words(erik.get("/att-lasa")) and unread(desk, "erik") == []


def test_a_line_about_something_new_in_a_case_leads_to_the_cases_and_stays_until_it_is_put_away(desk: Desk):
    told = tell(desk, "maja", "handover_kept")
    maja, line = desk.as_("maja"), "Ett ärende du arbetar i har fått något nytt att läsa eller svara på."
    assert f'<a href="/arenden">{line}</a>' in maja.get("/min-dag").text
    maja.get("/arenden")
    assert unread(desk, "maja") == ["handover_kept"]  # a list does not say that it has been read
    maja.post(f"/att-lasa/{told}/last", page="/att-lasa")
    assert unread(desk, "maja") == []


def test_a_button_puts_away_what_has_no_page(desk: Desk):
    told = tell(desk, "vilma", "colleague_reset")
    vilma = desk.as_("vilma")
    assert RESET in words(vilma.get("/min-dag"))
    answer = vilma.post(f"/att-lasa/{told}/last", page="/min-dag")
    assert (answer.status_code, answer.location) == (303, "/min-dag")
    assert RESET not in words(vilma.get("/min-dag"))


def test_anothers_notice_and_none_are_answered_alike_and_left_as_they_are(desk: Desk):
    told = tell(desk, "vilma", "colleague_reset")
    maja = desk.as_("maja")
    theirs, none = (maja.post(f"/att-lasa/{one}/last", page="/min-dag") for one in (told, "finns-inte"))
    assert (theirs.status_code, theirs.location, theirs.data) == (none.status_code, none.location, none.data)
    assert unread(desk, "vilma") == ["colleague_reset"]


def test_who_has_no_first_page_that_shows_it_finds_it_in_the_menu(desk: Desk):
    told = tell(desk, "lo", "account_reset")
    lo = desk.as_("lo")
    assert re.search(r'href="/att-lasa"[^>]*>Att läsa <span class="count">1<', lo.get("/moduler").text)
    page = lo.get("/att-lasa")
    assert "Ditt konto har återställts." in words(page) and 'href="/din-inloggning"' in page.text
    assert lo.post(f"/att-lasa/{told}/last", page="/att-lasa").location == "/att-lasa"
    assert "Inget att läsa" in words(lo.get("/att-lasa"))
    assert 'href="/att-lasa"' not in lo.get("/moduler").text


def test_who_works_outside_social_services_finds_it_at_their_start(desk: Desk):
    told = tell(desk, "erik", "account_reset")
    erik = desk.as_("erik")
    page = erik.get("/start")
    assert "Ditt konto har återställts." in words(page) and 'href="/din-inloggning"' in page.text
    assert erik.post(f"/att-lasa/{told}/last", page="/start").location == "/start"
    assert "Ditt konto" not in words(erik.get("/start"))


def test_what_is_about_the_own_account_goes_when_the_own_sign_in_is_opened(desk: Desk):
    tell(desk, "maja", "account_reset")
    tell(desk, "maja", "sign_in_tried", None)
    maja = desk.as_("maja")
    said = words(maja.get("/din-inloggning"))
    assert "Ditt konto har återställts." in said and "misslyckats" in said
    assert unread(desk, "maja") == []


def test_another_municipalitys_notice_names_the_municipality_and_leads_nowhere(desk: Desk):
    tell(desk, "lo", "approval_waits", LAXA)
    lo = desk.as_("lo")
    lo.post("/kommun", {"kommun": KUMLA}, page="/moduler")
    page = lo.get("/att-lasa")
    assert f"{WAITS} Laxå" in words(page)
    assert f'"/godkannanden">{WAITS}' not in page.text


def test_a_municipality_that_is_closed_to_somebody_tells_nothing(desk: Desk):
    tell(desk, "maja", "registration_waits", LAXA)
    assert "registrering" not in words(desk.as_("maja").get("/min-dag"))


def test_in_a_browser_a_notice_is_put_away_and_the_pages_pass_axe(desk: Desk, serve, page, axe):
    tell(desk, "vilma", "colleague_reset")
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.get_by_label("Användarnamn").fill("vilma")
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.wait_for_url("**/min-dag")
    assert axe(page) == []
    page.get_by_role("button", name="Markera som läst").click()
    page.wait_for_load_state()
    assert page.get_by_text(RESET).count() == 0
    page.goto(f"{address}/att-lasa")
    assert axe(page) == []
