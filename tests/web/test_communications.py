"""Kommunicering on its pages: tested item by item, sent once, the letter fetched, and the answer written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core.models import CaseExport, Communication
from tests.core import communicating
from tests.core.asking import decide
from tests.core.copies import put
from tests.databases import Databases
from tests.paper.sheets import read, squeezed
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import Browser
from tests.web.consent_desk import signed_in
from tests.web.test_export_items import inputs, verdicts

SHARED = {"assessment": "Prövat mot 10 kap. 3 § OSL", "identity": "y", "answer_by": "2026-12-10"}
TOLD = "Bor hos sin syster på Storgatan 4."


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note", heading="Samtal", text=TOLD)
    return case


def at(case: str, *parts: str) -> str:
    return "/".join([f"/arenden/{case}/kommunicering", *parts])


def at_party(browser: Browser, case: str, name: str = "Gösta Exempelsson") -> str:
    found = re.search(rf'href="({at(case)}/prova/[\w-]{{22}})">{name}<', browser.get(at(case)).text)
    return "" if found is None else found[1]


def at_sending(browser: Browser, case: str) -> str:
    found = re.search(rf'action="({at(case)}/[\w-]{{22}}/skicka)"', browser.get(at(case)).text)
    return "" if found is None else found[1]


def test_what_is_tested_is_sent_and_answered_and_the_letter_holds_what_was_given_and_no_more(desk: Desk, case: str):
    maja = desk.as_("maja")
    assert f'href="{at(case)}"' in maja.get(f"/arenden/{case}/delning").text
    test = at_party(maja, case)
    page = maja.get(test).text
    assert not re.search(r'<input checked[^>]*name="verdict:', page) and "OSL_26_1" not in page
    sent = verdicts(page) | SHARED | {inputs(page, "text", "verdict"): "mask"}
    sent |= {inputs(page, "text", "passages"): "Storgatan 4", inputs(page, "text", "law"): "OSL_10_3"}
    sent |= {inputs(page, "text", "reason"): "Röjer var systern bor"}
    assert maja.post(test, sent).location == at(case)
    index = words(maja.get(at(case)))
    assert "Underlaget är prövat. Skicka det inom 24 timmar." in index and "Underlaget till Gösta" in index
    shown_at = maja.post(at_sending(maja, case), page=at(case)).location
    assert shown_at is not None and at_sending(maja, case) == ""
    shown = words(maja.get(shown_at))
    assert "Väntar på svar" in shown and "Bor hos sin syster på" in shown
    assert "Storgatan" not in shown and "Röjer var" not in shown
    letter = maja.post(f"{shown_at}/brev", page=shown_at)
    assert letter.mimetype == "application/pdf"
    assert letter.headers["Content-Disposition"] == 'attachment; filename="kommunicering.pdf"'
    found = read(letter.data)
    assert squeezed("Bor hos sin syster på") in found and "Storgatan" not in found
    answer = {"how": "phone", "received_on": "i dag", "words": "Han håller med"}
    assert maja.post(f"{shown_at}/svar", answer).location == shown_at
    answered = words(maja.get(shown_at))
    assert "Besvarat" in answered and "Han håller med" in answered and "I telefon" in answered
    assert "Det finns inget svar att skriva in här." in words(maja.get(f"{shown_at}/svar"))
    assert "Besvarat" in words(maja.get(at(case)))


def test_nothing_is_ordered_without_a_day_and_each_item_tested_and_what_was_written_stays(desk: Desk, case: str):
    maja = desk.as_("maja")
    test = at_party(maja, case)
    page = maja.get(test).text
    whole = verdicts(page) | SHARED
    for day, said in (
        ("", "vilken dag svaret senast"),
        ("i dag", "dag efter i dag"),
        ("snart", "Skriv datumet så här"),
    ):
        answer = maja.post(test, whole | {"answer_by": day})
        assert answer.status_code == 422 and said in maja.error(answer)
        assert 'href="#answer_by"' in answer.text and "Prövat mot 10 kap. 3 § OSL" in answer.text
    untouched = {name: verdict for name, verdict in whole.items() if name != inputs(page, "text", "verdict")}
    assert "Välj om uppgiften lämnas ut eller inte." in maja.error(maja.post(test, untouched))
    assert maja.post(test, whole | {"identity": ""}).status_code == 422
    with desk.world.session() as session:
        assert session.scalars(select(CaseExport)).all() == []


def test_the_rest_of_an_entry_does_not_matter_to_the_decision_without_a_reason(desk: Desk, case: str):
    maja = desk.as_("maja")
    test = at_party(maja, case)
    page = maja.get(test).text
    verdict = inputs(page, r"\*", "verdict")
    law = verdict.replace("verdict", "law")
    place = verdict.split(":")[1]
    steps = {name: "give" for name in verdicts(page) if name.split(":")[1] != place}
    assert maja.post(test, SHARED | steps | {verdict: "withhold", law: "FL_25"}).status_code == 303
    shown = words(maja.get(maja.post(at_sending(maja, case), page=at(case)).location or ""))
    assert "Uppgiften saknar betydelse för beslutet." in shown and "Storgatan" not in shown


def test_another_party_s_waits_for_somebody_else(desk: Desk, case: str):
    put(desk.world, case, "Vera Uttersson", "guardian")
    maja = desk.as_("maja")
    test = at_party(maja, case, "Vera Uttersson")
    page = maja.get(test)
    assert "Någon annan måste godkänna" in words(page)
    sent = verdicts(page.text) | SHARED | {"reason": "Före beslutet på måndag"}
    assert maja.post(test, sent).status_code == 303
    assert "väntar på godkännande" in words(maja.get(at(case))) and at_sending(maja, case) == ""
    with desk.world.session() as session:
        made = session.scalars(select(CaseExport)).one()
        asked = communicating.asked(session, made)
    fia = desk.as_("fia")
    assert "svara till och med" in words(fia.get(f"/godkannanden/{asked.id}"))
    assert decide(desk.world, asked, "fia") == "used"
    assert maja.post(at_sending(maja, case), page=at(case)).status_code == 303


def test_who_may_not_know_is_as_one_who_does_not_exist_and_leaving_out_is_written_down(desk: Desk, case: str):
    hidden = put(desk.world, case, "Motpart Mallström", "counterpart")
    maja = desk.as_("maja")
    assert at_party(maja, case, "Motpart Mallström") == ""
    closed, missing = (maja.get(at(case, "prova", one)) for one in (hidden, "A" * 22))
    assert closed.status_code == missing.status_code == 404
    assert closed.data.replace(hidden.encode(), b"") == missing.data.replace(b"A" * 22, b"")
    answer = maja.post(at(case, "utelamna"), {"person": hidden, "reason": "Röjer var hon bor"})
    assert answer.status_code == 422 and "Välj varför kommuniceringen utelämnas." in maja.error(answer)
    assert "Röjer var hon bor" in answer.text
    said = {"person": hidden, "because": "harder", "reason": "Röjer var hon bor"}
    shown_at = maja.post(at(case, "utelamna"), said).location or ""
    shown = words(maja.get(shown_at))
    assert "Motpart Mallström" in shown and "Röjer var hon bor" in shown and "avsevärt svårare" in shown
    assert "Det finns inget svar" in words(maja.get(f"{shown_at}/svar"))
    assert maja.post(f"{shown_at}/brev", page=shown_at).status_code == 404


def test_that_none_came_is_refused_before_the_last_day_is_over_and_an_answer_needs_its_words(desk: Desk, case: str):
    id_ = communicating.sent(desk.world, case)
    maja = desk.as_("maja")
    early = maja.post(at(case, id_, "svar"), {"how": "none"})
    assert early.status_code == 422 and "Parten kan fortfarande svara." in maja.error(early)
    wrong = maja.post(at(case, id_, "svar"), {"how": "letter", "received_on": "40/13", "words": "Nej"})
    assert wrong.status_code == 422 and "Skriv datumet så här" in maja.error(wrong)
    assert re.search(r">\s*Nej</textarea>", wrong.text)
    with desk.world.session() as session:
        assert session.scalars(select(Communication)).one().how is None


def test_what_is_over_is_not_sent_and_the_page_says_why(desk: Desk, case: str):
    communicating.ordered(desk.world, case)
    maja = desk.as_("maja")
    send = at_sending(maja, case)
    assert maja.post(send, page=at(case)).status_code == 303
    again = maja.post(send, page=at(case))
    assert again.status_code == 422 and "redan utlämnad" in maja.error(again)


def test_a_copy_is_not_ordered_as_kommunicering_past_its_page(desk: Desk, case: str):
    maja = desk.as_("maja")
    test = at_party(maja, case)
    sent = verdicts(maja.get(test).text) | SHARED | {"purpose": "communication"}
    assert maja.post(test.replace("kommunicering", "kopia"), sent).status_code == 422
    assert 'value="communication"' not in maja.get(f"/arenden/{case}/kopia").text


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_it_is_accessible_from_the_choice_to_the_answer(
    desk: Desk, case: str, page, axe, console, serve, width, scheme
):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    address, found = signed_in(desk, page, serve, "maja"), []

    def look() -> None:
        found.extend(axe(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{address}{at(case)}")
    look()
    page.click("main >> text=Gösta Exempelsson")
    look()
    for nth in range(page.locator("main section h2").count()):
        box = page.locator(f"#del-{nth + 1} ~ .opts--row input[value=give]")
        if box.count():
            box.first.check()
    page.fill("#assessment", "Prövat mot 10 kap. 3 § OSL")
    page.check("#identity")
    page.click("main .btn--go")
    assert "Skriv vilken dag svaret senast ska ha kommit." in page.inner_text(".errors")
    assert page.input_value("#assessment") == "Prövat mot 10 kap. 3 § OSL"
    look()
    console.clear()  # the browser notes the 422
    page.fill("#answer_by", "2026-12-10")
    page.click("main .btn--go")
    look()
    page.click("text=Skicka underlaget")
    look()
    page.click("text=Skriv in svaret")
    look()
    page.check("#how-2")
    page.fill("#received_on", "i dag")
    page.fill("#words", "Han håller med")
    page.click("main .btn--go")
    assert "Svaret är antecknat." in page.inner_text("main")
    look()
    page.goto(f"{address}{at(case, 'utelamna')}")
    look()
    assert found == [] and console == []
