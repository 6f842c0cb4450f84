"""Testing a copy item by item on its page: nothing is given by default, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core.models import CaseExport
from tests.core.copies import put
from tests.databases import Databases
from tests.paper.sheets import read, squeezed
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import Browser
from tests.web.test_exports import fetch_at

SHARED = {"assessment": "Prövat mot 10 kap. 3 § OSL", "identity": "y"}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note", heading="Samtal", text="Bor på Storgatan 4. Mår bättre.")
    return case


def at_person(browser: Browser, case: str, name: str) -> str:
    page = browser.get(f"/arenden/{case}/kopia").text
    found = re.search(rf'href="(/arenden/{case}/kopia/prova/[\w-]{{22}})">{name}<', page)
    return "" if found is None else found[1]


def inputs(page: str, field: str, part: str) -> str:
    """The name of what is asked about the first item of a field."""
    found = re.search(rf'name="({part}:[\w-]{{22}}:{field})"', page)
    assert found, (field, part)
    return found[1]


def verdicts(page: str, given: str = "give") -> dict[str, object]:
    return dict.fromkeys(re.findall(r'name="(verdict:[^"*]+)"', page), given)


def ids(page: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', page))


def test_a_part_of_an_answer_is_masked_and_the_print_holds_the_rest_and_not_the_reason(desk: Desk, case: str):
    maja = desk.as_("maja")
    at = at_person(maja, case, "Gösta Exempelsson")
    page = maja.get(at).text
    assert not re.search(r'<input checked[^>]*name="verdict:', page)
    sent = verdicts(page) | SHARED | {"purpose": "extract", inputs(page, "text", "verdict"): "mask"}
    sent |= {inputs(page, "text", "passages"): "Storgatan 4", inputs(page, "text", "law"): "OSL_26_1"}
    sent |= {inputs(page, "text", "reason"): "Grannen kan lida men"}
    assert maja.post(at, sent).location == f"/arenden/{case}/kopia"
    fetch = fetch_at(maja, f"/arenden/{case}/kopia")
    found = read(maja.post(fetch, {"how": "pdf"}, page=f"/arenden/{case}/kopia").data)
    assert "Storgatan" not in found and "Grannen" not in found and squeezed("26 kap. 1 § OSL") in found
    assert "Borpåmaskerat.Mårbättre." in found


def test_nothing_is_ordered_until_each_item_is_tested_and_what_was_written_stays(desk: Desk, case: str):
    maja = desk.as_("maja")
    at = at_person(maja, case, "Gösta Exempelsson")
    page = maja.get(at).text
    sent = verdicts(page) | SHARED | {"purpose": "extract"}
    untouched = {name: verdict for name, verdict in sent.items() if name != inputs(page, "text", "verdict")}
    answer = maja.post(at, untouched)
    assert answer.status_code == 422 and "Välj om uppgiften lämnas ut eller inte." in maja.error(answer)
    sent |= {inputs(page, "text", "verdict"): "mask", inputs(page, "text", "passages"): "Kungsgatan 2"}
    sent |= {inputs(page, "text", "law"): "OSL_26_1", inputs(page, "text", "reason"): "Röjer adressen"}
    answer = maja.post(at, sent)
    assert answer.status_code == 422 and "precis som det står" in maja.error(answer)
    assert "Kungsgatan 2" in answer.text and 'value="Röjer adressen"' in answer.text
    linked = re.findall(r'<a href="#([^"]+)"', answer.text[answer.text.index('class="errors"') :])
    assert linked[0] in ids(answer.text)
    assert maja.post(at, sent | {"identity": ""}).status_code == 422
    with desk.world.session() as session:
        assert session.scalars(select(CaseExport)).all() == []


def test_what_names_somebody_else_or_is_sealed_begins_as_kept_back(desk: Desk, case: str):
    put(desk.world, case, "Vera Uttersson", "child")
    desk.world.sign("maja", case, "note", heading="Samtal", text="Ringde Veras skola")
    desk.world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    maja = desk.as_("maja")
    page = maja.get(at_person(maja, case, "Gösta Exempelsson")).text
    kept_back = re.findall(r'<input checked[^>]*name="verdict:[\w-]{22}:(\w+)"[^>]*value="withhold"', page)
    assert set(kept_back) >= {"text", "threat_summary"} and kept_back.count("text") == 1
    assert "Hotad" not in page and "Nämner någon annan i ärendet." in words(page)


def test_the_rest_of_an_entry_is_given_or_kept_back_at_once_and_what_is_chosen_alone_stands(desk: Desk, case: str):
    maja, other = desk.as_("maja"), {"purpose": "extract"} | SHARED
    at = at_person(maja, case, "Gösta Exempelsson")
    page = maja.get(at).text
    text, whole = inputs(page, "text", "verdict"), inputs(page, r"\*", "verdict")
    rest = dict.fromkeys(re.findall(r'name="(verdict:[\w-]+:\*)"', page), "give")
    answer = maja.post(at, other | rest | {whole: "withhold", text: "give"})
    assert answer.status_code == 422 and "Välj stöd i lag" in maja.error(answer)
    linked = re.findall(r'<a href="#([^"]+)"', answer.text[answer.text.index('class="errors"') :])
    assert linked[0] == whole.replace("verdict", "law")
    kept = {whole.replace("verdict", "law"): "OSL_26_1", whole.replace("verdict", "reason"): "Visar skolan"}
    assert maja.post(at, other | rest | kept | {whole: "withhold", text: "give"}).status_code == 303
    copy = words(maja.post(fetch_at(maja, f"/arenden/{case}/kopia"), page=f"/arenden/{case}/kopia"))
    assert "Mår bättre." in copy and "Samtal" not in copy and "26 kap. 1 § OSL" in copy


def test_a_party_s_copy_waits_for_somebody_else(desk: Desk, case: str):
    put(desk.world, case, "Vera Uttersson", "guardian")
    maja = desk.as_("maja")
    at = at_person(maja, case, "Vera Uttersson")
    sent = verdicts(maja.get(at).text) | SHARED | {"purpose": "party", "reason": "Begäran i dag"}
    assert maja.post(at, sent).status_code == 303
    assert "Kopian väntar på godkännande." in words(maja.get(f"/arenden/{case}/kopia"))
    assert fetch_at(maja, f"/arenden/{case}/kopia") == ""


def test_who_may_not_know_of_the_case_is_as_one_who_does_not_exist(desk: Desk, case: str):
    hidden = put(desk.world, case, "Motpart Mallström", "counterpart")
    maja = desk.as_("maja")
    assert at_person(maja, case, "Motpart Mallström") == ""
    closed, missing = (maja.get(f"/arenden/{case}/kopia/prova/{one}") for one in (hidden, "A" * 22))
    assert closed.status_code == missing.status_code == 404
    assert closed.data.replace(hidden.encode(), b"") == missing.data.replace(b"A" * 22, b"")


def test_what_was_written_on_several_lines_is_tested_as_it_was_written_under_its_day(desk: Desk, case: str):
    desk.world.sign("maja", case, "note", heading="Möte", text="Kurator\nFritidsledare")
    maja = desk.as_("maja")
    page = maja.get(at_person(maja, case, "Gösta Exempelsson"))
    assert '<p class="akt prewrap">Kurator\nFritidsledare</p>' in page.text
    assert "Anteckning, tis 24 november" in words(page) and "Anteckning, 2026-11-24" not in words(page)
