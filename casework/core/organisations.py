"""Municipalities, organisations, units and memberships: who takes part, set up by the operator and administrators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import audit, grants, keys, session_rows
from casework.core.actions import Action
from casework.core.clock import FOREVER
from casework.core.db import TenantSession, new_id
from casework.core.errors import Refused
from casework.core.models import (
    Account,
    AgencyUnit,
    InstallationHead,
    Membership,
    Municipality,
    Organisation,
    RoleHolding,
)
from casework.core.permissions import CARRIES_DUTY, OPERATOR, OUTSIDE, Actor, Role, group_of


def found_installation(session: TenantSession, *, demo: bool = False) -> None:
    """Make the installation's keys and its chain, once; raises KeyWrong on another installation's root.

    The record remembers for good that it is a ``demo``, so that it is never served as anything else.
    """
    keys.of(session).found_installation(session, session.now)
    session.flush()
    if session.scalar(select(InstallationHead).limit(1)) is None:
        audit.found_chain(session)
        audit.record(
            session, OPERATOR, Action.INSTALLATION_FOUNDED, "installation", "", detail={"demo": True} if demo else None
        )


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


def organisation(
    session: TenantSession, name: str, municipality_code: str | None = None, agency: str | None = None
) -> Organisation:
    """The organisation of that name, registered if it is new; an outside one has an agency and no municipality."""
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(name=name, municipality_code=municipality_code)
        session.add(found)
    found.agency = found.agency or agency
    session.flush()
    return found


def employer(session: TenantSession, account_id: str) -> str:
    """The name of the organisation an account belongs to."""
    query = select(Organisation.name).join(Account, Account.organisation_id == Organisation.id)
    return session.scalar(query.where(Account.id == account_id)) or ""


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


def require_duty(role: Role, *, emergency: bool) -> None:
    """Raise Refused where the right to break the glass is to go with a role that reads no cases."""
    if emergency and role not in CARRIES_DUTY:
        raise Refused.because(
            _("Nödåtkomst kan bara ges till den som arbetar i ärenden i socialtjänsten."), "emergency"
        )


def grant(
    session: TenantSession,
    by: Actor,
    account: Account,
    role: Role,
    unit_: AgencyUnit,
    level: Level = Level.H,
    valid_from: datetime | None = None,
    valid_until: datetime = FOREVER,
    *,
    emergency: bool = False,
) -> Membership:
    """Give an account a role in a unit; raises Refused where its roles must be kept apart. The same twice is one.

    ``emergency`` adds the right to break the glass; raises Refused for a role that reads no cases.
    """
    begins = valid_from or session.now
    require_grantable(session, account, role, begins, valid_until)
    require_duty(role, emergency=emergency)
    wanted = (role, level, unit_.id, valid_until, emergency)
    for one in memberships_of(session, account):
        if (one.role, one.level, one.unit_id, one.valid_until, one.emergency) == wanted:
            return one
    membership = Membership(
        id=new_id(),
        account_id=account.id,
        role=role,
        level=level,
        unit_id=unit_.id,
        emergency=emergency,
        valid_from=begins,
        valid_until=valid_until,
        granted_by=by.id,
    )
    grants.seal(session, membership)
    session.add(membership)
    session.flush()
    detail = {"account": account.id, "role": role, "level": level} | ({"emergency": True} if emergency else {})
    audit.record(session, by, Action.MEMBERSHIP_GRANTED, "membership", membership.id, detail=detail)
    return membership


def require_grantable(
    session: TenantSession, account: Account, role: Role, begins: datetime, ends: datetime = FOREVER
) -> None:
    """Raise Refused where the account's agency or a role it holds, in any municipality, keeps it from a role.

    Nobody else can give the account a role until this transaction ends. The database would refuse the post itself.
    """
    session.scalar(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))
    employer = session.get_one(Organisation, account.organisation_id)
    if employer.municipality_code is None and role not in OUTSIDE.get(employer.agency or "", frozenset()):
        raise Refused.because(_("Kontot tillhör en annan myndighet och kan bara ha roller där."), "role")
    group = group_of(role)
    if group is None or begins >= ends:
        return
    other = select(RoleHolding.role_group).where(
        RoleHolding.account_id == account.id,
        RoleHolding.role_group != group,
        RoleHolding.valid_from < ends,
        RoleHolding.valid_until > begins,
    )
    if session.scalar(other.limit(1)) is not None:
        raise Refused.because(_("Rollerna får inte innehas av samma person."), "role")


def has_held_a_role(session: TenantSession, account: Account) -> bool:
    """Whether an account has or has ever had a role: here for however short a time, elsewhere for any."""
    here = select(Membership.id).where(Membership.account_id == account.id)
    held = select(RoleHolding.membership_id).where(RoleHolding.account_id == account.id)
    return any(session.scalar(one.limit(1)) is not None for one in (here, held))


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
    grants.seal(session, membership)
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
    return [(account, membership) for account, membership in rows if grants.is_genuine(session, membership)]
