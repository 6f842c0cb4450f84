"""What was typed comes out as it was typed, on a page and in a log; and nothing of it stays in the browser."""

from __future__ import annotations

import html
import io
import logging
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

from casework.web import log
from tests.web.conftest import PASSWORD
from tests.web.ways import type_password

NOTE = "/prov/anteckning"
PLANTED = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "</textarea><svg onload=alert(1)>",
    "<!-- --><b>fet</b>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% print(7*7) %}${7*7}#{7*7}<%= 7*7 %>",
    "{0.__class__.__mro__} {form} %(form)s %s %n %d",
    "' OR '1'='1'; DROP TABLE cases; --",
    "=1+1|cmd",
    "\\u003cscript\\u003e \\x3cscript\\x3e",
    "Åsa Ölänning 🙂 \u202egnp.exe \u2028",
]


@pytest.mark.parametrize("words", PLANTED)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_typed_is_shown_to_the_letter_and_is_no_part_of_the_page(maja, words):
    plain = maja.post(NOTE, {"heading": "", "text": "ord"})
    page = maja.post(NOTE, {"heading": "", "text": words})
    assert (plain.status_code, page.status_code) == (422, 422)
    (shown,) = re.findall(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page.text, re.DOTALL)
    assert html.unescape(shown) == words
    assert tags(page.text) == tags(plain.text)
    quoted = maja.post(NOTE, {"heading": words, "text": ""})
    if quoted.status_code == 422:
        (shown,) = re.findall(r'name="heading"[^>]*value="([^"]*)"', quoted.text)
        assert html.unescape(shown) == words


def tags(page):
    """The page's tags with their attributes, but for tokens and marks made anew."""
    return re.findall(r"<[a-z/][^>]*>", re.sub(r'(?:value|data-token)="[^"]{20,}"', "", page))


@pytest.mark.parametrize("words", PLANTED)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_user_name_comes_back_as_it_was_typed(visitor, words):
    page = visitor.post("/logga-in", {"username": words, "password": "fel"}).text
    (field,) = re.findall(r'<input[^>]*name="username"[^>]*value="[^"]*"[^>]*>', page)
    (shown,) = re.findall(r'value="([^"]*)"', field)
    assert html.unescape(shown) == words


# ----------------------------------------------------------------------------------------------------------------- log
@pytest.fixture
def written(monkeypatch):
    """What the program writes on the error stream, once its lines are stamped as the server does it."""
    stream, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr(sys, "stderr", stream)
    before = list(root.handlers)
    log.stamp()
    yield stream
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)


def test_a_line_of_the_log_says_when_in_utc_from_where_how_grave_and_what(written):
    log.event("not_held", error=ValueError, seconds=5)
    log.incident("AB12-CD34", RuntimeError, "case.overview")
    first, second = written.getvalue().splitlines()
    stamp, rest = first.split(" ", 1)
    assert rest == "casework WARNING not_held error=ValueError seconds=5"
    assert abs(datetime.fromisoformat(stamp) - datetime.now(UTC)) < timedelta(seconds=5)
    assert second.endswith("Z casework ERROR incident AB12-CD34 RuntimeError case.overview")


@pytest.mark.parametrize(
    "planted", ["a\nincident FALSK", "a\r\nb", "a b", "åäö", "\x1b[2J", "Gösta Exempelsson", "x" * 81]
)
def test_nobody_writes_a_line_into_the_log(written, planted):
    log.incident("AB12-CD34", RuntimeError, planted)
    log.refusal(RuntimeError, planted)
    log.violation(planted, planted)
    lines = written.getvalue().splitlines()
    assert len(lines) == 3
    assert not any(planted in line for line in lines) and all(re.search(r" -$", line) for line in lines)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_database_that_does_not_answer_is_a_line_in_the_log(maja, written, monkeypatch):
    def fails(*_args, **_kwargs):
        raise OSError("no database")

    monkeypatch.setattr("casework.core.installation.TenantSession", fails)
    shown = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", maja.get("/hem").text)
    assert shown and f"ERROR incident {shown[0]} Unavailable start.home" in written.getvalue()
    assert "casework WARNING session_unreadable error=OSError" in written.getvalue()


def test_an_error_that_carries_words_leaves_none_of_them_in_the_log(written):
    carried = RuntimeError("Gösta Exempelsson 19940817-9894")
    logging.getLogger("waitress").error("failed", exc_info=carried)
    assert "Exempelsson" not in written.getvalue() and "Traceback" not in written.getvalue()


# ------------------------------------------------------------------------------------------------------------- browser
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_browser_keeps_nothing_but_cookies_that_no_script_reads(page, address):
    type_password(page, address, "maja.testlind", PASSWORD)
    page.wait_for_url(re.compile("/(min-dag|hem)$"))
    for path in ("/hem", "/installningar", NOTE):
        page.goto(f"{address}{path}")
        kept = page.evaluate(
            "async () => [localStorage.length, sessionStorage.length, document.cookie, (await caches.keys()).length,"
            " (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"
        )
        assert kept == [0, 0, "", 0, 0, 0]
    cookies = page.context.cookies()
    assert {one["name"] for one in cookies} == {"session", "device"}
    assert all(one["httpOnly"] and one["sameSite"] == "Strict" for one in cookies)
    assert all(len(one["name"]) + len(one["value"]) < 200 for one in cookies)
