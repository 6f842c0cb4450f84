"""A signed paper on its pages: taken in by its content, laid nowhere in the clear, handed out after a confirmation."""

from __future__ import annotations

import builtins
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import werkzeug.formparser
from sqlalchemy import select
from werkzeug.test import TestResponse

import casework.web
from casework.core import consent_papers
from casework.core.models import ConsentPaper
from tests.core.consenting import consented
from tests.core.papers import JPEG, NONE, PAPERS, PDF, keep
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import PASSWORD, Browser
from tests.web.consent_desk import at, body, signed_in


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def send(browser: Browser, path: str, content: bytes, name: str = "papper.pdf", token: str = "") -> TestResponse:
    """Send a file as a browser does; not by the test client's own way, which lays large ones into a file itself."""
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [
        head.format("csrf_token").encode() + b"\r\n\r\n" + (token or browser.token(path)).encode(),
        (head.format("paper") + f'; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n').encode() + content,
    ]
    whole = b"".join(b"--Grans\r\n" + part + b"\r\n" for part in parts) + b"--Grans--\r\n"
    return browser.client.post(path, data=whole, content_type="multipart/form-data; boundary=Grans")


def kept(desk: Desk) -> list[ConsentPaper]:
    with desk.world.session() as session:
        return list(session.scalars(select(ConsentPaper)).all())


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_is_kept_and_comes_back_under_a_name_that_tells_nothing(desk: Desk, kind: str):
    case = desk.world.case("maja")
    maja, one = desk.as_("maja"), at(case, consented(desk.world, case))
    sent = send(maja, f"{one}/papper", PAPERS[kind], "Gösta Exempelsson 19870605.exe")
    assert sent.location == one
    page = maja.get(one)
    assert "Papperet är sparat och förseglat." in words(page) and "Gösta Exempelsson 1987" not in words(page)
    (paper,) = kept(desk)
    assert f"{one}/papper/{paper.id}" in page.text
    got = maja.get(f"{one}/papper/{paper.id}")
    assert got.get_data() == PAPERS[kind] and got.status_code == 200
    assert got.headers["Content-Type"] == {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}[kind]
    ending = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}[kind]
    assert got.headers["Content-Disposition"] == f'attachment; filename="samtycke.{ending}"'
    assert got.headers["X-Content-Type-Options"] == "nosniff" and got.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_paper_is_refused_at_its_field_whatever_it_is_called(desk: Desk, name: str):
    case = desk.world.case("maja")
    maja, one = desk.as_("maja"), at(case, consented(desk.world, case))
    page = send(maja, f"{one}/papper", NONE[name])
    assert page.status_code == 422 and kept(desk) == []
    assert "Filen är ingen PDF, JPEG eller PNG" in maja.error(page) and 'id="paper-fel"' in page.text


def test_no_file_an_empty_one_and_one_that_is_too_large_are_refused_in_words(desk: Desk):
    case = desk.world.case("maja")
    maja, one = desk.as_("maja"), at(case, consented(desk.world, case))
    sent = [maja.post(f"{one}/papper", fields) for fields in ({}, {"paper": "text och ingen fil"})]
    for page in [*sent, send(maja, f"{one}/papper", b"")]:
        assert (page.status_code, "Välj en fil." in maja.error(page)) == (422, True)
    page = send(maja, f"{one}/papper", PDF + b"\n" * consent_papers.LARGEST)
    assert page.status_code == 422 and "Filen är för stor." in maja.error(page)
    page = send(maja, f"{one}/papper", PDF + b"\n" * casework.web.LARGEST)
    assert page.status_code == 413 and "välj en mindre fil" in page.text
    assert kept(desk) == []


def test_the_largest_paper_fits_with_what_a_browser_sends_around_it(desk: Desk):
    case = desk.world.case("maja")
    maja, one = desk.as_("maja"), at(case, consented(desk.world, case))
    largest = PDF[:9] + b"%" * (consent_papers.LARGEST - len(PDF)) + PDF[9:]
    assert send(maja, f"{one}/papper", largest).status_code == 303
    assert [paper.size for paper in kept(desk)] == [consent_papers.LARGEST]


