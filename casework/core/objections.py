"""What somebody holds to be wrong in a journal (SoL 14 kap. 6 §): noted beside the entry, which it never changes.

An objection goes wherever its entry goes: it stands beside it in the journal, beside what corrects it, and in copies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as of
from datetime import date, datetime

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.fields import Sensitivity
from casework.contract.language import gettext as _
from casework.core import access, accounts, audit, cases, clock, entries, reading, telling, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.entries import NOT_YET
from casework.core.errors import Refused
from casework.core.models import Case, CasePerson, Entry, Objection, Person
from casework.core.permissions import Actor, Permission
from casework.core.vault import Identity

LONGEST = 5000
"""Letters of an objection."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be noted: who objects, the day they did, and in which words."""

    person_id: str
    received_on: date | None
    words: str = of(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Noted:
    """An objection as it is shown; ``words`` are None while nothing is open of an entry with sealed answers."""

    id: str
    entry_id: str
    who: Identity
    received_on: date
    noted_by: str
    noted_at: datetime
    words: str | None = of(repr=False)


def note(session: TenantSession, actor: Actor, case_id: str, entry_id: str, said: Said) -> Objection:
    """Note what somebody holds to be wrong in a signed entry; raises Refused with every fault at its field."""
    case, decision = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, Action.OBJECTION_NOTED, detail={"entry": entry_id}
    )
    cases.hold(session, case)
    entry = reading.find(decision, case, entry_id)
    if faults := _faults(session, case, said):
        raise Refused(faults)
    assert said.received_on is not None  # noqa: S101 _faults has refused none
    made = Objection(id=new_id(), case_id=case.id, entry_id=entry.id, person_id=said.person_id)
    made.received_on, made.noted_by, made.noted_at = said.received_on, actor.id, session.now
    made.words = vault.seal_text(session, case.id, "objections", made.id, "words", said.words.strip())
    session.add(made)
    session.flush()
    detail: audit.Detail = {"entry": entry.id, "objection": made.id}
    audit.record(
        session,
        actor,
        Action.OBJECTION_NOTED,
        "entry",
        entry.id,
        case_id=case.id,
        detail=detail,
        content=[made.words],
    )
    cases.touch(session, case)
    return made


def who_may_object(decision: Decision, case: Case) -> list[Identity]:
    """The persons of a case who may know of it: whom the case is about first, then by name."""
    ids = _ids_of_who_may(decision.session, case)
    found = vault.open_persons(decision, decision.session.scalars(select(Person).where(Person.id.in_(ids))).all())
    return sorted(found.values(), key=lambda one: (one.id != case.subject_id, one.name))


def of_entries(decision: Decision, case: Case, chosen: Iterable[Entry]) -> Mapping[str, list[Noted]]:
    """The objections to some entries, and to what each corrects, by the entry, in the order in which they were noted.

    What a decider may not read of the case is left out.
    """
    seen = {one.id: one for one in chosen if decision.forms is None or one.form in decision.forms}
    about = {id_: [one, *entries.corrected_by(decision.session, one)] for id_, one in seen.items()}
    noted = _noted(decision, case, {one.id: one for several in about.values() for one in several})
    found = {id_: [one for entry in several for one in noted.get(entry.id, [])] for id_, several in about.items()}
    return {id_: sorted(several, key=lambda one: (one.noted_at, one.id)) for id_, several in found.items()}


def _noted(decision: Decision, case: Case, about: Mapping[str, Entry]) -> dict[str, list[Noted]]:
    query = select(Objection).where(Objection.case_id == case.id, Objection.entry_id.in_(list(about)))
    rows = decision.session.scalars(query).all()
    people = select(Person).where(Person.id.in_({one.person_id for one in rows}))
    known = vault.open_persons(decision, decision.session.scalars(people).all()) if rows else {}
    names = accounts.names(decision.session, {one.noted_by for one in rows})
    closed = _closed(decision, about)
    found: dict[str, list[Noted]] = {}
    for row in rows:
        words = (
            None
            if row.entry_id in closed
            else vault.open_text(decision, case.id, "objections", row.id, "words", row.words)
        )
        who, by = known[row.person_id], names.get(row.noted_by, "")
        found.setdefault(row.entry_id, []).append(
            Noted(row.id, row.entry_id, who, row.received_on, by, row.noted_at, words)
        )
    return found


def _closed(decision: Decision, about: Mapping[str, Entry]) -> set[str]:
    """The entries that hold something sealed of which nothing is open now: what is said against them may tell it."""
    opened = {entry for entry, _field in decision.unsealed}
    stored = entries.values_of(decision.session, about.values())
    sealed = {id_ for id_, values in stored.items() if any(one.sensitivity == Sensitivity.SEALED for one in values)}
    return sealed - opened


def _ids_of_who_may(session: TenantSession, case: Case) -> Collection[str]:
    there = session.scalars(select(CasePerson.person_id).where(CasePerson.case_id == case.id)).all()
    return set(there) - telling.kept_from(session, case)


def _faults(session: TenantSession, case: Case, said: Said) -> list[Refusal]:
    found = []
    if said.person_id not in _ids_of_who_may(session, case):
        found.append(Refusal(_("Välj vem i ärendet som anser att något är fel."), "person"))
    if said.received_on is None:
        found.append(Refusal(_("Skriv vilken dag det sades eller kom in."), "received_on"))
    elif said.received_on > clock.today(session.now):
        found.append(Refusal(NOT_YET, "received_on"))
    if not said.words.strip():
        found.append(Refusal(_("Skriv vad personen anser är fel."), "words"))
    elif len(said.words.strip()) > LONGEST:
        found.append(Refusal(_("Korta texten till högst 5 000 tecken."), "words"))
    return found
