"""What the objects of an approval are like at this moment, held until the transaction ends: what an approver judges."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Select, func, select

from casework.core.asked import Asked, Code
from casework.core.db import TenantSession
from casework.core.keys import DESTROYED, MAIN
from casework.core.models import (
    Account,
    Activation,
    Case,
    CaseKey,
    CaseMember,
    CasePerson,
    ConflictBlock,
    Municipality,
    MunicipalityKey,
    Person,
    PersonKey,
    RoleHolding,
)


def _case(session: TenantSession, asked: Asked) -> Case:
    return session.get_one(Case, (session.municipality, asked.case_id), with_for_update=True, populate_existing=True)


def _blocked(case: Case) -> Select[str]:
    """Whom a conflict of interest of their own keeps out; who works with what faces the case is no part of it."""
    standing = (ConflictBlock.case_id == case.id, ConflictBlock.lifted_at.is_(None))
    return select(ConflictBlock.account_id).where(*standing)


def team(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """Who is in a case and who is kept out of it, whose it is, and how its person is protected. Never what it says."""
    case = _case(session, asked)
    members = session.execute(
        select(CaseMember.account_id, CaseMember.role, CaseMember.may_unseal, CaseMember.valid_until).where(
            CaseMember.case_id == case.id, CaseMember.valid_until > session.now
        )
    ).all()
    blocked = session.scalars(_blocked(case)).all()
    named = sorted(f"{one.account_id}/{one.role}/{one.may_unseal}/{one.valid_until.isoformat()}" for one in members)
    return {
        "open": case.is_open,
        "officer": case.officer_id or "",
        "team": _digest([*named, "blocked", *sorted(blocked)]),
        "unit": case.unit_id,
        "protected": _protected(session, case),
        **protection(session, asked),
    }


def _protected(session: TenantSession, case: Case) -> str:
    """Everybody in a case who is protected, and how closely: whoever is named in it sees them all."""
    rows = session.execute(
        select(Person.id, Person.protection)
        .join(CasePerson, (CasePerson.municipality == Person.municipality) & (CasePerson.person_id == Person.id))
        .where(CasePerson.case_id == case.id, Person.protection > 0)
    ).all()
    return _digest(sorted({f"{one.id}/{one.protection}" for one in rows}))


def protection(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """Who a case is about, and how they are protected."""
    case = _case(session, asked)
    person = (
        None
        if case.subject_id is None
        else session.get(Person, (case.municipality, case.subject_id), with_for_update=True, populate_existing=True)
    )
    if person is None:
        return {"person": ""}
    return {"person": person.id, "protection": person.protection}


def account(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """Whether an account is open, and every role it holds anywhere."""
    account = session.get_one(
        Account, asked.text("account"), with_for_update={"key_share": True}, populate_existing=True
    )
    held = session.execute(
        select(RoleHolding.membership_id, RoleHolding.valid_until).where(
            RoleHolding.account_id == account.id, RoleHolding.valid_until > session.now
        )
    ).all()
    closed = "" if account.disabled_at is None else account.disabled_at.isoformat()
    holds = sorted(f"{one.membership_id}/{one.valid_until.isoformat()}" for one in held)
    return {"closed": closed, "employer": account.organisation_id, "holds": _digest(holds)}


def area(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """When an area was last switched on and off; switching takes turns."""
    session.get_one(Municipality, session.municipality, with_for_update={"key_share": True}, populate_existing=True)
    latest = select(Activation).where(Activation.area == asked.object_id).order_by(Activation.enabled_at.desc())
    row = session.scalars(latest.limit(1)).one_or_none()
    if row is None:
        return {"activation": "", "ended": ""}
    return {"activation": row.id, "ended": "" if row.disabled_at is None else row.disabled_at.isoformat()}


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def people(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """Who has which part in a case and may know of it, how each is protected, and who is kept out of it."""
    case = _case(session, asked)
    parts = session.execute(
        select(CasePerson.person_id, CasePerson.role, CasePerson.may_not_know, Person.protection)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id)
    ).all()
    there = sorted(f"{one.person_id}/{one.role}/{one.may_not_know}/{one.protection}" for one in parts)
    kept_out = sorted(session.scalars(_blocked(case)))
    return {"officer": case.officer_id or "", "people": _digest([*there, "blocked", *kept_out])}


def is_protected(session: TenantSession, asked: Asked) -> bool:
    """Whether anybody in a case has a protection level."""
    protected = (
        select(Person.id)
        .join(CasePerson, (CasePerson.municipality == Person.municipality) & (CasePerson.person_id == Person.id))
        .where(CasePerson.case_id == asked.case_id, Person.protection > 0)
    )
    return session.scalar(protected.limit(1)) is not None


def main_key(session: TenantSession, asked: Asked) -> dict[str, Code]:  # noqa: ARG001 the signature is every kind's
    """Which main key of the municipality is the newest: once it is changed, what was ordered is done."""
    newest = session.scalar(select(func.max(MunicipalityKey.version)).where(MunicipalityKey.purpose == MAIN))
    return {"version": newest or 0}


def owners_keys(session: TenantSession, asked: Asked) -> dict[str, Code]:  # noqa: ARG001 the signature is every kind's
    """Which keys of cases and persons are the newest: once they are all renewed, what was ordered is done."""
    newest = [session.scalar(select(func.max(model.version))) or 0 for model in (CaseKey, PersonKey)]
    return {"version": max(newest)}


def root_keys(session: TenantSession, asked: Asked) -> dict[str, Code]:  # noqa: ARG001 the signature is every kind's
    """Under which roots the municipality's keys lie: once they are moved, what was ordered is done."""
    under = select(MunicipalityKey.root).where(
        MunicipalityKey.main_version.is_(None), MunicipalityKey.status != DESTROYED
    )
    return {"roots": _digest(sorted({root or "" for root in session.scalars(under)}))}
