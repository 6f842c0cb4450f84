"""``casework setup``: an agreement's file carried out."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.examples import example
from casework.cli.opening import opened, with_settings
from casework.core import setup as core
from casework.core.accounts import LINK_HOURS
from casework.settings import Settings


@click.command(epilog=example("casework setup examples/hallsberg.toml --data /srv/casework"))
@click.argument("file", metavar="FIL.toml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--links", is_flag=True, help="Skriv en engångslänk för varje konto i filen som saknar lösenord.")
@with_settings
def setup(settings: Settings, file: Path, *, links: bool) -> None:
    """Lägg in kommuner, enheter, konton och moduler ur en fil.

    En organisations inloggningstjänst (identity_provider) blir vad filen säger. Annat som redan finns ändras inte,
    och det som någon har avslutat eller stängt av i programmet kommer inte tillbaka. Filen prövas först i sin
    helhet: är något fel i den händer inget.
    """
    plan = core.read(file)
    with opened(settings, new=True) as installation:
        _tell(core.apply(installation, plan))
        if links:
            for username, token in core.links(installation, plan.usernames).items():
                click.echo(f"{username}: /valkommen/{token}")
            click.echo(f"Länkarna gäller en gång och i {LINK_HOURS} timmar.")


def _tell(outcome: core.Outcome) -> None:
    if not outcome.anything:
        click.echo("Allt fanns redan. Inget är ändrat.")
    else:
        click.echo(
            f"Nytt: {len(outcome.municipalities)} kommuner, {outcome.units} enheter, {len(outcome.accounts)} konton, "
            f"{outcome.memberships} uppdrag, {len(outcome.areas)} moduler påslagna."
        )
    for organisation in outcome.providers:
        click.echo(f"{organisation}: inloggningstjänsten är inställd.")
    for place, area in outcome.left_off:
        click.echo(f"{place}: {area} är avstängd i programmet och är kvar avstängd.")
