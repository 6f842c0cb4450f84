"""The one way from words to a sealed value and back. Nothing is opened without a Decision that covers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from casework.contract.fields import Sensitivity
from casework.contract.focus import Retention
from casework.contract.language import gettext as _
from casework.core import crypto, keys
from casework.core.access import Decision
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession
from casework.core.errors import CaseworkError, Destroyed
from casework.core.models import Approval, Entry, Person, Value
from casework.core.opened_keys import Key

GONE = _("Gallrad")
"""What stands where the words of something were whose key is destroyed."""

REVIEW = "review"
"""The purpose of the municipality's key for reviews."""

RECEIVED = "received"
"""The purpose of the municipality's key for what was sent from a case to somebody outside it."""


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
    key = keys.of(session).case_to_seal(session, entry.case_id, retention)
    return crypto.seal(key.secret, key.version, text, _answer_place(session, entry, field, version))


def open_answer(decision: Decision, entry: Entry, value: Value) -> str:
    """The answer in words; raises StillSealed where the decision does not cover the case, the form or the seal.

    Raises Destroyed for what is gone, also where it could not be opened: there is nothing left to keep sealed.
    """
    _covered(decision, entry.case_id)
    if decision.forms is not None and entry.form not in decision.forms:
        raise StillSealed(entry.form)
    if value.sealed is None:
        return value.plain or ""
    session = decision.session
    own_draft = entry.state == "draft" and entry.author_id == decision.actor.id
    if value.sensitivity == Sensitivity.SEALED and not own_draft and (entry.id, value.field) not in decision.unsealed:
        if is_gone(session, entry, value):
            raise Destroyed(value.field)
        raise StillSealed(value.field)
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


def is_gone(session: TenantSession, entry: Entry, value: Value) -> bool:
    """Whether the key that sealed an answer is destroyed."""
    if value.sealed is None:
        return False
    return keys.of(session).is_destroyed(session, entry.case_id, value.retention, value.sealed.key_version)


def seal_text(session: TenantSession, case_id: str, table: str, row: str, field: str, text: str) -> Sealed:
    """Seal a text of a case that is no answer to a form, such as what a task is about."""
    key = keys.of(session).case_to_seal(session, case_id, Retention.CASE)
    return crypto.seal(key.secret, key.version, text, Place(session.municipality, case_id, table, row, field))


def open_text(decision: Decision, case_id: str, table: str, row: str, field: str, sealed: Sealed) -> str:
    """The text in words, or that it is gone; raises StillSealed where the decision does not cover the case."""
    try:
        return open_kept(decision, case_id, table, row, field, sealed)
    except Destroyed:
        return GONE


def open_kept(decision: Decision, case_id: str, table: str, row: str, field: str, sealed: Sealed) -> str:
    """The same for what a program reads and not a person; raises Destroyed for what is gone."""
    _covered(decision, case_id)
    session = decision.session
    key = keys.of(session).case(session, case_id, Retention.CASE, sealed.key_version)
    return crypto.unseal(key.secret, sealed, Place(session.municipality, case_id, table, row, field))


def seal_received(session: TenantSession, recipient: str, table: str, row: str, field: str, text: str) -> Sealed:
    """Seal what is sent from a case to an agency or an organisation, whose code is the owner of the place."""
    key = keys.of(session).municipality(session, RECEIVED)
    return crypto.seal(key.secret, key.version, text, Place(session.municipality, recipient, table, row, field))


def open_received(decision: Decision, recipient: str, table: str, row: str, field: str, sealed: Sealed) -> str:
    """What was sent, in words; raises StillSealed unless the decision is about it."""
    if row not in decision.received:
        raise StillSealed("received")
    session = decision.session
    key = keys.of(session).municipality(session, RECEIVED, sealed.key_version)
    return crypto.unseal(key.secret, sealed, Place(session.municipality, recipient, table, row, field))


def open_received_kept(decision: Decision, case_id: str, table: str, row: str, field: str, sealed: Sealed) -> str:
    """What its sender sent and a case keeps now; raises StillSealed unless the decision is about it."""
    if row not in decision.received:
        raise StillSealed("received")
    session = decision.session
    key = keys.of(session).case(session, case_id, Retention.CASE, sealed.key_version)
    return crypto.unseal(key.secret, sealed, Place(session.municipality, case_id, table, row, field))


def seal_approval(session: TenantSession, approval: Approval, field: str, text: str) -> Sealed:
    """Seal what was said about an approval: under its case's key, or the municipality's for reviews."""
    key = _approval_key(session, approval, None)
    return crypto.seal(key.secret, key.version, text, _approval_place(approval, field))


def open_approval(decision: Decision, approval: Approval, field: str) -> str:
    """What was said about an approval (``reason``, ``answer``); raises StillSealed unless the decision is about it."""
    if approval.id not in decision.approvals:
        raise StillSealed("approval")
    sealed: Sealed | None = getattr(approval, field)
    if sealed is None:
        return ""
    key = _approval_key(decision.session, approval, sealed.key_version)
    return crypto.unseal(key.secret, sealed, _approval_place(approval, field))


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
    """A person in the clear, or that they are gone; raises StillSealed where the decision does not cover the person."""
    if decision.persons is not None and person.id not in decision.persons:
        raise StillSealed("person")
    session = decision.session

    def words(field: str, sealed: Sealed | None) -> str | None:
        if sealed is None:
            return None
        key = keys.of(session).person(session, person.id, sealed.key_version)
        return crypto.unseal(key.secret, sealed, _person_place(session, person, field))

    try:
        born, number, name = (
            words("birth_date", person.birth_date),
            words("number", person.number),
            words("name", person.name),
        )
    except Destroyed:
        return Identity(person.id, None, GONE, None, person.protection)
    return Identity(person.id, number, name or "", date.fromisoformat(born) if born else None, person.protection)


def open_number(decision: Decision, person_id: str, version: int, sealed: Sealed | None) -> str:
    """A person's number alone, to compare it with one that is looked for; empty where there is none."""
    if decision.persons is not None and person_id not in decision.persons:
        raise StillSealed("person")
    if sealed is None:
        return ""
    session = decision.session
    key = keys.of(session).person(session, person_id, sealed.key_version)
    return crypto.unseal(
        key.secret, sealed, Place(session.municipality, person_id, "persons", person_id, "number", version)
    )


def open_persons(decision: Decision, persons: Iterable[Person]) -> dict[str, Identity]:
    """Many persons in the clear, by id, their keys fetched with one question."""
    wanted = list(persons)
    keys.of(decision.session).open_persons(decision.session, [person.id for person in wanted])
    return {person.id: open_person(decision, person) for person in wanted}


def _covered(decision: Decision, case_id: str) -> None:
    if case_id not in decision.cases:
        raise StillSealed("case")


def _approval_key(session: TenantSession, approval: Approval, version: int | None) -> Key:
    keyring = keys.of(session)
    if approval.case_id is None:
        return keyring.municipality(session, "review", version)
    return keyring.case(session, approval.case_id, Retention.CASE, version)


def _approval_place(approval: Approval, field: str) -> Place:
    owner = approval.case_id or approval.municipality
    return Place(approval.municipality, owner, "approvals", approval.id, field)


def _answer_place(session: TenantSession, entry: Entry, field: str, version: int) -> Place:
    return Place(session.municipality, entry.case_id, "answers", entry.id, field, version)


def _person_place(session: TenantSession, person: Person, field: str) -> Place:
    return Place(session.municipality, person.id, "persons", person.id, field, person.version)
