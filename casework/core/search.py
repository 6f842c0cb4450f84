"""Search among the cases somebody reaches: by name, personal number, coordination number or case number, nothing else.

SoLPuF 15 §. A search never leaves the actor's own cases, and what it cannot find and may not show looks the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from casework.core import access, audit, cases, clock, crypto, keys, personal_numbers, persons, vault
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Case, CaseAccess, Person
from casework.core.permissions import Actor, Permission
from casework.core.personal_numbers import PersonalNumber
from casework.core.vault import Identity

SEARCHED = 3000
"""Names are opened one by one, so a search covers at most this many of the latest changed cases that may be meant."""


@dataclass(frozen=True, slots=True)
class Found:
    """The cases a search found, with their persons."""

    cases: tuple[Case, ...]
    persons: dict[str, Identity]


def find(session: TenantSession, actor: Actor, term: str) -> Found:
    """The actor's own cases that the term names; audited with a keyed digest of the term and the ids found."""
    access.require(actor, Permission.PERSON_SEARCH, Action.CASES_SEARCHED, "list")
    term = " ".join(term.split())
    number = personal_numbers.parse(term, clock.today(session.now))
    if cases.NUMBER.fullmatch(term):
        kind, hits = "case_number", _reachable(session, actor, Case.number == term)
    elif isinstance(number, PersonalNumber):
        kind, hits = "personal_number", _by_number(session, actor, number)
    else:
        kind, hits = "name", _by_name(session, actor, _reachable(session, actor, _nameable(session, actor)), term)
    digest = crypto.mac(keys.of(session).municipality(session, "search").secret, "search/v1", term.casefold()).hex()
    ids = [case.id for case in hits]
    detail: audit.Detail = {"kind": kind, "count": len(hits), "term": digest}
    audit.record(session, actor, Action.CASES_SEARCHED, "list", "search", detail=detail, cases=ids)
    decision = access.of_listed(session, actor, Permission.CASE_LIST, hits, Action.CASES_LISTED)
    return Found(tuple(hits), vault.open_persons(decision, persons.of_cases(session, hits)))


def is_number(term: str, today: date) -> bool:
    """Whether a term is a whole case number, personal number or coordination number, and so names one thing."""
    plain = " ".join(term.split())
    return bool(cases.NUMBER.fullmatch(plain)) or isinstance(personal_numbers.parse(plain, today), PersonalNumber)


def _reachable(session: TenantSession, actor: Actor, *conditions: ColumnElement[bool]) -> list[Case]:
    allowed = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_LIST, session.now))
    query = select(Case).where(Case.id.in_(allowed), *conditions).order_by(Case.changed_at.desc(), Case.id)
    return list(session.scalars(query.limit(SEARCHED)).all())


def _nameable(session: TenantSession, actor: Actor) -> ColumnElement[bool]:
    """Cases that a name may find: of a protected person only those the actor may open.

    Who sees no more than a row, without the name, could otherwise spell it out letter by letter.
    """
    opened = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_OPEN, session.now))
    return or_(Case.subject_id.in_(select(Person.id).where(Person.protection == 0)), Case.id.in_(opened))


def _by_number(session: TenantSession, actor: Actor, number: PersonalNumber) -> list[Case]:
    likely = select(Person.id).where(persons.likely(session, number.digits))
    reachable = _reachable(session, actor, Case.subject_id.in_(likely))
    decision = access.of_search(session, actor, reachable)
    person = persons.find_among(decision, persons.of_cases(session, reachable), number.digits)
    return [] if person is None else [case for case in reachable if case.subject_id == person.id]


def _by_name(session: TenantSession, actor: Actor, reachable: list[Case], term: str) -> list[Case]:
    wanted = [part for part in re.split(r"[\s,]+", term.casefold()) if part]
    if not wanted:
        return []
    decision = access.of_search(session, actor, reachable)
    opened = vault.open_persons(decision, persons.of_cases(session, reachable))
    names = {id_: re.split(r"[\s,]+", identity.name.casefold()) for id_, identity in opened.items()}
    return [
        case
        for case in reachable
        if case.subject_id in names
        and all(any(part.startswith(word) for part in names[case.subject_id]) for word in wanted)
    ]
