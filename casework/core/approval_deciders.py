"""Who may decide what waits for a second person: by the right to it, and nobody whom it concerns or is closed to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, or_, select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import access, sides, telling
from casework.core.actions import Action
from casework.core.approval_kinds import KINDS
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Remembered
from casework.core.models import Account, Approval, Case, CaseAccess, CasePerson, ConflictBlock, Membership
from casework.core.permissions import GRANTS, Actor, Permission, Post, Role


def able(session: TenantSession, approval: Approval) -> list[Account]:
    """Who may approve something now, by name: never who asked, whom it concerns or who is kept out of the case."""
    permission = KINDS[approval.kind].decided_by
    roles = [role for role, permissions in GRANTS.items() if permission in permissions]
    rows = session.execute(
        select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.role.in_(roles),
            Membership.valid_from <= session.now,
            Membership.valid_until > session.now,
            Account.disabled_at.is_(None),
            Account.id.not_in([approval.requester_id, approval.concerns_id or ""]),
        )
        .order_by(Account.name)
    ).all()
    known = {
        account.id: account
        for account, post in rows
        if permission in Post(Role(post.role), Level(post.level), "", post.unit_id).grants
    }
    kept_out = kept_away(session, approval, {one.id: one.name for one in known.values()})
    return [one for one in known.values() if one.id not in kept_out]


def require(session: TenantSession, actor: Actor, approval: Approval, action: Action) -> None:
    """Let somebody through who may decide an approval; raises Refused for who asked, NotFound for anybody else."""
    access.require(actor, KINDS[approval.kind].decided_by, action, "approval", approval.id)
    if kept_away(session, approval, {actor.id: actor.name}):
        raise NotFound(access.denial(actor, action, "approval", approval.id, "case_access"))
    if approval.requester_id == actor.id:
        denied = access.denial(actor, action, "approval", approval.id, "requester")
        raise Remembered(Refusal(_("Du kan inte godkänna det du själv har bett om.")), denied)
    if approval.concerns_id == actor.id:
        raise NotFound(access.denial(actor, action, "approval", approval.id, "concerned"))


def heard(session: TenantSession, requester: Actor, rows: Collection[Approval]) -> list[Approval]:
    """Those of what somebody asked for that they still hear of: of no case that is closed to them.

    Who still has the case, or assigns it, hears of all that they asked for in it: neither their name nor a conflict in
    another case of the person ends that, for then the page of the case would tell of the other. To others both do.
    """
    ids = {one.id for one in rows}
    of_case = select(Approval.id).where(Approval.id.in_(ids), case_open(requester))
    open_ = set(session.scalars(of_case))
    unblocked = set(session.scalars(of_case.where(access.unblocked(requester))))
    of = {one.case_id for one in rows if one.case_id is not None and one.id in open_}
    used = (Permission.CASE_OPEN, Permission.CASE_ASSIGN)
    ways = or_(*(access.reached(requester, one, session.now) for one in used))
    there = set(session.scalars(select(CaseAccess.case_id).where(CaseAccess.case_id.in_(of), ways)))
    closed = telling.closed_among(session, requester, of - there, requester.name)
    return [
        one
        for one in rows
        if one.id in open_ and (one.case_id in there or (one.id in unblocked and one.case_id not in closed))
    ]


def case_open(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Approval`` that nothing closes its own case to the actor."""
    return or_(Approval.case_id.is_(None), Approval.case_id.not_in(access.blocks(actor)))


def kept_away(session: TenantSession, approval: Approval, names: Mapping[str, str]) -> frozenset[str]:
    """Those of some accounts, by id and name, who neither see nor decide an approval.

    A conflict of interest closes the case to them, they work on its other side, or bear the name of who must not know.
    Of a person's other cases their own conflicts alone count: what a link closes would tell of it where it is faced.
    """
    found = set[str]()
    if approval.object_kind == "person":
        theirs = select(CasePerson.case_id).where(CasePerson.person_id == approval.object_id)
        standing = (ConflictBlock.case_id.in_(theirs), ConflictBlock.lifted_at.is_(None))
        found |= set(session.scalars(select(ConflictBlock.account_id).where(*standing)))
    case = None if approval.case_id is None else session.get(Case, (session.municipality, approval.case_id))
    if case is not None:
        found |= access.blocked(session, case.id) | sides.on_the_other(session, case, names)
        found |= telling.kept_away(session, case, names)
    return frozenset(found & names.keys())
