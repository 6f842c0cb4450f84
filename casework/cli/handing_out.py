"""``casework audit checkpoint``, ``key`` and ``export``: what leaves the machine for others to verify the record by."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from logging.handlers import SYSLOG_UDP_PORT, SysLogHandler
from pathlib import Path

import click

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.opening import every_municipality, opened, with_settings
from casework.core import audit_export, checkpoints
from casework.core.installation import Installation
from casework.settings import Settings

LOCAL = "/dev/log"


@click.command(
    epilog=example(
        "casework audit checkpoint --to /mnt/logg/kontrollpunkter.jsonl --data /srv/casework",
        "casework audit checkpoint --syslog --data /srv/casework",
        "casework audit checkpoint --syslog 10.0.0.5:514 --data /srv/casework",
    )
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FIL",
    help="Lägg raderna sist i filen, som görs om den saknas. Förval: CASEWORK_CHECKPOINTS.",
)
@click.option(
    "--syslog",
    is_flag=False,
    flag_value=LOCAL,
    metavar="[ADRESS]",
    help=f"Skicka raderna till systemloggen: en sökväg (utan adress {LOCAL}) eller värd:port (UDP).",
)
@with_settings
def checkpoint(settings: Settings, to: Path | None, syslog: str | None) -> None:
    """Skriv undertecknade kontrollpunkter dit den som har databasen inte når.

    En rad för installationen och en för varje kommun: hur långt loggen har kommit, och vad som har förstörts sedan
    förra raden. Kör kommandot ofta, till exempel var femtonde minut, med en timer i operativsystemet.
    """
    target = to or (None if syslog else settings.checkpoints)
    if target is None and syslog is None:
        raise Failure("Säg vart kontrollpunkterna ska: --to FIL, --syslog eller CASEWORK_CHECKPOINTS.")
    with opened(settings) as installation:
        if target is not None:
            click.echo(f"{_to_file(installation, target)} kontrollpunkter är skrivna till {target}.")
        if syslog is not None:
            click.echo(f"{_to_log(installation, syslog)} kontrollpunkter är skickade till {syslog}.")


@click.command(epilog=example("casework audit key --data /srv/casework"))
@with_settings
def key(settings: Settings) -> None:
    """Visa den publika nyckel som kontrollpunkternas underskrifter prövas mot.

    Ge den till granskaren på annan väg än kontrollpunkterna.
    """
    with opened(settings) as installation, installation.session(None) as session:
        click.echo(checkpoints.public_key(session).hex())


@click.command(epilog=example("casework audit export --to logg.jsonl --data /srv/casework"))
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FIL",
    help="En ny fil, som bara ägaren får läsa.",
)
@with_settings
def export(settings: Settings, to: Path) -> None:
    """Skriv ut hela loggen, utan nycklar, för en granskare med eget program (docs/auditor).

    Filen säger vem som har öppnat vilket ärende, med slumpmässiga beteckningar. Behandla den som själva loggen.
    """
    with opened(settings) as installation:
        codes = [place.code for place in every_municipality(installation)]
        try:
            descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise Failure(f"Filen {to} kan inte göras: {error.strerror}.") from None
        rows = 0
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            for line in audit_export.lines(installation.session, codes):
                file.write(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")
                rows += "seq" in line
        click.echo(f"{rows} rader är skrivna till {to}.")


def _to_file(installation: Installation, path: Path) -> int:
    codes = [place.code for place in every_municipality(installation)]
    try:
        return checkpoints.to_file(installation.session, codes, path)
    except OSError as error:
        raise Failure(f"Filen {path} kan inte skrivas: {error.strerror}.") from None


def _to_log(installation: Installation, address: str) -> int:
    codes = [place.code for place in every_municipality(installation)]
    host, _, port = address.rpartition(":")
    try:
        handler = _Strict(address if "/" in address else (host or port, int(port) if host else SYSLOG_UDP_PORT))
    except (OSError, ValueError):
        raise Failure(f"Systemloggen på {address} kan inte nås.") from None
    try:
        return checkpoints.to_log(installation.session, codes, _sender(handler))
    except OSError:
        raise Failure(f"Systemloggen på {address} kan inte nås.") from None
    finally:
        handler.close()


class _Strict(SysLogHandler):
    """A handler that raises when a message cannot be sent, where the standard one writes to the error stream."""

    def __init__(self, address: str | tuple[str, int]) -> None:
        super().__init__(address, facility=SysLogHandler.LOG_AUTHPRIV)
        self.ident = "casework-checkpoint: "

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 the library's own name
        raise  # noqa: PLE0704 called inside the handler's "except"


def _sender(handler: SysLogHandler) -> Callable[[str], None]:
    def send(text: str) -> None:
        handler.emit(logging.LogRecord("casework", logging.INFO, "", 0, text, None, None))

    return send
