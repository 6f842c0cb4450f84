"""``casework audit report``: what the log review did in a year, for the board, in counts and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import click

from casework.cli.examples import example
from casework.cli.opening import opened, require_municipality, with_settings
from casework.core import log_report
from casework.core.emergencies import OUTCOMES as GLASS
from casework.core.log_deviations import RULES
from casework.core.log_items import OUTCOMES
from casework.core.log_report import Report
from casework.settings import Settings

KINDS = dict(RULES) | {"sample": "Månadens urval", "other": "Vald ur loggen"}


@click.command(
    epilog=example(
        "casework audit report --municipality 1881 --year 2026 --data /srv/casework",
        "casework audit report --municipality 1881 --year 2026 --json --data /srv/casework",
    )
)
@click.option("--municipality", required=True, metavar="KOD", help="Kommunens kod, till exempel 1881.")
@click.option("--year", required=True, type=click.IntRange(2000, 9998), metavar="ÅR", help="Året som rapporten gäller.")
@click.option("--json", "as_json", is_flag=True, help="Skriv rapporten som JSON.")
@with_settings
def report(settings: Settings, municipality: str, year: int, as_json: bool) -> None:
    """Skriv årsrapporten om loggranskningen till nämnden, utan personuppgifter.

    Varje tal är avrundat till närmaste femtal för sig, så summorna stämmer inte alltid.
    """
    with opened(settings) as installation:
        place = require_municipality(installation, municipality)
        with installation.session(municipality) as session:
            found = log_report.of_year(session, year)
    if as_json:
        click.echo(json.dumps(asdict(found), sort_keys=True))
        return
    for line in _lines(place.name, found):
        click.echo(line)


def _lines(place: str, found: Report) -> Iterator[str]:
    yield f"Granskning av loggen i {place} {found.year}"
    yield "Varje tal är avrundat till närmaste femtal för sig."
    yield ""
    yield f"Granskade händelser: {found.reviewed}"
    yield from _counts(found.kinds, KINDS)
    yield "Granskningarna kom fram till"
    yield from _counts(found.outcomes, dict(OUTCOMES))
    yield f"Frågor till kollegor: {found.asked}, besvarade: {found.answered}"
    yield f"Månadernas urval: {found.sample}, granskade: {found.sample_reviewed}"
    yield f"Nödåtkomster: {found.emergencies}, granskade: {found.emergencies_reviewed}"
    yield from _counts(found.emergency_outcomes, dict(GLASS))


def _counts(counts: Mapping[str, int], labels: Mapping[str, str]) -> Iterator[str]:
    for code, count in counts.items():
        yield f"  {labels[code]}: {count}"
