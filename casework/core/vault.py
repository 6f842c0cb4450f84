"""The one way from words to a sealed value and back. Nothing is opened without a Decision that covers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from casework.contract.fields import Sensitivity
from casework.contract.focus import Retention
from casework.core import crypto, keys
from casework.core.access import Decision
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession
from casework.core.errors import CaseworkError
from casework.core.models import Entry, Person, Value

REVIEW = "review"
"""The purpose of the municipality's key for reviews."""


class StillSealed(CaseworkError):
    """The decision at hand does not cover what was asked to be opened."""


class Identity(NamedTuple):
    """A person in the clear: number in twelve digits or None, name, birth date or None, protection level."""

    id: str
    number: str | None
    name: str
    birth_date: date | None
    protection: int


def seal_answer(session: TenantSession, entry: Entry, field: str, retention: str, version: int, text: str) -> Sealed:
    """Seal the answer to a field of an entry under the case's key for the form's retention class."""
    key = keys.of(session).case(session, entry.case_id, retention)
    return crypto.seal(key.secret, key.version, text, _answer_place(session, entry, field, version))


def open_answer(decision: Decision, entry: Entry, value: Value) -> str:
    """The answer in words; raises StillSealed where the decision does not cover the case, the form or the seal."""
    _covered(decision, entry.case_id)
    if decision.forms is not None and entry.form not in decision.forms:
        raise StillSealed(entry.form)
    if value.sealed is None:
        return value.plain or ""
    own_draft = entry.state == "draft" and entry.author_id == decision.actor.id
    if value.sensitivity == Sensitivity.SEALED and not own_draft and (entry.id, value.field) not in decision.unsealed:
        raise StillSealed(value.field)
    session = decision.session
    key = keys.of(session).case(session, entry.case_id, value.retention, value.sealed.key_version)
    return crypto.unseal(key.secret, value.sealed, _answer_place(session, entry, value.field, value.version))


def open_shared_answer(decision: Decision, entry: Entry, value: Value) -> str:
    """An answer that a live status permission names; never a sealed one. Only ``sharing`` calls it."""
    _covered(decision, entry.case_id)
    if value.sensitivity == Sensitivity.SEALED or value.sealed is None:
        raise StillSealed(value.field)
    session = decision.session
    key = keys.of(session).case(session, entry.case_id, value.retention, value.sealed.key_version)
    return crypto.unseal(key.secret, value.sealed, _answer_place(session, entry, value.field, value.version))


def seal_text(session: TenantSession, case_id: str, table: str, row: str, field: str, text: str) -> Sealed:
    """Seal a text of a case that is no answer to a form, such as what a task is about."""
    key = keys.of(session).case(session, case_id, Retention.CASE)
    return crypto.seal(key.secret, key.version, text, Place(session.municipality, case_id, table, row, field))


def open_text(decision: Decision, case_id: str, table: str, row: str, field: str, sealed: Sealed) -> str:
    """The text in words; raises StillSealed where the decision does not cover the case."""
    _covered(decision, case_id)
    session = decision.session
    key = keys.of(session).case(session, case_id, Retention.CASE, sealed.key_version)
    return crypto.unseal(key.secret, sealed, Place(session.municipality, case_id, table, row, field))


def seal_review(session: TenantSession, table: str, row: str, field: str, text: str) -> Sealed:
    """Seal what is written for or by a review, under the municipality's own key: its readers open no case."""
    key = keys.of(session).municipality(session, REVIEW)
    return crypto.seal(key.secret, key.version, text, Place(session.municipality, "", table, row, field))


def open_review(decision: Decision, table: str, row: str, field: str, sealed: Sealed) -> str:
    """What was written for a review, in words; raises StillSealed where the decision does not cover it."""
    if row not in decision.reviews:
        raise StillSealed("review")
    session = decision.session
    key = keys.of(session).municipality(session, REVIEW, sealed.key_version)
    return crypto.unseal(key.secret, sealed, Place(session.municipality, "", table, row, field))


def seal_person(session: TenantSession, person: Person, identity: Mapping[str, str | None]) -> None:
    """Seal number, name and birth date of a person at the person's present version."""
    key = keys.of(session).person(session, person.id)
    for field in ("number", "name", "birth_date"):
        text = identity.get(field)
        place = _person_place(session, person, field)
        setattr(person, field, None if text is None else crypto.seal(key.secret, key.version, text, place))


def open_person(decision: Decision, person: Person) -> Identity:
    """A person in the clear; raises StillSealed where the decision does not cover the person."""
    if decision.persons is not None and person.id not in decision.persons:
        raise StillSealed("person")
    session = decision.session
    key = keys.of(session).person(session, person.id)

    def words(field: str, sealed: Sealed | None) -> str | None:
        return None if sealed is None else crypto.unseal(key.secret, sealed, _person_place(session, person, field))

    born = words("birth_date", person.birth_date)
    return Identity(
        person.id,
        words("number", person.number),
        words("name", person.name) or "",
        date.fromisoformat(born) if born else None,
        person.protection,
    )


def open_persons(decision: Decision, persons: Iterable[Person]) -> dict[str, Identity]:
    """Many persons in the clear, by id, their keys fetched with one question."""
    wanted = list(persons)
    keys.of(decision.session).open_persons(decision.session, [person.id for person in wanted])
    return {person.id: open_person(decision, person) for person in wanted}


def _covered(decision: Decision, case_id: str) -> None:
    if case_id not in decision.cases:
        raise StillSealed("case")


def _answer_place(session: TenantSession, entry: Entry, field: str, version: int) -> Place:
    return Place(session.municipality, entry.case_id, "answers", entry.id, field, version)


def _person_place(session: TenantSession, person: Person, field: str) -> Place:
    return Place(session.municipality, person.id, "persons", person.id, field, person.version)