def test_no_paper_is_laid_into_a_file_on_its_way_in_or_out(desk: Desk, monkeypatch):
    case = desk.world.case("maja")
    maja, one = desk.as_("maja"), at(case, consented(desk.world, case))
    token = maja.token(f"{one}/papper")
    laid: list[str] = []

    def noted(what: Any) -> Any:
        def made(*given: Any, **more: Any) -> Any:
            laid.append(str(what))
            return what(*given, **more)

        return made

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, noted(getattr(tempfile, name)))
    monkeypatch.setattr(werkzeug.formparser, "SpooledTemporaryFile", noted(tempfile.SpooledTemporaryFile))
    written: list[str] = []
    real = builtins.open

    def opens(path: Any, mode: str = "r", *given: Any, **more: Any) -> Any:
        if set(mode) & set("wax+"):
            written.append(str(path))
        return real(path, mode, *given, **more)

    monkeypatch.setattr(builtins, "open", opens)
    content = PDF[:9] + b"%" * 1_000_000 + PDF[9:]
    assert send(maja, f"{one}/papper", content, token=token).status_code == 303
    (paper,) = kept(desk)
    assert maja.get(f"{one}/papper/{paper.id}").get_data() == content
    assert (laid, written) == ([], [])


def test_a_paper_is_handed_out_only_to_who_has_just_shown_who_they_are(desk: Desk):
    case = desk.world.case("maja")
    consent = consented(desk.world, case)
    paper = at(case, consent, "papper", keep(desk.world, case, consent).id)
    maja = desk.as_("maja")
    desk.world.clock.move(minutes=6)
    turned = maja.get(paper)
    assert (turned.status_code, turned.location) == (303, "/bekrafta") and b"%PDF" not in turned.get_data()
    assert maja.post("/bekrafta", {"password": PASSWORD}).location == paper
    assert maja.get(paper).get_data() == PDF


def test_who_may_not_open_what_is_sealed_sees_that_a_paper_is_there_and_gets_none(desk: Desk):
    case = desk.world.case("maja")
    consent = consented(desk.world, case)
    paper = at(case, consent, "papper", keep(desk.world, case, consent).id)
    desk.world.name(case, "sven", role="reader")
    sven = desk.as_("sven")
    page = sven.get(at(case, consent))
    assert "Bara de som är namngivna" in words(page) and paper not in page.text
    missing = body(sven.get("/arenden/finns-inte-alls-finns1"))
    for path in (paper, at(case, consent, "papper")):
        assert body(sven.get(path)) == missing, path
    assert body(send(sven, at(case, consent, "papper"), PDF, token=sven.token("/installningar"))) == missing
    for who in ("vilma", "lo", "erik", "greta"):
        browser = desk.as_(who)
        assert body(browser.get(paper)) == body(browser.get("/arenden/finns-inte-alls-finns1")), who


def test_another_cases_paper_is_told_as_one_that_is_not(desk: Desk):
    own, other = desk.world.case("maja"), desk.world.case("maja")
    mine, theirs = consented(desk.world, own), consented(desk.world, other)
    paper = keep(desk.world, other, theirs).id
    maja = desk.as_("maja")
    missing = body(maja.get("/arenden/finns-inte-alls-finns1"))
    for where in (at(own, mine), at(own, theirs), at(other, mine)):
        assert body(maja.get(f"{where}/papper/{paper}")) == missing, where
    assert body(send(maja, at(own, theirs, "papper"), PDF, token=maja.token(at(own, "nytt")))) == missing


@pytest.mark.parametrize("width", [1440, 390])
def test_in_a_browser_a_paper_is_chosen_kept_and_fetched(desk: Desk, page, axe, console, serve, width, tmp_path):
    case = desk.world.case("maja")
    consent = consented(desk.world, case)
    page.set_viewport_size({"width": width, "height": 900})
    address = signed_in(desk, page, serve, "maja")
    page.goto(f"{address}{at(case, consent)}")
    page.click("text=Lägg till ett undertecknat papper")
    found = axe(page)
    page.click("main .btn--go")
    assert "Välj en fil." in page.inner_text(".errors")
    found += axe(page)
    console.clear()  # the browser notes the 422
    page.set_input_files("#paper", files=[{"name": "Gösta.jpg", "mimeType": "image/jpeg", "buffer": JPEG}])
    page.click("main .btn--go")
    assert "Papperet är sparat och förseglat." in page.inner_text("main")
    found += axe(page)
    with page.expect_download() as fetched:
        page.click("text=Hämta – loggas")
    assert re.fullmatch(r"samtycke\.jpg", fetched.value.suggested_filename)
    assert Path(fetched.value.path()).read_bytes() == JPEG
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == [] and console == []
