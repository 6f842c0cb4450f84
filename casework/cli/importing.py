"""``casework import``: a unit's own register brought in, tried out, or taken back."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.opening import opened, require_municipality, with_settings
from casework.core import clock
from casework.core.errors import CaseworkError
from casework.core.installation import Installation
from casework.core.registers import columns, files, running, undo
from casework.core.registers.columns import Register
from casework.core.registers.report import Report
from casework.core.registers.writing import Desk
from casework.settings import Settings

STANDARD_OUTPUT = Path("-")


@click.command(
    "import",
    epilog=example(
        "casework import register.xlsx --municipality 1881 --area avhoppare --as maja.testlind --dry-run",
        "casework import register.xlsx --municipality 1881 --area avhoppare --as maja.testlind --report rapport.json",
        "casework import --undo rapport.json --municipality 1881 --area avhoppare --as maja.testlind",
    ),
)
@click.argument("file", metavar="[FIL]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", metavar="KOD", help="Kommunens kod, till exempel 1881.")
@click.option("--area", metavar="MODUL", help="Modulen som ärendena hör till, till exempel avhoppare.")
@click.option("--as", "username", metavar="ANVÄNDARNAMN", help="Den som för in registret och signerar anteckningarna.")
@click.option("--dry-run", is_flag=True, help="Pröva filen utan att spara något.")
@click.option(
    "--report",
    metavar="UT",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    help="Skriv rapporten hit som JSON. Inget personligt står i den.",
)
@click.option(
    "--undo",
    "taken_back",
    metavar="RAPPORT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ta tillbaka importen i den här rapporten, utom de ärenden som någon har skrivit i.",
)
@with_settings
def import_(
    settings: Settings,
    file: Path | None,
    municipality: str | None,
    area: str | None,
    username: str | None,
    report: Path | None,
    taken_back: Path | None,
    *,
    dry_run: bool,
) -> None:
    """För in en enhets register (.xlsx eller .csv).

    Rader som inte kan förstås avvisas med skäl, de andra går in. Samma fil kan föras in igen: det som finns redan
    hoppas över. Den som för in får ingen åtkomst till ärendena.
    """
    if report not in {None, STANDARD_OUTPUT} and report is not None and not report.absolute().parent.is_dir():
        raise click.UsageError("Katalogen för --report finns inte.")
    if taken_back is not None:
        if file is not None or dry_run:
            raise click.UsageError("--undo används utan FIL och utan --dry-run.")
        _undo(settings, taken_back, municipality, area, username, report)
        return
    if file is None or municipality is None or area is None or username is None:
        raise click.UsageError("Skriv FIL, --municipality, --area och --as.")
    with opened(settings) as installation:
        require_municipality(installation, municipality)
        with installation.session(municipality) as session:
            ready = running.desk(session, installation.registry, area, username)
            today = clock.today(session.now)
        register = columns.register(files.content(file), today)
        _import(installation, municipality, ready, register, report, dry_run=dry_run)


def _import(
    installation: Installation,
    municipality: str,
    ready: Desk,
    register: Register,
    out: Path | None,
    *,
    dry_run: bool,
) -> None:
    told = Report(None if dry_run else ready.import_id)
    steps = running.run(installation, municipality, ready, register, dry=dry_run)
    length = 1 + sum(len(table.rows) for table in register.tables)
    try:
        label = "Prövar" if dry_run else "För in"
        with click.progressbar(steps, length, label, file=sys.stderr) as bar:
            for grown in bar:
                told = grown
    except CaseworkError:
        raise
    except Exception as error:  # noqa: BLE001 what an unforeseen error says may quote a row
        raise Failure(
            f"Importen avbröts av ett fel i programmet ({type(error).__name__}). "
            "Det som redan har gått in står kvar. Kör samma fil igen när felet är rättat."
        ) from None
    finally:
        steps.close()
        _write(out, told.as_json())
        _tell(told, out, dry_run=dry_run)


def _undo(
    settings: Settings,
    taken_back: Path,
    municipality: str | None,
    area: str | None,
    username: str | None,
    out: Path | None,
) -> None:
    try:
        import_id = json.loads(taken_back.read_text("utf-8"))["import_id"]
    except (ValueError, KeyError, TypeError):
        raise Failure("Filen är ingen rapport från en import.") from None
    if not isinstance(import_id, str):
        raise Failure("Rapporten är från en provkörning. Det finns inget att ta tillbaka.")
    with opened(settings) as installation:
        if municipality is None:
            municipality = undo.municipality_of(installation, import_id)
        require_municipality(installation, municipality)
        done = undo.undo(installation, municipality, import_id, area=area, by=username)
    _write(out, {"import_id": done.import_id, "undone": done.undone, "kept": done.kept})
    click.echo(
        f"Återtagna ärenden: {done.undone}. Kvar, för att någon har skrivit i dem: {done.kept}.", err=_piped(out)
    )


def _write(out: Path | None, content: object) -> None:
    if out is None:
        return
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if _piped(out):
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


def _tell(report: Report, out: Path | None, *, dry_run: bool) -> None:
    err = _piped(out)
    if dry_run:
        click.echo("Provkörning: inget har sparats.", err=err)
    click.echo(
        f"Införda: {report.imported}. Fanns redan: {report.already}. Tomma rader: {report.blank}. "
        f"Avvisade: {len(report.refused)}. Varningar: {len(report.warnings)}.",
        err=err,
    )
    for word, remarks in (("Avvisad", report.refused), ("Varning", report.warnings)):
        for one in remarks:
            click.echo(f"{word} rad {one.row}, {one.column}: {one.reason}", err=err)
    if report.unknown_columns:
        click.echo(f"Okända kolumner, inte införda: {', '.join(report.unknown_columns)}", err=err)
    if report.skipped_sheets:
        click.echo(f"Blad utan register: {', '.join(report.skipped_sheets)}", err=err)


def _piped(out: Path | None) -> bool:
    return out == STANDARD_OUTPUT
