"""Persons of a municipality: found by number or made new. Nobody learns from a person that another case exists."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select, update

from casework.contract.fields import Sensitivity
from casework.core import access, access_rows, audit, crypto, keys, opened_numbers, organisations, stopping, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.models import Case, CaseAccess, CasePerson, ConflictBlock, Entry, Person, Value
from casework.core.opened_numbers import OpenedNumbers
from casework.core.permissions import Actor, Permission, Role
from casework.core.personal_numbers import PersonalNumber
from casework.core.registry import Registry

BLIND_BITS = 8
"""Bits kept of the blind index. With up to 100,000 persons each value means some 400 at most, and always more than
two for 500 or more: a stolen database does not prove that two rows are the same person (security.md 3.6)."""
UNINDEXED = 2
"""From this protection level on a person has no blind index."""


def blind(session: TenantSession, digits: str) -> int:
    """The truncated keyed digest of a number in the session's municipality."""
    return crypto.blind(keys.of(session).municipality(session, "blind").secret, digits, BLIND_BITS)


def likely(session: TenantSession, digits: str) -> ColumnElement[bool]:
    """The condition on persons who may have a number: a few with the same blind index, and all who have none."""
    return or_(Person.blind == blind(session, digits), Person.protection >= UNINDEXED)


def find(
    session: TenantSession,
    actor: Actor,
    number: PersonalNumber,
    permission: Permission = Permission.CASE_REGISTER,
    opened: OpenedNumbers | None = None,
    *,
    case_id: str | None = None,
) -> Person | None:
    """The person with a number, opening the few candidates one by one; for registration, import and break-glass.

    Whoever asks has the municipality's registration to themselves until the transaction ends. ``opened`` are the
    numbers that an import has opened already, and need not open again. ``case_id`` is the case they are looked for to
    be put into: what is done for it is not told to whom it is closed.
    """
    organisations.take_turns(session)
    if opened is not None:
        return _find_again(session, actor, number.digits, opened, case_id)
    candidates = session.scalars(select(Person).where(likely(session, number.digits))).all()
    decision = access.of_matching(session, actor, permission, case_id, candidates=len(candidates))
    return _matching(decision, candidates, number.digits)


def _find_again(
    session: TenantSession, actor: Actor, digits: str, opened: OpenedNumbers, case_id: str | None
) -> Person | None:
    candidates = opened_numbers.candidates(
        session, Person.blind == blind(session, digits), Person.protection >= UNINDEXED
    )
    decision = access.of_matching(session, actor, Permission.CASE_REGISTER, case_id, candidates=len(candidates))
    found = opened.match(decision, candidates, digits)
    return None if found is None else session.get(Person, (session.municipality, found))


def known_to(session: TenantSession, actor: Actor, person: Person) -> bool:
    """Whether the actor may learn of a person: at levels 2 and 3 only a lead, or who may open a case of theirs.

    A conflict of interest in any case of the person closes all of them here, for a lead too.
    """
    if person.protection < UNINDEXED:
        return True
    if is_closed_to(session, actor, person):
        return False
    opened = access.reached(actor, Permission.CASE_OPEN, session.now)
    ways = select(CaseAccess.case_id).where(CaseAccess.case_id.in_(_cases_of(person)), opened)
    leads = any(post.role is Role.TEAM_LEAD for post in actor.posts)
    return leads or session.scalar(ways.limit(1)) is not None


def is_closed_to(session: TenantSession, actor: Actor, person: Person) -> bool:
    """Whether a conflict of interest keeps the actor out of a case of the person's.

    What linked files close to the other side counts for nothing here: its officers would learn of those files by it.
    """
    closed = access_rows.conflicts(actor.id).where(ConflictBlock.case_id.in_(_cases_of(person)))
    return session.scalar(closed.limit(1)) is not None


def find_among(decision: Decision, persons: Sequence[Person], digits: str) -> Person | None:
    """The person with a number among persons the decision already covers; for search over one's own cases."""
    wanted = blind(decision.session, digits)
    candidates = [person for person in persons if person.protection >= UNINDEXED or person.blind == wanted]
    return _matching(decision, candidates, digits)


def add(
    session: TenantSession,
    actor: Actor,
    name: str,
    number: PersonalNumber | None,
    protection: int = 0,
    *,
    case_id: str | None = None,
) -> Person:
    """Add a person under a key of its own, for a case; levels 2 and 3 get no blind index."""
    person = Person(id=new_id(), municipality=session.municipality, protection=protection, name=crypto.Sealed(b""))
    session.add(person)
    with session.no_autoflush:
        _seal_new(session, person, name, number)
    if protection >= UNINDEXED:
        opened_numbers.forget(session)
    detail: audit.Detail = {"level": protection}
    audit.record(
        session,
        actor,
        Action.PERSON_ADDED,
        "person",
        person.id,
        case_id=case_id,
        detail=detail,
        content=_sealed(person),
    )
    return person


def add_known(session: TenantSession, actor: Actor, person: Person, protection: int, case_id: str) -> None:
    """Note that somebody who is known already is put into a case, with the protection that was said of them there.

    So it is noted of who is not known, in one line: the record must not tell which.
    """
    _raise(session, actor, person, protection, case_id)
    detail: audit.Detail = {"level": person.protection}
    audit.record(session, actor, Action.PERSON_ADDED, "person", person.id, case_id=case_id, detail=detail)


