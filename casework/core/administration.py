"""What an administrator does: the municipality's accounts and memberships. Never a case, never a figure from one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import or_, select

from casework.contract.facts import Refusal
from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import access, accounts, approvals, audit, identity_providers, leaving, notices, organisations
from casework.core.actions import Action
from casework.core.asked import Asked, Code
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused, Remembered
from casework.core.models import Account, AgencyUnit, Approval, Membership, Organisation
from casework.core.permissions import AGENCIES, GROUPS, Actor, Permission, Role
from casework.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account with its posts here; ``ours`` says whether the municipality's administrators may reset it."""

    account: Account
    organisation: str
    ours: bool
    posts: Sequence[tuple[Membership, AgencyUnit]]


class Link(NamedTuple):
    """What came of sending somebody to enrolment: a one-time link's token, or the approval it waits for."""

    token: str = ""
    approval: Approval | None = None


def colleagues(session: TenantSession, actor: Actor) -> list[Colleague]:
    """The municipality's own accounts, and those from outside with a post in it, by name."""
    access.require(actor, Permission.ACCOUNT_ADMINISTER, Action.ACCOUNTS_LISTED, "list")
    audit.record(session, actor, Action.ACCOUNTS_LISTED, "list", "accounts")
    posts: dict[str, list[tuple[Membership, AgencyUnit]]] = {}
    for membership, unit in session.execute(
        select(Membership, AgencyUnit)
        .join(AgencyUnit, (AgencyUnit.municipality == Membership.municipality) & (AgencyUnit.id == Membership.unit_id))
        .where(Membership.valid_until > session.now)
        .order_by(Membership.role)
    ).all():
        posts.setdefault(membership.account_id, []).append((membership, unit))
    rows = session.execute(
        select(Account, Organisation)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(or_(Organisation.municipality_code == session.municipality, Account.id.in_(list(posts))))
        .order_by(Account.name)
    ).all()
    return [
        Colleague(
            account,
            organisation.name,
            organisation.municipality_code == session.municipality,
            posts.get(account.id, []),
        )
        for account, organisation in rows
    ]


def colleague(
    session: TenantSession,
    actor: Actor,
    account_id: str,
    action: Action = Action.ACCOUNTS_LISTED,
    *,
    ours: bool = False,
) -> Colleague:
    """One of them, with ``ours`` only of the municipality's own; raises NotFound alike for anybody else's account."""
    found = [one for one in colleagues(session, actor) if one.account.id == account_id and (one.ours or not ours)]
    if not found:
        raise NotFound(access.denial(actor, action, "account", account_id, "organisation"))
    return found[0]


def add_account(
    session: TenantSession, actor: Actor, username: str, name: str, title: str, identity: str = ""
) -> tuple[Account, str]:
    """Add an account of the municipality's own organisation; returns it and its one-time link's token.

    With an identity there is no link: the person signs in by the organisation's provider, which calls them that.
    """
    access.require(actor, Permission.ACCOUNT_ADMINISTER, Action.ACCOUNT_ADDED, "account")
    if not username.strip():
        raise Refused.because(_("Skriv ett användarnamn."), "username")
    if not name.strip():
        raise Refused.because(_("Skriv personens namn."), "name")
    own = session.scalar(select(Organisation).where(Organisation.municipality_code == session.municipality))
    if own is None:
        raise Refused.because(_("Kommunen saknar organisation. Be driften lägga till den."))
    account = accounts.add(session, actor, username, name.strip(), own, title.strip())
    if identity.strip():
        accounts.give_identity(session, actor, account, identity)
        return account, ""
    return account, accounts.invite(session, actor, account)


def own_provider(session: TenantSession) -> bool:
    """Whether the municipality's own organisation has a provider that vouches for its accounts."""
    own = session.scalar(select(Organisation.id).where(Organisation.municipality_code == session.municipality))
    return own is not None and identity_providers.of_organisation(session, own) is not None


def reset(session: TenantSession, actor: Actor, account_id: str, *, reason: str = "") -> Link:
    """Send an account of one's own organisation back to enrolment; one that has had a role once another one approves.

    It is somebody's also when their posts have ended: whoever took it over could ask for the posts again, as them.
    Raises Refused for a disabled account.
    """
    account = _own(session, actor, account_id, Action.ACCOUNT_RESET)
    if account.disabled_at is not None:
        raise Refused.because(_("Kontot är avstängt. Öppna kontot igen först."))
    if organisations.has_held_a_role(session, account):
        return Link(approval=_ask(session, actor, "account:reset", account, {}, reason))
    return Link(accounts.invite(session, actor, account))


@approvals.carries_out("account:reset")
def _reset_as_approved(session: TenantSession, _registry: Registry, actor: Actor, asked: Asked) -> str:
    account = _own(session, actor, asked.object_id, Action.ACCOUNT_RESET)
    token = accounts.invite(session, actor, account)
    tell_of_reset(session, account.id)
    return token


def reopen(session: TenantSession, actor: Actor, account_id: str, *, reason: str = "") -> Link:
    """Open a disabled account of one's own organisation again; one that has had a role once another one approves."""
    account = _own(session, actor, account_id, Action.ACCOUNT_REOPENED)
    if account.disabled_at is None:
        raise Refused.because(_("Kontot är inte avstängt."))
    if organisations.has_held_a_role(session, account):
        return Link(approval=_ask(session, actor, "account:reopen", account, {}, reason))
    return Link(accounts.reopen(session, actor, account))


