from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import activation, cases
from casework.core.models import AuditEvent, Case
from casework.core.permissions import OPERATOR
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.worlds import KUMLA


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def rows(page: str) -> list[str]:
    """The rows of the list, in words."""
    return [words(one) for one in re.findall(r'<tr role="row">.*?</tr>', page, re.DOTALL)[1:]]


def link(page: str, label: str) -> str:
    """The address of the link that says so."""
    found = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*{label}', page, re.DOTALL)
    assert found is not None, label
    return html.unescape(found[1])


def test_an_officer_begins_with_their_own_open_cases(desk: Desk):
    own = desk.world.case("maja", name="Egen Fiktell")
    desk.world.case("sven", name="Annan Fiktell")
    desk.world.name(desk.world.case("sven", name="Delad Fiktell"), "maja")
    page = desk.as_("maja").get("/arenden").text
    assert len(rows(page)) == 1 and "Egen Fiktell" in rows(page)[0] and "Maja Testlind" in rows(page)[0]
    assert f'href="/arenden/{own}"' in page
    assert "Aktualiserad" in rows(page)[0] and "Avhoppare" in rows(page)[0] and "i dag 09.00" in rows(page)[0]
    assert "Annan" not in page and "Delad" not in page


def test_a_chip_takes_its_filter_away(desk: Desk):
    desk.world.case("maja", name="Egen Fiktell")
    desk.world.name(desk.world.case("sven", name="Delad Fiktell"), "maja")
    maja = desk.as_("maja")
    wider = maja.get(link(maja.get("/arenden").text, "Mina")).text
    assert "Delad Fiktell" in wider and "Egen Fiktell" in wider and "Annan" not in wider
    assert 'class="on"' in wider
    assert 'class="on"' not in maja.get(link(wider, "Rensa alla")).text


def test_closed_cases_are_shown_when_asked_for(desk: Desk):
    desk.world.case("maja", name="Öppen Fiktell")
    closed = desk.world.case("maja", name="Stängd Fiktell", state="not_opened")
    with desk.world.session() as session:
        case = session.get(Case, (KUMLA, closed))
        assert case is not None
        case.is_open, case.closed_on = False, session.now.date()
        cases.touch(session, case)
    maja = desk.as_("maja")
    assert "Stängd" not in maja.get("/arenden").text
    assert "Öppen Fiktell" not in maja.get("/arenden?visa=avslutade").text
    assert len(rows(maja.get("/arenden?visa=alla").text)) == 2


def test_a_state_filters_within_its_area(desk: Desk):
    desk.world.case("maja", name="Ny Fiktell")
    desk.world.case("maja", name="Bedömd Fiktell", state="initial")
    maja = desk.as_("maja")
    page = maja.get("/arenden?skede=avhoppare.initial").text
    assert len(rows(page)) == 1 and "Bedömd Fiktell" in page
    assert '<option value="avhoppare" selected>' in re.sub(r"\s+", " ", page)
    assert len(rows(maja.get("/arenden?omrade=avhoppare&skede=annat.initial").text)) == 2


def test_what_the_address_says_wrongly_is_left_out(desk: Desk):
    desk.world.case("maja")
    page = desk.as_("maja").get("/arenden?omrade=finns-inte&vem=sven&visa=x&skede=y&efter=pa-hittat")
    assert page.status_code == 200 and len(rows(page.text)) == 1


def test_pages_follow_each_other_and_never_say_how_many_there_are(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cases, "PAGE", 2)
    monkeypatch.setattr(cases.page, "__defaults__", (None, 2))
    made = set()
    for _nth in range(5):
        desk.world.clock.move(hours=1)
        made.add(desk.world.case("maja"))
    maja, seen = desk.as_("maja"), []
    page = maja.get("/arenden").text
    assert "Till det senaste" not in page and "2 ärenden på sidan" in page
    assert "Visar ändringar från 24 nov 14.00 till 24 nov 13.00." in words(page)
    while True:
        seen += re.findall(r'<a href="/arenden/([^"/]+)">', page)
        if "Äldre" not in page:
            break
        address = link(page, "Äldre")
        assert "2026" not in address and not any(case in address for case in made)
        page = maja.get(address).text
        assert "Till det senaste" in page
    assert len(seen) == 5 and set(seen) == made


def test_a_changed_link_to_a_page_leads_to_the_beginning(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cases.page, "__defaults__", (None, 1))
    for _nth in range(2):
        desk.world.clock.move(hours=1)
        desk.world.case("maja")
    maja = desk.as_("maja")
    first = maja.get("/arenden").text
    forged = link(first, "Äldre").replace("efter=", "efter=A")
    assert rows(maja.get(forged).text) == rows(first)


