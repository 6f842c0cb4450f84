"""``casework check``: whether the installation can be trusted to run, said in words."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TypeVar

import click
from sqlalchemy import Engine, select

from casework.cli import readiness, surroundings
from casework.cli.examples import example
from casework.cli.failures import Failure, in_words
from casework.cli.findings import Finding
from casework.cli.opening import database, every_municipality, opened_keyring, with_settings
from casework.cli.verifying import Chain, chains
from casework.core import activation, audit, clock, crypto, keys
from casework.core.db import TenantSession
from casework.core.errors import Broken, CaseworkError, Locked
from casework.core.installation import Installation
from casework.core.key_operations import accounts_key, resealing, rewrapping, rotation
from casework.core.models import AuditHead, InstallationHead, Municipality
from casework.core.registry import Registry
from casework.core.roots import FILE
from casework.settings import Settings

T = TypeVar("T")


@click.command(epilog=example("casework check --data /srv/casework", "casework check --deploy --data /srv/casework"))
@click.option("--deploy", is_flag=True, help="Kontrollera också allt som skarp drift kräver.")
@with_settings
def check(settings: Settings, deploy: bool) -> None:
    """Kontrollera databas, nyckel, moduler, väggar mellan kommunerna och loggens slut.

    Med --deploy också det som skarp drift kräver: adress, proxy, filer, e-post, kontrollpunkter, kopior med mera.
    """
    wrong = 0
    for finding in _findings(settings, deploy=deploy):
        wrong += not finding.right
        click.echo(f"{finding.mark}  {finding.words}", err=not finding.right)
    if wrong:
        raise Failure("En sak måste rättas." if wrong == 1 else f"{wrong} saker måste rättas.")


def _findings(settings: Settings, *, deploy: bool) -> Iterator[Finding]:
    yield from surroundings.findings(settings, os.environ) if deploy else _folder(settings)
    yield from _breached(settings)
    with ExitStack() as stack:
        engine, found = _attempt(lambda: stack.enter_context(database(settings)), "Databasen är på rätt version.")
        yield found
        registry, found = _attempt(lambda: Registry.installed(settings.plugins), "Modulerna är hela.")
        yield found
        if engine is None:
            return
        yield from _walls(engine)
        keyring, found = _attempt(lambda: opened_keyring(settings, engine), _root_words(settings))
        yield found
        if keyring is None:
            return
        # With a broken plugin there is still a record to look at, and cases whose area is gone.
        installation = Installation(engine, keyring, registry or Registry({}), clock.system)
        yield from _moving(installation)
        if registry is not None:
            for place in every_municipality(installation):
                yield from areas(installation, place)
        for chain in chains(installation):
            yield _end(installation, chain)
        if deploy:
            yield from readiness.findings(settings, installation)
            yield from readiness.passwords_of_the_demonstration(installation)


def _attempt(look: Callable[[], T], words: str) -> tuple[T | None, Finding]:
    try:
        return look(), Finding(right=True, words=words)
    except CaseworkError as error:
        return None, Finding(right=False, words=in_words(error))
    except Failure as error:
        return None, Finding(right=False, words=error.message)


def _root_words(settings: Settings) -> str:
    first = settings.key_providers[0]
    return "Nyckelfilen är installationens." if first == FILE else f"Rotnyckeln hos {first} är installationens."


def _moving(installation: Installation) -> Iterator[Finding]:
    """What was begun with the keys and is not finished: all can be read, but the old ones are still there."""
    under = sorted(rewrapping.in_use(installation))
    if len(under) > 1:
        words = f"Nycklar ligger under {' och '.join(under)}. Avsluta flytten med casework keys rewrap."
        yield Finding(right=True, words=words, notable=True)
    with installation.session(None) as session:
        halfway = accounts_key.is_unfinished(session)
    if halfway:
        words = "Bytet av nyckeln för konton är inte klart. Kör casework keys rotate --accounts igen."
        yield Finding(right=True, words=words, notable=True)
    for place in every_municipality(installation):
        with installation.session(place.code) as session:
            unfinished, waiting = rotation.is_unfinished(session), resealing.is_unfinished(session)
        if unfinished:
            words = f"{place.name}: bytet av huvudnyckel är inte klart. Kör casework keys rotate igen."
            yield Finding(right=True, words=words, notable=True)
        if waiting:
            words = f"{place.name}: gamla nycklar till ärenden finns kvar. Kör casework keys reseal --finish."
            yield Finding(right=True, words=words, notable=True)


def _folder(settings: Settings) -> Iterator[Finding]:
    if os.name == "posix" and settings.data.exists() and stat.S_IMODE(settings.data.stat().st_mode) & 0o007:
        words = f"Katalogen {settings.data} kan läsas av alla på datorn. Kör chmod 700 {settings.data}."
        yield Finding(right=True, words=words, notable=True)


def _breached(settings: Settings) -> Iterator[Finding]:
    found = settings.breached()
    if found is not None:
        yield _attempt(found.check, "Listan över läckta lösenord kan läsas.")[1]


def _walls(engine: Engine) -> Iterator[Finding]:
    # Opening the database has looked at them: it is refused unless they stand.
    how = "vyer och utlösare" if engine.dialect.name == "sqlite" else "radnivåskydd"
    yield Finding(right=True, words=f"Databasen håller kommunerna åtskilda ({how}).")


def areas(installation: Installation, place: Municipality) -> Iterator[Finding]:
    """What is notable about the focus areas that a municipality's cases are in."""
    with installation.session(place.code) as session:
        holding = activation.areas_with_cases(session)
        current = activation.current(session)
    for area, count in sorted(holding.items()):
        if area not in installation.registry.areas:
            words = f"{place.name}: modulen {area} är inte installerad men har {count} ärenden. Installera den igen."
            yield Finding(right=False, words=words)
        elif area not in current or current[area].disabled_at is not None:
            words = (
                f"{place.name}: modulen {area} är avstängd och har {count} ärenden. "
                "De kan läsas och avslutas, men inga nya kan öppnas."
            )
            yield Finding(right=True, words=words, notable=True)


def _heads(session: TenantSession) -> Sequence[AuditHead] | Sequence[InstallationHead]:
    if session.tenant is None:
        return session.scalars(select(InstallationHead)).all()
    return session.scalars(select(AuditHead)).all()


def _end(installation: Installation, chain: Chain) -> Finding:
    """Whether the end of each lane of a chain carries its own seal; ``audit verify`` recomputes the rest."""
    try:
        with installation.session(chain.code) as session:
            opened = keys.of(session).installation if chain.code is None else keys.of(session).municipality
            key = opened(session, "audit").secret
            heads = {head.lane: head for head in _heads(session)}
            lanes = audit.lanes(session)
    except (Broken, Locked):
        return Finding(right=False, words=f"{chain.name}: loggens nyckel saknas eller kan inte öppnas.")
    whole = set(heads) == set(range(lanes)) and all(
        crypto.same(head.mac, audit.head_mac(key, chain.code, head.lane, head.seq, head.hash))
        for head in heads.values()
    )
    if whole:
        return Finding(right=True, words=f"{chain.name}: loggens slut är förseglat.")
    return Finding(right=False, words=f"{chain.name}: loggens slut stämmer inte. Kör casework audit verify.")
