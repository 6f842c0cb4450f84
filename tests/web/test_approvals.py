"""Att godkänna: in plain words, for who may approve, with what becomes of it told where it was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import teams
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import PASSWORD


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    return desk.world.case("maja", name="Gösta Exempelsson", protection=2)


def name(desk: Desk, case: str, who: str = "sven", **more: str):
    chosen = {"account": desk.world.ids[who], "role": "reader", "may_unseal": "no", "reason": "Vikarie i december"}
    return desk.as_("vilma").post(f"/arenden/{case}/team/namnge", chosen | more)


def waiting(desk: Desk, who: str) -> list[str]:
    page = desk.as_(who).get("/godkannanden").text
    return list(dict.fromkeys(re.findall(r'action="(/godkannanden/[\w-]{22})"', page)))


def test_naming_in_a_protected_persons_case_waits_and_says_for_whom(desk: Desk, case: str):
    vilma = desk.as_("vilma")
    assert "måste godkänna" in words(vilma.get(f"/arenden/{case}/team/namnge"))
    done = name(desk, case, until="2026-12-31")
    assert done.status_code == 303
    said = words(vilma.get(f"/arenden/{case}/team"))
    assert "Namnge Sven Provsson som läsare i ärende 2026-0001" in said and "Ta tillbaka" in said
    assert "Väntar på godkännande av Berta Barnlund, Fia Förstelin eller Ulf Utskottsson." in said
    in_the_case = words(desk.as_("maja").get(f"/arenden/{case}/team"))
    assert "Väntar på godkännande av" in in_the_case and "Ta tillbaka" not in in_the_case
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 404


def test_who_approves_reads_exactly_what_will_happen_and_nothing_of_the_case(desk: Desk, case: str):
    desk.world.sign("maja", case, "note", heading="Hemligt samtal", text="Hemlig text")
    name(desk, case, until="2026-12-31")
    fia = desk.as_("fia")
    assert 'class="count">1<' in fia.get("/min-dag").text
    page = fia.get("/godkannanden")
    said = words(page)
    assert "Namnge Sven Provsson som läsare i ärende 2026-0001" in said
    assert "Sven Provsson ser inte förseglade uppgifter." in said and "Gäller till och med tors 31 december." in said
    assert "Vilma Dummy skriver: ”Vikarie i december”" in said
    assert "Godkänn namngivningen" in said and "Avslå namngivningen" in said
    (at,) = waiting(desk, "fia")
    for answer in (page, fia.get(at)):
        for secret in ("Exempelsson", "Gösta", "Hemlig", case):
            assert secret not in answer.text
    assert fia.get(f"/arenden/{case}").status_code == 404


def test_approved_it_is_done_and_the_link_in_the_menu_goes(desk: Desk, case: str):
    name(desk, case)
    fia, (at,) = desk.as_("fia"), waiting(desk, "fia")
    done = fia.post(at, {"decision": "grant", "seen": hidden(fia.get(at), "seen")})
    assert (done.status_code, done.location) == (303, "/godkannanden")
    page = fia.get("/godkannanden")
    assert "Godkänt. Det är gjort nu." in words(page) and "Inget väntar på dig" in words(page)
    assert 'class="count"' not in page.text
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 200
    assert "Godkänt och gjort" in words(desk.as_("vilma").get("/godkannanden"))


def test_refused_with_an_answer_nothing_is_done_and_who_asked_reads_why(desk: Desk, case: str):
    name(desk, case)
    fia, (at,) = desk.as_("fia"), waiting(desk, "fia")
    page = fia.get(at)
    nothing = fia.post(at, {"seen": hidden(page, "seen"), "answer": "Fråga Berta först"})
    assert nothing.status_code == 422 and "Välj att godkänna eller avslå." in fia.error(nothing)
    assert "Fråga Berta först" in nothing.text
    answer = {"decision": "refuse", "seen": hidden(page, "seen"), "answer": "Fråga Berta först"}
    assert fia.post(at, answer).status_code == 303
    said = words(desk.as_("vilma").get("/godkannanden"))
    assert "Avslaget" in said and "Svar: ”Fråga Berta först”" in said and "Fia Förstelin" in said
    assert "väntar på godkännande" not in words(desk.as_("vilma").get(f"/arenden/{case}/team")).lower()
    again = fia.post(at, answer)
    assert again.status_code == 422 and "Det här är redan avgjort." in fia.error(again)


def test_what_has_changed_meanwhile_is_void_and_says_so_to_both(desk: Desk, case: str):
    name(desk, case)
    fia, (at,) = desk.as_("fia"), waiting(desk, "fia")
    seen = hidden(fia.get(at), "seen")
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, desk.world.ids["ulf"])
    assert fia.post(at, {"decision": "grant", "seen": seen}).status_code == 303
    assert "Det gäller inte längre, och inget har gjorts." in words(fia.get("/godkannanden"))
    assert "Gäller inte längre" in words(desk.as_("vilma").get("/godkannanden"))
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 404


def test_after_a_day_it_waits_for_nobody_and_is_not_carried_out(desk: Desk, case: str):
    name(desk, case)
    (at,) = waiting(desk, "fia")
    desk.world.clock.move(hours=24)
    fia = desk.as_("fia")
    page = fia.get(at)
    assert "Tiden gick ut" in words(page) and "Godkänn" not in words(page).replace("Att godkänna", "")
    assert waiting(desk, "fia") == []
    assert "Tiden gick ut" in words(desk.as_("vilma").get("/godkannanden"))


def test_a_case_of_a_protected_person_is_assigned_by_two(desk: Desk, case: str):
    vilma, at = desk.as_("vilma"), f"/arenden/{case}/team/tilldela"
    page = vilma.get(at)
    assert "Be om att tilldela ärendet" in words(page)
    chosen = {"account": desk.world.ids["sven"], "version": hidden(page, "version")}
    assert vilma.post(at, chosen).status_code == 303
    assert desk.as_("maja").get(f"/arenden/{case}").status_code == 200
    fia, (one,) = desk.as_("fia"), waiting(desk, "fia")
    assert "Tilldela ärende 2026-0001 till Sven Provsson" in words(fia.get(one))
    fia.post(one, {"decision": "grant", "seen": hidden(fia.get(one), "seen")})
    assert desk.as_("maja").get(f"/arenden/{case}").status_code == 404
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 200


def test_a_colleague_is_asked_to_decide_in_a_protected_persons_case_by_two(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson", protection=2, state="initial")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/do_not_open/beslut"
    assert "måste en annan enhetschef eller förste socialsekreterare godkänna frågan" in words(maja.get(at))
    asked = {"account": desk.world.ids["vilma"], "what": "Kan du besluta före helgen?"}
    assert maja.post(at, asked).status_code == 303
    assert "Väntar på godkännande av" in words(maja.get(f"/arenden/{case}/team"))
    fia, (one,) = desk.as_("fia"), waiting(desk, "fia")
    page = fia.get(one)
    assert "Vilma Dummy" in words(page) and "Gösta" not in page.text
    assert desk.as_("vilma").get(at).status_code == 404
    fia.post(one, {"decision": "grant", "seen": hidden(page, "seen")})
    assert desk.as_("vilma").get(f"/arenden/{case}/steg/do_not_open").status_code == 200


def test_a_lower_protection_is_asked_for_in_the_case_and_decided_without_its_content(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/personer/lagre-skydd"
    page = maja.get(at)
    assert "Skyddad folkbokföring" not in words(page).split("Vilket skydd ska personen ha?")[1]
    assert maja.post(at, {"protection": "0", "reason": "Skyddet är hävt"}).status_code == 303
    said = words(maja.get(f"/arenden/{case}/personer"))
    assert "Inget har ändrats än." in said and "Väntar på godkännande av" in said and "Be om ett lägre" not in said
    vilma, (one,) = desk.as_("vilma"), waiting(desk, "vilma")
    page = vilma.get(one)
    assert "Sänk skyddet för personen i ärende 2026-0001 till inget skydd" in words(page)
    assert "Skyddet är nu skyddad folkbokföring." in words(page) and "Exempelsson" not in page.text
    vilma.post(one, {"decision": "grant", "seen": hidden(page, "seen")})
    assert "Inget skydd" in words(maja.get(f"/arenden/{case}/personer"))


def test_an_approver_may_not_be_whom_it_concerns(desk: Desk, case: str):
    name(desk, case, "fia")
    assert waiting(desk, "fia") == [] and len(waiting(desk, "berta")) == 1
    assert desk.as_("fia").get(waiting(desk, "berta")[0]).status_code == 404


def test_the_page_in_a_browser_has_nothing_axe_objects_to(desk: Desk, case: str, serve, page, axe):
    name(desk, case)
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.locator("[name=username]").fill("fia")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("/min-dag"))
    page.get_by_role("link", name=re.compile("Att godkänna")).click()
    assert axe(page) == []
    page.get_by_role("link", name=re.compile("Skriv ett svar först")).click()
    assert axe(page) == []
    page.get_by_role("button", name="Godkänn namngivningen").click()
    assert "Det är gjort nu." in page.locator("main").inner_text()
    assert axe(page) == []
