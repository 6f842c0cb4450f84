"""Whether an opened installation is fit to be served: not invented, its clock right, checked and copied lately."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import func, select

from casework.cli import surroundings
from casework.cli.failures import Failure
from casework.cli.findings import Finding, notable, unsafe, well, wrong
from casework.cli.opening import every_municipality
from casework.core import (
    cases,
    checkpoint_verification,
    checkpoints,
    credentials,
    emergencies,
    identity_providers,
    organisations,
    passwords,
)
from casework.core.actions import Action
from casework.core.installation import Installation
from casework.core.models import Account, AuditEvent, InstallationEvent
from casework.core.provider_documents import Unreachable
from casework.settings import Settings

EXAMPLE = frozenset(
    "ake.pahittdotter anders.ovningsmark arne.fiktell bjorn.latsasson britt.ovningsmark disa.fiktell elin.exempelsson "
    "erik.demosson frida.fiktell gun.fiktell hans.exempelsson hedda.mallstrom inga.exempelsson johan.pahittdotter "
    "jon.skissgren karin.mallstrom klara.mallstrom lo.provander maja.testlind maria.testlind nils.provander olle.dummy "
    "per.demosson ragna.provander robert.ovningsmark sara.latsasson siv.demosson sixten.dummy sten.pahittdotter "
    "tora.provander tove.mallstrom ulf.testlind vilma.dummy ylva.latsasson".split()
)
"""Who the example of the agreement is made of."""
CHANCE = 2
"""So many real people may be called like somebody in the example."""
RECENT = timedelta(hours=25)
ASTRAY = timedelta(seconds=5)
"""So much may clocks differ."""


def findings(settings: Settings, installation: Installation) -> Iterator[Finding]:
    """Everything that takes the opened database, quickly enough for every start."""
    yield from _demonstration(installation)
    yield from _clock(installation)
    yield from _one_on_sqlite(installation)
    yield from _checkpoints(settings, installation)
    yield from _backups(settings, installation)
    yield from _providers(settings, installation)
    yield from _reviewers(installation)


def require_safe(settings: Settings, installation: Installation) -> None:
    """Refuse to serve while something is unsafe, each thing with its remedy; tell the rest on the error stream."""
    found = [*surroundings.findings(settings, os.environ), *findings(settings, installation)]
    stopping = [one.words for one in found if one.stops and not one.right]
    if stopping:
        raise Failure(
            "Inga sidor visas förrän det här är rättat:\n"
            + "\n".join(f"  - {words}" for words in stopping)
            + "\nVill du bara prova på den här datorn, kör casework serve --trial."
        )
    for one in found:
        if not one.right:
            click.echo(f"{one.mark}  {one.words}", err=True)


def passwords_of_the_demonstration(installation: Installation) -> Iterator[Finding]:
    """Whether somebody has the password that the demonstration prints for everybody; slow, as passwords are."""
    with installation.session(None) as session:
        open_ones = session.execute(
            select(Account.id, Account.username).where(Account.disabled_at.is_(None)).order_by(Account.username)
        ).all()
        found = [
            row.username
            for row in open_ones
            if any(
                passwords.fits(passwords.DEMONSTRATION, one.verifier)
                for one in credentials.of(session, row.id, credentials.PASSWORD)
            )
        ]
    if found:
        yield unsafe(
            f"Övningsmiljöns lösenord öppnar konton: {', '.join(found)}. Kör casework account reset för vart och ett."
        )
    else:
        yield well("Inget konto öppnas av övningsmiljöns lösenord.")


def _demonstration(installation: Installation) -> Iterator[Finding]:
    with installation.session(None) as session:
        founded = select(InstallationEvent.detail).where(InstallationEvent.action == Action.INSTALLATION_FOUNDED)
        demo = any('"demo":true' in (detail or "") for detail in session.scalars(founded))
        names = select(Account.username).where(Account.username.in_(EXAMPLE), Account.disabled_at.is_(None))
        invented = session.scalars(names.order_by(Account.username)).all()
    if demo:
        yield unsafe("Databasen är övningsmiljöns. Gör en ny installation i en ny katalog eller databas.")
    elif len(invented) > CHANCE:
        yield unsafe(
            f"Exemplets påhittade konton är öppna: {', '.join(invented)}. Stäng dem med casework account disable."
        )
    else:
        yield well("Databasen är ingen övningsmiljö.")


def _clock(installation: Installation) -> Iterator[Finding]:
    """The clock never goes back behind the record, and agrees with the database server's own."""
    now, latest, server = installation.clock(), [], None
    for code in (None, *(place.code for place in every_municipality(installation))):
        with installation.session(code) as session:
            event: Any = InstallationEvent if code is None else AuditEvent
            latest.append(session.scalar(select(func.max(event.at))))
            if installation.engine.dialect.name == "postgresql":
                server = session.scalar(select(func.clock_timestamp()))
    behind = [at for at in latest if at is not None and at > installation.clock() + ASTRAY]
    if behind:
        yield unsafe(
            f"Datorns klocka går efter loggen, som redan är framme vid {max(behind):%Y-%m-%d %H.%M} (UTC). "
            "Ställ klockan och låt NTP sköta den."
        )
    elif server is not None and not now - ASTRAY <= server <= installation.clock() + ASTRAY:
        yield unsafe("Datorns klocka och databasserverns går olika. Låt NTP sköta båda.")
    else:
        yield well("Klockan går rätt mot loggen.")