def raise_protection(
    session: TenantSession, actor: Actor, person: Person, protection: int, *, case_id: str | None = None
) -> None:
    """Raise a person's protection level and seal what is sealed for the protected, in every case of theirs.

    What was given of those cases is read no more by anybody, unless it was given as the higher level asks.
    Lowering takes two people: ``case_people.lower_protection``.
    """
    if protection > person.protection:
        _raise(session, actor, person, protection, case_id)
        detail: audit.Detail = {"level": protection}
        audit.record(session, actor, Action.PERSON_CHANGED, "person", person.id, case_id=case_id, detail=detail)


def lower_protection(
    session: TenantSession, registry: Registry, actor: Actor, decision: Decision, case: Case, protection: int
) -> None:
    """Lower the protection level of whom a case is about, as approved, and undo what only the protection had closed.

    Below level 2 the number is found again by its blind index. Without protection the answers that were sealed for
    its sake are the team's again: never one declared sealed, one of an entry sealed whole, or one nobody declares now.
    """
    organisations.take_turns(session)  # nobody looks for the number while its index comes back
    person = session.get_one(Person, (case.municipality, case.subject_id))
    was, person.protection = person.protection, protection
    number = vault.open_person(decision, person).number
    if protection < UNINDEXED and number is not None:
        person.blind = blind(session, number)
    if protection == 0:
        _open_guarded(session, registry, person)
    session.flush()
    detail: audit.Detail = {"level": protection, "was": was}
    audit.record(session, actor, Action.PERSON_CHANGED, "person", person.id, case_id=case.id, detail=detail)


def put_in_case(
    session: TenantSession, case: Case, person: Person, role: str, *, may_not_know: bool = False
) -> CasePerson:
    """Give a person a part in a case; the subject is the case's own."""
    part = CasePerson(case_id=case.id, person_id=person.id, role=role, may_not_know=may_not_know, added_at=session.now)
    session.add(part)
    if role == "subject":
        case.subject_id = person.id
    return part


def of_cases(session: TenantSession, cases: Iterable[Case]) -> list[Person]:
    """The subjects of cases, sealed."""
    ids = {case.subject_id for case in cases if case.subject_id is not None}
    return list(session.scalars(select(Person).where(Person.id.in_(ids))).all())


def sort_key(name: str) -> str:
    """A Swedish sorting key: å, ä and ö come after z."""
    lowered = unicodedata.normalize("NFC", name).casefold()
    return lowered.translate({ord("å"): "{", ord("ä"): "|", ord("ö"): "}"})


def age(born: date, on: date) -> int:
    """Whole years lived on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _raise(session: TenantSession, actor: Actor, person: Person, protection: int, case_id: str | None) -> None:
    if protection <= person.protection:
        return
    person.protection = protection
    if protection >= UNINDEXED:
        person.blind = None
        opened_numbers.forget(session)
    _seal_guarded(session, person)
    stopping.of_protected(session, actor, person, case_id)


def _seal_guarded(session: TenantSession, person: Person) -> None:
    signed = (
        select(Entry.id)
        .join(Case, (Case.municipality == Entry.municipality) & (Case.id == Entry.case_id))
        .where(Case.subject_id == person.id, Entry.state == "signed")
    )
    session.flush()
    session.execute(
        update(Value)
        .where(
            Value.municipality == session.municipality,
            Value.guarded,
            Value.sensitivity == int(Sensitivity.TEAM),
            Value.entry_id.in_(signed),
        )
        .values(sensitivity=int(Sensitivity.SEALED))
        .execution_options(synchronize_session="fetch")
    )


def _open_guarded(session: TenantSession, registry: Registry, person: Person) -> None:
    rows = session.execute(
        select(Value, Entry, Case)
        .join(Entry, (Entry.municipality == Value.municipality) & (Entry.id == Value.entry_id))
        .join(Case, (Case.municipality == Entry.municipality) & (Case.id == Entry.case_id))
        .where(
            Case.subject_id == person.id,
            Entry.state == "signed",
            Entry.sealed.is_(False),
            Value.guarded,
            Value.sensitivity == int(Sensitivity.SEALED),
        )
    ).all()
    for value, entry, case in rows:
        kind = registry.case_type(case.area, case.case_type)
        forms = () if kind is None else kind.forms
        fields = (field for form in forms if form.name == entry.form for field in form.fields)
        declared = next((field.sensitivity for field in fields if field.name == value.field), Sensitivity.SEALED)
        if declared is not Sensitivity.SEALED:
            value.sensitivity = int(Sensitivity.TEAM)


def _cases_of(person: Person) -> Select[str]:
    return select(CasePerson.case_id).where(CasePerson.person_id == person.id)


def _matching(decision: Decision, candidates: Sequence[Person], digits: str) -> Person | None:
    opened = vault.open_persons(decision, candidates)
    return next((person for person in candidates if opened[person.id].number == digits), None)


def _seal_new(session: TenantSession, person: Person, name: str, number: PersonalNumber | None) -> None:
    # The row must be there before its key can point to it, so it goes in with an empty name for a moment.
    session.flush()
    keys.of(session).found_person(session, person.id)
    born = None if number is None else number.birth_date
    identity = {
        "name": name.strip(),
        "number": None if number is None else number.digits,
        "birth_date": None if born is None else born.isoformat(),
    }
    vault.seal_person(session, person, identity)
    if number is not None and person.protection < UNINDEXED:
        person.blind = blind(session, number.digits)
    session.flush()


def _sealed(person: Person) -> list[crypto.Sealed]:
    return [one for one in (person.number, person.name, person.birth_date) if one is not None]
