"""One row of a register, written: its person, its case, and its history as signed entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from casework.contract.focus import CaseType
from casework.contract.language import gettext as _
from casework.core import access, audit, cases, clock, entries, notices, persons, registration, sides, teams, vault
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.entries import Answered
from casework.core.models import Case, CasePerson, Import, Person
from casework.core.opened_numbers import OpenedNumbers
from casework.core.permissions import Actor
from casework.core.registers import officers, placing
from casework.core.registers.officers import Officer
from casework.core.registers.placing import Filled
from casework.core.registers.rows import Doubt, Row
from casework.core.registers.vocabulary import plain
from casework.core.registry import Registry

ORIGIN = "register"
STEP = "imported"
"""What a case's history calls the step from its first state to where the register said it stood."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who brings the register in, where to, and the colleagues its officer column may mean."""

    registry: Registry
    actor: Actor
    area: str
    kind: CaseType
    unit_id: str
    officers: Sequence[Officer]
    import_id: str
    opened: OpenedNumbers = field(default_factory=OpenedNumbers, repr=False)


def bring_in(session: TenantSession, desk: Desk, row: Row) -> tuple[Doubt, ...] | Doubt | None:
    """Write a row and say what was doubtful about it; None for one that is already in.

    A row about a protected person whom the one who brings it in may not know of is refused, and left to a lead.
    """
    case_id = new_id()
    person = persons.find(session, desk.actor, row.number, opened=desk.opened, case_id=case_id)
    if person is not None and not _may_know(session, desk, person):
        audit.of_no_case(session, case_id)
        for lead in registration.leads(session, desk.unit_id, person):
            notices.tell(session, lead, "registration_waits")
        return Doubt("number", registration.NEEDS_LEAD)
    there = None if person is None else _is_in(session, desk, person, row)
    if person is not None and there is not None:
        audit.of_no_case(session, case_id)
        persons.raise_protection(session, desk.actor, person, row.protection, case_id=there)
        return None
    doubts = list(row.doubts)
    if person is None:
        person = persons.add(
            session, desk.actor, row.name or _("Namn saknas"), row.number, row.protection, case_id=case_id
        )
    else:
        persons.add_known(session, desk.actor, person, row.protection, case_id)
        if row.name and plain(row.name) != plain(_name(session, desk, person)):
            doubts.append(Doubt("name", "other_name"))
    officer = officers.meant(desk.officers, row.officer) if row.officer else None
    if row.officer and officer is None:
        doubts.append(Doubt("officer", "unknown_officer"))
    case = _open(session, desk, row, case_id, person, officer, doubts)
    _write_history(session, desk, row, case, doubts)
    case.imported_version = case.version
    session.flush()
    access.refresh(session, case.id)
    return tuple(doubts)


def _is_in(session: TenantSession, desk: Desk, person: Person, row: Row) -> str | None:
    query = select(Case.id).where(Case.subject_id == person.id, Case.area == desk.area, Case.opened_on == row.start)
    return session.scalar(query.limit(1))


def _may_know(session: TenantSession, desk: Desk, person: Person) -> bool:
    """Also whoever brought somebody in from a register may: what it says of them is what they wrote themselves."""
    if persons.known_to(session, desk.actor, person):
        return True
    brought = (
        select(Case.id)
        .join(Import, (Import.municipality == Case.municipality) & (Import.id == Case.import_id))
        .where(Case.subject_id == person.id, Import.made_by == desk.actor.id)
    )
    return not persons.is_closed_to(session, desk.actor, person) and session.scalar(brought.limit(1)) is not None


def _name(session: TenantSession, desk: Desk, person: Person) -> str:
    """The name that is kept of somebody; that their number was looked for is noted already, as of who is not known."""
    theirs = session.scalars(select(CasePerson.case_id).where(CasePerson.person_id == person.id)).all()
    decision = access.of_consents(session, desk.actor, theirs)
    return vault.open_person(decision, person).name


def _open(
    session: TenantSession,
    desk: Desk,
    row: Row,
    case_id: str,
    person: Person,
    officer: Officer | None,
    doubts: list[Doubt],
) -> Case:
    workflow = desk.kind.workflow
    where = placing.standing(workflow, row.state, closed_on=row.closed, closing=bool(row.closing))
    if not where.known:
        doubts.append(Doubt("state", "unknown_state"))
    elif placing.is_closing(row.state, closing=bool(row.closing)) and row.closed is None:
        doubts.append(Doubt("closed", "no_closing_date"))
    case = cases.register(
        session,
        desk.registry,
        desk.actor,
        area=desk.area,
        case_type=desk.kind.name,
        unit_id=desk.unit_id if officer is None else officer.unit_id,
        state=where.first,
        subject=person,
        opened_on=row.start,
        import_id=desk.import_id,
        case_id=case_id,
    )
    if where.now != where.first:
        closed = row.closed if workflow.state(where.now).closed else None
        at = session.now if closed is None else clock.start_of(closed)
        case.state, case.state_since = where.now, at
        case.is_open, case.closed_on = closed is None, closed
        returns = (step.target for step in workflow.transitions if step.returns and step.source == where.now)
        case.resumes_to = next(returns, None)
        cases.remember_step(session, desk.actor, case, STEP, where.first, where.now, at=at)
    if officer is not None and sides.works_on_the_other(session, case, officer.account.id):
        doubts.append(Doubt("officer", "other_side"))
    elif officer is not None:
        teams.appoint(session, case, officer.account.id, desk.actor.id)
        detail = {"account": officer.account.id}
        audit.record(session, desk.actor, Action.CASE_ASSIGNED, "case", case.id, case_id=case.id, detail=detail)
    return case


def _write_history(session: TenantSession, desk: Desk, row: Row, case: Case, doubts: list[Doubt]) -> None:
    found = [_ready(placing.note(desk.kind, note.day, note.text), note.day) for note in row.notes]
    for name, text, find in (
        ("address", row.address, placing.address),
        ("background", row.background, placing.background),
    ):
        if text:
            found.append(_placed(desk, row.start, name, text, find(desk.kind, text)))
    if row.closing and case.is_open:
        # The state decides where the case stands; what was written as its last day is kept in words.
        found.append(_placed(desk, row.start, "closed", row.closing, None))
    if row.reason:
        filled, known = placing.reason(desk.kind, row.reason, closed=not case.is_open)
        if not known:
            doubts.append(Doubt("reason", "unknown_reason"))
        found.append(_placed(desk, row.closed or row.start, "reason", row.reason, filled))
    entries.write_all(session, desk.actor, case, found)


def _placed(desk: Desk, day: date, name: str, text: str, filled: Filled | None) -> Answered:
    """An answer where the area has a field for it; otherwise in a note of its own, sealed whole."""
    if filled is not None:
        return _ready(filled, day)
    leftover = placing.note(desk.kind, day, f"{placing.LEFTOVERS[name]}: {text}")
    return _ready(leftover, day, sealed=True)


def _ready(filled: Filled, day: date, *, sealed: bool = False) -> Answered:
    return Answered(filled.form, filled.answers, day, origin=ORIGIN, sealed=sealed)
