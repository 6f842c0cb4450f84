"""Taking part in a case, on both sides: the officer's matrix, preview and end, and the participant's two pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.consenting import consented, withdraw
from tests.core.taking_part import EVERY, add, everybody_consents, ready, sspf
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words

NEW = {"who": "", "kinds": ["status", "school"], "until": "2027-01-31"}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def sspf_desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path, ready)


def fragment(text: str) -> str:
    """The parts of a case as a page holds them, each line without the spaces at its beginning."""
    found = re.findall(r'<section class="sec">.*?</section>', text, re.DOTALL)
    return "\n".join(re.sub(r"^\s+", "", one, flags=re.MULTILINE) for one in found)


def test_what_the_officer_previews_is_byte_by_byte_what_the_participant_then_reads(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    everybody_consents(world, case)
    maja, sent = sspf_desk.as_("maja"), NEW | {"who": f"school:{world.ids['pia']}"}
    at = f"/arenden/{case}/deltagare"
    assert not re.search(r"<input[^>]*checked", maja.get(f"{at}/ny").text)
    preview = maja.post(f"{at}/ny", sent | {"visa": "1"})
    assert preview.status_code == 200 and "Inget är lämnat än" in words(preview)
    assert maja.post(f"{at}/ny", sent).status_code == 303
    page = maja.get(at)
    assert "Personen deltar nu" in words(page) and "Pia Partnersson" in words(page)
    assert "en deltar" in words(page)
    assert "Uppgifter ur ärendet kan läsas utanför socialtjänsten." in words(maja.get(f"/arenden/{case}/delning"))
    one = re.search(rf"{at}/([\w-]{{22}})", page.text)
    assert one is not None
    read = sspf_desk.as_("pia").get(f"/deltar/{one[1]}")
    assert "Mockskolan" in read.text and "Nova Mocksson" in read.text and "Snatteri" not in read.text
    assert fragment(preview.text) == fragment(read.text) == fragment(maja.get(f"{at}/{one[1]}").text) != ""


def test_what_a_consent_leaves_out_is_read_before_somebody_is_let_in(sspf_desk: Desk):
    world = sspf_desk.world
    case = sspf(world)
    everybody_consents(world, case)
    consented(world, case, "guardian", note="Inget om mormor får lämnas")
    page = words(sspf_desk.as_("maja").get(f"/arenden/{case}/deltagare/ny"))
    assert "Inget om mormor får lämnas" in page


def test_whoever_lets_somebody_in_has_just_proven_who_they_are(sspf_desk: Desk):
    world = sspf_desk.world
    case = sspf(world)
    everybody_consents(world, case)
    maja, at = sspf_desk.as_("maja"), f"/arenden/{case}/deltagare/ny"
    world.clock.move(minutes=6)
    sent = NEW | {"who": f"school:{world.ids['pia']}"}
    assert maja.post(at, sent | {"visa": "1"}).status_code == 200
    asked = maja.post(at, sent)
    assert (asked.status_code, asked.location) == (303, "/bekrafta")


def test_the_list_names_nobody_and_counts_nothing(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    everybody_consents(world, case)
    add(world, case)
    said = words(sspf_desk.as_("pia").get("/deltar"))
    assert "SSPF-ärende" in said and "Referens" in said
    assert not re.search(r"Nova|Mock|2026-0|\b(två|\d+) ärende", said)
    assert "Du deltar inte i något ärende i Kumla eller Laxå just nu." in words(sspf_desk.as_("erik").get("/deltar"))


def test_ended_withdrawn_somebody_elses_and_missing_are_the_same_bytes(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    consents = everybody_consents(world, case)
    ended, withdrawn = add(world, case), add(world, case, "erik")
    pia, erik = sspf_desk.as_("pia"), sspf_desk.as_("erik")
    assert pia.get(f"/deltar/{ended}").status_code == 200
    maja = sspf_desk.as_("maja")
    assert maja.post(f"/arenden/{case}/deltagare/{ended}", {}).status_code == 303
    assert "Avslutade deltaganden" in words(maja.get(f"/arenden/{case}/deltagare"))
    assert erik.get(f"/deltar/{withdrawn}").status_code == 200
    withdraw(world, case, consents[1])
    answers = [
        (page.status_code, re.sub(r'value="[\w.-]{60,}"|data-token="[^"]*"', "", page.text).replace(id_, "ID"))
        for id_ in (ended, withdrawn, "finns-inte-alls-finns1")
        for page in (pia.get(f"/deltar/{id_}"),)
    ]
    assert answers[0][0] == 404 and len(set(answers)) == 1
    assert erik.get(f"/deltar/{withdrawn}").status_code == 404


def test_the_matrix_says_who_sees_what_and_who_has_not_consented(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    everybody_consents(world, case, agencies=("school",))
    consented(world, case, "subject", agencies=("police",), kinds=EVERY)
    add(world, case, kinds=["school"])
    said = words(sspf_desk.as_("maja").get(f"/arenden/{case}/deltagare"))
    assert "Pia Partnersson Skolan, till och med" in said
    assert said.count("Får delas") == len(EVERY) and said.count("Får inte delas") == 2 * len(EVERY)
    assert said.count("Förälder 0 har inte samtyckt") == said.count("Ingen har samtyckt") == len(EVERY)
    assert "Nova Mocksson har inte samtyckt" not in said


def test_what_is_lacking_is_said_at_its_field_and_nothing_chosen_is_lost(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    maja = sspf_desk.as_("maja")
    answer = maja.post(f"/arenden/{case}/deltagare/ny", NEW | {"who": f"school:{world.ids['pia']}"})
    assert answer.status_code == 422
    assert "Samtycke till allt du har valt saknas från" in words(answer)
    assert len(re.findall(r"<input[^>]*checked", answer.text)) == 3 and 'value="2027-01-31"' in answer.text
    nothing = words(maja.post(f"/arenden/{case}/deltagare/ny", {}))
    assert "Välj vem som ska delta." in nothing


def test_a_case_of_another_kind_says_that_nobody_takes_part(desk: Desk):
    case, maja = desk.world.case("maja"), desk.as_("maja")
    assert "deltar ingen från en annan verksamhet" in words(maja.get(f"/arenden/{case}/deltagare"))
    assert f"/arenden/{case}/deltagare" not in maja.get(f"/arenden/{case}").text
    assert maja.get(f"/arenden/{case}/deltagare/ny").location == f"/arenden/{case}/deltagare"


def test_the_page_of_a_step_that_leaves_the_work_says_whose_consents_end_and_what_with_them(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    everybody_consents(world, case)
    add(world, case)
    maja = sspf_desk.as_("maja")
    said = words(maja.get(f"/arenden/{case}/steg/withdraw"))
    assert "Samtyckena upphör" in said and "Samtycken från: Förälder 0, Förälder 1, Nova Mocksson" in said
    assert "Skolan deltar i ärendet" in said
    assert "Samtyckena upphör" not in words(maja.get(f"/arenden/{case}/steg/call_meeting"))


def test_the_page_of_a_step_that_lacks_consents_leads_to_the_register(sspf_desk: Desk):
    case = sspf(sspf_desk.world, state="consent")
    page = sspf_desk.as_("maja").get(f"/arenden/{case}/steg/accept_consent")
    assert "Alla vars samtycke behövs ska ha sagt ja i registret" in words(page)
    assert f'<a href="/arenden/{case}/samtycken">' in page.text


def test_what_rests_on_a_consent_is_told_in_one_piece_in_its_cell(sspf_desk: Desk):
    """On a phone a row is a list of cells: whatever stood beside the first thing of one fell under its heading."""
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    everybody_consents(world, case, agencies=("school",))
    add(world, case, kinds=["school"])
    page = sspf_desk.as_("maja").get(f"/arenden/{case}/samtycken")
    assert 'Skolan<span class="sub meta">deltar i ärendet' in page.text
    cells = re.findall(r'data-h="Vilar på det">(.*?)</td>', page.text, re.DOTALL)
    assert cells and all(re.fullmatch(r"\s*<div>.*</div>\s*", one, re.DOTALL) for one in cells)


def test_the_page_of_what_is_shared_leads_to_who_takes_part(sspf_desk: Desk):
    world, case = sspf_desk.world, sspf(sspf_desk.world)
    maja, path = sspf_desk.as_("maja"), f"/arenden/{case}/delning"
    assert "deltar i ärendet" not in words(maja.get(path))
    everybody_consents(world, case, agencies=("school",))
    add(world, case, kinds=["school"])
    page = maja.get(path)
    assert "En deltar i ärendet" in words(page) and "Ingen status delas just nu" in words(page)
    assert f'<a href="/arenden/{case}/deltagare">En deltar' in page.text
