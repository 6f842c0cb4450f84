"""Which files belong together, and to whom the files on the other side close them. Nothing here is asked by a page.

Files of one side that are linked are a family. A link apart says that an adverse file faces somebody in the family;
whoever was ever named in that one is kept out of every file of the family, as by a conflict of interest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import or_, select

from casework.contract.focus import Side
from casework.core.db import TenantSession
from casework.core.models import Case, CaseLink, CaseMember

TOGETHER, APART = "together", "apart"


def family(session: TenantSession, case_id: str) -> frozenset[str]:
    """The ids of a case and of all that are linked with it on the same side, near or far."""
    return _families([case_id], _together(session, [case_id]))[case_id]


def near(session: TenantSession, case: Case) -> frozenset[str]:
    """The ids of a case and of those that must be kept from the same people: its family's, on the protected side."""
    return family(session, case.id) if case.side == Side.PROTECTED else frozenset({case.id})


def kept_out(session: TenantSession, cases: Iterable[Case], *, every: bool) -> dict[str, frozenset[str]]:
    """The accounts to whom each protected case is closed by the other side; ``every`` says that none is left out."""
    protected = [case.id for case in cases if case.side == Side.PROTECTED]
    if not protected:
        return {}
    families = _families(protected, _together(session, None if every else protected))
    facing = select(CaseLink.case_id, CaseMember.account_id).join(
        CaseMember, (CaseMember.municipality == CaseLink.municipality) & (CaseMember.case_id == CaseLink.other_id)
    )
    facing = facing.where(CaseLink.kind == APART, CaseLink.ended_at.is_(None))
    if not every:
        facing = facing.where(CaseLink.case_id.in_(frozenset[str]().union(*families.values())))
    named: dict[str, set[str]] = defaultdict(set)
    for case_id, account_id in session.execute(facing):
        named[case_id].add(account_id)
    return {id_: frozenset[str]().union(*(named[one] for one in families[id_] if one in named)) for id_ in protected}


def faced_by(session: TenantSession, case: Case) -> frozenset[str]:
    """The ids of the protected cases that an adverse one closes to those named in it."""
    if case.side != Side.ADVERSE:
        return frozenset()
    query = select(CaseLink.case_id).where(
        CaseLink.other_id == case.id, CaseLink.kind == APART, CaseLink.ended_at.is_(None)
    )
    return frozenset[str]().union(*(family(session, id_) for id_ in session.scalars(query).all()))


def facing(session: TenantSession, cases: Collection[str]) -> frozenset[str]:
    """The ids of the adverse cases that face some protected ones."""
    query = select(CaseLink.other_id).where(
        CaseLink.case_id.in_(cases), CaseLink.kind == APART, CaseLink.ended_at.is_(None)
    )
    return frozenset(session.scalars(query).all())


def once_faced(session: TenantSession, accounts: Collection[str]) -> frozenset[str]:
    """Those of some accounts who are or were ever named in a protected case whose family an adverse file faces.

    Any adverse file: whoever meets a refusal that comes from this learns nothing of the file they are at.
    """
    named = session.execute(
        select(CaseMember.account_id, CaseMember.case_id)
        .join(Case, (Case.municipality == CaseMember.municipality) & (Case.id == CaseMember.case_id))
        .where(CaseMember.account_id.in_(accounts), Case.side == Side.PROTECTED)
    ).all()
    cases = {case_id for _account, case_id in named}
    families = _families(cases, _together(session, cases))
    whole = frozenset[str]().union(*families.values())
    query = select(CaseLink.case_id).where(
        CaseLink.case_id.in_(whole), CaseLink.kind == APART, CaseLink.ended_at.is_(None)
    )
    faced = set(session.scalars(query).all())
    return frozenset(account for account, case_id in named if families[case_id] & faced)


def _together(session: TenantSession, near: Collection[str] | None) -> list[tuple[str, str]]:
    """The links within families: those that lead on from some cases, or all of the municipality."""
    query = select(CaseLink.case_id, CaseLink.other_id).where(CaseLink.kind == TOGETHER, CaseLink.ended_at.is_(None))
    if near is None:
        return [(one, other) for one, other in session.execute(query)]
    found: set[tuple[str, str]] = set()
    known, frontier = set[str](), set(near)
    while frontier:
        step = query.where(or_(CaseLink.case_id.in_(frontier), CaseLink.other_id.in_(frontier)))
        found |= {(one, other) for one, other in session.execute(step)}
        known |= frontier
        frontier = {id_ for pair in found for id_ in pair} - known
    return sorted(found)


def _families(case_ids: Iterable[str], together: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in together:
        near[one].add(other)
        near[other].add(one)
    found: dict[str, frozenset[str]] = {}
    for case_id in case_ids:
        if case_id in found:
            continue
        reached, left = set[str](), [case_id]
        while left:
            one = left.pop()
            if one not in reached:
                reached.add(one)
                left += near[one]
        found |= dict.fromkeys(reached, frozenset(reached))
    return found
