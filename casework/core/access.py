"""Who sees what. One table answers every read, list, count, search and export; this is the one module that keeps it.

The rows of a case are derived from its team, deciders, unit, participants, status permissions, openings in an emergency
and blocks, in the transaction that changes any of them. ``verify`` recomputes them all and names what differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, and_, delete, exists, or_, select
from sqlalchemy.orm import aliased

from casework.core import audit
from casework.core.access_rows import conflicts, expected
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import NotFound
from casework.core.models import (
    Approval,
    Case,
    CaseAccess,
    CaseMember,
    CasePerson,
    Decider,
    Emergency,
    StatusPermission,
    Unsealing,
)
from casework.core.permissions import REACHED_BY, Actor, Permission

GATHERED = "access_gathered"
"""Where a session keeps the cases whose rows are brought in step at the end of a block."""
Block = aliased(CaseAccess)
"""The rows that close a case; the session adds its municipality to these too."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Proof that the policy said yes and the audit row is in this transaction. Made here only; ``vault`` wants it.

    ``forms`` limits a decider to the forms to be decided; None is no limit. ``unsealed`` names the sealed answers
    that are open to the actor at this moment, ``approvals`` those of which the reason may be read, ``reviews`` the
    openings in an emergency whose reason may be, ``received`` what was sent to the actor and may be read.
    """

    session: TenantSession
    actor: Actor
    permission: Permission
    cases: frozenset[str]
    persons: frozenset[str] | None
    forms: frozenset[str] | None = None
    unsealed: frozenset[tuple[str, str]] = frozenset()
    approvals: frozenset[str] = frozenset()
    reviews: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()


def require(actor: Actor, permission: Permission, action: Action, object_kind: str, object_id: str = "") -> None:
    """Let the actor through, or raise NotFound with what the audit shall remember."""
    if not actor.may(permission):
        raise NotFound(denial(actor, action, object_kind, object_id, "role"))


def denial(actor: Actor, action: Action, object_kind: str, object_id: str, rule: str) -> Denial:
    """What the audit remembers of an attempt that was turned away."""
    return Denial(actor.id, actor.role, action, object_kind, object_id, rule)


def reached(actor: Actor, permission: Permission, now: datetime) -> ColumnElement[bool]:
    """The condition on ``CaseAccess`` that lets the actor use a permission over a case: the only form of the rule."""
    principals = actor.through(permission)
    if permission is Permission.CASE_ASSIGN:  # by post only: being named in a case gives nobody the right to assign it
        principals = tuple(name for name in principals if name.startswith(("lead:", "intake:")))
    return and_(
        CaseAccess.principal.in_(principals),
        CaseAccess.permission.in_(REACHED_BY[permission]),
        CaseAccess.valid_from <= now,
        CaseAccess.valid_until > now,
        ~exists().where(
            Block.principal == actor.id,
            Block.case_id == CaseAccess.case_id,
            Block.permission == "block",
        ),
    )


def blocks(actor: Actor) -> Select[str]:
    """The cases that a conflict of interest closes to the actor, for what is asked of cases they have no way into."""
    return select(CaseAccess.case_id).where(CaseAccess.principal == actor.id, CaseAccess.permission == "block")


def unblocked(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Approval`` that no conflict of interest closes to the actor its case, or one of its person."""
    of_case = or_(Approval.case_id.is_(None), Approval.case_id.not_in(blocks(actor)))
    closed = select(CasePerson.person_id).where(CasePerson.case_id.in_(conflicts(actor.id)))
    return and_(of_case, or_(Approval.object_kind != "person", Approval.object_id.not_in(closed)))


def blocked(session: TenantSession, case_id: str) -> frozenset[str]:
    """The accounts to whom a conflict of interest closes a case."""
    of_them = select(CaseAccess.principal).where(CaseAccess.case_id == case_id, CaseAccess.permission == "block")
    return frozenset(session.scalars(of_them).all())


def of_case(
    session: TenantSession,
    actor: Actor,
    permission: Permission,
    case_id: str,
    action: Action,
    *,
    detail: audit.Detail | None = None,
) -> tuple[Case, Decision]:
    """The case and leave to use it; raises NotFound alike for what is missing and what may not be known."""
    allowed = select(CaseAccess.case_id).where(CaseAccess.case_id == case_id, reached(actor, permission, session.now))
    case = session.scalar(select(Case).where(Case.id == case_id, Case.id.in_(allowed)))
    if case is None:
        raise NotFound(denial(actor, action, "case", case_id, "case_access"))
    audit.record(session, actor, action, "case", case.id, case_id=case.id, detail=detail)
    return case, _decision(session, actor, permission, case)


