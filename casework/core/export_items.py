"""What a copy of a case could tell its recipient, item by item: each to be tested before anything of it is given.

The names and numbers of everybody else in the case are blacked out in whatever is told; an item that names somebody
else says so, for whoever tests it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as of
from datetime import datetime

from sqlalchemy import select

from casework.contract.focus import Retention
from casework.contract.language import gettext as _
from casework.core import (
    blackening,
    cases,
    clock,
    entries,
    export_facts,
    export_given,
    export_received,
    objections,
    reading,
    vault,
)
from casework.core.access import Decision
from casework.core.blackening import Black
from casework.core.db import TenantSession
from casework.core.export_shape import OBJECTION, STEP, TAKEN, Item
from casework.core.models import Case, CasePerson, Entry, Person
from casework.core.objections import Noted
from casework.core.reading import Reading
from casework.core.registry import Registry
from casework.core.vault import Identity

PROTECTS = "OSL_21_3"
"""By which law a step beside the others, and where somebody is, is kept back at first."""
WHY = _("Varför")
SKEDE = _("Skede")
OBJECTED = _("Invändning")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step a case took, and why if that may be told and was said."""

    id: str
    at: datetime
    label: str
    why: str | None = of(repr=False)
    on_track: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is in a case, whom of them a copy names, and what blacks out the others. ``whole`` is the archive's.

    ``black`` blacks out who sent what came in to the case too; ``of_people`` only the others in it.
    """

    people: Sequence[tuple[str, Identity]]
    told: Sequence[tuple[str, Identity]]
    black: Black
    of_people: Black
    whole: bool


def audience(decision: Decision, case: Case, recipient_id: str | None) -> Audience:
    """Whom a copy for somebody names: themselves and whom the case is about; the archive's names everybody."""
    people = _people(decision, case)
    if recipient_id is None:
        return Audience(people, people, blackening.nothing, blackening.nothing, whole=True)
    told = [one for one in people if one[1].id in {recipient_id, case.subject_id}]
    everybody, named = [one for _part, one in people], [one for _part, one in told]
    black = blackening.blackener([*everybody, *export_received.senders(decision, case)], named)
    return Audience(people, told, black, blackening.blackener(everybody, named), whole=False)


def items(decision: Decision, registry: Registry, case: Case, recipient_id: str, chosen: Iterable[Entry]) -> list[Item]:
    """What a copy of some entries for somebody could tell; nothing of forms about others, which no person is given.

    With it the case itself and its steps, what came in to it, and what was given of it to others.
    """
    whom = audience(decision, case, recipient_id)
    black = whom.black
    closed, chosen = replace(decision, unsealed=frozenset()), list(chosen)
    hidden = places(decision.session, chosen)
    read = [
        one
        for one in reading.read(closed, registry, case, chosen)
        if one.form is not None and not one.form.about_others
    ]
    found = [
        Item(
            one.entry.id,
            answer.field,
            _label(one),
            one.entry.event_on.isoformat(),
            answer.label,
            answer.words,
            blackening.hides(black, answer.words),
            PROTECTS if (one.entry.id, answer.field) in hidden else "",
        )
        for one in read
        for answer in one.answers
    ]
    subject = next((one for _part, one in whom.told if one.id == case.subject_id), None)
    return [
        *export_facts.items(registry, case, recipient_id, subject),
        *found,
        *_objections(closed, case, read, black),
        *_steps(closed, registry, case, recipient_id, black),
        *exchanged(closed, case, black),
    ]


def exchanged(decision: Decision, case: Case, black: Black) -> list[Item]:
    """What came in to a case from others, and then what was given of it to others."""
    return [*export_received.items(decision, case, black), *export_given.items(decision, case, black)]


def told(listed: Iterable[Item]) -> dict[tuple[str, str], str | None]:
    """The words of each item by its place and field: what every choice must be about."""
    return {(one.place, one.field): one.words for one in listed}


def steps(decision: Decision, registry: Registry, case: Case, *, reasons: bool) -> Iterator[Taken]:
    """The steps of a case, the first one first; why only with ``reasons``."""
    kind = registry.case_type(case.area, case.case_type)
    labels = {} if kind is None else {one.name: one.label for one in kind.workflow.transitions}
    for one in cases.history(decision.session, case):
        if one.track is not None and not reasons:
            continue  # to a party, that protection is assessed or a move is planned is told by no step
        why = None
        if reasons and one.reason is not None:
            why = vault.open_text(decision, case.id, "state_changes", one.id, "reason", one.reason)
        yield Taken(one.id, one.at, labels.get(one.transition, one.transition), why, one.track is not None)


def tells_reasons(case: Case, recipient_id: str | None) -> bool:
    """Whether somebody is told why the case took its steps: whom it is about, and the archive."""
    return recipient_id in {None, case.subject_id}


def objections_to(decision: Decision, case: Case, read: Sequence[Reading]) -> dict[str, list[Noted]]:
    """The objections that go along with each entry of a copy: to it, or to what it corrects and is left out."""
    found = objections.of_entries(decision, case, [one.entry for one in read])
    own = {one.entry.id for one in read}
    return {
        id_: [one for one in several if one.entry_id == id_ or one.entry_id not in own]
        for id_, several in found.items()
    }


def _objections(decision: Decision, case: Case, read: Sequence[Reading], black: Black) -> Iterator[Item]:
    about = {one.entry.id: one for one in read}
    for id_, several in objections_to(decision, case, read).items():
        heading, on = f"{OBJECTED}: {_label(about[id_])}", about[id_].entry.event_on.isoformat()
        for one in several:
            yield Item(one.id, OBJECTION, heading, on, OBJECTED, one.words, blackening.hides(black, one.words))


def _label(one: Reading) -> str:
    return one.entry.form if one.form is None else one.form.label


def places(session: TenantSession, chosen: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    """What of some entries says where somebody is, and is destroyed once the case is closed, by entry and field."""
    stored = entries.values_of(session, chosen)
    return frozenset(
        (id_, one.field) for id_, all_ in stored.items() for one in all_ if one.retention == Retention.SEALED_PLACE
    )


def _steps(decision: Decision, registry: Registry, case: Case, recipient_id: str, black: Black) -> Iterator[Item]:
    """Each step, and why it was taken; that protection was assessed or a move planned begins as kept back."""
    for one in steps(decision, registry, case, reasons=tells_reasons(case, recipient_id)):
        day, law = clock.today(one.at).isoformat(), PROTECTS if one.on_track else ""
        yield Item(one.id, TAKEN, one.label, day, SKEDE, one.label, blackening.hides(black, one.label), law)
        if one.why is not None:
            yield Item(one.id, STEP, one.label, day, WHY, one.why, blackening.hides(black, one.why), law)


def _people(decision: Decision, case: Case) -> list[tuple[str, Identity]]:
    rows = decision.session.execute(
        select(CasePerson.role, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id)
        .order_by(CasePerson.added_at, CasePerson.id)
    ).all()
    opened = vault.open_persons(decision, [person for _role, person in rows])
    return [(role, opened[person.id]) for role, person in rows]
