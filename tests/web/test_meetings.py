"""A meeting on its pages: recorded with who came and what each told, and shown with what is still to be recorded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.meeting import came, candidates, record
from tests.core.taking_part import EVERY, add, everybody_consents, ready, sspf
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words

TOLD = "Sov <b>på</b> lektionen"
PIA, MAJA, NOVA = "Pia Partnersson", "Maja Testlind", "Nova Mocksson"


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path, ready)


@pytest.fixture
def case(desk: Desk) -> str:
    id_ = sspf(desk.world)
    everybody_consents(desk.world, id_)
    add(desk.world, id_, kinds=EVERY)
    return id_


def sent(desk: Desk, case: str, page: str, **said: str) -> dict[str, str]:
    """What a form holds once somebody has written in it; ``said`` by the name of who was there."""
    once = re.search(r'name="once"[^>]*value="([\w-]{22})"', page)
    assert once is not None
    keys = {name: one.key for name, one in candidates(desk.world, case).items()}
    asked = {f"came:{keys[MAJA]}": "ja", f"came:{keys[PIA]}": "ja", f"came:{keys['Förälder 1']}": "nej"}
    asked |= {f"told:{keys[PIA]}": TOLD, f"ground:{keys[PIA]}": "Samtycke"}
    return {"once": once[1], "day": "i dag", "place": "Biblioteket", "others": "", **asked, **said}


def test_a_meeting_is_recorded_and_shown_with_what_each_told(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/deltagare"
    assert f'href="{at}/mote"' in maja.get(at).text and "Inget möte är antecknat." in words(maja.get(at))
    page = maja.get(f"{at}/mote")
    assert not re.search(
        r"<option[^>]*selected[^>]*value=\"(ja|nej)\"|<option[^>]*value=\"(ja|nej)\"[^>]*selected", page.text
    )
    answer = maja.post(f"{at}/mote", sent(desk, case, page.text))
    assert answer.status_code == 303
    shown = maja.get(answer.location)
    said = words(shown)
    assert "Mötet är antecknat." in said and "Biblioteket" in said and html.escape(TOLD) in shown.text
    assert f"{PIA} Skolan" in said and "Förälder 1 Vårdnadshavare Kom inte" in said
    assert f"{NOVA}" not in re.sub(r"Ärendet gäller.*", "", said).split("Vilka var med")[1]
    assert answer.location in maja.get(at).text
    assert "Antecknade ett möte" in words(maja.get(f"/arenden/{case}/atkomst"))


def test_sent_twice_it_is_one(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/deltagare/mote"
    whole = sent(desk, case, maja.get(at).text)
    assert maja.post(at, whole).location == maja.post(at, whole).location
    again = maja.post(at, whole | {"place": "Någon annanstans"})
    assert again.status_code == 422 and 'value="Någon annanstans"' in again.text
    assert "Din text är kvar här" in words(again)


def test_what_lacks_is_said_at_its_field_and_nothing_typed_is_lost(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/deltagare/mote"
    whole = sent(desk, case, maja.get(at).text)
    ground = next(name for name in whole if name.startswith("ground:"))
    for changed, told in (
        ({"day": ""}, "Skriv vilken dag mötet var."),
        ({"day": "snart"}, "Skriv datumet så här"),
        ({"day": "2090-05-31"}, "inte ligger i framtiden"),
        ({"place": ""}, "Skriv var mötet var."),
        ({ground: ""}, "Skriv vilken grund som angavs"),
        ({"day": "2026-11-20"}, "hade inte med ärendet att göra den dagen"),
    ):
        answer = maja.post(at, whole | changed)
        assert answer.status_code == 422 and told in words(answer), changed
        assert html.escape(TOLD) in answer.text and "<details open>" in answer.text
        assert answer.text.count('selected value="ja"') == 2 and answer.text.count('selected value="nej"') == 1


def test_a_disclosure_is_begun_from_the_meeting_with_whom_and_when_and_nothing_else(desk: Desk, case: str):
    maja = desk.as_("maja")
    id_ = record(desk.world, case, [came(desk.world, case, MAJA), came(desk.world, case, PIA, TOLD)])
    page = maja.get(f"/arenden/{case}/deltagare/mote/{id_}")
    (link,) = re.findall(r'href="(/arenden/[^"]*lamna-ut\?[^"]*)"', page.text)
    assert desk.world.ids["pia"] not in link and f"Anteckna vad {PIA} fick höra" in words(page)
    form = maja.get(html.unescape(link)).text
    assert re.search(rf'<option selected value="school:{desk.world.ids["pia"]}"', form)
    assert re.search(r'name="oral_on"[^>]*value="2026-11-24"', form)
    assert set(re.findall(r'<input checked[^>]*value="([^"]*)"', form)) == {""}  # only that something is not known yet
    nobody = maja.get(f"/arenden/{case}/delning/lamna-ut?mote={id_}&deltagare=x").text
    assert 'selected value="school:' not in nobody and 'value="2026-11-24"' in nobody
    assert maja.get(f"/arenden/{case}/delning/lamna-ut?mote=finns-inte-alls-finns1").status_code == 404


def test_who_takes_part_reads_when_where_and_who_and_opens_no_page_of_the_meeting(desk: Desk, case: str):
    id_ = record(
        desk.world, case, [came(desk.world, case, PIA, "Hemligt"), came(desk.world, case, "Förälder 0", absent=True)]
    )
    pia = desk.as_("pia")
    (part,) = re.findall(r'href="(/deltar/[\w-]{22})"', pia.get("/deltar").text)
    said = words(pia.get(part))
    assert "Skolans bibliotek" in said and f"{PIA}, skolan" in said
    assert "Hemligt" not in said and "Förälder 0" not in said
    missing = pia.get(f"/arenden/{case}/deltagare/mote/finns-inte-alls-finns1")
    for path in (f"mote/{id_}", "mote"):
        assert pia.get(f"/arenden/{case}/deltagare/{path}").status_code == missing.status_code == 404


def test_the_forms_of_the_case_lead_to_the_page_that_asks_who_came(desk: Desk, case: str):
    maja = desk.as_("maja")
    listed = maja.get(f"/arenden/{case}/uppgifter").text
    assert f'href="/arenden/{case}/deltagare/mote"' in listed and f"/arenden/{case}/skriv/meeting" not in listed


def test_a_case_of_another_kind_has_none(desk: Desk):
    case, maja = desk.world.case("maja"), desk.as_("maja")
    assert maja.get(f"/arenden/{case}/deltagare/mote").location == f"/arenden/{case}/deltagare"
