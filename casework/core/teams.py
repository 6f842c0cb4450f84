"""Who is named in a case: assigned, named, ended, blocked. All of it is seen in the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import access, approvals, audit, cases, organisations, shut_out, sides, telling
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.asked import Asked, Code
from casework.core.clock import FOREVER
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused, Remembered
from casework.core.models import Account, Approval, Case, CaseMember, ConflictBlock, Decider
from casework.core.permissions import CASE_ROLES, NAMEABLE, Actor, Permission
from casework.core.registry import Registry

BESIDE_THE_OFFICER = frozenset({"co_officer", "reader"})
"""Roles somebody can be named in; the officer is assigned, and there is one."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who is in a case. ``decision`` is None for somebody who may assign it and not open it."""

    case: Case
    decision: Decision | None
    may_assign: bool
    may_withdraw: bool
    members: Sequence[tuple[CaseMember, Account]]
    deciders: Sequence[tuple[Decider, Account]]
    blocked: Sequence[Account]


def team(session: TenantSession, actor: Actor, case_id: str, *, assigning: bool = False) -> Team:
    """The team of a case, for who may open it or (``assigning``: only) assign it; raises NotFound for anybody else."""
    may_assign, opened = True, None
    try:
        case, _decision = access.of_case(
            session, actor, Permission.CASE_ASSIGN, case_id, Action.CASE_OPENED, detail={"page": "team"}
        )
    except NotFound:
        if assigning:
            raise
        may_assign = False
    try:
        case, opened = cases.open_case(session, actor, case_id, "team")
    except NotFound:
        if not may_assign:
            raise
    named = session.scalars(select(Account).where(Account.id.in_(blocked(session, case))).order_by(Account.name))
    writes = access.is_reached(session, actor, Permission.CASE_WRITE, case.id)
    asked = deciders(session, case) if may_assign or opened is None or opened.forms is None else []
    return Team(case, opened, may_assign, may_assign or writes, members(session, case), asked, named.all())


def members(session: TenantSession, case: Case) -> list[tuple[CaseMember, Account]]:
    """Those named in a case who are or will be in it, by name."""
    rows = session.execute(
        select(CaseMember, Account)
        .join(Account, Account.id == CaseMember.account_id)
        .where(CaseMember.case_id == case.id, CaseMember.valid_until > session.now)
        .order_by(Account.name)
    ).all()
    return [(member, account) for member, account in rows]


def candidates(session: TenantSession, least: Level = Level.H) -> list[Account]:
    """Colleagues of social services who can be named in a case, of a delegation level or above, by name."""
    found = organisations.colleagues(session, cases.holder(), NAMEABLE)
    able = [account for account, post in found if Level(post.level).rank >= least.rank]
    return list({account.id: account for account in able}.values())


def reaching(session: TenantSession) -> list[Account]:
    """Everybody with a post here that can reach cases, also outside social services: who can be blocked, by name."""
    found = [one for agency in Agency for one, _post in organisations.colleagues(session, agency, CASE_ROLES)]
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.name)


def assign(
    session: TenantSession,
    actor: Actor,
    case_id: str,
    account_id: str,
    seen_version: int | None = None,
    *,
    reason: str = "",
) -> Approval | None:
    """Make a colleague the case's officer; the one before leaves the case. Raises Refused for oneself.

    Where the case's person is protected it is asked for, and done once somebody else approves.
    """
    guarded = approvals.guards(session, case_id)
    action = Action.APPROVAL_ASKED if guarded else Action.CASE_ASSIGNED
    case, _decision = access.of_case(session, actor, Permission.CASE_ASSIGN, case_id, action)
    require_colleague(session, actor, case, account_id)
    if not guarded:
        _assign(session, actor, case, account_id, seen_version)
        return None
    if seen_version not in {None, case.version}:
        raise Conflict
    chosen: dict[str, Code] = {"account": account_id}
    return approvals.ask(session, actor, "case:assign", "case", case.id, chosen, case.id, reason=reason)


