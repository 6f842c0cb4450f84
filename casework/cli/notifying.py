"""``casework notices send``: letters that say there is something to read, and not what."""

from __future__ import annotations

from datetime import timedelta

import click

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.opening import opened, with_settings
from casework.core import mail_server, outbox
from casework.core.installation import Installation
from casework.core.mail_server import MailServer, NotSent
from casework.settings import Settings

WORDS = "Du har något att läsa i Hållpunkt"
"""All that a letter says, besides the address of the start page."""
FAILURES = {
    "unreachable": "E-postservern svarar inte. Kontrollera CASEWORK_SMTP och att servern är i gång.",
    "tls": (
        "E-postservern krypterar inte, eller visar ett certifikat som inte godtas. Brev skickas aldrig okrypterade "
        "över nätet. Rätta servern, eller peka ut dess utfärdare med CASEWORK_SMTP_CA."
    ),
    "login": "E-postservern tar inte emot inloggningen. Kontrollera CASEWORK_SMTP och CASEWORK_SMTP_PASSWORD_FILE.",
}


@click.group()
def notices() -> None:
    """Aviseringar om att det finns något att läsa."""


@notices.command("send", epilog=example("casework notices send --data /srv/casework"))
@with_settings
def send(settings: Settings) -> None:
    """Skicka e-post till dem som har något oläst. Breven säger inte vad. Kör kommandot ofta, med en timer.

    Var och en får högst ett brev i timmen, eller så sällan som CASEWORK_MAIL_EVERY säger (minuter).
    """
    server = _server(settings)
    with opened(settings) as installation:
        sent, refused = _sent(installation, server, f"{settings.origin}/")
    click.echo("1 brev är skickat." if sent == 1 else f"{sent} brev är skickade.")
    if refused:
        raise Failure(
            f"E-postservern tog inte emot {refused} brev. De skickas igen vid en senare körning. Går det inte då "
            "heller har någon en adress som inte finns."
        )


def _server(settings: Settings) -> MailServer:
    try:
        server = mail_server.chosen(settings.mail_options)
    except mail_server.Unset as error:
        raise Failure(f"Inställningen {error} saknas eller går inte att använda. Se docs/operations.md.") from None
    if server is None:
        raise Failure("Ingen e-postserver är vald. Sätt CASEWORK_SMTP, till exempel smtp://epost.kommun.se:587.")
    if not settings.origin:
        raise Failure("Brevet ska säga var sidorna finns. Sätt CASEWORK_ORIGIN, till exempel https://hp.kommun.se.")
    return server


def _sent(installation: Installation, server: MailServer, address: str) -> tuple[int, int]:
    """How many letters the server took in, and how many not."""
    every, sent, refused = timedelta(minutes=server.every), 0, 0
    with installation.session(None) as session:
        owed = outbox.due(session, every)
    if not owed:
        return 0, 0
    try:
        with server.connected() as connection:
            for account_id in owed:
                letter = outbox.prepared(installation.session, account_id, every)
                if letter is None:
                    continue
                made = mail_server.letter(server.sender, letter.to, WORDS, address)
                made["Date"] = letter.at
                made["Message-ID"] = f"<{letter.name}@{server.domain}>"
                try:
                    mail_server.send(connection, made)
                except NotSent:
                    refused += 1
                    continue
                outbox.note_sent(installation.session, letter)
                sent += 1
    except NotSent as error:
        raise Failure(FAILURES[error.code]) from None
    return sent, refused
