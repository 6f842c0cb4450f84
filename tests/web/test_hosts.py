"""Under which name, through how many proxies and on which machine the pages are answered."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from flask import request

import casework.web
from tests.web.conftest import ORIGIN
from tests.web.test_headers import EXACT

OURS = "https://hallpunkt.example.se"


@pytest.fixture
def database_kind():
    """No name depends on the database."""
    return "sqlite"


@pytest.fixture
def made(settings, installation):
    """Makes the program with other settings, and says from where it thinks it was asked."""

    def make(**changed):
        app = casework.web.create_app(replace(settings, demo=False, origin=OURS, **changed), installation)
        seen = []
        app.before_request(lambda: seen.append((request.remote_addr, request.scheme, request.host)))
        return app.test_client(), seen

    return make


@pytest.mark.parametrize("path", ["/", "/logga-in", "/healthz", "/finns-inte", "/.well-known/security.txt"])
@pytest.mark.parametrize("host", ["annan.example.se", "hallpunkt.example.se.ond.example", "127.0.0.1", "localhost"])
def test_another_name_is_answered_by_nothing_but_a_plain_no(made, path, host):
    client, _seen = made()
    answer = client.get(path, base_url=f"https://{host}")
    assert answer.status_code == 400
    assert "Det finns ingen sida här" in answer.text and host not in answer.text and "href" not in answer.text
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["hallpunkt.example.se", "hallpunkt.example.se:8443"])
def test_the_own_name_is_answered(made, host):
    client, _seen = made()
    assert client.get("/logga-in", base_url=f"https://{host}").status_code == 200


def test_the_demonstration_answers_to_this_machines_names_only(visitor):
    assert visitor.get("/logga-in", base_url="http://localhost:8000").status_code == 200
    assert visitor.get("/logga-in", base_url="http://127.0.0.1:8000").status_code == 200
    assert visitor.get("/logga-in", base_url="http://rebunden.example").status_code == 400


def test_without_an_address_of_its_own_the_program_answers_to_this_machine_only(settings, installation):
    app = casework.web.create_app(replace(settings, demo=False, origin=""), installation)
    assert app.test_client().get("/healthz", base_url="https://annan.example").status_code == 400
    assert app.test_client().get("/healthz", base_url=ORIGIN).status_code == 200


FORWARDED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7, 192.0.2.1",
    "X-Forwarded-Proto": "http, https, https",
    "X-Forwarded-Host": "ond.example",
    "X-Forwarded-Prefix": "/ond",
}


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [(0, "127.0.0.1", "http"), (1, "192.0.2.1", "https"), (2, "198.51.100.7", "https"), (3, "203.0.113.9", "http")],
)
def test_exactly_as_many_proxies_are_believed_as_there_are(made, proxies, address, scheme):
    client, seen = made(proxies=proxies)
    client.get("/healthz", base_url="http://hallpunkt.example.se", headers=FORWARDED)
    assert seen == [(address, scheme, "hallpunkt.example.se")]


def test_a_visitor_who_adds_an_address_of_their_own_is_not_believed(made):
    client, seen = made(proxies=1)
    for forged in ("10.0.0.1", "10.0.0.2"):
        sent = {"X-Forwarded-For": f"{forged}, 192.0.2.1"}
        client.get("/healthz", base_url="http://hallpunkt.example.se", headers=sent)
    assert {address for address, _scheme, _host in seen} == {"192.0.2.1"}


def test_security_txt_says_whom_to_tell_and_until_when_it_holds(made):
    client, _seen = made(security_contact="mailto:sakerhet@example.se")
    answer = client.get("/.well-known/security.txt", base_url=OURS)
    assert answer.status_code == 200 and answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:sakerhet@example.se",
        "Expires: 2027-05-23T00:00:00Z",
        "Preferred-Languages: sv, en",
    ]
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT


def test_where_nobody_was_named_there_is_no_security_txt(visitor):
    assert visitor.get("/.well-known/security.txt").status_code == 404


def test_the_demonstration_takes_no_address_to_listen_on():
    asked = [sys.executable, "-m", "casework.demo", "--host", "0.0.0.0"]
    refused = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 2 and "No such option" in refused.stderr


def test_the_demonstration_listens_on_this_machine_only(monkeypatch, tmp_path):
    from click.testing import CliRunner

    from casework.demo import __main__ as demonstration

    given = {}
    monkeypatch.setattr(demonstration, "make", lambda _settings: None)
    monkeypatch.setattr(demonstration, "create_app", lambda _settings: None)
    monkeypatch.setattr("waitress.serve", lambda _app, **options: given.update(options))
    assert CliRunner().invoke(demonstration.main, ["--data", str(tmp_path)]).exit_code == 0
    with closing(socket.create_server((str(given["host"]), 0))) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
