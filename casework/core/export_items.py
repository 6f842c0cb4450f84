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

from casework.contract.language import gettext as _
from casework.core import blackening, cases, clock, objections, reading, vault
from casework.core.access import Decision
from casework.core.blackening import Black
from casework.core.models import Case, CasePerson, Entry, Person
from casework.core.objections import Noted
from casework.core.reading import Reading
from casework.core.registry import Registry
from casework.core.vault import Identity

STEP = "step"
"""In the place of a field: why the case took a step."""
WHY = _("Varför")
OBJECTION = "objection"
"""In the place of a field: what somebody holds to be wrong in an entry."""
OBJECTED = _("Invändning")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a copy could tell. ``words`` are None for a sealed answer, which is tested without being read."""

    place: str
    field: str
    heading: str
    on: str
    label: str
    words: str | None = of(repr=False)
    names_others: bool

    @property
    def is_entry(self) -> bool:
        """Whether it stands in a signed entry."""
        return self.field not in {STEP, OBJECTION}


@dataclass(frozen=True, slots=True)
class Taken:
    """A step a case took, and why if that may be told and was said."""

    id: str
    at: datetime
    label: str
    why: str | None = of(repr=False)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is in a case, whom of them a copy names, and what blacks out the others. ``whole`` is the archive's."""

    people: Sequence[tuple[str, Identity]]
    told: Sequence[tuple[str, Identity]]
    black: Black
    whole: bool


def audience(decision: Decision, case: Case, recipient_id: str | None) -> Audience:
    """Whom a copy for somebody names: themselves and whom the case is about; the archive's names everybody."""
    people = _people(decision, case)
    if recipient_id is None:
        return Audience(people, people, blackening.nothing, whole=True)
    told = [one for one in people if one[1].id in {recipient_id, case.subject_id}]
    black = blackening.blackener([one for _part, one in people], [one for _part, one in told])
    return Audience(people, told, black, whole=False)


def items(decision: Decision, registry: Registry, case: Case, recipient_id: str, chosen: Iterable[Entry]) -> list[Item]:
    """What a copy of some entries for somebody could tell; nothing of forms about others, which no person is given."""
    black = audience(decision, case, recipient_id).black
    closed = replace(decision, unsealed=frozenset())
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
            _names_others(black, answer.words),
        )
        for one in read
        for answer in one.answers
    ]
    return [*found, *_objections(closed, case, read, black), *_reasons(closed, registry, case, recipient_id, black)]


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
        yield Taken(one.id, one.at, labels.get(one.transition, one.transition), why)


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
            yield Item(one.id, OBJECTION, heading, on, OBJECTED, one.words, _names_others(black, one.words))


def _label(one: Reading) -> str:
    return one.entry.form if one.form is None else one.form.label


def _reasons(decision: Decision, registry: Registry, case: Case, recipient_id: str, black: Black) -> Iterator[Item]:
    for one in steps(decision, registry, case, reasons=tells_reasons(case, recipient_id)):
        if one.why is not None:
            day = clock.today(one.at).isoformat()
            yield Item(one.id, STEP, one.label, day, WHY, one.why, _names_others(black, one.why))


def _names_others(black: Black, words: str | None) -> bool:
    return black is not blackening.nothing and words is not None and black(words) != blackening.composed(words)


def _people(decision: Decision, case: Case) -> list[tuple[str, Identity]]:
    rows = decision.session.execute(
        select(CasePerson.role, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id)
        .order_by(CasePerson.added_at, CasePerson.id)
    ).all()
    opened = vault.open_persons(decision, [person for _role, person in rows])
    return [(role, opened[person.id]) for role, person in rows]
