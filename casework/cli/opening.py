"""The installation a command works on: found by ``--data`` or the environment, and opened with its key."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy import Engine, func, make_url, select

from casework.cli.failures import Failure, in_words
from casework.core import clock, schema
from casework.core.db import TenantSession, connect
from casework.core.errors import Broken, KeyMissing, KeyWrong, NotMigrated, Refused, UnsafeDatabase
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.models import InstallationKey, Municipality
from casework.core.organisations import found_installation, municipalities, municipality
from casework.core.registry import Registry
from casework.core.roots import FileRoot
from casework.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")


def with_settings(command: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command the option ``--data`` and, as its first argument, the settings."""

    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="KATALOG",
        help="Installationens katalog med databas och nyckel. Förval: CASEWORK_DATA.",
    )
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        data = kwargs.pop("data", None)
        return command(Settings.read(data if isinstance(data, Path) else None), *args, **kwargs)

    return run


@contextmanager
def opened(settings: Settings, *, new: bool = False, looking: bool = False) -> Iterator[Installation]:
    """The installation, checked and ready; with ``new`` its keys are made where it has none."""
    with database(settings, looking=looking) as engine:
        keyring = opened_keyring(settings, engine, new=new)
        registry = Registry.installed(settings.plugins)
        yield Installation(engine, keyring, registry, clock.system)


@contextmanager
def database(settings: Settings, *, looking: bool = False) -> Iterator[Engine]:
    """The migrated database; raises NotMigrated rather than make an empty one, and UnsafeDatabase if its walls fell.

    ``looking`` is for the command that is to find out what was done: it is told what fell, and refused afterwards.
    """
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite") and not Path(url.database or "").exists():
        raise NotMigrated("tom")
    engine, fallen = connect(settings.database_url), False
    try:
        try:
            schema.check(engine)
        except UnsafeDatabase as error:
            if not looking:
                raise
            click.echo(in_words(error), err=True)
            fallen = True
        yield engine
        if fallen:
            raise Failure("Väggarna mellan kommunerna står inte. Inget annat kommando körs på databasen.")
    finally:
        engine.dispose()


def opened_keyring(settings: Settings, engine: Engine, *, new: bool = False) -> Keyring:
    """The keyring under the installation's key file; raises Failure with the remedy where it does not fit."""
    bound = has_keys(engine)
    try:
        keyring = Keyring(FileRoot(settings.key_file))
        with TenantSession(engine, None, clock.system()) as session:
            session.info["keyring"] = keyring
            if new:
                found_installation(session)
            else:
                keyring.check(session)
            session.commit()
    except (KeyMissing, KeyWrong, Broken) as error:
        raise Failure(key_fault(settings, error, bound=bound)) from None
    return keyring


def has_keys(engine: Engine) -> bool:
    """Whether the database is bound to a key file already."""
    with TenantSession(engine, None, clock.system()) as session:
        return bool(session.scalar(select(func.count()).select_from(InstallationKey)))


def key_fault(settings: Settings, error: Exception, *, bound: bool) -> str:
    """What is wrong with the key file, and what to do."""
    path = settings.key_file
    if not bound:
        return "Installationen har inga nycklar än. Kör casework db upgrade med samma --data."
    if isinstance(error, KeyMissing):
        return (
            f"Nyckelfilen {path} finns inte, och utan den kan inget i databasen öppnas. "
            "Lägg tillbaka den från säkerhetskopian, eller peka ut den med CASEWORK_KEY_FILE."
        )
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return f"Nyckelfilen {path} kan läsas av andra än sin ägare. Kör chmod 600 {path}."
    return (
        f"Nyckelfilen {path} är skadad eller hör till en annan installation. "
        "Lägg tillbaka rätt fil från säkerhetskopian, eller peka ut den med CASEWORK_KEY_FILE."
    )


def every_municipality(installation: Installation) -> list[Municipality]:
    """The municipalities that take part, by name."""
    with installation.session(None) as session:
        return municipalities(session)


def require_municipality(installation: Installation, code: str) -> Municipality:
    """The municipality of a code; raises Refused for one that does not take part."""
    with installation.session(None) as session:
        found = municipality(session, code)
    if found is None:
        known = ", ".join(f"{one.code} {one.name}" for one in every_municipality(installation)) or "ingen"
        raise Refused.because(f"Kommunen {code} finns inte här. De som finns: {known}.", "municipality")
    return found
