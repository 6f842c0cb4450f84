"""What lies in an installation, for tests to compare: raw rows, and cases opened under a leave of the test's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import inspect, select, text

from casework.contract import Level
from casework.core import entries, organisations, vault
from casework.core.access import Decision
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Account, Case, CaseAccess, Entry, Person
from casework.core.permissions import Actor, Permission, Post, Role


@dataclass
class Opened:
    """A case in words."""

    case: Case
    number: str
    name: str
    protection: int
    officer: str | None
    principals: set[str]
    entries: list[tuple[str, date, str | None, dict[str, str], dict[str, int]]] = field(default_factory=list)

    def of_form(self, name: str) -> list[tuple[date, dict[str, str]]]:
        return [(day, answers) for form, day, _, answers, _ in self.entries if form == name]


def cases(installation: Installation, code: str = "1881") -> list[Opened]:
    with installation.session(code) as session:
        return [opened(session, case) for case in session.scalars(select(Case).order_by(Case.number)).all()]


def opened(session: TenantSession, case: Case) -> Opened:
    written = list(session.scalars(select(Entry).where(Entry.case_id == case.id).order_by(Entry.event_on)))
    values = entries.values_of(session, written)
    every = frozenset((entry.id, one.field) for entry in written for one in values.get(entry.id, []))
    reader = Actor("t", "T", case.municipality, (Post(Role.CASE_OFFICER, Level.H, "social_services", case.unit_id),))
    leave = Decision(session, reader, Permission.CASE_READ, frozenset({case.id}), None, None, every)
    person = session.get_one(Person, (case.municipality, case.subject_id))
    identity = vault.open_person(leave, person)
    officer = session.get(Account, case.officer_id) if case.officer_id else None
    ways = session.scalars(select(CaseAccess.principal).where(CaseAccess.case_id == case.id)).all()
    found = Opened(
        case, identity.number or "", identity.name, person.protection, officer.username if officer else None, set(ways)
    )
    for entry in written:
        kept = {one.field: one.sensitivity for one in values.get(entry.id, [])}
        found.entries.append((entry.form, entry.event_on, entry.origin, entries.answers_of(leave, entry), kept))
    return found


def rows(installation: Installation) -> dict[tuple[str | None, str], list[Any]]:
    """Every row of every table, as each municipality and the installation see it."""
    with installation.session(None) as session:
        codes = [None, *(one.code for one in organisations.municipalities(session))]
    tables = inspect(installation.engine).get_table_names()
    found = {}
    for code in codes:
        session = installation.open(code)
        for table in tables:
            found[code, table] = sorted(repr(tuple(row)) for row in session.execute(text(f"SELECT * FROM {table}")))
        session.rollback()
        session.close()
    return found
