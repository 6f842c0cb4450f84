"""Which files belong together, and to whom the files on the other side close them. Nothing here is asked by a page.

Files of one side that are linked are a family. A link apart says that an adverse file faces somebody in the family;
whoever was ever let into that one is kept out of every file of the family, as by a conflict of interest: by being named
in it, by being asked to decide something of it, or by breaking the glass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from casework.contract.focus import Side
from casework.core.db import TenantSession
from casework.core.models import Case, CaseLink, CaseMember, Decider, Emergency

TOGETHER, APART = "together", "apart"
LET_IN: tuple[tuple[InstrumentedAttribute[Any], ...], ...] = (
    (CaseMember.case_id, CaseMember.account_id, CaseMember.valid_until),
    (Decider.case_id, Decider.account_id, Decider.valid_until),
    (Emergency.case_id, Emergency.account_id, Emergency.until),
)
"""What lets a colleague into a case: which case, whom, and until when."""


def family(session: TenantSession, case_id: str) -> frozenset[str]:
    """The ids of a case and of all that are linked with it on the same side, near or far."""
    return _families([case_id], _together(session, [case_id]))[case_id]


def near(session: TenantSession, case: Case) -> frozenset[str]:
    """The ids of a case and of those that must be kept from the same people: its family's, on the protected side."""
    return near_each(session, [case])[case.id]


def near_each(session: TenantSession, cases: Collection[Case]) -> dict[str, frozenset[str]]:
    """For each of some cases, the ids of those that must be kept from the same people; as many queries as for one."""
    protected = [case.id for case in cases if case.side == Side.PROTECTED]
    families = _families(protected, _together(session, protected)) if protected else {}
    return {case.id: families.get(case.id, frozenset({case.id})) for case in cases}


def kept_out(session: TenantSession, cases: Iterable[Case], *, every: bool) -> dict[str, frozenset[str]]:
    """The accounts to whom each protected case is closed by the other side; ``every`` says that none is left out."""
    protected = [case.id for case in cases if case.side == Side.PROTECTED]
    if not protected:
        return {}
    families = _families(protected, _together(session, None if every else protected))
    facing = select(CaseLink.case_id, CaseLink.other_id).where(CaseLink.kind == APART, CaseLink.ended_at.is_(None))
    if not every:
        facing = facing.where(CaseLink.case_id.in_(frozenset[str]().union(*families.values())))
    links = [(one, other) for one, other in session.execute(facing)]
    there: dict[str, set[str]] = defaultdict(set)
    for case_id, account_id in let_in(session, {other for _one, other in links}):
        there[case_id].add(account_id)
    named: dict[str, set[str]] = defaultdict(set)
    for one, other in links:
        named[one] |= there[other]
    return {id_: frozenset[str]().union(*(named[one] for one in families[id_] if one in named)) for id_ in protected}


def faced_by(session: TenantSession, case: Case) -> frozenset[str]:
    """The ids of the protected cases that an adverse one closes to those let into it."""
    if case.side != Side.ADVERSE:
        return frozenset()
    query = select(CaseLink.case_id).where(
        CaseLink.other_id == case.id, CaseLink.kind == APART, CaseLink.ended_at.is_(None)
    )
    return frozenset[str]().union(*(family(session, id_) for id_ in session.scalars(query).all()))


def facing(session: TenantSession, cases: Collection[str]) -> list[tuple[str, str]]:
    """The ids of some protected cases, each with that of an adverse one that faces it."""
    query = select(CaseLink.case_id, CaseLink.other_id).where(
        CaseLink.case_id.in_(cases), CaseLink.kind == APART, CaseLink.ended_at.is_(None)
    )
    return [(one, other) for one, other in session.execute(query)]


def let_in(
    session: TenantSession,
    cases: Collection[str] | Select[str],
    accounts: Collection[str] | None = None,
    after: datetime | None = None,
) -> set[tuple[str, str]]:
    """Each pair of one of some cases and an account that is, will be or ever was let into it; ``after``: still then."""
    found: set[tuple[str, str]] = set()
    for case_id, account_id, until in LET_IN if isinstance(cases, Select) or cases else ():
        query = select(case_id, account_id).where(case_id.in_(cases))
        query = query if accounts is None else query.where(account_id.in_(accounts))
        query = query if after is None else query.where(until > after)
        found |= {(one, whom) for one, whom in session.execute(query)}
    return found


def once_faced(session: TenantSession, accounts: Collection[str]) -> frozenset[str]:
    """Those of some accounts who are or ever were let into a protected case whose family an adverse file faces.

    Any adverse file: whoever meets a refusal that comes from this learns nothing of the file they are at.
    """
    there = let_in(session, select(Case.id).where(Case.side == Side.PROTECTED), accounts)
    cases = {case_id for case_id, _account in there}
    families = _families(cases, _together(session, cases))
    whole = frozenset[str]().union(*families.values())
    query = select(CaseLink.case_id).where(
        CaseLink.case_id.in_(whole), CaseLink.kind == APART, CaseLink.ended_at.is_(None)
    )
    faced = set(session.scalars(query).all())
    return frozenset(account for case_id, account in there if families[case_id] & faced)


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
