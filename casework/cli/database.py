"""``casework db upgrade``: the database brought to this program's version, and a new installation its key."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import make_url

from casework.cli.examples import example
from casework.cli.opening import database, has_keys, make_root, opened_keyring, with_settings
from casework.core import adoption, clock, schema
from casework.core.installation import Installation
from casework.core.registry import Registry
from casework.settings import Settings


@click.group()
def db() -> None:
    """Databasen."""


@db.command(epilog=example("casework db upgrade --data /srv/casework"))
@with_settings
def upgrade(settings: Settings) -> None:
    """Gör databasen, eller för den till programmets version.

    En ny installation får en nyckelfil (CASEWORK_KEY_FILE, annars KATALOG/installation.key), om inte
    CASEWORK_KEY_PROVIDER säger något annat. Kopiera den till ett säkert ställe: utan den kan inget öppnas. En fil som
    finns skrivs aldrig över.

    Kör casework audit verify --rows med den gamla versionen först: det som uppgraderingen finner tas in i loggen som
    det är.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_file(settings.owner_url)
    since = schema.current(settings.owner_url)
    schema.upgrade(settings.owner_url, settings.database_url)
    click.echo(f"Databasen är på version {schema.head()}.")
    with database(settings) as engine:
        if not has_keys(engine):
            make_root(settings, settings.key_providers[0])
        keyring = opened_keyring(settings, engine, new=True)
        if since not in {None, schema.head()}:
            adopted = adoption.adopt(Installation(engine, keyring, Registry({}), clock.system), str(since))
            if adopted:
                click.echo(f"{adopted} rader som saknades eller har ändrats av uppgraderingen är nu med i loggen.")


def _make_file(owner_url: str) -> None:
    """Make an embedded database's file, so that only its owner may read it and what SQLite lays beside it."""
    url = make_url(owner_url)
    if not url.drivername.startswith("sqlite") or not url.database:
        return
    path = Path(url.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
