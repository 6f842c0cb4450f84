"""The rows the access table must hold, recomputed from all that lets somebody into a case or keeps them out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from casework.core import opposite
from casework.core.clock import FOREVER, start_of
from casework.core.db import TenantSession
from casework.core.models import (
    Case,
    CaseAccess,
    CaseMember,
    ConflictBlock,
    Decider,
    Disclosure,
    Emergency,
    Participation,
    StatusPermission,
)

BEGINNING = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
CLOSED_STATUS_DAYS = 30
"""A status permission ends this long after the case was closed, and leaves its line as long (decisions 10)."""

WAYS = {"officer": "write", "co_officer": "write", "reader": "read"}


class Row(NamedTuple):
    """One row of the access table."""

    principal: str
    case_id: str
    permission: str
    valid_from: datetime
    valid_until: datetime
    sort_at: datetime
    area: str
    state: str
    is_open: bool
    officer_id: str | None

    def columns(self) -> dict[str, Any]:
        """The row as the table's columns."""
        return self._asdict()

    @classmethod
    def of(cls, stored: CaseAccess) -> Row:
        """A stored row in the same form."""
        return cls(*(getattr(stored, name) for name in cls._fields))


class _Way(NamedTuple):
    principal: str
    permission: str
    valid_from: datetime
    valid_until: datetime


def conflicts(account_id: str) -> Select[str]:
    """The cases that a conflict of interest of their own closes to somebody, and not a link of files."""
    return select(ConflictBlock.case_id).where(
        ConflictBlock.account_id == account_id, ConflictBlock.lifted_at.is_(None)
    )


def expected(session: TenantSession, case_ids: Collection[str] | None = None) -> Iterator[Row]:
    """The rows that must be there, of some cases or of the whole municipality."""
    ways: dict[str, list[_Way]] = defaultdict(list)
    assigned: set[str] = set()
    for member in session.scalars(_of(select(CaseMember), CaseMember, case_ids)):
        way = _Way(member.account_id, WAYS[member.role], member.valid_from, member.valid_until)
        ways[member.case_id].append(way)
        if member.role == "officer":
            assigned.add(member.case_id)
    for decider in session.scalars(_of(select(Decider), Decider, case_ids)):
        ways[decider.case_id].append(_Way(decider.account_id, "decide", decider.valid_from, decider.valid_until))
    for opened in session.scalars(_of(select(Emergency), Emergency, case_ids)):
        ways[opened.case_id].append(_Way(opened.account_id, "emergency", opened.opened_at, opened.until))
    for part in session.scalars(_of(select(Participation), Participation, case_ids)):
        ways[part.case_id].append(_of_part(part))
    for block in session.scalars(_of(select(ConflictBlock), ConflictBlock, case_ids)):
        if block.lifted_at is None:
            ways[block.case_id].append(_Way(block.account_id, "block", BEGINNING, FOREVER))
    for sent in session.scalars(_of(select(Disclosure), Disclosure, case_ids)):
        ways[sent.case_id] += _of_disclosure(sent)
    shared: dict[str, list[StatusPermission]] = defaultdict(list)
    for permission in session.scalars(_of(select(StatusPermission), StatusPermission, case_ids)):
        shared[permission.case_id].append(permission)
    query = select(Case) if case_ids is None else select(Case).where(Case.id.in_(case_ids))
    found_cases = session.scalars(query).all()
    kept_out = opposite.kept_out(session, found_cases, every=case_ids is None)
    for case in found_cases:
        found = [
            *ways[case.id],
            *_of_unit(case, new=case.id not in assigned),
            *(_Way(one, "block", BEGINNING, FOREVER) for one in kept_out.get(case.id, ())),
            *(_of_sharing(case, one) for one in shared[case.id]),
        ]
        yield from _rows(case, found)


def _of(query: Select[Any], model: Any, case_ids: Collection[str] | None) -> Select[Any]:
    return query if case_ids is None else query.where(model.case_id.in_(case_ids))


def _of_unit(case: Case, *, new: bool) -> Iterator[_Way]:
    """The lead by row only; intake reads what came in and was never assigned, and assigns what lost its officer."""
    yield _Way(f"lead:{case.unit_id}", "list", BEGINNING, FOREVER)
    if case.officer_id is None and case.is_open:
        yield _Way(f"intake:{case.unit_id}", "read" if new else "list", BEGINNING, FOREVER)


def _of_disclosure(sent: Disclosure) -> Iterator[_Way]:
    """Whoever is asked to decide it, as long as they are, and its recipient, as long as it may be read."""
    if sent.state == "assessed" and sent.decider_id is not None and sent.assessed_at is not None:
        yield _Way(sent.decider_id, "judge", sent.assessed_at, FOREVER)
    if sent.account_id is not None and sent.performed_at is not None and sent.valid_until is not None:
        until = sent.valid_until if sent.ended_at is None else min(sent.valid_until, sent.ended_at)
        yield _Way(sent.account_id, "received", sent.performed_at, until)


def _of_sharing(case: Case, shared: StatusPermission) -> _Way:
    return _Way(f"agency:{shared.agency}", "status", shared.valid_from, ends(case, shared))


def _of_part(part: Participation) -> _Way:
    """What a participant sees through it is asked anew at each read; the way alone shows nothing."""
    until = part.valid_until if part.ended_at is None else min(part.valid_until, part.ended_at)
    return _Way(part.account_id, "part", part.valid_from, until)


def ends(case: Case, shared: StatusPermission) -> datetime:
    """When a status permission ends: by its date, by revocation, or thirty days after the case was closed."""
    limits = [shared.valid_until]
    if shared.ended_at is not None:
        limits.append(shared.ended_at)
    if case.closed_on is not None:
        limits.append(start_of(case.closed_on + timedelta(days=CLOSED_STATUS_DAYS)))
    return min(limits)


def _rows(case: Case, ways: list[_Way]) -> Iterator[Row]:
    longest: dict[tuple[str, str, datetime], datetime] = {}
    for way in ways:
        key = (way.principal, way.permission, way.valid_from)
        longest[key] = max(way.valid_until, longest.get(key, way.valid_until))
    for (principal, permission, valid_from), valid_until in longest.items():
        yield Row(
            principal,
            case.id,
            permission,
            valid_from,
            valid_until,
            case.changed_at,
            case.area,
            case.state,
            case.is_open,
            case.officer_id,
        )


def differences(session: TenantSession) -> list[str]:
    """The ids of cases whose stored rows are not those recomputed; empty when the table is right."""
    stored = {Row.of(row) for row in session.scalars(select(CaseAccess)).all()}
    right = set(expected(session))
    return sorted({row.case_id for row in stored ^ right})
