"""A real mail server on this machine, for tests: what it took in, and a certificate of its own."""

from __future__ import annotations

import asyncio
import email
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "hallpunkt", "en-hemlig-sak"
ELSEWHERE = "127.1"
"""This machine under a name that does not say so: what is sent to it must be encrypted."""


class Mailbox:
    """Takes letters in; ``refusing`` is what it answers instead."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.to: list[str] = []
        self.encrypted: list[bool] = []
        self.refusing: str | None = None

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 the library's own name
        if self.refusing is not None:
            return self.refusing
        self.raw.append(cast(bytes, envelope.content))
        self.to += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    @property
    def letters(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one, policy=SMTP) for one in self.raw]


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()))


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def server(
    *, context: ssl.SSLContext | None = None, implicit: bool = False, login: bool = False
) -> Iterator[tuple[Mailbox, int]]:
    """A mail server on a free port: in the clear, by STARTTLS with a context, or by TLS from the first byte."""
    box = Mailbox()
    given: dict[str, Any] = {"authenticator": _knows, "auth_required": True} if login else {}
    if implicit:
        given["ssl_context"] = context
    elif context is not None:
        given["tls_context"] = context
    controller = _OnAFreePort(box, "127.0.0.1", 0, **given)
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine that vouches for itself, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "prov")])
    names = [x509.DNSName(ELSEWHERE), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "prov.pem", folder / "prov.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
