"""Municipalities, organisations, units and memberships: who takes part, set up by the operator and administrators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import audit, keys, session_rows
from casework.core.actions import Action
from casework.core.clock import FOREVER
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.models import Account, AgencyUnit, InstallationHead, Membership, Municipality, Organisation
from casework.core.permissions import OPERATOR, Actor, Role, apart


def found_installation(session: TenantSession) -> None:
    """Make the installation's keys and its chain, once; raises KeyWrong on another installation's root."""
    keys.of(session).found_installation(session, session.now)
    session.flush()
    if session.scalar(select(InstallationHead).limit(1)) is None:
        audit.found_chain(session)
        audit.record(session, OPERATOR, Action.INSTALLATION_FOUNDED, "installation", "")


def municipality(session: TenantSession, code: str) -> Municipality | None:
    """A municipality that takes part, by its SCB code."""
    return session.get(Municipality, code)


def take_turns(session: TenantSession) -> None:
    """Let nobody else register persons or cases in the municipality until this transaction ends.

    What is looked for and not found can then be made without being made twice. SQLite has one writer anyway; on
    PostgreSQL the lock is one that foreign keys to the municipality do not wait for.
    """
    session.scalar(
        select(Municipality.code).where(Municipality.code == session.municipality).with_for_update(key_share=True)
    )


def municipalities(session: TenantSession) -> list[Municipality]:
    """Every municipality that takes part, by name."""
    return list(session.scalars(select(Municipality).order_by(Municipality.name)).all())


def register_municipality(session: TenantSession, code: str, name: str) -> Municipality:
    """Register a municipality, in a session of the installation; ``found_municipality`` then makes its keys."""
    found = Municipality(code=code, name=name)
    session.add(found)
    session.flush()
    return found


def found_municipality(session: TenantSession) -> None:
    """Make the keys and the chain of the session's municipality."""
    keys.of(session).found_municipality(session)
    audit.found_chain(session)
    audit.record(session, OPERATOR, Action.MUNICIPALITY_FOUNDED, "municipality", session.municipality)


def organisation(session: TenantSession, name: str, municipality_code: str | None = None) -> Organisation:
    """The organisation of that name, registered if it is new."""
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(name=name, municipality_code=municipality_code)
        session.add(found)
        session.flush()
    return found


def unit(session: TenantSession, agency: str, name: str, contact: str = "") -> AgencyUnit:
    """The unit of that agency and name, made if it is new."""
    found = session.scalar(select(AgencyUnit).where(AgencyUnit.agency == agency, AgencyUnit.name == name))
    if found is None:
        found = AgencyUnit(agency=agency, name=name)
        session.add(found)
    found.contact = contact or found.contact
    session.flush()
    return found


def units(session: TenantSession, agency: str | None = None) -> list[AgencyUnit]:
    """The units of the session's municipality, by name."""
    query = select(AgencyUnit).order_by(AgencyUnit.name)
    return list(session.scalars(query if agency is None else query.where(AgencyUnit.agency == agency)).all())


def grant(
    session: TenantSession,
    by: Actor,
    account: Account,
    role: Role,
    unit_: AgencyUnit,
    level: Level = Level.H,
    valid_from: datetime | None = None,
    valid_until: datetime = FOREVER,
) -> Membership:
    """Give an account a role in a unit; raises Refused where its roles must be kept apart. The same twice is one."""
    others = memberships_of(session, account)
    if not apart(frozenset({role, *(Role(one.role) for one in others)})):
        raise Refused.because(_("Rollerna får inte innehas av samma person."), "role")
    for one in others:
        if (one.role, one.level, one.unit_id, one.valid_until) == (role, level, unit_.id, valid_until):
            return one
    membership = Membership(
        account_id=account.id,
        role=role,
        level=level,
        unit_id=unit_.id,
        valid_from=valid_from or session.now,
        valid_until=valid_until,
        granted_by=by.id,
    )
    session.add(membership)
    session.flush()
    detail = {"account": account.id, "role": role, "level": level}
    audit.record(session, by, Action.MEMBERSHIP_GRANTED, "membership", membership.id, detail=detail)
    return membership


def add_door(account: Account, code: str) -> None:
    """Remember that a membership of the account may be found in a municipality."""
    doors = [*dict.fromkeys([*(one for one in account.doors.split(",") if one), code])]
    account.doors = ",".join(doors)


def memberships_of(session: TenantSession, account: Account) -> list[Membership]:
    """The account's memberships in the session's municipality that have not ended."""
    return list(
        session.scalars(
            select(Membership).where(Membership.account_id == account.id, Membership.valid_until > session.now)
        ).all()
    )


def end_membership(session: TenantSession, by: Actor, membership: Membership) -> None:
    """End a membership now, and with it whatever its holder has open anywhere."""
    membership.valid_until = max(session.now, membership.valid_from)
    session_rows.end_all(session, membership.account_id)
    audit.record(session, by, Action.MEMBERSHIP_ENDED, "membership", membership.id)


def colleagues(session: TenantSession, agency: str, roles: frozenset[Role]) -> list[tuple[Account, Membership]]:
    """The accounts that hold one of the roles in an agency of the municipality at this moment, by name."""
    rows = session.execute(
        select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .join(AgencyUnit, (AgencyUnit.municipality == Membership.municipality) & (AgencyUnit.id == Membership.unit_id))
        .where(
            AgencyUnit.agency == agency,
            Membership.role.in_(roles),
            Membership.valid_from <= session.now,
            Membership.valid_until > session.now,
            Account.disabled_at.is_(None),
        )
        .order_by(Account.name)
    ).all()
    return [(account, membership) for account, membership in rows]
