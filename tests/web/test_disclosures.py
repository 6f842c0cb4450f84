"""The pages of a disclosure: written with what the recipient will see beside it, decided, given, read, ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.core import persons
from casework.core.grounds.catalogue.confirmations import CANNOT_WAIT
from casework.core.models import Disclosure
from casework.web.confirmations import INPUTS
from casework.web.disclosure_form import REPLIES
from tests.core.disclosing import LACKING
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.disclosure_desk import FACTS, at, chosen, fragment, given, looked, made
from tests.worlds import personal_number


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_nothing_is_chosen_beforehand(desk: Desk):
    page = desk.as_("maja").get(at(desk.world.case("maja"))).text
    boxes = [one for one in re.findall(r"<input[^>]*checked[^>]*>", page) if 'value=""' not in one]
    assert boxes == []
    options = re.findall(r"<option[^>]*selected[^>]*>([^<]*)", page)
    assert set(options) <= {"Välj"}


def test_what_the_preview_shows_is_what_the_recipient_then_sees_to_the_letter(desk: Desk):
    case = desk.world.case("maja", name="Gösta <Exempelsson>")
    desk.world.sign("maja", case, "note", text="Rad ett\nrad två & mer")
    maja = desk.as_("maja")
    keys = re.findall(r'name="facts"[^>]*value="([^"]*:text)"', re.sub(r"\s+", " ", maja.get(at(case)).text))
    assert len(keys) == 1
    fields = chosen(desk, facts=[*FACTS, *keys], decider=desk.world.ids["fia"])
    seen = fragment(looked(maja, case, fields))
    answer = given(maja, case, fields)
    assert answer.status_code == 303, maja.error(answer)
    assert "Väntar på" in words(maja.get(answer.location))  # a note is not meant for the police: somebody else decides
    fia, one = desk.as_("fia"), made(desk)
    decides = fia.get(f"/utlamnanden/{one.id}")
    assert fragment(decides) == seen
    done = fia.post(f"/utlamnanden/{one.id}", {"decision": "grant", "seen": hidden(decides, "seen")})
    assert done.status_code == 303
    assert maja.post(f"/arenden/{case}/delning/utlamnande/{one.id}").status_code == 303
    kept = fragment(maja.get(f"/arenden/{case}/delning/utlamnande/{one.id}"))
    opened = fragment(desk.as_("erik").get(f"/mottaget/{one.id}"))
    assert seen == kept == opened
    assert "Gösta &lt;Exempelsson&gt;" in seen and "Rad ett\nrad två &amp; mer" in seen


def test_every_fault_is_said_at_its_field_and_nothing_that_was_written_is_lost(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    page = maja.post(
        at(case), chosen(desk, recipient="", facts=[], harm="", until="2030-01-01", sure="", once="x" * 22)
    )
    assert page.status_code == 422
    for fault in ("Välj vem som ska få uppgifterna.", "Välj minst en uppgift.", "Svara på om någon kan lida men."):
        assert fault in maja.error(page), fault
    assert "Läs förhandsvisningen" in maja.error(page) and "Vägt mot den enskildes intresse" in page.text
    questions = maja.post(at(case), chosen(desk, until="2030-01-01", **dict.fromkeys(REPLIES, "")))
    assert "Svara på frågan." in maja.error(questions) and 'href="#svar_0"' in questions.text
    assert "Välj en dag, senast" in unescape(maja.error(questions))


def test_what_was_not_seen_is_not_given(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    fields = chosen(desk)
    page = looked(maja, case, fields)
    sent = {name: hidden(page, name) for name in ("once", "version", "seen")}
    other = maja.post(at(case), fields | sent | {"facts": ["person:name", "person:number"]})
    assert other.status_code == 422 and "Läs förhandsvisningen" in maja.error(other)
    with desk.world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_answers_to_the_questions_of_another_ground_do_not_answer_this_one(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    page = maja.post(at(case), chosen(desk, ground="OSL_26_1_UTAN_MEN", visa="1", once="x" * 22))
    assert {one.strip() for one in re.findall(r'<textarea[^>]*name="svar_[^>]*>([^<]*)', page.text)} == {""}


def test_a_draft_is_gone_on_with_and_thrown_away(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    first = maja.get(at(case))
    fields = chosen(desk, once=hidden(first, "once"), version="0", spara="1", ground="", facts=[])
    kept = maja.post(at(case), fields)
    assert kept.status_code == 303
    one = made(desk)
    assert one.state == "draft"
    again = maja.get(f"{at(case)}/{one.id}")
    assert "Vägt mot den enskildes intresse" in again.text and hidden(again, "version") == "1"
    assert maja.post(at(case), fields).status_code == 422  # another tab is behind
    gone = maja.post(f"/arenden/{case}/delning/utlamnande/{one.id}/avsluta")
    assert gone.status_code == 303
    with desk.world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_a_page_sent_twice_gives_once(desk: Desk):
    case = desk.world.case("maja")
    maja, fields = desk.as_("maja"), chosen(desk)
    page = looked(maja, case, fields)
    sent = fields | {name: hidden(page, name) for name in ("once", "version", "seen")}
    assert [maja.post(at(case), sent).status_code for _turn in range(2)] == [303, 422]
    assert made(desk).state == "performed"


def test_what_is_ended_answers_with_the_same_bytes_as_what_was_never_there(desk: Desk):
    case = desk.world.case("maja")
    maja, erik = desk.as_("maja"), desk.as_("erik")
    assert given(maja, case, chosen(desk)).status_code == 303
    one = made(desk)
    assert "Uppgifter ur ärendet kan läsas utanför socialtjänsten." in words(maja.get(f"/arenden/{case}/delning"))
    assert "Inte öppnat" in words(erik.get("/mottaget"))
    assert erik.get(f"/mottaget/{one.id}").status_code == 200
    assert "Inte öppnat" not in words(erik.get("/mottaget"))
    assert "Först öppnat" in words(maja.get(f"/arenden/{case}/delning/utlamnande/{one.id}"))
    ended = maja.post(f"/arenden/{case}/delning/utlamnande/{one.id}/avsluta")
    assert ended.status_code == 303
    missing, over = erik.get(f"/mottaget/{'x' * 22}"), erik.get(f"/mottaget/{one.id}")
    assert (missing.status_code, missing.data) == (over.status_code, over.data) and missing.status_code == 404
    assert one.id not in erik.get("/mottaget").text
    shares = words(maja.get(f"/arenden/{case}/delning"))
    assert "Avslutat" in shares and "Ingen utanför socialtjänsten ser något av ärendet." in shares


def test_a_no_needs_a_reason_and_is_told_to_who_assessed_it(desk: Desk):
    case = desk.world.case("maja")
    maja, fia = desk.as_("maja"), desk.as_("fia")
    assert given(maja, case, chosen(desk, harm="maybe", decider=desk.world.ids["fia"])).status_code == 303
    one = made(desk)
    assert "Maja Testlind" in words(fia.get("/utlamnanden"))
    page = fia.get(f"/utlamnanden/{one.id}")
    assert page.text.index("Det här skulle lämnas") < page.text.index('name="decision"')  # also on a phone
    refusal = {"decision": "refuse", "seen": hidden(page, "seen")}
    assert "Skriv varför" in fia.error(fia.post(f"/utlamnanden/{one.id}", refusal))
    assert fia.post(f"/utlamnanden/{one.id}", refusal | {"answer": "Vänta på mötet"}).status_code == 303
    assert "Vänta på mötet" in words(maja.get(f"/arenden/{case}/delning/utlamnande/{one.id}"))
    assert fia.get(f"/utlamnanden/{one.id}").status_code == 404
    assert fia.get(f"/arenden/{case}").status_code == 404


def test_a_correction_takes_the_place_of_what_was_given_and_the_recipient_sees_that_it_does(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja, erik = desk.as_("maja"), desk.as_("erik")
    assert given(maja, case, chosen(desk)).status_code == 303
    old = made(desk)
    here = f"/arenden/{case}/delning/utlamnande"
    begun = maja.get(f"{at(case)}/{old.id}?ratta=1")
    assert "Rätta ett utlämnande" in words(begun) and hidden(begun, "corrects") == old.id
    assert f'href="{at(case)}/{old.id}?ratta=1"' in maja.get(f"{here}/{old.id}").text
    fields = chosen(desk, facts=["case:state"], corrects=old.id)
    seen = fragment(looked(maja, case, fields))
    assert f"med referensen {old.id}" in seen
    assert given(maja, case, fields).status_code == 303
    with desk.world.session() as session:
        new = session.scalars(select(Disclosure).where(Disclosure.corrects_id == old.id)).one()
    assert "Ersätter något tidigare" in words(erik.get("/mottaget"))
    assert fragment(erik.get(f"/mottaget/{new.id}")) == seen
    assert erik.get(f"/mottaget/{old.id}").status_code == 404
    assert f"{here}/{new.id}" in maja.get(f"{here}/{old.id}").text
    assert f"{here}/{old.id}" in maja.get(f"{here}/{new.id}").text
    again = maja.get(f"{at(case)}/{new.id}")
    assert hidden(again, "corrects") == ""  # to do the same again is to correct nothing


def test_what_was_given_in_another_case_and_what_was_never_given_are_corrected_with_the_same_answer(desk: Desk):
    case, other, maja = desk.world.case("maja"), desk.world.case("sven"), desk.as_("maja")
    assert given(maja, case, chosen(desk)).status_code == 303
    sven, answers = desk.as_("sven"), set()
    for wrong in (made(desk).id, "e" * 22):
        sent = {"spara": "1", "once": hidden(sven.get(at(other)), "once"), "version": "0", "corrects": wrong}
        page = sven.post(at(other), sent)
        answers.add((page.status_code, words(page)))
    assert [code for code, _words in answers] == [404]
    assert sven.post(at(other), {"spara": "1", "once": made(desk).id, "version": "0"}).status_code == 404


def test_whoever_decides_is_warned_of_who_is_protected_and_who_must_not_know(desk: Desk):
    case = desk.world.case("maja", name="Ung Skyddsson", protection=2)
    with desk.world.acting("maja") as (session, maja_):
        row = desk.world.get(session, case)
        for nth, (name, protection, hidden_from) in enumerate(
            (("Motte Partsson", 0, True), ("Annan Utomstående", 1, False))
        ):
            other = persons.add(session, maja_, name, personal_number(70 + nth), protection)
            persons.put_in_case(session, row, other, "relative", may_not_know=hidden_from)
    maja, fia = desk.as_("maja"), desk.as_("fia")
    assert "Att besluta" not in fia.get("/min-dag").text
    subject = re.findall(r'name="warned"[^>]*value="([^"]*)"', looked(maja, case, chosen(desk)).text)
    fields = chosen(desk, decider=desk.world.ids["fia"], warned=subject)
    assert given(maja, case, fields).status_code == 303
    assert re.search(r'href="/utlamnanden">Att besluta <span class="count">1</span>', fia.get("/min-dag").text)
    assert "Att besluta" not in maja.get("/min-dag").text
    page = fia.get(f"/utlamnanden/{made(desk).id}")
    assert "Ung Skyddsson har skyddad folkbokföring. Lämna aldrig adress" in words(page)
    assert "Motte Partsson får inte veta att ärendet finns." in words(page)
    assert "Annan Utomstående" not in page.text  # not in what would be told
    fia.post(f"/utlamnanden/{made(desk).id}", {"decision": "grant", "seen": hidden(page, "seen")})
    assert "Att besluta" not in fia.get("/min-dag").text
    here = f"/arenden/{case}/delning/utlamnande/{made(desk).id}"
    assert "Motte Partsson får inte veta" in words(maja.get(here))


def test_a_protected_person_is_warned_of_on_the_page(desk: Desk):
    case = desk.world.case("maja", protection=2)
    page = looked(desk.as_("maja"), case, chosen(desk))
    assert "har skyddad folkbokföring" in words(page) and "Någon i ärendet har skyddade" in words(page)
    assert re.search(r'name="warned"[^>]*checked', page.text) is None


def test_the_script_of_the_page_is_told_what_the_server_would_show(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja, fields = desk.as_("maja"), chosen(desk)
    page = looked(maja, case, fields)
    said = maja.post(f"{at(case)}/se", fields, token=maja.token(at(case)))
    assert said.status_code == 200 and said.json is not None
    assert said.json["digest"] == hidden(page, "seen")
    assert said.json["sections"][0] == ["Personen", [["Namn", "Gösta Exempelsson"]]]
    assert said.json["ground"] == "BRB_24_4" and len(said.json["questions"]) == 2
    assert said.json["confirms"] == [INPUTS[CANNOT_WAIT.asks]]


@pytest.mark.parametrize("how", ["missing", "refused", "withdrawn", "of another kind"])
def test_no_form_overrides_a_consent_that_is_not_there(desk: Desk, how: str):
    """Defect 7 of other systems: whatever is sent, by whatever made it, the consent is asked of the register."""
    case, erik = LACKING[how](desk.world), desk.as_("erik")
    maja = desk.as_("maja")
    bare = chosen(desk, ground="OSL_12_2", asked="OSL_12_2", kinds=["status"], facts=["case:state"])
    said = {"consent": "given", "consent_id": "x" * 22, "decider": desk.world.ids["fia"], "override": "1", "force": "y"}
    token = maja.token(at(case))
    for more in ({}, said, said | {"ground": "OSL_12_3"}):
        page = maja.post(at(case), bare | more | {"visa": "1", "once": "x" * 22, "version": "0"}, token=token)
        sent = {name: hidden(page, name) for name in ("once", "version", "seen")}
        answer = maja.post(at(case), bare | more | sent, token=token)
        assert answer.status_code == 422 and answer.mimetype == "text/html"
    kept = maja.post(at(case), bare | sent | {"spara": "1"}, token=token)  # a draft is no way around it either
    assert kept.status_code == 303
    draft = made(desk)
    around = f"/arenden/{case}/delning/utlamnande/{draft.id}"
    assert maja.post(around, said, token=token).status_code == 422
    assert made(desk).state == "draft" and "Lämnat 24" not in words(erik.get("/mottaget"))
    assert erik.get(f"/mottaget/{draft.id}").status_code == 404


def test_what_was_given_is_fetched_as_a_letter_and_once_it_has_ended_only_to_be_worked_with(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja = desk.as_("maja")
    assert given(maja, case, chosen(desk)).status_code == 303
    here = f"/arenden/{case}/delning/utlamnande/{made(desk).id}"
    assert "Hämta brevet till mottagaren" in words(maja.get(here))

    def paper(fields: dict[str, str]) -> Any:
        return maja.post(f"{here}/papper", fields, token=maja.token(here))

    for how in ("brev", "arbete"):
        answer = paper({"how": how})
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf") and answer.data.startswith(b"%PDF")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="utlamnande.pdf"'
        assert answer.headers["Cache-Control"] == "no-store"
    assert maja.post(f"{here}/avsluta").status_code == 303
    assert "Hämta brevet till mottagaren" not in words(maja.get(here))
    refused = paper({"how": "brev"})
    assert refused.status_code == 422 and "Hämta en arbetsutskrift i stället" in maja.error(refused)
    assert paper({"how": "arbete"}).status_code == 200
    desk.world.clock.move(minutes=6)
    assert paper({"how": "arbete"}).location == "/bekrafta"
