from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import PASSWORD, Browser
from tests.worlds import KUMLA, POLIS, SKOLA, VUXEN


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_a_new_account_shows_its_link_once_and_its_owner_chooses_the_password(desk: Desk):
    lo = desk.as_("lo")
    empty = lo.post("/anvandare", {"title": "Socialsekreterare"})
    assert "Skriv ett användarnamn." in lo.error(empty) and "Skriv personens namn." in lo.error(empty)
    assert "Socialsekreterare" in empty.text
    added = lo.post("/anvandare", {"username": "ny.person", "name": "Ny Person"})
    assert added.status_code == 200
    link = re.search(r'value="(http://localhost(/valkommen/[^"]+))"', added.text)
    assert link is not None and "gäller i 72 timmar" in words(added)
    assert "/valkommen/" not in lo.get("/anvandare").text and "Ny Person" in lo.get("/anvandare").text
    chosen = Browser(desk.app.test_client())
    assert chosen.get(link[2]).status_code == 200
    twice = lo.post("/anvandare", {"username": "ny.person", "name": "En Annan"})
    assert "Välj ett annat användarnamn." in lo.error(twice)
    elsewhere = lo.post("/anvandare", {"username": "lars", "name": "En Annan"})  # somebody in Laxå has it
    assert lo.error(elsewhere) == lo.error(twice)


def approve(desk: Desk, who: str, decision: str = "grant") -> TestResponse:
    """Decide the one thing that waits for somebody."""
    browser = desk.as_(who)
    page = browser.get("/godkannanden")
    (at,) = set(re.findall(r'action="(/godkannanden/[\w-]{22})"', page.text))
    return browser.post(at, {"decision": decision, "seen": hidden(page, "seen")})


def test_a_post_is_asked_for_by_one_administrator_and_given_by_another(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['greta']}"
    vuxen = desk.world.units[KUMLA, VUXEN]
    mixed = lo.post(at, {"role": "case_officer", "unit": vuxen, "level": "H"})
    assert "Rollerna får inte innehas av samma person." in lo.error(mixed)
    at = f"/anvandare/{desk.world.ids['sven']}"
    nothing = lo.post(at, {"level": "FS"})
    assert "Välj roll." in lo.error(nothing) and "Välj enhet." in lo.error(nothing)
    elsewhere = lo.post(at, {"role": "police_liaison", "unit": vuxen, "level": "H"})
    assert "Rollen finns inte hos den myndigheten." in lo.error(elsewhere)
    chosen = {"role": "intake", "unit": vuxen, "level": "H", "reason": "Tar emot på måndagar"}
    assert lo.post(at, chosen).status_code == 303
    page = lo.get(at)
    said = words(page)
    assert "Det väntar på godkännande" in said and "Väntar på godkännande av Leo Förvaltarsson." in said
    assert "Ge Sven Provsson uppdraget mottagning på Vuxen" in said and "Ta tillbaka" in said
    assert len(re.findall(r'action="([^"]*/avsluta)"', page.text)) == 1
    again = lo.post(at, chosen)
    assert "väntar redan på godkännande" in lo.error(again)
    waits = words(desk.as_("leo").get("/godkannanden"))
    assert "Lo Provander skriver: ”Tar emot på måndagar”" in waits and "Kontot sven tillhör Kumla kommun" in waits
    assert approve(desk, "leo").status_code == 303
    page = lo.get(at)
    ends = re.findall(r'action="([^"]*/avsluta)"', page.text)
    assert len(ends) == 2 and "Väntar på godkännande" not in words(page)
    for end in ends:
        assert lo.post(end, page=at).status_code == 303
    assert "Inget uppdrag" in words(lo.get(at))
    assert "inget uppdrag i någon kommun" in words(desk.as_("sven").get("/min-dag"))


def test_nobody_approves_what_they_asked_for_and_it_can_be_taken_back(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['sven']}"
    lo.post(at, {"role": "intake", "unit": desk.world.units[KUMLA, VUXEN], "level": "H"})
    (back,) = re.findall(r'action="(/godkannanden/[\w-]{22}/ta-tillbaka)"', lo.get(at).text)
    one = back.removesuffix("/ta-tillbaka")
    assert lo.get(one).status_code == 404
    assert lo.post(one, {"decision": "grant"}, page=at).status_code == 404
    assert lo.post(back, page=at).status_code == 303
    assert "tillbakataget" in words(lo.get("/godkannanden")) and "Väntar på" not in words(lo.get(at))
    assert "Inget väntar på dig" in words(desk.as_("leo").get("/godkannanden"))


@pytest.mark.parametrize(("role", "unit"), [("partner", SKOLA), ("police_liaison", POLIS)])
def test_a_role_is_held_where_its_agency_is_and_beside_no_other(desk: Desk, role: str, unit: str):
    lo = desk.as_("lo")
    lo.post("/anvandare", {"username": "ny.person", "name": "Ny Person"})
    (at,) = re.findall(r'href="(/anvandare/[\w-]+)">Ny Person', lo.get("/anvandare").text)
    chosen = {"role": role, "unit": desk.world.units[KUMLA, unit], "level": "H"}
    assert lo.post(at, chosen).status_code == 303
    assert approve(desk, "leo").status_code == 303
    refused = lo.post(f"/anvandare/{desk.world.ids['sven']}", chosen)  # works in social services
    assert "Rollerna får inte innehas av samma person." in lo.error(refused)


