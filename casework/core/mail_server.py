"""Letters by SMTP: encrypted on the way unless the server is this machine, and never a word of what went wrong in them.

A server's own answer may quote an address, so only a code for the failure goes on.
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

from casework.core import roots
from casework.core.errors import CaseworkError, Locked

SERVER, PASSWORD, AUTHORITY = "CASEWORK_SMTP", "CASEWORK_SMTP_PASSWORD_FILE", "CASEWORK_SMTP_CA"
SENDER, EVERY = "CASEWORK_MAIL_FROM", "CASEWORK_MAIL_EVERY"
OPTIONS = ("CASEWORK_SMTP", "CASEWORK_MAIL_")
"""How the settings begin that this module reads."""
PORTS = {"smtp": 587, "smtps": 465}
MINUTES, LEAST, MOST = 60, 15, 1440
"""How often at most somebody gets a letter, unless the settings say another number between these."""
PATIENCE = 20.0
"""Seconds until a server that does not answer is left alone."""


class Unset(CaseworkError):
    """A setting for letters that cannot be used; its text is the setting's name."""


class NotSent(CaseworkError):
    """A letter was not taken in; ``code`` says why: unreachable, tls, login or refused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our letters in: ``implicit`` when TLS begins at once, ``every`` the least minutes between letters."""

    host: str
    port: int
    implicit: bool
    sender: str
    user: str = ""
    password: str = ""
    authority: Path | None = None
    every: int = MINUTES

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return self.sender.rpartition("@")[2]

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine, so that nothing is sent over a network."""
        return is_loopback(self.host)

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted and signed in; raises NotSent where that cannot be had."""
        try:
            connection = self._opened()
        except ssl.SSLError:
            raise NotSent("tls") from None
        except (OSError, smtplib.SMTPException):
            raise NotSent("unreachable") from None
        try:
            if self.user:
                _signed_in(connection, self.user, self.password)
            yield connection
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        finally:
            connection.close()

    def _opened(self) -> smtplib.SMTP:
        # The name we give ourselves is the sender's domain: the machine's own is nobody's concern.
        context = ssl.create_default_context(cafile=self.authority)
        if self.implicit:
            return smtplib.SMTP_SSL(self.host, self.port, self.domain, timeout=PATIENCE, context=context)
        connection = smtplib.SMTP(self.host, self.port, self.domain, timeout=PATIENCE)
        try:
            if not self.is_here:
                connection.starttls(context=context)
        except smtplib.SMTPException:
            connection.close()
            raise ssl.SSLError("the server does not offer encryption") from None
        except BaseException:
            connection.close()
            raise
        return connection


def chosen(options: Mapping[str, str]) -> MailServer | None:
    """The server that the settings name, or None where they name none; raises Unset for what cannot be used."""
    address = options.get(SERVER, "")
    if not address or address == "none":
        return None
    parts, port = urlsplit(address), _port(address)
    if parts.scheme not in PORTS or not parts.hostname or port is None or parts.path not in {"", "/"} or parts.password:
        raise Unset(SERVER)
    sender = options.get(SENDER, "")
    if not all(sender.rpartition("@")) or not sender.isascii() or any(sign.isspace() for sign in sender):
        raise Unset(SENDER)
    user, authority = unquote(parts.username or ""), options.get(AUTHORITY)
    if authority and not Path(authority).is_file():
        raise Unset(AUTHORITY)
    return MailServer(
        parts.hostname,
        port,
        parts.scheme == "smtps",
        sender,
        user,
        _password(options.get(PASSWORD)) if user else "",
        Path(authority) if authority else None,
        _every(options.get(EVERY, str(MINUTES))),
    )


def is_waived(options: Mapping[str, str]) -> bool:
    """Whether the settings say that no letters are to be sent."""
    return options.get(SERVER) == "none"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def send(connection: smtplib.SMTP, letter: EmailMessage) -> None:
    """Hand one letter to the server; raises NotSent unless it took the letter in."""
    try:
        connection.send_message(letter)
    except (OSError, smtplib.SMTPException):
        raise NotSent("refused") from None


def letter(sender: str, to: str, words: str, address: str) -> EmailMessage:
    """A letter that says a sentence and an address, and nothing else."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = words
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(f"{words}.\n\n{address}\n", cte="quoted-printable")
    return made


def _signed_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    try:
        connection.login(user, password)
    except (OSError, smtplib.SMTPException):
        raise NotSent("login") from None


def _port(address: str) -> int | None:
    parts = urlsplit(address)
    try:
        return parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None


def _password(file: str | None) -> str:
    """What stands in the password's file, which only its owner may read."""
    if file is None:
        raise Unset(PASSWORD)
    try:
        roots.require_private(Path(file), "smtp")
        return Path(file).read_text("utf-8").strip()
    except (Locked, OSError, UnicodeDecodeError):
        raise Unset(PASSWORD) from None


def _every(minutes: str) -> int:
    if not minutes.isdecimal() or not LEAST <= int(minutes) <= MOST:
        raise Unset(EVERY)
    return int(minutes)
