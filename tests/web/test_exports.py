"""A copy of a case on its pages: ordered after a confirmation, approved where it takes two, shown once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core.models import CaseExport
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import PASSWORD, Browser


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note", heading="Samtal", text="Ringde <b>hem</b>")
    return case


def entries(page: str) -> list[str]:
    """The entries that are offered on a page."""
    return re.findall(r'name="entries"[^>]*value="([\w-]{22})"', page)


def recipients(page: str) -> list[str]:
    return re.findall(r'<option[^>]*value="([\w-]{22})"', page)


def chosen(browser: Browser, at: str, **changed: object) -> dict[str, object]:
    page = browser.get(at).text
    return {
        "purpose": "extract",
        "recipient": recipients(page)[0],
        "entries": entries(page),
        "with_sealed": "no",
        "assessment": "Prövat mot 26 kap. 1 § OSL",
        "identity": "y",
    } | changed


def test_what_is_asked_for_in_some_copies_is_not_called_optional(desk: Desk, case: str):
    page = words(desk.as_("maja").get(f"/arenden/{case}/kopia"))
    for label in ("Mottagare", "Hur har du prövat sekretessen?"):
        assert label in page and f"{label} (valfritt)" not in page


def fetch_at(browser: Browser, at: str) -> str:
    found = re.search(r'action="(/arenden/[\w-]{22}/kopia/[\w-]{22})"', browser.get(at).text)
    return "" if found is None else found[1]


def test_a_copy_is_ordered_shown_once_and_told_in_the_log_by_purpose_and_recipient(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    assert f'href="{at}"' in maja.get(f"/arenden/{case}/atkomst").text
    assert maja.post(at, chosen(maja, at)).location == at
    assert "Kopian är beställd." in words(maja.get(at))
    fetch = fetch_at(maja, at)
    other = desk.world.case("maja", name="Annan Påhittdotter")
    assert maja.post(fetch.replace(case, other), page=at).status_code == 404
    copy = maja.post(fetch, page=at)
    assert copy.status_code == 200 and copy.headers["Cache-Control"] == "no-store"
    said = words(copy)
    assert "Registerutdrag" in said and "Gösta Exempelsson" in said and "Ringde &lt;b&gt;hem&lt;/b&gt;" in copy.text
    assert "Kopian gjord 2026-11-24 09.00" in said and "+00:00" not in copy.text
    again = maja.post(fetch, page=at)
    assert again.status_code == 422 and "redan utlämnad" in maja.error(again) and "Ringde" not in again.text
    assert fetch_at(maja, at) == ""
    log = words(maja.get(f"/arenden/{case}/atkomst"))
    assert "Lämnade ut en kopia av ärendet: registerutdrag till personen, personen som ärendet gäller" in log


def test_a_copy_is_given_once_as_a_pdf_whose_name_tells_nothing(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    assert maja.post(at, chosen(maja, at)).status_code == 303
    fetch = fetch_at(maja, at)
    copy = maja.post(fetch, {"how": "pdf"}, page=at)
    assert copy.status_code == 200 and copy.data.startswith(b"%PDF-1.7") and copy.mimetype == "application/pdf"
    assert copy.headers["Content-Disposition"] == 'attachment; filename="kopia.pdf"'
    assert copy.headers["Cache-Control"] == "no-store"
    assert maja.post(fetch, {"how": "pdf"}, page=at).status_code == 422
    with desk.world.session() as session:
        assert session.scalars(select(CaseExport.handed_out_as)).all() == ["pdf"]


def test_a_copy_that_cannot_be_printed_is_not_handed_out(desk: Desk, case: str, monkeypatch: pytest.MonkeyPatch):
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    assert maja.post(at, chosen(maja, at)).status_code == 303
    fetch = fetch_at(maja, at)
    with monkeypatch.context() as broken:
        broken.setattr("casework.paper.printing.TEMPLATES", Path("/finns-inte"))
        assert maja.post(fetch, {"how": "pdf"}, page=at).status_code == 500
    assert maja.post(fetch, {"how": "pdf"}, page=at).data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"identity": ""}, "Kontrollera vem mottagaren är"),
        ({"assessment": ""}, "Skriv hur du har prövat sekretessen."),
        ({"recipient": ""}, "Välj en mottagare"),
        ({"purpose": "archive", "recipient": ""}, "Ärendet måste vara avslutat"),
    ],
)
def test_what_lacks_is_said_and_nothing_typed_is_lost(desk: Desk, case: str, changed: dict[str, str], said: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    answer = maja.post(at, chosen(maja, at, reason="Begäran den 24 november", **changed))
    assert answer.status_code == 422 and said in maja.error(answer)
    assert 'value="Begäran den 24 november"' in answer.text
    with desk.world.session() as session:
        assert session.scalars(select(CaseExport)).all() == []


def test_who_may_not_know_of_the_case_is_not_offered(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    person = {"name": "Hugo Hotfull", "role": "counterpart", "protection": "0"}
    assert maja.post(f"/arenden/{case}/personer/ny", person).status_code == 303
    page = maja.get(at).text
    assert len(recipients(page)) == 1
    assert "Hugo" not in "".join(re.findall(r"<option.*?</option>|<a .*?</a>", page, re.DOTALL))


def test_a_protected_persons_copy_is_shown_once_somebody_else_has_approved_and_never_to_them(desk: Desk):
    case = desk.world.case("maja", name="Gösta Skyddsson", protection=2)
    desk.world.sign("maja", case, "note", text="Hemligt samtal")
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    assert maja.post(at, chosen(maja, at, reason="Begärt i dag")).status_code == 303
    page = words(maja.get(at))
    assert "Kopian väntar på godkännande." in page and "Väntar på godkännande av" in page and fetch_at(maja, at) == ""
    fia = desk.as_("fia")
    (one,) = dict.fromkeys(re.findall(r"/godkannanden/[\w-]{22}", fia.get("/godkannanden").text))
    shown = fia.get(one)
    said = words(shown)
    assert "Lämna ut en kopia av ärende 2026-0001: registerutdrag till personen" in said
    assert "Mottagare: personen som ärendet gäller." in said and "Inget förseglat går med." in said
    assert "Maja Testlind skriver: ”Begärt i dag”" in said
    assert "Skyddsson" not in shown.text and "Hemligt" not in shown.text
    fia.post(one, {"decision": "grant", "seen": hidden(shown, "seen")})
    assert "Den som bad om det kan gå vidare." in words(fia.get("/godkannanden"))
    assert "kan hämta den i 24 timmar" in words(maja.get("/godkannanden"))
    fetch = fetch_at(maja, at)
    assert fia.post(fetch, page="/godkannanden").status_code == 404
    assert "Hemligt samtal" in words(maja.post(fetch, page=at))


def test_one_confirms_who_one_is_before_a_copy_is_ordered_or_shown_and_nothing_typed_is_lost(desk: Desk, case: str):
    maja, at = desk.as_("maja"), f"/arenden/{case}/kopia"
    typed, token = chosen(maja, at), maja.token(at)
    desk.world.clock.move(minutes=6)
    assert maja.post(at, typed, token=token).location == "/bekrafta"
    with desk.world.session() as session:
        assert session.scalars(select(CaseExport)).all() == []
    back = maja.post("/bekrafta", {"password": PASSWORD}).location
    assert back.startswith(f"{at}?kvar=")
    page = maja.get(back)
    assert "Prövat mot 26 kap. 1 § OSL" in page.text
    assert re.search(r'value="extract"[^>]*checked|checked[^>]*value="extract"', page.text)
    maja.post(at, typed)
    fetch, token = fetch_at(maja, at), maja.token(at)
    desk.world.clock.move(minutes=6)
    assert maja.get(at).location == "/bekrafta"
    assert maja.post(fetch, token=token).location == "/bekrafta"
    with desk.world.session() as session:
        assert session.scalars(select(CaseExport.handed_out_at)).all() == [None]


def test_the_pages_in_a_browser_have_nothing_axe_objects_to(desk: Desk, case: str, serve, page, axe):
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.locator("[name=username]").fill("maja")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("/min-dag"))
    page.goto(f"{address}/arenden/{case}/atkomst")
    page.get_by_role("link", name="Lämna ut en kopia").click()
    assert axe(page) == []
    page.get_by_label("Registerutdrag till personen som ärendet gäller").check()
    assert "Gösta Exempelsson" in page.locator("#recipient option:checked").inner_text()
    page.get_by_label("Hur har du prövat sekretessen?").fill("Prövat")
    page.get_by_label("Jag har kontrollerat vem mottagaren är.").check()
    page.get_by_role("button", name="Beställ kopian").click()
    assert axe(page) == []
    page.get_by_role("button", name="Visa kopian").click()
    assert "Kopian visas bara den här gången." in page.locator("main").inner_text()
    assert axe(page) == []
