from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.core import case_people, teams
from casework.core.grounds.catalogue.confirmations import NOBODY_KNOWN
from casework.core.registration import Identified
from tests.core.consenting import YES, ask, consented, parts, wanted
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import Browser
from tests.worlds import personal_number

CHOSEN: dict[str, Any] = {
    "states": ["received"],
    "recognise": "nothing",
    "show_area": "no",
    "ground": "other:AVIDENTIFIERAT",
    "villkor_AVIDENTIFIERAT_0": "yes",
    "villkor_AVIDENTIFIERAT_1": "yes",
    "ground_note": "Prövat, ingen kan kännas igen",
    "purpose": "Planera samverkan",
    "contact": "Mottagningen 019-00 00 00",
    "until": "1",
    "sure": "y",
}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def shared(maja: Browser, case: str, **changed: Any) -> str:
    answer = maja.post(f"/arenden/{case}/delning/ny", CHOSEN | changed)
    assert answer.status_code == 303, maja.error(answer)
    return words(maja.get(answer.location))


def squeezed(html: str) -> str:
    return re.sub(r"\s+", " ", html).strip()


def test_nothing_is_chosen_beforehand_and_the_area_is_not_shown(desk: Desk):
    case = desk.world.case("maja")
    page = desk.as_("maja").get(f"/arenden/{case}/delning/ny").text
    inputs = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert len(inputs) == 1 and 'name="show_area"' in inputs[0] and 'value="no"' in inputs[0]
    assert "Inget är lämnat än." in page