def is_reached(session: TenantSession, actor: Actor, permission: Permission, case_id: str) -> bool:
    """Whether the actor could use a permission over a case: for what a page offers, never instead of asking."""
    ways = select(CaseAccess.case_id).where(CaseAccess.case_id == case_id, reached(actor, permission, session.now))
    return session.scalar(ways.limit(1)) is not None


def is_blocked(session: TenantSession, account_id: str, case_id: str | None) -> bool:
    """Whether a conflict of interest keeps somebody out of a case now."""
    return case_id is not None and account_id in blocked(session, case_id)


def of_approvals(session: TenantSession, actor: Actor, approvals: Iterable[Approval], action: Action) -> Decision:
    """Leave to read why something is to be approved, and nothing of a case; one audit row with the cases' ids."""
    shown = list(approvals)
    cases = {one.case_id for one in shown if one.case_id is not None}
    audit.record(session, actor, action, "list", "approvals", detail={"count": len(shown)}, cases=cases)
    ids = frozenset(one.id for one in shown)
    return Decision(session, actor, Permission.APPROVAL_ASK, frozenset(), frozenset(), forms=frozenset(), approvals=ids)


def of_listed(
    session: TenantSession, actor: Actor, permission: Permission, cases: Iterable[Case], action: Action
) -> Decision:
    """Leave to show the persons of a list whose cases were chosen by ``reached``; one audit row with the cases' ids."""
    listed = list(cases)
    ids = frozenset(case.id for case in listed)
    audit.record(session, actor, action, "list", "cases", detail={"count": len(ids)}, cases=ids)
    persons = frozenset(case.subject_id for case in listed if case.subject_id is not None)
    return Decision(session, actor, permission, ids, persons, forms=frozenset())


def of_search(session: TenantSession, actor: Actor, cases: Iterable[Case]) -> Decision:
    """Leave to compare a term with the persons of cases chosen by ``reached``; ``search`` writes the audit row."""
    persons = frozenset(case.subject_id for case in cases if case.subject_id is not None)
    return Decision(session, actor, Permission.PERSON_SEARCH, frozenset(), persons, forms=frozenset())


def of_shared(session: TenantSession, actor: Actor, live: Collection[tuple[StatusPermission, Case]]) -> Decision:
    """Leave to show what live status permissions hold, and the names only of those who may be recognised by name."""
    ids = frozenset(case.id for _permission, case in live)
    audit.record(session, actor, Action.SHARED_READ, "list", "shared", detail={"count": len(live)}, cases=ids)
    named = (case.subject_id for permission, case in live if permission.recognise == "name")
    persons = frozenset(one for one in named if one is not None)
    return Decision(session, actor, Permission.SHARED_READ, ids, persons, forms=frozenset())


def of_consents(session: TenantSession, actor: Actor, cases: Collection[str], sent: Collection[str] = ()) -> Decision:
    """Leave to ask inside core whose consent cases need, and whom ``sent`` names; whoever lists them writes the row."""
    persons = frozenset(session.scalars(select(CasePerson.person_id).where(CasePerson.case_id.in_(cases))))
    of = (session, actor, Permission.SHARED_READ, frozenset(cases), persons)
    return Decision(*of, forms=frozenset(), received=frozenset(sent))


def of_matching(
    session: TenantSession, actor: Actor, permission: Permission, case_id: str | None, *, candidates: int
) -> Decision:
    """Leave to compare a number with persons, opening those it must: for a case, also a coming one, or the glass."""
    require(actor, permission, Action.PERSON_MATCHED, "person")
    detail = {"candidates": candidates}
    audit.record(session, actor, Action.PERSON_MATCHED, "person", "candidates", case_id=case_id, detail=detail)
    return Decision(session, actor, permission, frozenset(), None, forms=frozenset())


def of_review(session: TenantSession, actor: Actor, opened: Emergency, action: Action) -> Decision:
    """Leave to read why a case was opened in an emergency, and nothing of the case; ``emergencies`` has chosen it."""
    audit.record(session, actor, action, "emergency", opened.id, case_id=opened.case_id)
    none, opened_ = frozenset[str](), frozenset({opened.id})
    return Decision(session, actor, Permission.EMERGENCY_REVIEW, none, none, forms=none, reviews=opened_)


