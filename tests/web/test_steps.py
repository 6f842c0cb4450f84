from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import activation, teams
from casework.core.permissions import OPERATOR
from casework.demo import people
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def state(desk: Desk, case_id: str) -> str:
    with desk.world.session() as session:
        return desk.world.get(session, case_id).state


def test_a_step_says_where_it_leads_and_is_taken_by_its_own_words(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/begin_assessment"
    page = maja.get(at)
    assert "Ärendet går från Aktualiserad till Initial bedömning ." in words(page)
    assert "Påbörja initial bedömning</button>" in page.text
    taken = maja.post(at, {"steg_version": hidden(page, "steg_version")})
    assert taken.status_code == 303 and taken.location == f"/arenden/{case}"
    assert state(desk, case) == "initial"


def test_what_a_step_lacks_is_said_with_a_way_to_the_form(desk: Desk):
    case = desk.world.case("maja", state="initial")
    page = desk.as_("maja").get(f"/arenden/{case}/steg/request_consent")
    assert "Lämna informationsbladet till personen" in words(page)
    assert f'href="/arenden/{case}/skriv/initial_assessment"' in page.text
    assert "Begär samtycke</button>" not in page.text


def test_a_step_above_ones_level_leads_to_asking_a_colleague(desk: Desk):
    case = desk.world.case("maja", state="initial")
    desk.world.sign("maja", case, "initial_assessment")
    page = desk.as_("maja").get(f"/arenden/{case}/steg/do_not_open")
    assert "Lägsta nivå är förste socialsekreterare" in words(page)
    assert f'href="/arenden/{case}/steg/do_not_open/beslut"' in page.text
    assert "Inled inte utredning</button>" not in page.text


def test_a_reason_and_the_form_are_asked_for_and_nothing_typed_is_lost(desk: Desk):
    case = desk.world.case("fia", state="investigation")
    fia, at = desk.as_("fia"), f"/arenden/{case}/steg/close"
    page = fia.get(at)
    assert "Ärendet stängs" in words(page) and "Ärendet kan tas upp igen senare" in words(page)
    answer = fia.post(at, {"steg_version": hidden(page, "steg_version"), "evaluation": "Det gick bra"})
    assert answer.status_code == 422 and "Rätta" in fia.error(answer)
    assert "Det gick bra" in answer.text
    reasoned = fia.post(f"/arenden/{case}/steg/pause", {"steg_version": "1"})
    assert "Skriv skälet till steget." in fia.error(reasoned)


def test_a_step_that_somebody_else_took_meanwhile_keeps_what_was_typed(desk: Desk):
    case = desk.world.case("fia", state="investigation")
    fia, at = desk.as_("fia"), f"/arenden/{case}/steg/pause"
    seen = hidden(fia.get(at), "steg_version")
    desk.world.take("fia", case, "pause", reason="Väntar på svar")
    answer = fia.post(at, {"steg_version": seen, "steg_reason": "Personen är bortrest"}, page="/min-dag")
    assert answer.status_code == 422
    assert "Personen är bortrest" in answer.text and "Ärendet har redan gått vidare" in words(answer)


def test_a_change_meanwhile_is_told_and_the_step_can_be_taken_after_reading(desk: Desk):
    case = desk.world.case("fia", state="investigation")
    fia, at = desk.as_("fia"), f"/arenden/{case}/steg/pause"
    seen = hidden(fia.get(at), "steg_version")
    desk.world.sign("fia", case, "note")
    answer = fia.post(at, {"steg_version": seen, "steg_reason": "Personen är bortrest"})
    assert "Någon annan ändrade det här medan du skrev" in words(answer) and "bortrest" in answer.text
    again = fia.post(at, {"steg_version": hidden(answer, "steg_version"), "steg_reason": "Personen är bortrest"})
    assert again.status_code == 303 and state(desk, case) == "paused"


def test_a_consultation_becomes_a_case_when_its_person_is_written(desk: Desk):
    case = desk.world.case("maja", state="consultation")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/register"
    page = maja.get(at)
    assert "Vem gäller ärendet?" in words(page)
    filled = {
        "steg_version": hidden(page, "steg_version"),
        "steg_number": "19900101-0000",
        "steg_name": "Vera Exempelsson",
        "steg_protection": "0",
        "received_date": "2026-11-24",
        "origin": "self",
        "conflict_checked": "yes",
        "child_in_household": "no",
    }
    wrong = maja.post(at, filled)
    assert "Kontrollera personnumret" in maja.error(wrong) and "Vera Exempelsson" in wrong.text
    _name, digits = next(people.invented(7))
    right = maja.post(at, filled | {"steg_number": digits})
    assert right.status_code == 303 and state(desk, case) == "received"
    assert "Vera Exempelsson" in maja.get(f"/arenden/{case}").text


def test_a_decider_is_chosen_among_those_who_may_and_sees_only_what_was_chosen(desk: Desk):
    case = desk.world.case("maja", state="initial")
    desk.world.sign("maja", case, "initial_assessment")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/do_not_open/beslut"
    page = maja.get(at).text
    assert "Fia Förstelin" in page and "Sven Provsson" not in page
    asked = maja.post(
        at, {"account": desk.world.ids["fia"], "forms_shown": "initial_assessment", "what": "Ska utredning inledas?"}
    )
    assert asked.status_code == 303 and asked.location == f"/arenden/{case}/team"
    assert "Väntar på beslut" in words(maja.get(asked.location))
    with desk.world.session() as session:
        ((decider, account),) = teams.deciders(session, desk.world.get(session, case))
        assert account.name == "Fia Förstelin" and decider.forms == "initial_assessment"
    fia, step = desk.as_("fia"), f"/arenden/{case}/steg/do_not_open"
    decided = fia.post(step, {"steg_version": hidden(fia.get(step), "steg_version"), "steg_reason": "Inget behov"})
    assert decided.status_code == 303 and decided.location == "/min-dag"
    assert fia.get(f"/arenden/{case}").status_code == 404


def test_a_step_that_does_not_lead_on_is_not_there(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    assert maja.get(f"/arenden/{case}/steg/grant").status_code == 404
    assert maja.get(f"/arenden/{case}/steg/grant").text == maja.get("/arenden/finns-inte/steg/grant").text


def test_a_closed_case_of_a_module_that_is_off_says_so_and_offers_no_way_back(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "fia", "co_officer")
    desk.world.take("fia", case, "close")
    fia = desk.as_("fia")
    assert "Återaktualisera" in words(fia.get(f"/arenden/{case}"))
    with desk.world.session() as session:
        activation.disable(session, OPERATOR, "avhoppare")
    said = "Modulen är avstängd. Ärendet kan läsas, men inte öppnas igen."
    page = words(fia.get(f"/arenden/{case}"))
    assert said in page and "Återaktualisera" not in page
    answer = fia.get(f"/arenden/{case}/steg/reopen")
    assert answer.status_code == 422 and said in words(answer)


def test_a_form_signed_empty_is_shown_again_with_what_to_do(desk: Desk):
    case = desk.world.case("maja")
    page = desk.as_("maja").post(f"/arenden/{case}/skriv/needs", {"gor": "signera", "version": "0", "begun_on": ""})
    assert page.status_code == 422 and "Fyll i minst en uppgift." in words(page)
