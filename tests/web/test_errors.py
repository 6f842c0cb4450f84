"""Errors: missing and forbidden look the same, a failing audit shows nothing, and no page or log tells too much."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from flask import Blueprint

import casework.web
import casework.web.pages
from casework.core.errors import KeyMissing, KeyWrong, NotMigrated
from casework.core.models import AuditEvent
from casework.core.roots import FileRoot
from casework.web.access import RouteOpen
from tests.web.conftest import KUMLA


def code_on(page):
    found = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", page)
    assert found
    return found[0]


def test_missing_forbidden_and_not_allowed_answer_with_the_same_bytes(maja, clock):
    answers = []
    for path in ("/finns-inte", "/prov/saknas", "/prov/moduler", "/arende/x/y", "/static/x"):
        answers.append(maja.get(path))
        clock.forward(seconds=1)
    answers += [maja.client.post("/hem"), maja.client.put("/prov/klart"), maja.client.options("/hem")]
    assert {answer.status_code for answer in answers} == {404}
    signed_in = [answer for answer in answers if answer.request.path != "/static/x"]
    assert len({answer.data for answer in signed_in}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in signed_in}) == 1
    assert "Du kan inte öppna den här sidan" in answers[0].text


def test_a_denial_is_remembered_where_it_happened(maja, installation):
    maja.get("/prov/saknas")
    maja.get("/prov/moduler")
    with installation.session(KUMLA) as session:
        rows = session.query(AuditEvent).filter_by(outcome="denied").all()
        assert {(row.object_kind, row.object_id) for row in rows} == {("case", "unreadable"), ("page", "example.areas")}


def test_a_page_that_cannot_be_logged_is_not_shown(maja):
    for path in ("/prov/logg", "/prov/loggfel"):
        answer = maja.get(path)
        assert answer.status_code == 503
        assert "hemligt innehåll" not in answer.text
        assert "Loggen kan inte skrivas" in answer.text


def test_our_own_fault_has_a_code_on_the_page_and_in_the_log_and_nothing_else(maja, caplog):
    with caplog.at_level(logging.INFO):
        page = maja.get("/prov/fel?q=Exempelsson").text
    code = code_on(page)
    assert f"incident {code} RuntimeError example.broken" in caplog.text
    for word in ("Gösta", "Exempelsson", "19940817", "Traceback", "/prov/"):
        assert word not in page + caplog.text, word


def test_two_faults_have_two_codes(maja):
    codes = {code_on(maja.get("/prov/fel").text) for _ in range(2)}
    assert len(codes) == 2


def test_a_database_that_does_not_answer_is_said_plainly(maja, installation, monkeypatch):
    def fails(*_args, **_kwargs):
        raise OSError("no database")

    monkeypatch.setattr("casework.core.installation.TenantSession", fails)
    assert maja.get("/hem").status_code == 503
    assert maja.get("/healthz").status_code == 503
    monkeypatch.undo()
    assert maja.get("/hem").status_code == 200
    assert (maja.get("/healthz").status_code, maja.get("/healthz").text) == (200, "ok")


def test_what_is_lost_when_the_database_is_away_is_not_called_saved(maja, monkeypatch):
    token = maja.token("/prov/anteckning")

    def fails(*_args, **_kwargs):
        raise OSError("no database")

    monkeypatch.setattr("casework.core.installation.TenantSession", fails)
    page = maja.post("/prov/anteckning", {"heading": "x"}, token=token).text
    assert "kunde inte sparas" in page
    assert "är sparat" not in page


def test_a_route_without_a_permission_stops_the_start(settings, installation, monkeypatch):
    pages = Blueprint("open", __name__)

    @pages.get("/oppen")
    def forgotten():
        return "allt"

    monkeypatch.setattr(casework.web.pages, "BLUEPRINTS", (*casework.web.pages.BLUEPRINTS, pages))
    with pytest.raises(RouteOpen, match=r"/oppen \(open\.forgotten\)"):
        casework.web.create_app(settings, installation)


def test_every_own_route_declares_what_it_takes(settings, installation):
    app = casework.web.create_app(settings, installation)
    assert len(list(app.url_map.iter_rules())) > 10


def test_without_its_key_the_program_does_not_start(settings, tmp_path):
    with pytest.raises(KeyMissing):
        casework.web.create_app(replace(settings, key_file=tmp_path / "borta.key"))


def test_with_another_key_the_program_does_not_start(settings, tmp_path):
    FileRoot.make(tmp_path / "annan.key")
    with pytest.raises(KeyWrong):
        casework.web.create_app(replace(settings, key_file=tmp_path / "annan.key"))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_on_an_empty_database_the_program_does_not_start(settings, tmp_path):
    with pytest.raises(NotMigrated):
        casework.web.create_app(replace(settings, database_url=f"sqlite:///{tmp_path}/tom.db"))


def test_nothing_is_open_in_debug(app):
    assert not app.debug


def test_a_nul_which_no_database_takes_is_turned_away_and_no_fault_of_ours(maja):
    assert maja.get("/prov/saknas%00").status_code == 404
    assert maja.get("/prov/saknas?x=%00").status_code == 404
    answer = maja.post("/prov/anteckning", {"heading": "a\0b", "text": "c"})
    assert answer.status_code == 400
