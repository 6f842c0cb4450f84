from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_the_list_holds_what_was_permitted_and_nothing_else(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    other = desk.world.case("maja", name="Ulla Exempelsson")
    desk.world.sign("maja", case, "note", heading="Hemligt samtal")
    reference = desk.world.permit(case, recognise="reference", agreed_reference="Björken").reference
    page = desk.as_("erik").get("/delat")
    assert reference in page.text and "Björken" in page.text and "Planera samverkan" in page.text
    assert "Aktualiserad, sedan tis 24 november" in words(page)
    for word in ("Exempelsson", "2026-000", "Hemligt", "Avhoppare", "Maja", case, other):
        assert word not in page.text


def test_each_municipality_has_its_section_also_an_empty_one_and_nothing_is_counted(desk: Desk):
    desk.world.permit(desk.world.case("maja"))
    said = words(desk.as_("erik").get("/delat"))
    assert said.index("Kumla") < said.index("Laxå")
    assert "Inget är delat med dig från Laxå just nu." in said
    assert not re.search(r"\b(en|två|\d+) (ärenden|delning)", said)
    assert "Att ett ärende saknas i listan säger inget om huruvida personen är känd av socialtjänsten." in said


def test_a_state_that_is_not_permitted_leaves_the_last_permitted_one_with_its_day(desk: Desk):
    case = desk.world.case("maja")
    desk.world.permit(case, states=["received"])
    desk.world.clock.move(days=2)
    desk.world.take("maja", case, "begin_assessment")
    said = words(desk.as_("erik").get("/delat"))
    assert "Aktualiserad, sedan tis 24 november" in said and "Initial" not in said


def test_what_has_ended_leaves_its_day_for_thirty_days(desk: Desk):
    case = desk.world.case("maja")
    desk.world.permit(case, until=desk.world.clock.now.date())
    desk.world.clock.move(days=1)
    assert "Delningen avslutades 25 november." in words(desk.as_("erik").get("/delat"))
    desk.world.clock.move(days=31)
    assert "Delningen avslutades" not in words(desk.as_("erik").get("/delat"))


def test_of_a_person_protected_since_then_it_says_only_that_it_has_ended(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    shared = desk.world.permit(case, recognise="name")
    assert "Gösta Exempelsson" in desk.as_("erik").get("/delat").text
    desk.as_("maja").post(f"/arenden/{case}/personer/skydd", {"protection": "2"})
    page = desk.as_("erik").get("/delat")
    assert "Exempelsson" not in page.text and "Planera samverkan" not in page.text
    assert shared.reference in words(page) and "avslutad" in words(page).casefold()


def test_a_partner_gets_the_same_page_and_sees_nothing_meant_for_the_police(desk: Desk):
    desk.world.permit(desk.world.case("maja"))
    page = desk.as_("pia").get("/delat")
    assert page.status_code == 200
    assert "Det här visas aldrig för skolan" in words(page) and "Planera samverkan" not in page.text


def test_nobody_in_social_services_opens_it(desk: Desk):
    for who in ("maja", "vilma", "lo", "greta"):
        assert desk.as_(who).get("/delat").status_code == 404