@approvals.carries_out("case:assign")
def _assign_as_approved(session: TenantSession, _registry: Registry, actor: Actor, asked: Asked) -> None:
    case, _decision = access.of_case(session, actor, Permission.CASE_ASSIGN, asked.object_id, Action.CASE_ASSIGNED)
    require_colleague(session, actor, case, asked.text("account"))
    _assign(session, actor, case, asked.text("account"))


def _assign(session: TenantSession, actor: Actor, case: Case, account_id: str, seen_version: int | None = None) -> None:
    for member, _account in members(session, case):
        if member.role == "officer" or member.account_id == account_id:
            member.valid_until = session.now
    session.flush()
    appoint(session, case, account_id, actor.id)
    audit.record(session, actor, Action.CASE_ASSIGNED, "case", case.id, case_id=case.id, detail={"account": account_id})
    cases.touch(session, case, seen_version)


def appoint(session: TenantSession, case: Case, account_id: str, named_by: str) -> CaseMember:
    """Write a case's officer into it; for assignment, registration and import, which ask and remember."""
    member = CaseMember(
        case_id=case.id,
        account_id=account_id,
        role="officer",
        may_unseal=True,
        valid_from=session.now,
        named_by=named_by,
    )
    session.add(member)
    case.officer_id = account_id
    session.flush()
    access.refresh(session, case.id)
    sides.close_what_is_faced(session, case)
    return member


def name(
    session: TenantSession,
    actor: Actor,
    case_id: str,
    account_id: str,
    role: str,
    *,
    may_unseal: bool,
    valid_until: datetime = FOREVER,
    reason: str = "",
) -> Approval | None:
    """Name a colleague in a case beside its officer, until a day or further notice; raises Refused for oneself.

    Where the case's person is protected it is asked for, and done once somebody else approves.
    """
    guarded = approvals.guards(session, case_id)
    action = Action.APPROVAL_ASKED if guarded else Action.MEMBER_NAMED
    case, _decision = access.of_case(session, actor, Permission.CASE_ASSIGN, case_id, action)
    _require_nameable(session, actor, case, account_id, role, valid_until)
    if not guarded:
        _name(session, actor, case, account_id, role, may_unseal=may_unseal, valid_until=valid_until)
        return None
    chosen: dict[str, Code] = {
        "account": account_id,
        "role": role,
        "unseal": may_unseal,
        "until": valid_until.isoformat(),
    }
    return approvals.ask(session, actor, "case:name", "case", case.id, chosen, case.id, reason=reason)


@approvals.carries_out("case:name")
def _name_as_approved(session: TenantSession, _registry: Registry, actor: Actor, asked: Asked) -> None:
    account_id, role, until = asked.text("account"), asked.text("role"), datetime.fromisoformat(asked.text("until"))
    case, _decision = access.of_case(session, actor, Permission.CASE_ASSIGN, asked.object_id, Action.MEMBER_NAMED)
    _require_nameable(session, actor, case, account_id, role, until)
    unseals = bool(asked.parameters["unseal"])
    _name(session, actor, case, account_id, role, may_unseal=unseals, valid_until=until)


def _require_nameable(
    session: TenantSession, actor: Actor, case: Case, account_id: str, role: str, valid_until: datetime
) -> None:
    require_colleague(session, actor, case, account_id)
    if role not in BESIDE_THE_OFFICER:
        raise Refused.because(_("Välj om kollegan ska skriva eller bara läsa."), "role")
    if any(member.account_id == account_id for member, _account in members(session, case)):
        raise Refused.because(_("Personen är redan namngiven i ärendet."), "account")
    if valid_until <= session.now:
        raise Refused.because(_("Välj ett slutdatum som inte har passerat."), "until")


