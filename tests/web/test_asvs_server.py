"""The server that stands before the pages: where a request ends, what it says of itself, and how much it takes."""

from __future__ import annotations

import contextlib
import re
import socket
import threading

import pytest
from waitress import buffers
from waitress.server import create_server

import casework.web
from casework.cli import serving

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def port(app):
    """The program behind the server that ``casework serve`` makes."""
    server = create_server(app, host="127.0.0.1", port=0, **serving.SERVED)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield getattr(server, "effective_port", 0)
    server.close()
    thread.join(timeout=5)


def said(port, *lines, body=b"", wait=3.0):
    """Everything the server answers to what is sent in one piece on one connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        connection.shutdown(socket.SHUT_WR)
        heard = b""
        with contextlib.suppress(ConnectionResetError):  # it may hang up on what it does not want
            while part := connection.recv(65536):
                heard += part
    return heard.decode("utf-8", "replace")


def statuses(heard):
    return re.findall(r"^HTTP/1\.[01] (\d{3})", heard, re.MULTILINE)


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Smuggled: 1\r\n\r\n"


def test_the_server_answers_and_does_not_say_what_it_is(port):
    heard = said(port, "GET /healthz HTTP/1.1", "Host: localhost", "Connection: close")
    assert statuses(heard) == ["200"] and heard.endswith("ok")
    assert not re.search(r"^(Server|Via|X-Powered-By):|waitress|Werkzeug|Python", heard, re.MULTILINE | re.IGNORECASE)


def test_a_request_with_two_lengths_hides_no_second_one(port):
    chunked = b"0\r\n\r\n" + SMUGGLED
    heard = said(
        port,
        "POST /csp-rapport HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {len(chunked)}",
        "Transfer-Encoding: chunked",
        body=chunked,
    )
    assert statuses(heard) == ["204"] and "Connection: close" in heard


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 4", "Content-Length: 90"],
        ["Content-Length: +4"],
        ["Content-Length: 4, 4"],
        ["Content-Length: 0x4"],
        ["Content-Length: -1"],
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding : chunked"],
        ["Content-Length : 4"],
    ],
)
def test_a_length_that_can_be_read_in_two_ways_is_refused(port, lines):
    heard = said(port, "POST /csp-rapport HTTP/1.1", "Host: localhost", *lines, body=b"abcd" + SMUGGLED)
    assert statuses(heard)[0] in {"400", "501"} and len(statuses(heard)) == 1


def test_a_header_broken_over_lines_by_a_bare_sign_is_refused(port):
    for planted in ("X-A: b\nX-Planted: 1", "X-A: b\rX-Planted: 1", "X-A: b\0c"):
        heard = said(port, "GET /healthz HTTP/1.1", "Host: localhost", planted, "Connection: close")
        assert statuses(heard) in (["400"], []), planted


def test_the_length_of_an_answer_is_that_of_its_body(port):
    for path in ("/healthz", "/logga-in", "/finns-inte"):
        heard = said(port, f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close")
        head, body = heard.split("\r\n\r\n", 1)
        (length,) = re.findall(r"^Content-Length: (\d+)", head, re.MULTILINE)
        assert int(length) == len(body.encode()), path
        assert "Transfer-Encoding" not in head


def test_too_large_a_head_or_body_is_turned_away_before_it_is_kept(port):
    assert statuses(said(port, "GET / HTTP/1.1", "Host: localhost", f"X-A: {'a' * 300_000}")) in ([], ["431"])
    announced = said(port, "POST /logga-in HTTP/1.1", "Host: localhost", f"Content-Length: {1 << 40}", body=b"a")
    assert statuses(announced) == ["413"]


def test_nothing_that_is_sent_or_answered_is_laid_into_a_temporary_file(port, monkeypatch):
    laid = []
    monkeypatch.setattr(buffers.TempfileBasedBuffer, "__init__", lambda *_: laid.append(1))
    for size in (600_000, 1_900_000):
        lines = ("POST /csp-rapport HTTP/1.1", "Host: localhost", f"Content-Length: {size}")
        assert statuses(said(port, *lines, body=b"a" * size, wait=20.0)) == ["204"]
    assert laid == []
    assert serving.SERVED["inbuf_overflow"] >= serving.SERVED["max_request_body_size"] > casework.web.LARGEST
    assert serving.SERVED["outbuf_overflow"] > 20 * casework.web.LARGEST


def test_what_a_client_says_about_proxies_does_not_reach_the_program(port, app):
    seen = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(environment()))
    named = ["X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https", "Forwarded: for=198.51.100.7"]
    said(port, "GET /healthz HTTP/1.1", "Host: localhost", *named, "Connection: close")
    assert seen == [("127.0.0.1", "http", [])]


def environment():
    from flask import request

    return request.remote_addr, request.scheme, [name for name in request.headers.keys() if "orward" in name]  # noqa: SIM118 a list of pairs
