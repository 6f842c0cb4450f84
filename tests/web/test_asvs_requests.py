"""What a request may be: one decoding, one value, one method, from where it says; nothing else is taken in."""

from __future__ import annotations

import json
import logging
import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from casework.core.models import AuditEvent
from casework.web import counting
from tests.web.conftest import KUMLA

NOTE = "/prov/anteckning"
METHODS = ("DELETE", "PATCH", "PUT", "TRACE", "CONNECT", "OPTIONS", "PROPFIND")


def refusals(installation):
    refused = select(AuditEvent).where(AuditEvent.action == "request:refused").order_by(AuditEvent.lane, AuditEvent.seq)
    with installation.session(KUMLA) as session:
        return [(row.outcome, row.object_id, row.detail) for row in session.scalars(refused)]


def paths(app):
    """An address of every route."""
    adapter = app.url_map.bind("localhost")
    return [adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "x")) for rule in app.url_map.iter_rules()]


# ------------------------------------------------------------------------------------------------------------ decoding
def test_an_address_is_decoded_once(maja):
    assert maja.get("/%68em").status_code == 200
    assert maja.get("/%2568em").status_code == 404
    assert maja.get("/hem%252F..%252Finstallningar").status_code == 404


def test_what_is_typed_is_taken_as_it_was_typed_and_not_decoded_again(maja):
    page = maja.post(NOTE, {"heading": "nekas", "text": "%3Cb%3E &lt;b&gt; \\u003cb\\u003e +%2B"})
    assert page.status_code == 422
    assert "\n%3Cb%3E &amp;lt;b&amp;gt; \\u003cb\\u003e +%2B</textarea>" in page.text


# ---------------------------------------------------------------------------------------------------------- parameters
def test_a_parameter_sent_twice_counts_once_and_the_first_time(maja):
    fields = {"csrf_token": maja.token(NOTE), "heading": ["nekas", "andra"], "text": "x"}
    page = maja.client.post(NOTE, data=fields)
    assert page.status_code == 422
    assert 'value="nekas"' in page.text and "andra" not in page.text


def test_an_address_adds_nothing_to_a_form(maja):
    page = maja.client.post(f"{NOTE}?heading=nekas&text=x", data={"csrf_token": maja.token(NOTE)})
    assert page.status_code == 422
    assert "Skriv en rubrik." in page.text and "nekas" not in page.text


def test_a_cookie_or_a_header_adds_nothing_to_a_form(maja):
    maja.client.set_cookie("heading", "nekas")
    page = maja.post(NOTE, {"text": "x"}, headers={"heading": "nekas"})
    assert "Skriv en rubrik." in page.text


def test_a_field_that_the_form_does_not_ask_for_changes_nothing(maja):
    fields = {"shortcuts": "y", "disabled_at": "", "doors": "1881,1860,0180", "role": "administrator", "id": "x"}
    assert maja.post("/installningar", fields).status_code == 303
    maja.post("/kommun", {"kommun": "0180"}, page="/hem")
    assert maja.get("/prov/klart").text == "1881"
    assert maja.get("/prov/moduler").status_code == 404


@pytest.mark.parametrize("figure", ["²", "-1", "1e9", "9" * 5000, "٣", "0x10", "1 2", "1_000", "nan", "", None])
def test_what_is_no_figure_is_none_and_no_fault_of_ours(figure):
    assert counting.read(figure) == 0


def test_a_figure_is_read_whole():
    assert (counting.read("0"), counting.read("17"), counting.read("9" * 15)) == (0, 17, 999_999_999_999_999)


# ------------------------------------------------------------------------------------------------------------- methods
@pytest.mark.parametrize("method", METHODS)
def test_no_route_takes_another_method_than_it_says(maja, app, method):
    for path in paths(app):
        answer = maja.client.open(path, method=method)
        assert (answer.status_code, "Allow" in answer.headers) == (404, False), path


def test_every_route_reads_or_is_sent_to_and_nothing_else(app):
    assert {method for rule in app.url_map.iter_rules() for method in rule.methods} == {"GET", "HEAD", "POST"}


def test_a_page_that_is_read_changes_nothing_of_what_was_decided(maja, installation):
    before = refusals(installation)
    for path in ("/logga-ut", "/last/nu", "/kommun", "/session/kvar"):
        assert maja.get(path).status_code == 404
    assert maja.get("/hem").status_code == 200
    assert refusals(installation) == before