def _name(
    session: TenantSession,
    actor: Actor,
    case: Case,
    account_id: str,
    role: str,
    *,
    may_unseal: bool,
    valid_until: datetime,
) -> None:
    member = CaseMember(
        case_id=case.id,
        account_id=account_id,
        role=role,
        may_unseal=may_unseal,
        valid_from=session.now,
        valid_until=valid_until,
        named_by=actor.id,
    )
    session.add(member)
    session.flush()
    sides.close_what_is_faced(session, case)
    detail: audit.Detail = {"account": account_id, "role": role, "unseal": may_unseal}
    audit.record(session, actor, Action.MEMBER_NAMED, "member", member.id, case_id=case.id, detail=detail)
    cases.touch(session, case)


def end(session: TenantSession, actor: Actor, case_id: str, member_id: str) -> None:
    """End somebody's place in a case now; without its officer the case is unassigned."""
    case, _decision = access.of_case(session, actor, Permission.CASE_ASSIGN, case_id, Action.MEMBER_ENDED)
    for member, _account in members(session, case):
        if member.id == member_id:
            member.valid_until = session.now
            if member.role == "officer":
                case.officer_id = None
            session.flush()
            audit.record(session, actor, Action.MEMBER_ENDED, "member", member.id, case_id=case.id)
            cases.touch(session, case)


def deciders(session: TenantSession, case: Case) -> list[tuple[Decider, Account]]:
    """Those who are asked to decide something in a case now."""
    rows = session.execute(
        select(Decider, Account)
        .join(Account, Account.id == Decider.account_id)
        .where(Decider.case_id == case.id, Decider.valid_until > session.now)
    ).all()
    return [(decider, account) for decider, account in rows]


def block(session: TenantSession, actor: Actor, case_id: str, account_id: str) -> None:
    """Block a colleague with a conflict of interest from a case: it ceases to exist for them, whatever their role."""
    case, _decision = access.of_case(session, actor, Permission.CASE_ASSIGN, case_id, Action.CONFLICT_BLOCKED)
    if account_id == actor.id:
        raise Refused.because(_("Du kan inte spärra dig själv här. Be en kollega med samma roll."), "account")
    if account_id in blocked(session, case):
        return
    for member, _account in members(session, case):
        if member.account_id == account_id:
            member.valid_until = session.now
            case.officer_id = None if member.role == "officer" else case.officer_id
    session.add(ConflictBlock(case_id=case.id, account_id=account_id, made_at=session.now, made_by=actor.id))
    session.flush()
    access.refresh(session, case.id)  # first of all, so that nothing of what follows is told them
    shut_out.of_somebody(session, actor, case, account_id)  # nothing comes back by itself if the block is lifted
    detail = {"account": account_id}
    audit.record(session, actor, Action.CONFLICT_BLOCKED, "case", case.id, case_id=case.id, detail=detail)
    cases.touch(session, case)


def blocked(session: TenantSession, case: Case) -> set[str]:
    """The accounts that are blocked from a case."""
    standing = (ConflictBlock.case_id == case.id, ConflictBlock.lifted_at.is_(None))
    return set(session.scalars(select(ConflictBlock.account_id).where(*standing)).all())


def require_colleague(session: TenantSession, actor: Actor, case: Case, account_id: str) -> None:
    """Raise Refused for oneself, nobody nameable, and who is blocked, on the other side or kept away by name."""
    if account_id == actor.id:
        denied = access.denial(actor, Action.MEMBER_NAMED, "case", case.id, "oneself")
        raise Remembered(Refusal(_("Du kan inte ge dig själv åtkomst. Välj en kollega."), "account"), denied)
    name_ = next((account.name for account in candidates(session) if account.id == account_id), None)
    if name_ is None:
        raise Refused.because(_("Välj en kollega i listan."), "account")
    if account_id in blocked(session, case):
        raise Refused.because(_("Kollegan är spärrad i ärendet på grund av jäv."), "account")
    sides.require_apart(session, case, account_id)
    if telling.kept_away(session, case, {account_id: name_}):
        raise Refused.because(_("Kollegan kan inte arbeta i det här ärendet. Välj en annan."), "account")
