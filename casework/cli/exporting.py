"""``casework export``: a copy of a case that was ordered in it, sealed to its recipient; and opening one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from casework.cli.backing_up import FILE
from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.opening import opened, require_municipality, with_settings
from casework.core import accounts, case_exports, export_files, export_paper, streams
from casework.core.db import TenantSession
from casework.core.errors import Broken
from casework.core.installation import Installation
from casework.core.models import Account
from casework.settings import Settings

NEW = click.Path(dir_okay=False, path_type=Path)
NOTHING = (
    "Ingen kopia av ärendet väntar på att hämtas. Den som är handläggare beställer den i ärendet, under Åtkomst, och "
    "någon annan godkänner den om det behövs. Den kan hämtas i 24 timmar."
)


@click.group()
def export() -> None:
    """Kopior av ärenden: till arkivet, till personen själv och till parter."""


@export.command(
    "case",
    epilog=example(
        "casework export case 2026-0147 --municipality 1881 --to /media/usb/kopia.cwx --recipient arkivet.pub",
        "casework export case 2026-0147 --municipality 1881 --to /media/usb/kopia.zip --unsealed",
    ),
)
@click.argument("number", metavar="ÄRENDE")
@click.option("--municipality", required=True, metavar="KOD", help="Kommunens kod, till exempel 1881.")
@click.option("--to", type=NEW, required=True, metavar="FIL", help="En ny fil, som bara ägaren får läsa.")
@click.option("--recipient", type=FILE, metavar="FIL", help="Mottagarens öppna nyckel, från casework backup-key.")
@click.option("--unsealed", is_flag=True, help="Skriv kopian i klartext. Alla som kommer åt filen kan läsa den.")
@with_settings
def case(settings: Settings, number: str, municipality: str, to: Path, recipient: Path | None, unsealed: bool) -> None:
    """Hämta en kopia av ett ärende som har beställts i ärendet, en gång.

    Kopian lämnas ut som den som beställde den, som fortfarande måste få det. Den förseglas till mottagarens nyckel och
    öppnas med casework export open.
    """
    if (recipient is None) != unsealed:
        raise click.UsageError("Skriv antingen --recipient FIL eller --unsealed.")
    key = None if recipient is None else _key(recipient)
    if to.exists():
        raise Failure(f"Filen {to} finns redan och skrivs inte över.")
    with opened(settings) as installation:
        require_municipality(installation, municipality)
        try:
            digest = _written(installation, municipality, number, to, key)
        except OSError as error:
            raise Failure(f"Filen {to} kan inte skrivas: {error.strerror}.") from None
    click.echo(f"Kopian är skriven till {to}.")
    click.echo(f"SHA-256 för innehållet: {digest}")


@export.command("open", epilog=example("casework export open kopia.cwx --identity arkivet.key --to kopia.zip"))
@click.argument("file", type=FILE, metavar="FIL")
@click.option("--identity", type=FILE, required=True, metavar="FIL", help="Nyckelfilen från casework backup-key.")
@click.option("--to", type=NEW, required=True, metavar="FIL", help="En ny fil, som bara ägaren får läsa.")
@with_settings
def open_(settings: Settings, file: Path, identity: Path, to: Path) -> None:  # noqa: ARG001 every command takes --data
    """Öppna en förseglad kopia och kontrollera att den är hel.

    Zip-filen som skrivs är i klartext: case.html att läsa, case.pdf att skriva ut, case.json för program och
    manifest.json.
    """
    if to.exists():
        raise Failure(f"Filen {to} finns redan och skrivs inte över.")
    try:
        key = streams.private_key(identity)
        with file.open("rb") as sealed:
            body = b"".join(streams.opened(sealed, key, export_files.LABEL))
        export_files.require_whole(body)
        with streams.new_file(to) as written:
            written.write(body)
    except Broken as error:
        raise Failure(f"Kopian kan inte öppnas: {error}.") from None
    except OSError as error:
        raise Failure(f"Filen {to} kan inte skrivas: {error.strerror}.") from None
    click.echo(f"Kopian är hel och skriven i klartext till {to}.")


def _key(file: Path) -> streams.PublicKey:
    try:
        return streams.public_key(file.read_text("utf-8"))
    except (Broken, UnicodeDecodeError):
        raise Failure(f"{file} är ingen öppen nyckel. Gör en med casework backup-key.") from None


def _written(
    installation: Installation, municipality: str, number: str, to: Path, key: streams.PublicKey | None
) -> str:
    """Write the copy in the transaction that hands it out; the file has its name once that is done."""
    with installation.session(municipality) as session:
        made = case_exports.waiting(session, number)
    if made is None:
        raise Failure(NOTHING)
    with streams.new_file(to) as file, installation.session(municipality, made.ordered_by) as session:
        body = _handed_out(installation, session, made.ordered_by, made.id)
        if key is None:
            file.write(body)
        else:
            writer = streams.SealingWriter(file, key, export_files.LABEL)
            writer.write(body)
            writer.finish()
    return hashlib.sha256(body).hexdigest()


def _handed_out(installation: Installation, session: TenantSession, account_id: str, export_id: str) -> bytes:
    actor = accounts.actor(session, session.get_one(Account, account_id))
    how = case_exports.FILE
    content = case_exports.hand_out(session, installation.registry, actor, export_id, how).content
    return export_files.packed(content, export_paper.pdf(content))