def of_received(
    session: TenantSession, actor: Actor, may: Permission, action: Action, kind: str, id_: str, of: str | None, sha: str
) -> Decision:
    """Leave to read what was sent to the actor, and nothing of the case it is ``of``; its own noun has asked whose."""
    audit.record(session, actor, action, kind, id_, case_id=of, detail={"content": sha})
    none, row = frozenset[str](), frozenset({id_})
    return Decision(session, actor, may, none, none, forms=none, received=row)


def of_log(
    session: TenantSession, actor: Actor, action: Action, *, cases: set[str], reviews: set[str], persons: set[str]
) -> Decision:
    """Leave to read what was asked and found about acts, or to compare names inside core; nothing of a case."""
    audit.record(session, actor, action, "list", "log", cases=cases)
    none = frozenset[str]()
    return Decision(session, actor, Permission.LOG_REVIEW, none, frozenset(persons), none, reviews=frozenset(reviews))


def _decision(session: TenantSession, actor: Actor, permission: Permission, case: Case) -> Decision:
    persons = session.scalars(select(CasePerson.person_id).where(CasePerson.case_id == case.id)).all()
    unsealed = session.execute(
        select(Unsealing.entry_id, Unsealing.field).where(
            Unsealing.case_id == case.id,
            Unsealing.account_id == actor.id,
            Unsealing.at <= session.now,
            Unsealing.until > session.now,
        )
    ).all()
    reached_now = unsealed and is_reached(session, actor, Permission.CASE_UNSEAL, case.id)
    if not reached_now or not may_unseal(session, actor, case.id):
        unsealed = []  # opened while the actor was named for it; through the other ways nothing sealed is seen
    opened = frozenset((entry, field) for entry, field in unsealed)
    forms = _forms(session, actor, permission, case.id)
    return Decision(session, actor, permission, frozenset({case.id}), frozenset(persons), forms, opened)


def _forms(session: TenantSession, actor: Actor, permission: Permission, case_id: str) -> frozenset[str] | None:
    """No limit for who may read the case; for who only decides in it, the forms to be decided."""
    if permission in {Permission.DISCLOSURE_DECIDE, Permission.PARTICIPATION_READ, Permission.SHARED_READ}:
        return frozenset()  # what is shared or to be decided is opened piece by piece by its own module
    if is_reached(session, actor, Permission.CASE_READ, case_id):
        return None
    asked = session.scalars(
        select(Decider.forms).where(
            Decider.case_id == case_id,
            Decider.account_id == actor.id,
            Decider.valid_from <= session.now,
            Decider.valid_until > session.now,
        )
    ).all()
    return frozenset(name for names in asked for name in names.split(",") if name)


def may_unseal(session: TenantSession, actor: Actor, case_id: str) -> bool:
    """Whether the actor is among those named who may open the case's sealed answers."""
    return is_named(session, case_id, actor.id, CaseMember.may_unseal) and actor.may(Permission.CASE_UNSEAL)


def is_named(session: TenantSession, case_id: str, account_id: str, *also: ColumnExpressionArgument[bool]) -> bool:
    """Whether somebody is named in a case now; ``also`` is what else must be so."""
    named = select(CaseMember.id).where(
        CaseMember.case_id == case_id,
        CaseMember.account_id == account_id,
        CaseMember.valid_from <= session.now,
        CaseMember.valid_until > session.now,
        *also,
    )
    return session.scalar(named.limit(1)) is not None


def refresh(session: TenantSession, case_id: str) -> None:
    """Bring a case's rows in step with what they are derived from, in this transaction."""
    waiting: set[str] | None = session.info.get(GATHERED)
    if waiting is not None:
        waiting.add(case_id)
        return
    _bring_in_step(session, {case_id})


@contextmanager
def gathered(session: TenantSession) -> Iterator[None]:
    """Bring the cases written in this block in step once, at its end: for import, which reads no row of theirs before.

    A block that fails brings nothing in step; its transaction must be rolled back.
    """
    waiting: set[str] = session.info.setdefault(GATHERED, set())
    try:
        yield
    finally:
        session.info.pop(GATHERED, None)
    if waiting:
        _bring_in_step(session, waiting)


def _bring_in_step(session: TenantSession, case_ids: Collection[str]) -> None:
    session.flush()
    session.execute(
        delete(CaseAccess)
        .where(CaseAccess.municipality == session.municipality, CaseAccess.case_id.in_(case_ids))
        .execution_options(synchronize_session="fetch")
    )
    session.add_all(CaseAccess(**row.columns()) for row in expected(session, case_ids))
    session.flush()
