from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import Browser
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
    assert "Användarnamnet finns redan." in lo.error(twice)


def test_a_post_is_given_and_ended_and_roles_are_kept_apart(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['greta']}"
    vuxen = desk.world.units[KUMLA, VUXEN]
    mixed = lo.post(at, {"role": "case_officer", "unit": vuxen, "level": "H"})
    assert "Rollerna får inte innehas av samma person." in lo.error(mixed)
    at = f"/anvandare/{desk.world.ids['sven']}"
    nothing = lo.post(at, {"level": "FS"})
    assert "Välj roll." in lo.error(nothing) and "Välj enhet." in lo.error(nothing)
    elsewhere = lo.post(at, {"role": "police_liaison", "unit": vuxen, "level": "H"})
    assert "Rollen finns inte hos den myndigheten." in lo.error(elsewhere)
    given = lo.post(at, {"role": "intake", "unit": vuxen, "level": "H"})
    assert given.status_code == 303
    page = lo.get(at)
    assert "Uppdraget gäller från nu." in words(page) and "Mottagning" in words(page)
    ends = re.findall(r'action="([^"]*/avsluta)"', page.text)
    assert len(ends) == 2
    for end in ends:
        assert lo.post(end, page=at).status_code == 303
    assert "Inget uppdrag" in words(lo.get(at))
    assert "inget uppdrag i någon kommun" in words(desk.as_("sven").get("/min-dag"))


@pytest.mark.parametrize(("role", "unit"), [("partner", SKOLA), ("police_liaison", POLIS)])
def test_a_role_is_held_where_its_agency_is(desk: Desk, role: str, unit: str):
    lo = desk.as_("lo")
    at = f"/anvandare/{desk.world.ids['sven']}"
    answer = lo.post(at, {"role": role, "unit": desk.world.units[KUMLA, unit], "level": "H"})
    assert answer.status_code == 303


def test_an_account_is_disabled_after_a_confirmation_and_never_ones_own(desk: Desk):
    lo, sven = desk.as_("lo"), desk.as_("sven")
    at = f"/anvandare/{desk.world.ids['sven']}/stang-av"
    assert "Kryssa i att det är rätt konto." in lo.error(lo.post(at))
    assert lo.post(at, {"sure": "y"}).status_code == 303
    assert "Avstängt" in words(lo.get(f"/anvandare/{desk.world.ids['sven']}"))
    assert sven.get("/min-dag").status_code == 303  # signed out at once
    own = lo.post(f"/anvandare/{desk.world.ids['lo']}/stang-av", {"sure": "y"})
    assert "Du kan inte stänga av ditt eget konto." in lo.error(own)


def test_a_reset_is_confirmed_and_gives_a_link(desk: Desk):
    lo, at = desk.as_("lo"), f"/anvandare/{desk.world.ids['sven']}/aterstall"
    assert "loggas ut överallt" in words(lo.get(at))
    assert "/valkommen/" in lo.post(at).text


def test_the_pages_hold_no_case(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    lo = desk.as_("lo")
    for at in ("/anvandare", f"/anvandare/{desk.world.ids['maja']}"):
        page = lo.get(at).text
        assert "Exempelsson" not in page and case not in page and "2026-0001" not in page
    assert desk.as_("maja").get("/anvandare").status_code == 404
    assert lo.get("/anvandare/finns-inte").status_code == 404
