"""What sets the attack tools upon the demonstration reaches what it says, and fails when they find something."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from casework.core import accounts
from casework.core.installation import Installation
from tests.attack import explained, targets
from tests.attack.__main__ import PEOPLE, Run, row, tell
from tests.attack.gateway import FORM, Answer, Gateway, planted
from tests.house.files import text
from tests.web.conftest import PASSWORD
from tests.web.route_roles import PUBLIC

SETTINGS = "/installningar"


@pytest.fixture
def through(app: Flask, serve: Callable[[object], str]) -> Callable[..., object]:
    port = urlsplit(serve(app)).port or 0

    @contextmanager
    def opened(who: str | None, let_in: Callable[[], None] = lambda: None) -> Iterator[Gateway]:
        gateway = Gateway(port, app.url_map, who, PASSWORD, let_in)
        thread = threading.Thread(target=gateway.serve_forever, daemon=True)
        thread.start()
        try:
            yield gateway
        finally:
            gateway.shutdown()
            gateway.server_close()
            thread.join()

    return opened


def send(gateway: Gateway, path: str, **fields: str) -> Answer:
    given = {"csrf_token": gateway.visit.token, **fields}
    return gateway.ask("POST", path, [("Content-Type", FORM)], urlencode(given).encode())


def test_whoever_signs_out_is_signed_in_again_for_what_comes_next(through):
    with through("maja.testlind") as gateway:
        first = gateway.visit
        assert gateway.ask("GET", SETTINGS).status == 200
        assert send(gateway, "/logga-ut").lost
        again = gateway.ask("GET", SETTINGS)
        assert again.status == 200 and gateway.visit is not first


def test_who_is_not_signed_in_has_a_good_token_after_signing_out_too(through):
    with through(None) as gateway:
        send(gateway, "/logga-ut")
        wrong = {"username": "ingen.alls", "password": "prov"}
        assert send(gateway, "/logga-in", **wrong).status == 422
        assert send(gateway, "/logga-in", **wrong, csrf_token="made-up").status == 303


def test_a_token_of_an_ended_session_is_renewed_and_one_that_was_made_up_is_not(through):
    with through("maja.testlind") as gateway:
        old = gateway.visit.token
        send(gateway, "/logga-ut")
        assert gateway.ask("GET", SETTINGS).status == 200
        assert "sparat" in send(gateway, SETTINGS, csrf_token=old).header("location")
        assert "sparat" not in send(gateway, SETTINGS, csrf_token="made-up").header("location")


def test_who_is_barred_by_an_attack_is_let_in_again(through, installation: Installation):
    def password(typed: str) -> None:
        with installation.session(None) as session:
            account = accounts.find(session, "maja.testlind")
            assert account is not None
            accounts.set_password(session, account, typed)

    with through("maja.testlind", lambda: password(PASSWORD)) as gateway:
        password("en helt annan mening")
        send(gateway, "/logga-ut")
        assert gateway.ask("GET", SETTINGS).status == 200


def test_parameters_are_those_of_the_routes_that_let_the_person_through(through, app: Flask):
    with through(None) as gateway:
        public = targets.of(gateway, app)
    assert {one.endpoint for one in public} <= PUBLIC
    assert "POST login.sign_in username" in {name for one in public for name in one.names}
    with through("maja.testlind") as gateway:
        found = {name: one for one in targets.of(gateway, app) for name in one.names}
    assert {"GET cases.index efter", "GET case.overview case_id", "POST search.find q"} <= found.keys()
    assert found["GET cases.index efter"].path.count("*") == len(found["GET cases.index efter"].parameters)
    assert [name for name in found if " accounts." in name or " log_review." in name or " police." in name] == []


def test_what_was_attacked_and_what_broke_is_seen(through):
    with through("maja.testlind") as gateway:
        gateway.ask("GET", "/arenden?efter=x%27%20AND%201=1")
        gateway.ask("GET", "/arenden?vem=alla")
        assert gateway.seen.attacked == {("GET", "cases.index", "efter")}
        assert gateway.seen.answers["GET", "cases.index", 200] == 2
        assert gateway.seen.broken == []


def test_the_planted_faults_are_faults():
    yes, no, broken = (planted(f"/_planterat?sok=prov{end}") for end in ("%27+AND+1=1--", "%27+AND+1=2--", "%27"))
    assert b"sample" in yes.body and b"sample" not in no.body and broken.status == 500
    assert b"<script>" in planted("/_planterat?sok=%3Cscript%3E").body


def test_a_finding_is_unexplained_unless_the_page_about_security_has_a_row_for_it():
    known = explained.known()
    assert known
    assert explained.unexplained([f"{known[0]} and more", "sqlmap: GET efter (B) /arenden"]) == [
        "sqlmap: GET efter (B) /arenden"
    ]


@pytest.mark.parametrize(
    ("wrong", "fails"),
    [({}, False), ({"planted": False}, True), ({"broken": ["500 GET"]}, True), ({"found": ["sqlmap: new"]}, True)],
    ids=str,
)
def test_a_run_fails_that_found_something_broke_something_or_missed_what_was_planted(wrong, fails):
    run = {"found": [], "planted": True, "broken": [], "whole": True, "requests": 1, "attacked": [], "parameters": 0}
    assert tell(Run(tool="sqlmap", who="maja.testlind", seconds=1, **(run | wrong))) is fails


def test_everybody_who_attacks_has_an_account_in_the_example():
    from pathlib import Path

    example = text(Path("examples/hallsberg.toml"))
    assert [who for who in PEOPLE if who != "nobody" and f'username = "{who}"' not in example] == []


def test_a_kind_of_content_that_is_said_twice_is_passed_on_once(through):
    from http.client import HTTPConnection

    with through("maja.testlind") as gateway:
        connection = HTTPConnection("127.0.0.1", gateway.server_address[1])
        body = urlencode({"csrf_token": gateway.visit.token})
        connection.request("POST", SETTINGS, body, {"Content-Type": f"{FORM}, {FORM}"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert "sparat" in (answer.getheader("Location") or "")


def test_a_page_that_is_the_same_looks_the_same_a_little_later(through, clock):
    with through("maja.testlind") as gateway:
        first = gateway.ask("GET", "/arenden?vem=alla").body
        clock.forward(seconds=5)
        assert gateway.ask("GET", "/arenden?vem=alla").body == first
        assert gateway.visit.token.encode() in first


def test_a_run_that_was_stopped_promises_what_it_left(monkeypatch, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before.\n\n<!-- runs -->\nold\n<!-- end -->\n\nAfter.\n", "utf-8")
    monkeypatch.setattr(explained, "PAGE", page)
    run = Run("sqlmap", "maja.testlind", [], True, False, 9, ["GET cases.index vem"], 3, [], 1, "2026-11-26")
    explained.write_runs([row(run)])
    written = page.read_text("utf-8")
    assert (
        "| case officer | sqlmap | 9 | 1 of 3 | 0 | its time was out; what it left is a promise | 2026-11-26 |"
        in written
    )
    assert written.startswith("Before.") and written.endswith("<!-- end -->\n\nAfter.\n") and "old" not in written
