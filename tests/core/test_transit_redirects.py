"""Whoever answers for the key server cannot send the program, and its token, anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from casework.core import crypto
from casework.core.crypto import packed
from casework.core.errors import KeyUnreachable
from casework.core.roots import Surroundings
from casework.core.transit_root import ADDRESS, TOKEN_FILE, TransitRoot
from tests.worlds import KEY_FILE

CONTEXT = packed("1881", "main", 1)


@contextmanager
def listening(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """A server of nobody's on loopback: its address, and the tokens it was sent."""
    tokens: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            """Whatever the method is."""
            self.raw_requestline = self.rfile.readline(65537)
            self.close_connection = True
            if self.parse_request():
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                tokens.append(self.headers.get("X-Vault-Token", ""))
                answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", tokens
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_server_that_sends_us_elsewhere_is_not_followed(tmp_path, status):
    token_file = tmp_path / "token"
    token_file.write_text("s.hemligt", "ascii")
    token_file.chmod(0o600)

    def empty(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "0")
        request.end_headers()

    with listening(empty) as (elsewhere, seen_there):

        def send_on(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Location", elsewhere + request.path)
            request.send_header("Content-Length", "0")
            request.end_headers()

        with listening(send_on) as (address, seen_here):
            root = TransitRoot(Surroundings(tmp_path / KEY_FILE, {ADDRESS: address, TOKEN_FILE: str(token_file)}))
            with pytest.raises(KeyUnreachable):
                root.wrap(crypto.new_key(), CONTEXT)
    assert (seen_here, seen_there) == (["s.hemligt"], [])
