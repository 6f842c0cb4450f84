"""``casework keys``: which keys there are, and changing them while everybody works."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.key_faults import in_words
from casework.cli.opening import make_root, opened, require_municipality, with_settings
from casework.core.errors import Broken, Conflict, Locked
from casework.core.installation import Installation
from casework.core.key_operations import accounts_key, listing, resealing, retention, rewrapping, rotation
from casework.core.key_operations.listing import Version
from casework.settings import Settings

STATUS = {"enabled": "i bruk", "disabled": "ur bruk", "destroyed": "förstörd"}
SAID_EVERY = 10_000
"""Keys moved between two lines that say how far it has come."""


@click.group()
def keys() -> None:
    """Nycklarna: vilka som finns, byte av dem och gallring."""


@keys.command(epilog=example("casework keys status --data /srv/casework", "casework keys status --json"))
@click.option("--json", "as_json", is_flag=True, help="För program: allt som JSON.")
@with_settings
def status(settings: Settings, as_json: bool) -> None:
    """Visa varje nyckels version, läge och ålder, vad som hänger på den och vilken rotnyckel den ligger under.

    Nycklarna själva visas aldrig.
    """
    with opened(settings) as installation:
        found = listing.of_installation(installation)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str))
        return
    for place in found:
        click.echo(place.name if place.code is None else f"{place.name} ({place.code})")
        for version in place.versions:
            click.echo("  " + _line(version))
        if place.destroyed:
            click.echo(f"  {place.destroyed} nycklar till ärenden och personer är förstörda.")


@keys.command(
    epilog=example("casework keys rotate --municipality 1881 --data /srv/casework", "casework keys rotate --accounts")
)
@click.option("--municipality", metavar="KOD", help="Kommunens kod, till exempel 1881.")
@click.option("--accounts", is_flag=True, help="Installationens nyckel för konton och inloggningar.")
@with_settings
def rotate(settings: Settings, municipality: str | None, accounts: bool) -> None:
    """Byt kommunens huvudnyckel, eller installationens nyckel för konton, medan alla arbetar.

    En ny huvudnyckel görs, alla nycklar flyttas till den och den gamla förstörs. Avbryts det tar samma kommando vid
    där det slutade. Inget som är skrivet ändras, och ingen behöver logga ut.
    """
    if accounts == (municipality is not None):
        raise click.UsageError("Skriv --municipality KOD eller --accounts.")
    with opened(settings) as installation:
        if municipality is None:
            _rotate_accounts(installation)
            return
        name = require_municipality(installation, municipality).name
        said = 0

        def tell(moved: int) -> None:
            nonlocal said
            if moved - said >= SAID_EVERY:
                said = moved
                click.echo(f"{name}: {moved} nycklar är flyttade …", err=True)

        try:
            done = rotation.rotate(installation, municipality, tell)
        except Conflict:
            raise Failure(
                f"{name}: några nycklar används hela tiden av någon annan och kunde inte flyttas. Allt går att läsa. "
                "Kör kommandot igen."
            ) from None
    gone = ", ".join(map(str, done.destroyed))
    click.echo(f"{name}: huvudnyckeln har version {done.version}. {done.moved} nycklar flyttades nu.")
    click.echo(f"{name}: version {gone} är förstörd." if gone else f"{name}: ingen äldre version fanns kvar.")


@keys.command(
    epilog=example(
        "casework keys rewrap --to vault-transit --data /srv/casework",
        "casework keys rewrap --to file --new-root",
    )
)
@click.option(
    "--to", "provider", required=True, metavar="LEVERANTÖR", help="file, file+passphrase eller vault-transit."
)
@click.option("--new-root", is_flag=True, help="Bara för file: gör en ny rotnyckel i nyckelfilen först.")
@with_settings
def rewrap(settings: Settings, provider: str, new_root: bool) -> None:
    """Flytta allt som ligger under rotnyckeln till en annan leverantör, eller till en ny rotnyckel, medan alla arbetar.

    Börja med att skriva båda leverantörerna i CASEWORK_KEY_PROVIDER, den nuvarande först, och starta om alla processer.
    Flytta sedan. Skriv till sist bara den nya och starta om igen. Avbryts det tar samma kommando vid där det slutade.
    """
    if provider not in settings.key_providers:
        both = ",".join([*settings.key_providers, provider])
        raise Failure(
            f"De som är i gång kan inte öppna {provider} än. Sätt CASEWORK_KEY_PROVIDER={both} för alla processer, "
            "starta om dem och kör kommandot igen."
        )
    with opened(settings) as installation:
        try:
            if provider not in rewrapping.in_use(installation):
                make_root(settings, provider)
            done = rewrapping.rewrap(installation, provider, renew=new_root)
        except (Locked, Broken) as error:
            raise Failure(in_words(settings, error)) from None
    click.echo(f"{done.moved} nycklar flyttades nu. Alla {done.all} ligger under {provider}.")
    if settings.key_providers[0] != provider:
        click.echo(f"Sätt nu CASEWORK_KEY_PROVIDER={provider} för alla processer och starta om dem.")


@keys.command(
    epilog=example(
        "casework keys reseal --municipality 1881 --data /srv/casework",
        "casework keys reseal --municipality 1881 --finish",
    )
)
@click.option("--municipality", required=True, metavar="KOD", help="Kommunens kod, till exempel 1881.")
@click.option("--finish", is_flag=True, help="Förstör de gamla nycklarna, tio minuter senare.")
@with_settings
def reseal(settings: Settings, municipality: str, finish: bool) -> None:
    """Gör nya nycklar till varje ärende och person och försegla allt på nytt, medan alla arbetar.

    Avbryts det tar samma kommando vid där det slutade. Kör det med --finish när det är klart. Gör sedan en
    säkerhetskopia: en äldre öppnas bara med de nycklar som säkerhetskopierades samtidigt.
    """
    with opened(settings) as installation:
        name = require_municipality(installation, municipality).name
        if finish:
            click.echo(f"{name}: {resealing.finish(installation, municipality)} gamla nycklar är förstörda.")
            return
        done = resealing.reseal(installation, municipality)
    click.echo(
        f"{name}: {done.owners} ärenden och personer har nya nycklar, {done.values} uppgifter är förseglade på nytt."
    )
    click.echo("Kör samma kommando med --finish om tio minuter.")


@keys.command("destroy-due", epilog=example("casework keys destroy-due --data /srv/casework"))
@with_settings
def destroy_due(settings: Settings) -> None:
    """Gallra platsuppgifter i ärenden som har varit avslutade så länge som kommunen har bestämt (förval 30 dagar).

    Nyckeln till uppgifterna förstörs, så att de aldrig mer kan läsas. Kör kommandot varje natt.
    """
    with opened(settings) as installation:
        for line in destroyed(retention.destroy_everywhere(installation)):
            click.echo(line)


def _rotate_accounts(installation: Installation) -> None:
    done = accounts_key.rotate(installation)
    click.echo(f"Nyckeln för konton har version {done.version}. {done.moved} rader flyttades nu.")
    if done.destroyed:
        click.echo(f"Version {', '.join(map(str, done.destroyed))} är förstörd. Starta om alla processer.")
    if done.again_after is not None:
        click.echo(f"Kör samma kommando igen efter {done.again_after:%H.%M} UTC, så förstörs den gamla nyckeln.")


def destroyed(done: dict[str, int]) -> list[str]:
    """What was destroyed, a line for each municipality."""
    lines = [f"{name}: platsuppgifterna i {count} avslutade ärenden är gallrade." for name, count in done.items()]
    return lines or ["Inget ska gallras nu."]


def _line(one: Version) -> str:
    age = "i dag" if one.age_days == 0 else "1 dag" if one.age_days == 1 else f"{one.age_days} dagar"
    parts = [f"{one.purpose:<9} version {one.version:<3} {STATUS[one.status]:<9} {age:>11}"]
    if one.main is not None:
        parts.append(f"under huvudnyckel {one.main}")
    elif one.status != "destroyed":
        parts.append(f"rot {one.root or 'okänd'}")
    if one.cases is not None and one.status != "destroyed":
        parts.append(f"{one.cases} ärendenycklar, {one.persons} personnycklar")
    return "  ".join(parts)
