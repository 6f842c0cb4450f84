"""``casework backup``, ``backup-key`` and ``restore``: copies sealed to an offline key, and back into a database."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import make_url

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.keys import destroyed
from casework.cli.opening import every_municipality, opened, opened_keyring, with_settings
from casework.core import audit, audit_verification, backups, clock, restoring, schema, streams
from casework.core.actions import Action
from casework.core.db import connect
from casework.core.errors import Broken
from casework.core.installation import Installation
from casework.core.key_operations import retention
from casework.core.permissions import OPERATOR
from casework.core.registry import Registry
from casework.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
RECIPIENT = "CASEWORK_BACKUP_KEY"


@click.command("backup-key", epilog=example("casework backup-key --to /media/usb/aterstallning.key > backup.pub"))
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FIL", help="Nyckelfil.")
@with_settings
def backup_key(settings: Settings, to: Path) -> None:  # noqa: ARG001 every command takes --data
    """Gör nyckeln som öppnar säkerhetskopior, och skriv ut den öppna halvan.

    Spara nyckelfilen utanför servern, på två ställen: utan den kan ingen kopia återställas. Den öppna halvan läggs på
    servern. Med den kan kopior göras men inte öppnas.
    """
    try:
        click.echo(streams.make_pair(to))
    except FileExistsError:
        raise Failure(f"Filen {to} finns redan och skrivs inte över.") from None
    except OSError as error:
        raise Failure(f"Filen {to} kan inte skrivas: {error.strerror}.") from None


@click.command(epilog=example("casework backup --to /mnt/kopior --recipient backup.pub --data /srv/casework"))
@click.option(
    "--to",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    metavar="KATALOG",
    help="Katalogen som kopiorna läggs i.",
)
@click.option("--recipient", type=FILE, metavar="FIL", help=f"Den öppna nyckeln. Förval: filen i {RECIPIENT}.")
@with_settings
def backup(settings: Settings, to: Path, recipient: Path | None) -> None:
    """Gör en säkerhetskopia medan alla arbetar: en fil med uppgifter och en med nycklar, båda förseglade.

    Lägg nyckelfilen (.keys) för sig och spara den kortare tid än uppgifterna (.data): det som gallras i dag kan inte
    öppnas i en gammal kopia när nycklarna från den tiden är borta. Rotnyckeln ingår inte; spara den för sig.
    """
    file = recipient or (Path(os.environ[RECIPIENT]) if os.environ.get(RECIPIENT) else None)
    if file is None or not file.exists():
        raise Failure(f"Säg vilken öppen nyckel kopian ska förseglas till: --recipient FIL eller {RECIPIENT}.")
    try:
        public = streams.public_key(file.read_text("utf-8"))
    except (Broken, UnicodeDecodeError):
        raise Failure(f"{file} är ingen öppen nyckel. Gör en med casework backup-key.") from None
    with opened(settings) as installation:
        written = backups.write(installation, to, public)
        with installation.session(None) as session:
            detail: audit.Detail = {"rows": sum(written.rows.values())}
            audit.record(session, OPERATOR, Action.INSTALLATION_BACKED_UP, "installation", "", detail=detail)
    click.echo(f"{sum(written.rows.values())} rader är kopierade och kontrollästa:")
    click.echo(f"  {written.data}")
    click.echo(f"  {written.keys}")


@click.command(
    epilog=example(
        "casework restore K.data K.keys --identity aterstallning.key --checkpoints K.jsonl --data /srv/nytt",
        "casework restore K.data K.keys --identity aterstallning.key --check",
    )
)
@click.argument("data_file", type=FILE, metavar="UPPGIFTER")
@click.argument("keys_file", type=FILE, metavar="NYCKLAR")
@click.option("--identity", type=FILE, required=True, metavar="FIL", help="Nyckelfilen från casework backup-key.")
@click.option("--checkpoints", type=FILE, metavar="FIL", help="Kontrollpunkterna: det som förstörts efter kopian.")
@click.option("--without-checkpoints", is_flag=True, help="Det finns inga. Det som förstörts efter kopian är tillbaka.")
@click.option("--check", "only_check", is_flag=True, help="Läs igenom båda filerna och skriv inget.")
@with_settings
def restore(
    settings: Settings,
    data_file: Path,
    keys_file: Path,
    identity: Path,
    checkpoints: Path | None,
    without_checkpoints: bool,
    only_check: bool,
) -> None:
    """Återställ en säkerhetskopia till en tom databas, och förstör på nytt det som har förstörts sedan dess.

    Lägg först rotnyckeln på sin plats. Inget visas för någon förrän allt är återställt, förstört på nytt och
    kontrollerat.
    """
    try:
        key = streams.private_key(identity)
        if only_check:
            rows = restoring.check(data_file, keys_file, key)
            click.echo(f"Kopian är hel: {sum(rows.values())} rader.")
            return
        if (checkpoints is None) != without_checkpoints:
            raise click.UsageError("Skriv antingen --checkpoints FIL eller --without-checkpoints.")
        _restore(settings, data_file, keys_file, key, checkpoints)
    except Broken as error:
        raise Failure(f"Kopian eller kontrollpunkterna stämmer inte, och inget visas för någon: {error}.") from None
    except restoring.NotEmpty:
        raise Failure("Databasen är inte tom. Återställ till en ny katalog eller en ny databas.") from None
    except restoring.OtherVersion as error:
        raise Failure(
            f"Kopian är från databasversion {error}. Återställ den med den versionen av programmet, och kör sedan "
            "casework db upgrade."
        ) from None


def _restore(
    settings: Settings, data_file: Path, keys_file: Path, key: streams.PrivateKey, points: Path | None
) -> None:
    if make_url(settings.database_url).drivername.startswith("sqlite"):
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    schema.upgrade(settings.owner_url, settings.database_url)
    engine = connect(settings.database_url)
    try:
        done = restoring.restore(engine, data_file, keys_file, key, clock.system())
        click.echo(f"{done.rows} rader är återställda, som de var {done.at:%Y-%m-%d %H.%M} (UTC).")
        keyring = opened_keyring(settings, engine)
        installation = Installation(engine, keyring, Registry({}), clock.system)
        if points is not None:
            again = restoring.replay(installation, points)
            places = f" och platsuppgifterna i {again.places} ärenden" if again.places else ""
            click.echo(f"Förstörda på nytt: {again.cases} ärenden och {again.persons} personer{places}.")
        _require_whole(installation)
        for line in destroyed(retention.destroy_everywhere(installation)):
            click.echo(line)
        stopped = restoring.release(installation)
        click.echo(f"Stoppat: {stopped} delningar med andra verksamheter. De ges på nytt av dem som gav dem.")
        click.echo("Loggen är hel. Databasen är öppen igen.")
    finally:
        engine.dispose()


def _require_whole(installation: Installation) -> None:
    for code in (None, *(place.code for place in every_municipality(installation))):
        with installation.session(code) as session:
            audit.complete_chain(session)
        with installation.session(code) as session:
            if audit_verification.faults(session):
                raise Broken("the record in the backup is not whole")