@approvals.carries_out("account:reopen")
def _reopen_as_approved(session: TenantSession, _registry: Registry, actor: Actor, asked: Asked) -> str:
    account = _own(session, actor, asked.object_id, Action.ACCOUNT_REOPENED)
    token = accounts.reopen(session, actor, account)
    tell_of_reset(session, account.id)
    return token


def tell_of_reset(session: TenantSession, account_id: str) -> None:
    """Tell somebody, and the team leads of their units here, that their account was sent back to enrolment."""
    notices.tell(session, account_id, "account_reset")
    units = select(Membership.unit_id).where(
        Membership.account_id == account_id,
        Membership.role.in_(GROUPS["social_services"]),
        Membership.valid_until > session.now,
    )
    leads = session.scalars(
        select(Membership.account_id).where(
            Membership.role == Role.TEAM_LEAD,
            Membership.unit_id.in_(units),
            Membership.valid_from <= session.now,
            Membership.valid_until > session.now,
        )
    ).all()
    for lead in set(leads) - {account_id}:
        notices.tell(session, lead, "colleague_reset")


def disable(session: TenantSession, actor: Actor, account_id: str) -> None:
    """Disable an account of one's own organisation; raises Refused for oneself."""
    account = _own(session, actor, account_id, Action.ACCOUNT_DISABLED)
    if account.id == actor.id:
        raise Refused.because(_("Du kan inte stänga av ditt eget konto."))
    accounts.disable(session, actor, account)


def sign_out(session: TenantSession, actor: Actor, account_id: str) -> None:
    """End every session of an account of one's own organisation; its owner may sign in again."""
    accounts.sign_out(session, actor, _own(session, actor, account_id, Action.SESSIONS_ENDED))


def grant(
    session: TenantSession,
    actor: Actor,
    account_id: str,
    role: str,
    level: str,
    unit_id: str,
    *,
    emergency: bool = False,
    reason: str = "",
) -> Approval:
    """Ask for a post here for somebody; they have it once another administrator approves.

    Raises Refused for unknown roles, for oneself and for roles that are kept apart. No post is given by one person
    alone: whoever could make another administrator alone could approve everything alone.
    """
    account, unit = _grantable(session, actor, account_id, role, level, unit_id, Action.APPROVAL_ASKED)
    organisations.require_duty(Role(role), emergency=emergency)
    chosen: dict[str, Code] = {"role": role, "level": level, "unit": unit.id, "emergency": emergency}
    return _ask(session, actor, "account:grant", account, chosen, reason)


@approvals.carries_out("account:grant")
def _grant_as_approved(session: TenantSession, _registry: Registry, actor: Actor, asked: Asked) -> None:
    role, level, unit_id = asked.text("role"), asked.text("level"), asked.text("unit")
    account, unit = _grantable(session, actor, asked.object_id, role, level, unit_id, Action.MEMBERSHIP_GRANTED)
    emergency = bool(asked.parameters["emergency"])
    leaving.end_places(session, actor, account.id)
    organisations.grant(session, actor, account, Role(role), unit, Level(level), emergency=emergency)
    organisations.add_door(account, session.municipality)


def _grantable(
    session: TenantSession, actor: Actor, account_id: str, role: str, level: str, unit_id: str, action: Action
) -> tuple[Account, AgencyUnit]:
    access.require(actor, Permission.ACCOUNT_ADMINISTER, action, "account", account_id)
    account = colleague(session, actor, account_id, action).account
    unit = session.get(AgencyUnit, (session.municipality, unit_id))
    if account.id == actor.id:
        denied = access.denial(actor, action, "account", account_id, "oneself")
        raise Remembered(Refusal(_("Du kan inte ge dig själv en roll."), "role"), denied)
    if role not in set(Role) or level not in set(Level) or unit is None:
        raise Refused.because(_("Välj roll, beslutsnivå och enhet."), "role")
    if unit.agency not in AGENCIES.get(Role(role), {Agency.SOCIAL_SERVICES}):
        raise Refused.because(_("Rollen finns inte hos den myndigheten. Välj en annan enhet."), "unit")
    if account.disabled_at is not None:
        raise Refused.because(_("Kontot är avstängt. Öppna kontot igen först."), "role")
    organisations.require_grantable(session, account, Role(role), session.now)
    return account, unit


def _ask(
    session: TenantSession, actor: Actor, kind: str, account: Account, chosen: dict[str, Code], reason: str
) -> Approval:
    parameters = {"account": account.id} | chosen
    return approvals.ask(session, actor, kind, "account", account.id, parameters, reason=reason)


def end(session: TenantSession, actor: Actor, membership_id: str) -> None:
    """End somebody's post here now, and with the last one that can have any their places in cases."""
    access.require(actor, Permission.ACCOUNT_ADMINISTER, Action.MEMBERSHIP_ENDED, "membership", membership_id)
    membership = session.get(Membership, (session.municipality, membership_id))
    if membership is None:
        raise NotFound(access.denial(actor, Action.MEMBERSHIP_ENDED, "membership", membership_id, "missing"))
    organisations.end_membership(session, actor, membership)
    session.flush()
    leaving.end_places(session, actor, membership.account_id)


def _own(session: TenantSession, actor: Actor, account_id: str, action: Action) -> Account:
    access.require(actor, Permission.ACCOUNT_ADMINISTER, action, "account", account_id)
    account = session.scalar(
        select(Account)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.id == account_id, Organisation.municipality_code == session.municipality)
    )
    if account is None:
        raise NotFound(access.denial(actor, action, "account", account_id, "organisation"))
    return account
