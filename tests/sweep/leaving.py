"""What people leave behind in a browser on such a day: what they type in vain, and where an answer breaks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest
from werkzeug.routing import Rule

from casework.web.headers import REPORTS
from tests.sweep.day import Day
from tests.web.conftest import Browser
from tests.web.role_desk import rules
from tests.web.route_roles import PUBLIC, WHO

FAULTS: dict[str, Callable[[str], BaseException]] = {
    "RuntimeError": RuntimeError,
    "KeyError": KeyError,
    "IntegrityError": lambda text: IntegrityError(f"INSERT '{text}'", {"name": text}, Exception(text)),
    "UnicodeEncodeError": lambda text: UnicodeEncodeError("ascii", f"å{text}", 0, 1, text),
    "BadRequest": BadRequest,
}
"""What goes wrong, with the words in it that were at hand."""
NAMES = {
    "area": "avhoppare",
    "case_type": "avhopp",
    "form": "note",
    "ground": "OSL_10_2",
    "key": "begin_assessment",
    "digest": "x",
    "name": "x",
    "token": "x",
}


def served(day: Day, who: str) -> Browser:
    browser = Browser(day.app.test_client())
    assert browser.sign_in(who).status_code == 303, who
    return browser


def address(day: Day, rule: Rule) -> str:
    given = {name: NAMES.get(name, day.ids.get(name, "finns-inte-alls-finns1")) for name in rule.arguments}
    return day.app.url_map.bind("localhost").build(rule.endpoint, given)


def broken(app: Flask, monkeypatch: pytest.MonkeyPatch, fault: str, text: str) -> None:
    """Let every view fail with the words in its hands; what it takes to open it stays the same."""

    def failing(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def fails(**given: Any) -> Any:
            name, answers = text, {"words": [text]}
            raise FAULTS[fault](f"{name} {answers} {given}")

        return fails

    for endpoint, view in app.view_functions.items():
        monkeypatch.setitem(app.view_functions, endpoint, failing(view))


def sent(client: FlaskClient, method: str, path: str, csrf: str, text: str) -> Any:
    """Ask with the words wherever words can be put: in the address, in fields and their names, in headers."""
    fields = {"csrf_token": csrf, "q": text, "text": text, "words": text, "password": text, text: text}
    headers = {"Referer": f"http://localhost/sok?q={text}", "User-Agent": f"Mozilla/5.0 {text}", "X-Page": f"/{text}"}
    data = fields if method == "POST" else None
    return client.open(f"{path}?q={text}&kvar={text}", method=method, data=data, headers=headers)


def type_in_vain(day: Day) -> None:
    """Searches, addresses, names and passwords that come to nothing; forms kept because the screen was locked."""
    maja, said = served(day, "maja"), day.said
    maja.post("/sok", {"q": said("a search on the page")}, page="/sok")
    for path in (f"/arenden/{said('a case in an address')}", f"/{said('a page')}", f"/sok?q={said('a query')}"):
        maja.get(path)
    maja.post("/logga-in", {"username": said("a username"), "password": said("a password")}, page="/logga-in")
    note = f"/arenden/{day.ids['case_id']}/skriv/note"
    maja.post(note, {"text": said("a note without a heading"), "knapp": "sign", "version": "0"})
    csrf = maja.token(note)
    day.world.clock.move(minutes=16)
    kept = {"text": said("a note on a locked screen"), "heading": said("its heading"), "knapp": "sign", "version": "0"}
    assert maja.post(note, kept, token=csrf).status_code == 303
    report = {"csp-report": {"document-uri": f"http://localhost/{said('a reported address')}"}}
    assert maja.client.post(REPORTS, json=report).status_code < 400


def force(day: Day, monkeypatch: pytest.MonkeyPatch, fault: str, every: int = 1) -> list[tuple[str, Any]]:
    """Break every route, or each nth, for somebody who may open it; the answers."""
    text, answers = day.said(f"what was at hand in a {fault}"), []
    clients = {who: served(day, who) for who in ("maja", "vilma", "greta", "lo", "jon", "ida", "erik", "fia", "pia")}
    tokens = {who: one.token("/installningar") for who, one in clients.items()}
    stranger = Browser(day.app.test_client())
    clients["stranger"], tokens["stranger"] = stranger, stranger.token("/logga-in")
    with monkeypatch.context() as patch:
        broken(day.app, patch, fault, text)
        pages = [(method, rule) for method in ("GET", "POST") for rule in rules(day.app, method)]
        for method, rule in pages[::every]:
            named = WHO.get(rule.endpoint, set())
            who = "stranger" if rule.endpoint in PUBLIC else next((one for one in clients if one in named), "ida")
            answer = sent(clients[who].client, method, address(day, rule), tokens[who], text)
            answers.append((f"{method} {rule.endpoint}", answer))
    return answers


def asked_without_right(day: Day, who: str) -> list[bytes]:
    """Everything that somebody outside the team is answered."""
    browser, found = served(day, who), []
    csrf = browser.token("/installningar")
    for method in ("GET", "POST"):
        for rule in rules(day.app, method):
            if rule.endpoint in PUBLIC:
                continue
            data = {"csrf_token": csrf} if method == "POST" else None
            answer = browser.client.open(address(day, rule), method=method, data=data)
            found.append(f"{answer.status} {answer.headers}".encode() + answer.get_data())
    return found