# -------------------------------------------------------------------------------------------------------- from where
@pytest.mark.parametrize("header", [{"Origin": "https://ond.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_elsewhere_is_remembered_with_whose_it_was_and_nothing_of_it(maja, installation, caplog, header):
    with caplog.at_level(logging.WARNING):
        maja.post(NOTE, {"heading": "Gösta Exempelsson"}, headers=header)
    assert refusals(installation) == [("denied", "example.note", '{"rule":"foreign"}')]
    assert [record.getMessage() for record in caplog.records] == ["refused Foreign example.note"]


def test_a_strangers_form_from_elsewhere_is_a_line_in_the_log(visitor, installation, caplog):
    with caplog.at_level(logging.WARNING):
        visitor.post("/logga-in", {"username": "Gösta"}, headers={"Origin": "https://ond.example"})
    assert [record.getMessage() for record in caplog.records] == ["refused Foreign login.sign_in"]
    assert refusals(installation) == []


def test_too_large_a_form_and_an_old_token_leave_a_trace(maja, installation, caplog):
    with caplog.at_level(logging.WARNING):
        maja.post(NOTE, {"text": "x" * (3 * 1024 * 1024)})
        maja.post(NOTE, {"heading": "x"}, token="ingen av våra")
    assert refusals(installation) == [("denied", "example.note", '{"rule":"size"}')]
    said = [record.getMessage() for record in caplog.records]
    assert said == ["refused RequestEntityTooLarge example.note", "refused CSRFError example.note"]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "X-Forwarded-Proto"])
def test_what_a_client_says_of_itself_changes_no_address(new_visitor, name):
    said = {"Forwarded": "for=198.51.100.7;host=ond.example"}.get(name, "198.51.100.7")
    guesser = new_visitor()
    for nth in range(6):
        answer = guesser.post(
            "/logga-in",
            {"username": "maja.testlind", "password": f"fel {nth}"},
            headers={name: said.replace("7", str(nth))},
        )
        assert "ond.example" not in answer.text
    assert answer.status_code == 429


# ----------------------------------------------------------------------------------------------------------- redirects
@pytest.mark.parametrize(
    "path",
    [
        "//ond.example/",
        "//ond.example/hem",
        "/\\ond.example/hem",
        "/%5cond.example",
        "/hem/../../ond.example",
        "/hem%0d%0aLocation:%20https://ond.example",
        "/logga-in?next=https://ond.example/",
        "/?next=//ond.example",
        "/hem?kvar=https://ond.example",
        "/%2f%2fond.example",
    ],
)
def test_nobody_is_sent_to_another_host(maja, new_visitor, path):
    for browser in (maja, new_visitor()):
        answer = browser.get(path)
        place = urlsplit(answer.headers.get("Location", "/"))
        assert (place.netloc in {"", "localhost"}, place.path.startswith("//")) == (True, False), answer.headers
    stranger = new_visitor()
    stranger.get(path)
    place = urlsplit(stranger.sign_in().headers["Location"])
    assert (place.netloc, place.path.startswith("//")) == ("", False)


def test_no_header_is_made_of_what_was_sent(maja):
    for path in ("/hem%0d%0aX-Planted:%201", "/prov/saknas?x=%0d%0aX-Planted:%201"):
        assert "X-Planted" not in maja.get(path).headers
    answer = maja.post(NOTE, {"heading": "a\r\nX-Planted: 1", "text": "x"})
    assert "X-Planted" not in answer.headers


# --------------------------------------------------------------------------------------------------- who else may read
def test_no_answer_may_be_read_by_another_origin(maja):
    for origin in ("https://ond.example", "null", "http://localhost"):
        for path in ("/hem", "/logga-in", "/healthz", "/finns-inte"):
            answer = maja.get(path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
            assert not [name for name, _value in answer.headers if name.startswith("Access-Control-")], path
    assert maja.client.options("/hem", headers={"Origin": "https://ond.example"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/hem/style.css", "/min-dag/x.js", "/arenden/bild.png", "/hem;x.css", "/hem%0a.css", "/installningar/.json",
        "/.git/config", "/.git/HEAD", "/.svn/entries", "/.env", "/pyproject.toml", "/casework.db", "/installation.key",
        "/docs/", "/openapi.json", "/metrics", "/debug", "/console", "/static/", "/static", "/static/style.css",
        "/static/000000000000/../app.js", "/static/..%2f..%2fcasework.db", "/static/app.js~", "/server-status",
    ],
)  # fmt: skip
def test_no_file_list_or_inner_page_is_served(maja, new_visitor, path):
    for browser in (maja, new_visitor()):
        answer = browser.get(path)
        assert answer.status_code in {303, 404}, path
        assert "casework" not in answer.text.casefold().replace("/static/", "")


def test_every_answer_with_a_body_says_what_it_is_and_in_which_letters(maja, app):
    seen = {maja.get(path).headers["Content-Type"] for path in paths(app)}
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', maja.get("/hem").text):
        seen.add(maja.get(address).headers["Content-Type"])
    assert seen == {
        "text/html; charset=utf-8",
        "text/plain; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
        "image/svg+xml; charset=utf-8",
    }


def test_json_is_made_by_a_library_and_is_no_script(new_strict):
    browser = new_strict()
    token = browser.token("/logga-in")
    for callback in ("", "?callback=x", "?jsonp=x"):
        answer = browser.client.post(f"/passkey/fraga{callback}", headers={"X-CSRFToken": token})
        assert answer.headers["Content-Type"] == "application/json"
        assert isinstance(json.loads(answer.data), dict)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get("/passkey/fraga").headers["Content-Type"] == "text/html; charset=utf-8"