def test_every_fault_is_said_at_its_field_and_nothing_is_shared(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/ny"
    empty = maja.post(at, {"purpose": "Planera samverkan"})
    for fault in ("Välj hur polisen ska känna igen ärendet.", "Välj vilken grund", "Läs förhandsvisningen"):
        assert fault in maja.error(empty)
    assert "Planera samverkan" in empty.text
    late = maja.post(at, CHOSEN | {"states": [], "until": "day", "until_day": "2030-01-01"})
    assert "Välj minst ett skede" in maja.error(late)
    assert 'href="#until_day"' in late.text
    assert "Inget delas just nu" in words(maja.get(f"/arenden/{case}/delning"))


def test_the_preview_is_what_the_police_then_see_to_the_letter(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.sign("maja", case, "police_status")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/ny"
    consented(desk.world, case)
    chosen = {"facts": ["police_status"], "next_followup": "2026-12-01", "recognise": "name", "ground": "register"}
    looked = maja.post(at, CHOSEN | chosen | {"visa": "1"})
    assert looked.status_code == 200 and not maja.error(looked)
    assert "Inget delas just nu" in words(maja.get(f"/arenden/{case}/delning"))  # looking shares nothing
    preview = re.search(r'class="preview-body">(.*?)</div>\s*<p class="preview-foot', looked.text, re.DOTALL)
    assert preview is not None
    shared(maja, case, **chosen)
    page = desk.as_("erik").get("/delat").text
    assert squeezed(preview[1]) in squeezed(page)
    assert "Gösta Exempelsson" in page and "Pågår" in page and "2026-0001" not in page
    assert "Initial bedömning" in looked.text.split("preview-foot")[1]  # what was not chosen is named to the officer


def test_what_goes_on_is_listed_with_when_it_was_read_and_can_be_taken_back(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    said = shared(maja, case)
    assert "Polisen ser nu det du valde." in said and "Erik Demosson" in said and "Inte läst" in said
    desk.as_("erik").get("/delat")
    page = maja.get(f"/arenden/{case}/delning")
    assert "24 nov 09.00" in words(page)
    found = re.search(r'href="([^"]*/aterkalla)"', page.text)
    assert found is not None
    assert "Det som redan är läst går inte att ta tillbaka." in words(maja.get(found[1]))
    assert maja.post(found[1]).status_code == 303
    said = words(maja.get(f"/arenden/{case}/delning"))
    assert "Inget delas just nu" in said and "återkallad" in said
    police = desk.as_("erik").get("/delat")
    assert "Delningen avslutades 24 november." in words(police) and "Planera samverkan" not in police.text


def test_a_live_consent_can_be_the_ground_and_one_that_ended_cannot(desk: Desk):
    case = desk.world.case("maja")
    consent = desk.world.sign("maja", case, "consent_note", valid_until="2026-11-30")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/ny"
    assert f'value="consent:{consent}"' in maja.get(at).text
    too_long = maja.post(at, CHOSEN | {"ground": f"consent:{consent}"})
    assert "Samtycket slutar gälla tidigare." in maja.error(too_long)
    shared(maja, case, ground=f"consent:{consent}", until="day", until_day="2026-11-30")
    desk.world.clock.move(days=10)
    maja = desk.as_("maja")
    assert f'value="consent:{consent}"' not in maja.get(at).text
    said = words(maja.get(f"/arenden/{case}/delning"))
    assert "Gäller inte i dag" in said and "upphörde" in said


def test_a_ground_is_chosen_by_its_row_and_what_to_answer_stands_there(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/ny"
    page = maja.get(at).text
    assert 'value="other:AVIDENTIFIERAT"' in page and 'value="other"' not in page
    assert NOBODY_KNOWN.asks in page and 'data-when="ground=other:AVIDENTIFIERAT"' in page
    for ground in ("other", "other:OSL_10_2", "other:OSL_99"):
        assert maja.post(at, CHOSEN | {"ground": ground}).status_code == 422
    assert "Inget delas just nu" in words(maja.get(f"/arenden/{case}/delning"))


def test_what_the_ground_asks_is_answered_and_read_in_the_case_and_what_was_typed_stays(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/ny"
    wrong = maja.post(at, CHOSEN | {"villkor_AVIDENTIFIERAT_0": "no", "villkor_AVIDENTIFIERAT_1": ""})
    assert wrong.status_code == 422 and NOBODY_KNOWN.blocks in words(wrong) and "Svara ja eller nej." in words(wrong)
    assert 'href="#villkor_AVIDENTIFIERAT_1' in wrong.text and CHOSEN["ground_note"] in wrong.text
    said = shared(maja, case)
    assert f"{NOBODY_KNOWN.asks} Ja" in said
    assert NOBODY_KNOWN.asks not in words(desk.as_("erik").get("/delat"))


def test_a_no_in_the_register_is_shown_and_answered_before_a_status_is_told_on_another_ground(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.name(case, "fia", "co_officer")
    fia, at = desk.as_("fia"), f"/arenden/{case}/delning/ny"
    answers = {"ground": "other:OSL_10_2", "svar_OSL_10_2_0": "Vi måste veta vem som kommer"}
    assert "despite" not in fia.get(at).text
    ask(desk.world, case, wanted(parts(desk.world, case, "subject")[0]), replace(YES, given=False))
    assert "Gösta Exempelsson har sagt nej" in words(fia.get(at))
    refused = fia.post(at, CHOSEN | answers)
    assert refused.status_code == 422 and 'href="#despite"' in refused.text
    assert "Faran väger tyngre" in shared(fia, case, **answers, despite="Faran väger tyngre")


def test_whoever_lets_the_police_see_a_status_has_just_proven_who_they_are(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/delning/ny"
    desk.world.clock.move(minutes=6)
    assert maja.post(at, CHOSEN | {"visa": "1"}).status_code == 200
    asked = maja.post(at, CHOSEN)
    assert (asked.status_code, asked.location) == (303, "/bekrafta")
    assert "Inget delas just nu" in words(maja.get(f"/arenden/{case}/delning"))


def test_what_is_read_no_more_is_listed_so_and_not_counted(desk: Desk):
    case = desk.world.case("maja")
    consent = desk.world.sign("maja", case, "consent_note")
    maja = desk.as_("maja")
    said = shared(maja, case, ground=f"consent:{consent}")
    assert "Uppgifter ur ärendet kan läsas utanför socialtjänsten." in said
    assert "en delning pågår" in maja.get(f"/arenden/{case}/delning").text
    no = replace(YES, given=False)
    ask(desk.world, case, wanted(parts(desk.world, case, "subject")[0]), no)
    said = words(maja.get(f"/arenden/{case}/delning"))
    assert "Läses inte" in said and "Ingen utanför socialtjänsten ser något av ärendet." in said
    assert "Återkalla" in said and "delning pågår" not in maja.get(f"/arenden/{case}/delning").text
    assert "Planera samverkan" not in words(desk.as_("erik").get("/delat"))


def test_whoever_only_reads_the_case_shares_nothing(desk: Desk):
    case = desk.world.case("maja")
    shared(desk.as_("maja"), case)
    desk.world.name(case, "sven", "reader")
    sven = desk.as_("sven")
    page = sven.get(f"/arenden/{case}/delning")
    assert page.status_code == 200 and "Återkalla" not in page.text and "Dela status" not in words(page)
    assert sven.get(f"/arenden/{case}/delning/ny").status_code == 404


def test_who_bears_a_name_of_the_case_is_not_said_to_read_it(desk: Desk):
    case, maja = desk.world.case("maja"), desk.as_("maja")
    shared(maja, case)
    with desk.world.acting("maja") as (session, actor):
        one = Identified(personal_number(78).digits, "Erik Demosson", 0)
        case_people.add(session, actor, case, one, "guardian", may_not_know=False)
    said = words(maja.get(f"/arenden/{case}/delning"))
    assert "Ingen kan läsa det just nu" in said and "Erik Demosson" not in said
    said = words(maja.get(f"/arenden/{case}/delning/ny"))
    assert "Ingen hos polisen kan läsa det just nu. Den som heter" in said and "Erik Demosson" not in said


def test_who_is_blocked_is_not_said_to_read_it(desk: Desk):
    case, maja = desk.world.case("maja"), desk.as_("maja")
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, desk.world.ids["erik"])
    said = words(maja.get(f"/arenden/{case}/delning/ny"))
    assert "Ingen hos polisen kan läsa det just nu." in said and "Den som heter" not in said