def test_a_list_without_hits_offers_to_take_the_filters_away(desk: Desk):
    page = desk.as_("maja").get("/arenden").text
    assert "Inga pågående ärenden" in words(page)
    assert link(page, "Ta bort alla filter") == "/arenden?vem=alla&visa=alla"
    closed = words(desk.as_("maja").get("/arenden?visa=avslutade"))
    assert "Inga ärenden stämmer med Mina, Avslutade" in closed
    assert "Inga ärenden än" in words(desk.as_("maja").get("/arenden?vem=alla&visa=alla"))


def test_whoever_has_protection_or_is_nobody_has_no_name_in_the_list(desk: Desk):
    desk.world.case("maja", name="Hemlig Person", protection=1)
    desk.world.case("maja", state="consultation")
    page = desk.as_("maja").get("/arenden").text
    assert "Hemlig" not in page
    said = " ".join(rows(page))
    assert "Skyddad identitet" in said and "Avidentifierad förfrågan" in said
    assert "Skyddad identitet" in " ".join(rows(desk.as_("vilma").get("/arenden").text))


def test_a_team_lead_sees_the_unit_and_is_led_to_assignment_not_to_content(desk: Desk):
    others, waiting = desk.world.case("maja", name="Maja Fallsson"), desk.world.case(None, name="Väntar Fallsson")
    vilma = desk.as_("vilma")
    page = vilma.get("/arenden").text
    assert len(rows(page)) == 2
    for case in (others, waiting):
        assert f'href="/arenden/{case}/team"' in page and f'href="/arenden/{case}"' not in page
    row = next(one for one in rows(page) if "Väntar" in one)
    assert "Ingen handläggare" in row and "Tilldela" in row
    assert f"/arenden/{waiting}/team/tilldela" in page
    only = vilma.get("/arenden?vem=ingen").text
    assert len(rows(only)) == 1 and "Väntar Fallsson" in only
    desk.world.name(others, "fia")
    assert f'href="/arenden/{others}"' in desk.as_("fia").get("/arenden?vem=alla").text


def test_a_team_lead_of_another_unit_sees_nothing(desk: Desk):
    desk.world.case("maja", name="Hemlig Fallsson")
    assert "Fallsson" not in desk.as_("berta").get("/arenden?vem=alla&visa=alla").text


def test_intake_sees_what_waits_until_it_is_assigned(desk: Desk):
    waiting = desk.world.case(None, name="Väntar Fallsson")
    desk.world.case("maja", name="Fördelad Fallsson")
    page = desk.as_("ida").get("/arenden").text
    assert "Väntar Fallsson" in page and "Fördelad" not in page
    assert f'href="/arenden/{waiting}/team/tilldela"' in page
    assert 'value="mina"' not in page


def test_an_officer_cannot_ask_for_cases_nobody_has(desk: Desk):
    desk.world.case(None, name="Väntar Fallsson")
    page = desk.as_("maja").get("/arenden?vem=ingen").text
    assert "Väntar" not in page and 'value="ingen"' not in page


def test_cases_of_an_area_that_was_switched_off_stay(desk: Desk):
    desk.world.case("maja", name="Kvar Fiktell")
    with desk.world.session() as session:
        activation.disable(session, OPERATOR, "avhoppare")
    page = desk.as_("maja").get("/arenden?omrade=avhoppare").text
    assert "Kvar Fiktell" in page


def test_a_case_whose_plugin_is_gone_goes_by_its_stored_names(desk: Desk):
    made = desk.world.case("maja", name="Kvar Fiktell")
    with desk.world.session() as session:
        case = desk.world.get(session, made)
        case.area, case.case_type, case.state = "gammalt_omrade", "gammal", "gammalt_skede"
        cases.touch(session, case)
    row = rows(desk.as_("maja").get("/arenden").text)[0]
    assert "gammalt_omrade" in row and "gammalt_skede" in row


def test_no_name_is_in_the_title_or_the_addresses(desk: Desk):
    desk.world.case("maja", name="Synlig Fiktell")
    page = desk.as_("maja").get("/arenden").text
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]+)"', page))
    assert "Fiktell" not in addresses and "<title>Ärenden – Hållpunkt</title>" in page


def test_each_page_is_remembered_once_with_the_ids_it_held(desk: Desk):
    desk.world.case("maja")
    maja = desk.as_("maja")
    maja.get("/arenden")
    with desk.world.session() as session:
        asked = select(AuditEvent).where(
            AuditEvent.action == "cases:listed", AuditEvent.actor_id == desk.world.ids["maja"]
        )
        assert len(session.scalars(asked).all()) == 1
