"""``casework areas`` and ``casework enable``: what is installed, and switching it on for a municipality."""

from __future__ import annotations

import json

import click

from casework.cli.examples import example
from casework.cli.opening import opened, require_municipality, with_settings
from casework.core import activation, declarations
from casework.core.permissions import OPERATOR
from casework.core.registry import Registry
from casework.settings import Settings


@click.command(epilog=example("casework areas", "casework areas --json"))
@click.option("--json", "as_json", is_flag=True, help="Allt som modulerna deklarerar, som JSON.")
@with_settings
def areas(settings: Settings, *, as_json: bool) -> None:
    """Visa modulerna som är installerade."""
    registry = Registry.installed(settings.plugins)
    if as_json:
        click.echo(json.dumps(declarations.of_installation(registry), ensure_ascii=False, indent=2))
        return
    for area in registry.areas.values():
        click.echo(f"{area.name}: {area.label}. {area.summary}")
        for kind in area.case_types:
            click.echo(f"  {kind.label}: {len(kind.forms)} formulär, {len(kind.workflow.states)} lägen")
    if not registry.areas:
        click.echo("Ingen modul är installerad.")


@click.command(epilog=example("casework enable avhoppare --municipality 1881 --data /srv/casework"))
@click.argument("area", metavar="MODUL")
@click.option("--municipality", required=True, metavar="KOD", help="Kommunens kod, till exempel 1881.")
@with_settings
def enable(settings: Settings, area: str, municipality: str) -> None:
    """Slå på en modul i en kommun."""
    with opened(settings) as installation:
        place = require_municipality(installation, municipality)
        with installation.session(municipality) as session:
            before = activation.is_enabled(session, area)
            activation.enable(session, installation.registry, OPERATOR, area)
    click.echo(f"{area} var redan på i {place.name}." if before else f"{area} är på i {place.name}.")