def _one_on_sqlite(installation: Installation) -> Iterator[Finding]:
    places = len(every_municipality(installation))
    if installation.engine.dialect.name == "sqlite" and places > 1:
        yield wrong(
            f"{places} kommuner delar en inbyggd databas, som är till för en. Använd PostgreSQL, eller en installation "
            "för varje kommun (docs/security.md)."
        )


def _checkpoints(settings: Settings, installation: Installation) -> Iterator[Finding]:
    path = settings.checkpoints
    if path is not None and path.resolve().is_relative_to(settings.data.resolve()):
        yield wrong(
            "Kontrollpunkterna ligger hos databasen, där den som ändrar den kan ändra dem. Låt CASEWORK_CHECKPOINTS "
            "vara på en annan dator eller ägas av en annan användare."
        )
    codes = [place.code for place in every_municipality(installation)]
    if path is not None and checkpoint_verification.faults_of_last(installation.session, codes, path):
        yield unsafe(
            "Loggen fortsätter inte från den senaste kontrollpunkten: databasen är återställd till ett äldre läge "
            "eller ändrad. Kör casework audit verify --checkpoints och kontakta den som ansvarar för säkerheten."
        )
        return
    at = _latest(installation, Action.AUDIT_CHECKPOINTED)
    if path is not None and not any(checkpoints.lines_of(path)):
        yield wrong(
            f"Där CASEWORK_CHECKPOINTS pekar finns inga kontrollpunkter ({path.name}). Kontrollera att platsen är "
            "ansluten, och kör casework audit checkpoint."
        )
    elif at is None or at < installation.clock() - RECENT:
        yield wrong(
            "Inga kontrollpunkter har skrivits det senaste dygnet. Kör casework audit checkpoint med en timer, till en "
            "plats som den som har databasen inte når."
        )
    elif path is None:
        yield notable("Kontrollpunkterna går till systemloggen. Jämför dem med casework audit verify --checkpoints.")
    else:
        yield well("Loggen fortsätter från den senaste kontrollpunkten.")


def _backups(settings: Settings, installation: Installation) -> Iterator[Finding]:
    if settings.backups_elsewhere:
        yield notable("Säkerhetskopior sköts utanför programmet (CASEWORK_BACKUPS=elsewhere).")
        return
    at = _latest(installation, Action.INSTALLATION_BACKED_UP)
    if at is None or at < installation.clock() - RECENT:
        yield wrong(
            "Ingen säkerhetskopia har gjorts det senaste dygnet. Kör casework backup med en timer, eller sätt "
            "CASEWORK_BACKUPS=elsewhere om kopior görs på annat sätt."
        )
    else:
        yield well(f"Den senaste säkerhetskopian är från {at:%Y-%m-%d %H.%M} (UTC).")


def _providers(settings: Settings, installation: Installation) -> Iterator[Finding]:
    """Whether the organisations' own sign-in can be used, and how sure it must be of whom it names."""
    with installation.session(None) as session:
        for offered in identity_providers.offered(session):
            row = identity_providers.live(session, offered.id)
            if row is None:
                continue
            try:
                peer = identity_providers.peer(row, settings.oidc_options)
            except Unreachable:
                yield wrong(
                    f"{offered.name}: det som visar vem Hållpunkt är för inloggningstjänsten kan inte läsas "
                    f"({row.authentication}). Filen ska vara tjänstens egen med rättigheterna 600."
                )
                continue
            lower = sorted(set(peer.acr) - set(identity_providers.LOA3))
            if lower:
                words = "Det är driftens sak att det motsvarar tillitsnivå 3, annars är det en faktor för lite."
                yield notable(f"{offered.name}: inloggningstjänsten får intyga {', '.join(lower)}. {words}")
            else:
                yield well(f"{offered.name}: egen inloggning, tillitsnivå 3 eller högre.")


def _reviewers(installation: Installation) -> Iterator[Finding]:
    """Whether somebody hears of it, in each municipality, when a case is opened in an emergency."""
    alone = []
    for place in every_municipality(installation):
        with installation.session(place.code) as session:
            if not organisations.colleagues(session, cases.holder(), emergencies.TOLD):
                alone.append(place.name)
    if alone:
        yield wrong(
            f"Ingen får veta när nödåtkomst används i {', '.join(alone)}. Lägg in en enhetschef eller en loggranskare "
            "vid socialtjänsten där."
        )
    else:
        yield well("I varje kommun får någon veta när nödåtkomst används.")


def _latest(installation: Installation, action: Action) -> datetime | None:
    """When the installation's chain last remembers an act."""
    with installation.session(None) as session:
        return session.scalar(select(func.max(InstallationEvent.at)).where(InstallationEvent.action == action))