def test_an_account_is_disabled_after_a_confirmation_and_never_ones_own(desk: Desk):
    lo, sven = desk.as_("lo"), desk.as_("sven")
    at = f"/anvandare/{desk.world.ids['sven']}/stang-av"
    assert "Kryssa i att det är rätt konto." in lo.error(lo.post(at))
    assert lo.post(at, {"sure": "y"}).status_code == 303
    assert "Avstängt" in words(lo.get(f"/anvandare/{desk.world.ids['sven']}"))
    assert sven.get("/min-dag").status_code == 303  # signed out at once
    own = lo.post(f"/anvandare/{desk.world.ids['lo']}/stang-av", {"sure": "y"})
    assert "Du kan inte stänga av ditt eget konto." in lo.error(own)


def test_an_administrator_ends_every_session_of_somebody_and_no_way_in(desk: Desk):
    lo, sven, again = desk.as_("lo"), desk.as_("sven"), desk.as_("sven")
    at = f"/anvandare/{desk.world.ids['sven']}"
    assert "Avsluta inloggningarna för" in words(lo.get(f"{at}/logga-ut"))
    assert "Kryssa i att det är rätt konto." in lo.error(lo.post(f"{at}/logga-ut"))
    assert sven.get("/min-dag").status_code == again.get("/min-dag").status_code == 200
    assert lo.post(f"{at}/logga-ut", {"sure": "y"}).location == at
    assert "Alla personens inloggningar har avslutats." in words(lo.get(at))
    assert sven.get("/min-dag").status_code == again.get("/min-dag").status_code == 303
    assert desk.as_("sven").get("/min-dag").status_code == 200


@pytest.mark.parametrize(
    ("deed", "typed"),
    [
        ("", {"role": "intake", "level": "H"}),
        ("/aterstall", {}),
        ("/logga-ut", {"sure": "y"}),
        ("/stang-av", {"sure": "y"}),
    ],
)
def test_nobody_who_sits_down_at_an_administrator_s_screen_takes_a_way_in_away_or_gives_a_post(
    desk: Desk, deed: str, typed: dict[str, str]
):
    lo, sven = desk.as_("lo"), desk.as_("sven")
    desk.world.clock.move(minutes=6)
    assert lo.post(f"/anvandare/{desk.world.ids['sven']}{deed}", typed).location == "/bekrafta"
    assert sven.get("/min-dag").status_code == 200
    assert 'action="/godkannanden/' not in desk.as_("leo").get("/godkannanden").text


def test_nobody_who_sits_down_at_a_colleague_s_screen_approves(desk: Desk):
    lo, leo = desk.as_("lo"), desk.as_("leo")
    at = f"/anvandare/{desk.world.ids['sven']}"
    lo.post(at, {"role": "intake", "unit": desk.world.units[KUMLA, VUXEN], "level": "H"})
    page = leo.get("/godkannanden")
    (asked,) = set(re.findall(r'action="(/godkannanden/[\w-]{22})"', page.text))
    yes = {"decision": "grant", "seen": hidden(page, "seen")}
    desk.world.clock.move(minutes=6)
    assert leo.post(asked, yes).location == "/bekrafta" and "Godkänt" not in words(lo.get("/godkannanden"))
    leo.post("/bekrafta", {"password": PASSWORD})
    assert leo.post(asked, yes).location == "/godkannanden" and "Godkänt och gjort" in words(lo.get("/godkannanden"))


def test_a_reset_of_somebody_with_a_post_takes_two_and_the_link_goes_to_the_one_who_approves(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['sven']}/aterstall"
    sven = desk.as_("sven")
    assert "loggas ut överallt" in words(lo.get(at))
    asked = lo.post(at)
    assert asked.status_code == 303 and "/valkommen/" not in lo.get(asked.location).text
    assert sven.get("/min-dag").status_code == 200
    answer = approve(desk, "leo")
    assert answer.status_code == 200 and "aldrig till den som bad om" in words(answer)
    (link,) = re.findall(r'value="http://localhost(/valkommen/[^"]+)"', answer.text)
    assert sven.get("/min-dag").status_code == 303
    assert Browser(desk.app.test_client()).get(link).status_code == 200
    assert "Godkänt och gjort" in words(lo.get("/godkannanden"))


def test_an_account_without_a_post_is_reset_at_once(desk: Desk):
    lo = desk.as_("lo")
    lo.post("/anvandare", {"username": "ny.person", "name": "Ny Person"})
    (at,) = re.findall(r'href="(/anvandare/[\w-]+)">Ny Person', lo.get("/anvandare").text)
    assert "Återställ kontot för Ny Person" in words(lo.get(f"{at}/aterstall"))
    done = lo.post(f"{at}/aterstall")
    assert "/valkommen/" in done.text and "Kontot är återställt" in words(done)


def test_a_disabled_account_is_opened_by_an_act_of_its_own(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['sven']}"
    lo.post(f"{at}/stang-av", {"sure": "y"})
    assert "Öppna kontot igen" in words(lo.get(at)) and "Återställ kontot" not in words(lo.get(at))
    refused = lo.post(f"{at}/aterstall")
    assert refused.status_code == 422 and "Öppna kontot igen först." in lo.error(refused)
    assert re.search("Öppna kontot för .+ igen", words(lo.get(f"{at}/oppna")))
    assert lo.post(f"{at}/oppna").status_code == 303
    assert "Avstängt" in words(lo.get(at))
    assert "/valkommen/" in approve(desk, "leo").text
    assert "Avstängt" not in words(lo.get(at))


def test_the_pages_hold_no_case(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    lo = desk.as_("lo")
    for at in ("/anvandare", f"/anvandare/{desk.world.ids['maja']}"):
        page = lo.get(at).text
        assert "Exempelsson" not in page and case not in page and "2026-0001" not in page
    assert desk.as_("maja").get("/anvandare").status_code == 404
    assert lo.get("/anvandare/finns-inte").status_code == 404
