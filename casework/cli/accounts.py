"""``casework account``: made, disabled and given a new one-time link, as the operator."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy import select

from casework.cli.examples import example
from casework.cli.opening import opened, require_municipality, with_settings
from casework.contract.fields import Agency
from casework.contract.workflow import Level
from casework.core import accounts, administration, organisations
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.models import Account, AgencyUnit, Organisation
from casework.core.permissions import AGENCIES, OPERATOR, Actor, Role
from casework.core.setup.reading import LEVELS
from casework.settings import Settings


@click.group()
def account() -> None:
    """Konton."""


@account.command(
    epilog=example(
        'casework account add maja.testlind --name "Maja Testlind" --organisation "Kumla kommun" \\',
        "  --role case_officer --municipality 1881 --unit Vuxenenheten",
    )
)
@click.argument("username", metavar="ANVÄNDARNAMN")
@click.option("--name", required=True, metavar="NAMN", help="Personens namn.")
@click.option("--organisation", required=True, metavar="NAMN", help="Arbetsgivaren, som den heter i setup-filen.")
@click.option("--title", default="", metavar="TITEL", help="Till exempel Socialsekreterare.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="Ett första uppdrag; kräver kommun och enhet."
)
@click.option("--municipality", metavar="KOD", help="Kommunens kod, till exempel 1881.")
@click.option("--unit", metavar="NAMN", help="Enheten, som den heter i setup-filen.")
@click.option("--level", type=click.Choice([level.value for level in Level]), help="Delegation: H, FS, EC eller U.")
@with_settings
def add(
    settings: Settings,
    username: str,
    name: str,
    organisation: str,
    title: str,
    role: str | None,
    municipality: str | None,
    unit: str | None,
    level: str | None,
) -> None:
    """Lägg upp ett konto och skriv dess engångslänk."""
    if (role is None) != (municipality is None) or (role is None) != (unit is None):
        raise click.UsageError("--role, --municipality och --unit hör ihop.")
    if role is None and level is not None:
        raise click.UsageError("--level hör ihop med --role.")
    with opened(settings) as installation:
        if municipality is not None and unit is not None and role is not None:
            require_municipality(installation, municipality)
            with installation.session(municipality) as session:
                _unit(session, Role(role), unit)
        with installation.session(None) as session:
            made = accounts.add(session, OPERATOR, username, name, _organisation(session, organisation), title)
            if municipality is not None:
                organisations.add_door(made, municipality)
            token = accounts.invite(session, OPERATOR, made)
        if municipality is not None and unit is not None and role is not None:
            _grant(installation, municipality, made.id, Role(role), unit, level)
    _show(token)


@account.command(epilog=example("casework account disable maja.testlind --data /srv/casework"))
@click.argument("username", metavar="ANVÄNDARNAMN")
@with_settings
def disable(settings: Settings, username: str) -> None:
    """Stäng ett konto genast. Det som personen har gjort står kvar."""
    with opened(settings) as installation, installation.session(None) as session:
        accounts.disable(session, OPERATOR, _account(session, username))
    click.echo(f"Kontot {username} är stängt.")


@account.command(epilog=example("casework account reset maja.testlind --data /srv/casework"))
@click.argument("username", metavar="ANVÄNDARNAMN")
@with_settings
def reset(settings: Settings, username: str) -> None:
    """Skriv en ny engångslänk. Det gamla lösenordet slutar gälla, och personen och enhetschefen får veta det."""
    _new_link(settings, username, accounts.invite)


@account.command(epilog=example("casework account reopen maja.testlind --data /srv/casework"))
@click.argument("username", metavar="ANVÄNDARNAMN")
@with_settings
def reopen(settings: Settings, username: str) -> None:
    """Öppna ett stängt konto igen, med de uppdrag som inte är avslutade, och skriv en ny engångslänk."""
    _new_link(settings, username, accounts.reopen)


@account.command(
    "sign-out",
    epilog=example("casework account sign-out maja.testlind --data /srv/casework", "casework account sign-out --all"),
)
@click.argument("username", metavar="ANVÄNDARNAMN", required=False)
@click.option("--all", "everybody", is_flag=True, help="Alla i hela installationen.")
@with_settings
def sign_out(settings: Settings, username: str | None, everybody: bool) -> None:
    """Avsluta någons alla inloggningar genast, eller allas. De kan logga in igen som vanligt."""
    if everybody == (username is not None):
        raise click.UsageError("Skriv ett användarnamn eller --all.")
    with opened(settings) as installation, installation.session(None) as session:
        if username is None:
            ended = accounts.sign_everybody_out(session, OPERATOR)
        else:
            ended = accounts.sign_out(session, OPERATOR, _account(session, username))
    click.echo(f"{ended} inloggningar avslutades.")


def _new_link(settings: Settings, username: str, deed: Callable[[TenantSession, Actor, Account], str]) -> None:
    with opened(settings) as installation:
        with installation.session(None) as session:
            found = _account(session, username)
            token = deed(session, OPERATOR, found)
        for code in accounts.open_doors(found):
            with installation.session(code) as session:
                administration.tell_of_reset(session, found.id)
    _show(token)


def _show(token: str) -> None:
    click.echo(f"/valkommen/{token}")
    click.echo(
        f"Skriv serverns adress framför länken. Den gäller en gång och i {accounts.LINK_HOURS} timmar.", err=True
    )


def _account(session: TenantSession, username: str) -> Account:
    found = accounts.find(session, username)
    if found is None:
        raise Refused.because("Det finns inget sådant konto.", "username")
    return found


def _organisation(session: TenantSession, name: str) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        raise Refused.because("Organisationen finns inte. Lägg in den med casework setup.", "organisation")
    return found


def _unit(session: TenantSession, role: Role, name: str) -> AgencyUnit:
    """The unit of that name where the role is held."""
    agencies = AGENCIES.get(role, frozenset({Agency.SOCIAL_SERVICES}))
    units = [unit for agency in agencies for unit in organisations.units(session, agency)]
    found = next((unit for unit in units if unit.name == name), None)
    if found is None:
        known = ", ".join(sorted(unit.name for unit in units)) or "ingen"
        raise Refused.because(f"Enheten finns inte där rollen hör hemma. De som finns: {known}.", "unit")
    return found


def _grant(
    installation: Installation, municipality: str, account_id: str, role: Role, unit: str, level: str | None
) -> None:
    with installation.session(municipality) as session:
        made = session.get_one(Account, account_id)
        delegated = Level(level) if level else LEVELS.get(role, Level.H)
        organisations.grant(session, OPERATOR, made, role, _unit(session, role, unit), delegated)
