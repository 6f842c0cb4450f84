"""Cases: registered, opened, listed and searched. What a list may hold is decided by ``access`` alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select, update

from casework.contract.facts import CaseFacts
from casework.contract.fields import Agency
from casework.contract.focus import Form
from casework.contract.language import gettext as _
from casework.contract.workflow import Transition
from casework.core import access, activation, audit, clock, keys, organisations, persons, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import Conflict, Refused
from casework.core.models import Case, CaseAccess, CaseCounter, Entry, Person, StateChange, TrackState
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.core.vault import Identity

PAGE = 50
NUMBER = re.compile(r"\d{4}-\d{4,}")
"""How a case number is written."""


def register(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    *,
    area: str,
    case_type: str,
    unit_id: str,
    state: str,
    subject: Person | None,
    opened_on: date | None = None,
    import_id: str | None = None,
    case_id: str | None = None,
) -> Case:
    """Open a case in a state; raises Refused where the area is off or the state needs a person.

    ``case_id`` is its name where something has been noted in the record for it already.
    """
    access.require(actor, Permission.CASE_REGISTER, Action.CASE_REGISTERED, "case")
    kind = registry.case_type(area, case_type)
    if kind is None or not activation.is_enabled(session, area):
        raise Refused.because(_("Modulen är avstängd i kommunen. Nya ärenden kan inte startas."), "area")
    declared = kind.workflow.state(state)
    if declared.anonymous != (subject is None):
        raise Refused.because(_("Ärendet behöver en person, utom i en avidentifierad förfrågan."), "number")
    day = opened_on or clock.today(session.now)
    case = Case(
        id=case_id or new_id(),
        number=_next_number(session, day.year),
        area=area,
        case_type=case_type,
        state=state,
        state_since=clock.start_of(day) if opened_on else session.now,
        unit_id=unit_id,
        opened_on=day,
        changed_at=session.now,
        import_id=import_id,
        side=None if kind.side is None else str(kind.side),
    )
    session.add(case)
    session.flush()
    keys.of(session).found_case(session, case.id)
    if subject is not None:
        persons.put_in_case(session, case, subject, "subject")
    opening = next((step for step in kind.workflow.transitions if step.source is None and step.target == state), None)
    remember_step(session, actor, case, opening.name if opening else "opened", None, state, at=case.state_since)
    detail = {"area": area, "state": state}
    audit.record(session, actor, Action.CASE_REGISTERED, "case", case.id, case_id=case.id, detail=detail)
    access.refresh(session, case.id)
    return case


def remember_step(
    session: TenantSession,
    actor: Actor,
    case: Case,
    transition: str,
    source: str | None,
    target: str,
    *,
    track: str | None = None,
    at: datetime | None = None,
    reason: str = "",
) -> StateChange:
    """Write a step into the case's history; its reason is sealed."""
    last = select(func.max(StateChange.sequence)).where(StateChange.case_id == case.id)
    change = StateChange(
        id=new_id(),
        case_id=case.id,
        sequence=1 + (session.scalar(last) or 0),
        track=track,
        transition=transition,
        source=source,
        target=target,
        period=case.period,
        at=at or session.now,
        by=actor.id,
    )
    if reason:
        change.reason = vault.seal_text(session, case.id, "state_changes", change.id, "reason", reason)
    session.add(change)
    session.flush()
    return change


def history(session: TenantSession, case: Case) -> list[StateChange]:
    """Every step of a case, the first one first."""
    query = select(StateChange).where(StateChange.case_id == case.id).order_by(StateChange.sequence)
    return list(session.scalars(query).all())


def tracks(session: TenantSession, case: Case) -> dict[str, TrackState]:
    """The side tracks of a case that have been started, by name."""
    rows = session.scalars(select(TrackState).where(TrackState.case_id == case.id)).all()
    return {row.track: row for row in rows}


def period_began(session: TenantSession, case: Case) -> datetime | None:
    """When a case was last opened again, or None while it is in its first period."""
    if case.period == 1:
        return None
    return session.scalar(
        select(func.min(StateChange.at)).where(StateChange.case_id == case.id, StateChange.period == case.period)
    )


def form_of(registry: Registry, case: Case, name: str) -> Form | None:
    """The declaration of a case's form, or None when its plugin no longer has it."""
    kind = registry.case_type(case.area, case.case_type)
    return None if kind is None else next((form for form in kind.forms if form.name == name), None)


def hold(session: TenantSession, case: Case) -> None:
    """Let nobody else write to the case until this transaction ends, and see it as the last writer left it."""
    session.refresh(case, with_for_update=True)


