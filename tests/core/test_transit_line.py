"""Whoever else answers for the key server gets no token: not by sending us on, nor by a certificate of their own."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from casework.core import crypto
from casework.core.crypto import packed
from casework.core.errors import KeyUnreachable
from casework.core.roots import Surroundings
from casework.core.transit_root import ADDRESS, CA_FILE, TOKEN_FILE, TransitRoot
from tests.worlds import KEY_FILE

CONTEXT = packed("1881", "main", 1)


@contextmanager
def listening(
    answer: Callable[[BaseHTTPRequestHandler], None], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[str]]]:
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
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", tokens
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def empty(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "0")
    request.end_headers()


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text("s.hemligt", "ascii")
    path.chmod(0o600)
    return path


def asked(tmp_path, token_file, address, **options):
    """Ask whoever answers at the address to wrap a key; they never do it right."""
    root = TransitRoot(Surroundings(tmp_path / KEY_FILE, {ADDRESS: address, TOKEN_FILE: str(token_file), **options}))
    with pytest.raises(KeyUnreachable):
        root.wrap(crypto.new_key(), CONTEXT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_server_that_sends_us_elsewhere_is_not_followed(tmp_path, token_file, status):
    with listening(empty) as (elsewhere, seen_there):

        def send_on(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Location", elsewhere + request.path)
            request.send_header("Content-Length", "0")
            request.end_headers()

        with listening(send_on) as (address, seen_here):
            asked(tmp_path, token_file, address)
    assert (seen_here, seen_there) == (["s.hemligt"], [])


def certified(folder, name):
    """A server's side of TLS with a certificate that it made for itself, and the file that certificate is in."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nyckelserver")])
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    cert = folder / f"{name}.pem"
    cert.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.key").write_bytes(kept)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, folder / f"{name}.key")
    return context, cert


@pytest.mark.parametrize(
    ("name", "trusted", "reached"), [("127.0.0.1", False, False), ("192.0.2.7", True, False), ("127.0.0.1", True, True)]
)
def test_only_a_server_whose_certificate_is_trusted_and_its_own_gets_the_token(
    tmp_path, token_file, name, trusted, reached
):
    context, cert = certified(tmp_path, name)
    with listening(empty, context) as (address, tokens):
        asked(tmp_path, token_file, address, **({CA_FILE: str(cert)} if trusted else {}))
    assert tokens == (["s.hemligt"] if reached else [])
