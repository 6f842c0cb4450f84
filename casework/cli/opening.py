"""The installation a command works on: found by ``--data`` or the environment, and opened with its key."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy import Engine, func, make_url, select

from casework.cli import key_faults
from casework.cli.failures import Failure, in_words
from casework.core import clock, restoring, roots, schema
from casework.core.db import TenantSession, connect
from casework.core.errors import Broken, Locked, NotMigrated, Refused, UnsafeDatabase
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.models import InstallationKey, Municipality
from casework.core.organisations import found_installation, municipalities, municipality
from casework.core.registry import Registry
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
        installation = Installation(engine, keyring, registry, clock.system, breached=settings.breached())
        if not looking:
            with installation.session(None) as session:
                restoring.require_released(session)
        yield installation


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
    """The keyring under the installation's root key; raises Failure with the remedy where it does not fit."""
    bound = has_keys(engine)
    try:
        keyring = Keyring(roots.opened(settings.key_providers, settings.surroundings(key_faults.ask)))
        with TenantSession(engine, None, clock.system()) as session:
            session.info["keyring"] = keyring
            if new:
                found_installation(session)
            else:
                keyring.check(session)
            session.commit()
    except (Locked, Broken) as error:
        raise Failure(key_faults.in_words(settings, error) if bound else key_faults.UNBOUND) from None
    return keyring


def has_keys(engine: Engine) -> bool:
    """Whether the database is bound to a key file already."""
    with TenantSession(engine, None, clock.system()) as session:
        return bool(session.scalar(select(func.count()).select_from(InstallationKey)))


def make_root(settings: Settings, provider: str) -> None:
    """Make a provider's root where it has none and can make one; raises Failure where it cannot."""
    surroundings = settings.surroundings(key_faults.ask)
    try:
        kind = roots.kind(provider)
        if kind.is_there(surroundings):
            return
        path = kind.path(surroundings)
        if path is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kind.made(surroundings)
    except Locked as error:
        raise Failure(key_faults.in_words(settings, error)) from None
    except OSError as error:
        raise Failure(f"Nyckelfilen kan inte skrivas: {error.strerror}.") from None
    if path is not None:
        click.echo(f"Nyckelfilen {path} är gjord. Kopiera den till ett säkert ställe; utan den kan inget öppnas.")


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