def touch(session: TenantSession, case: Case, seen_version: int | None = None) -> None:
    """Count a write to a case; raises Conflict if somebody else wrote since ``seen_version`` was shown."""
    expected = case.version if seen_version is None else seen_version
    changed = session.execute(
        update(Case)
        .where(Case.municipality == session.municipality, Case.id == case.id, Case.version == expected)
        .values(version=expected + 1, changed_at=session.now)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result has one
        raise Conflict
    session.refresh(case, ["version", "changed_at"])
    access.refresh(session, case.id)


def open_case(session: TenantSession, actor: Actor, case_id: str, page: str) -> tuple[Case, Decision]:
    """The case for one of its pages; raises NotFound alike for what is missing and what may not be known."""
    return access.of_case(session, actor, Permission.CASE_OPEN, case_id, Action.CASE_OPENED, detail={"page": page})


def subject(decision: Decision, case: Case) -> Identity | None:
    """The person the case is about, in the clear, where the decision covers them."""
    person = None if case.subject_id is None else decision.session.get(Person, (case.municipality, case.subject_id))
    return None if person is None else vault.open_person(decision, person)


def listed_subject(session: TenantSession, actor: Actor, case: Case) -> Identity | None:
    """The person of a case as a list shows them, for who may list it and not open it; None where there is none."""
    if case.subject_id is None or case.id not in usable(session, actor, Permission.CASE_LIST, [case]):
        return None
    decision = access.of_listed(session, actor, Permission.CASE_LIST, [case], Action.CASES_LISTED)
    return vault.open_persons(decision, persons.of_cases(session, [case])).get(case.subject_id)


def facts(session: TenantSession, case: Case, protection: int = 0, agreed: frozenset[str] = frozenset()) -> CaseFacts:
    """A case as its plugin may know it; of what is signed, what was signed in the period it is in."""
    query = select(Entry.form).where(Entry.case_id == case.id, Entry.state == "signed").distinct()
    began = period_began(session, case)
    if began is not None:
        query = query.where(Entry.signed_at >= began)
    signed = frozenset(session.scalars(query).all())
    running = {name: row.state for name, row in tracks(session, case).items()}
    has_subject = case.subject_id is not None
    return CaseFacts(
        *(case.id, case.case_type, case.state, running, has_subject, protection, signed),
        resumes_to=case.resumes_to,
        agreed=agreed,
    )


def first_steps(registry: Registry, area: str, case_type: str) -> list[Transition]:
    """The steps that open a case of a type."""
    kind = registry.case_type(area, case_type)
    steps = () if kind is None else kind.workflow.transitions
    return [step for step in steps if step.source is None and step.track is None]


def holder() -> Agency:
    """The agency that holds cases: social services (decisions 2)."""
    return Agency.SOCIAL_SERVICES


def _next_number(session: TenantSession, year: int) -> str:
    organisations.take_turns(session)
    counter = session.scalar(select(CaseCounter).where(CaseCounter.year == year))
    if counter is None:
        counter = CaseCounter(year=year, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return f"{year}-{counter.last:04d}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; every one is a column of the access table."""

    area: str = ""
    states: tuple[str, ...] = ()
    officer_id: str = ""
    unassigned: bool = False
    show: str = "open"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its cases, the persons in them, and where the next page begins, or None."""

    cases: Sequence[Case]
    persons: dict[str, Identity]
    following: tuple[datetime, str] | None


def page(
    session: TenantSession, actor: Actor, filters: Filters, after: tuple[datetime, str] | None = None, size: int = PAGE
) -> Page:
    """A page of the cases the actor may list, latest change first; one audit row with their ids."""
    access.require(actor, Permission.CASE_LIST, Action.CASES_LISTED, "list")
    # Somebody may reach a case in a few ways; the page needs as many rows as make ``size`` cases.
    limit = (size + 1) * max(2, len(actor.principals) + 1)
    ways = listed(session, actor, filters, after, limit)
    found = session.scalars(ways).all()
    order = list(dict.fromkeys(found))[: size + 1]
    by_id = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(order[:size]))).all()}
    shown = [by_id[id_] for id_ in order[:size] if id_ in by_id]
    decision = access.of_listed(session, actor, Permission.CASE_LIST, shown, Action.CASES_LISTED)
    people = vault.open_persons(decision, persons.of_cases(session, shown))
    more = bool(shown) and (len(order) > size or len(found) == limit)
    return Page(shown, people, (shown[-1].changed_at, shown[-1].id) if more else None)


def usable(session: TenantSession, actor: Actor, permission: Permission, among: Iterable[Case]) -> frozenset[str]:
    """The ids of those listed cases that the actor may use a further permission over, such as opening them."""
    ids = [case.id for case in among]
    query = select(CaseAccess.case_id).where(
        CaseAccess.case_id.in_(ids), access.reached(actor, permission, session.now)
    )
    return frozenset(session.scalars(query).all())


def listed(
    session: TenantSession, actor: Actor, filters: Filters, after: tuple[datetime, str] | None, limit: int
) -> Select[str]:
    """The statement behind the list: the actor's ways into cases, newest first, filtered in the access table."""
    query = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_LIST, session.now))
    if filters.show != "all":
        query = query.where(CaseAccess.is_open.is_(filters.show == "open"))
    if filters.area:
        query = query.where(CaseAccess.area == filters.area)
    if filters.states:
        query = query.where(CaseAccess.state.in_(filters.states))
    if filters.officer_id:
        query = query.where(CaseAccess.officer_id == filters.officer_id)
    if filters.unassigned:
        query = query.where(CaseAccess.officer_id.is_(None))
    if after is not None:
        moment, case_id = after
        query = query.where(
            (CaseAccess.sort_at < moment) | ((CaseAccess.sort_at == moment) & (CaseAccess.case_id < case_id))
        )
    return query.order_by(CaseAccess.sort_at.desc(), CaseAccess.case_id.desc()).limit(limit)
