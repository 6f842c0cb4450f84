"""What goes into a copy of a case for its recipient, and what is left out of it or blacked out.

The archive gets the case as it is. A person gets nothing that is written about others: forms that say so are left out,
nobody else is named, and the names and numbers of everybody else in the case are blacked out wherever they stand. What
is about somebody else without naming them is found by nobody but the officer, who leaves the entry out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select

from casework.core import cases, organisations, reading, vault
from casework.core.access import Decision
from casework.core.models import Case, CaseExport, CasePerson, Entry, Person, StatusPermission
from casework.core.registry import Registry
from casework.core.vault import Identity

Black = Callable[[str], str]
FORMAT = "hallpunkt-case/1"
BLACKED = "█████"
"""What stands where the name or number of somebody else stood."""
SEALED = "sealed"
"""Why an answer is left out: it is sealed, and the copy was ordered without what is sealed."""
SHORTEST = 2
"""Letters from which a part of a name is blacked out."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person with their part in the case."""

    part: str
    name: str
    number: str | None
    birth_date: str | None
    protection: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer in words; None with the reason why it is left out."""

    field: str
    label: str
    words: str | None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One signed entry. ``corrects`` is the entry it corrects; ``author`` is empty for anybody but the archive."""

    id: str
    form: str
    label: str
    event_on: str
    signed_at: str
    author: str
    corrects: str | None
    answers: Sequence[Answered]


@dataclass(frozen=True, slots=True)
class Step:
    """A step the case took."""

    at: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Content:
    """A copy of a case, in words. ``left_out`` counts the ordered entries that are about somebody else."""

    format: str
    export: str
    purpose: str
    recipient: str
    municipality: str
    made_at: str
    number: str
    area: str
    case_type: str
    state: str
    opened_on: str
    closed_on: str | None
    persons: Sequence[Named]
    entries: Sequence[Written]
    steps: Sequence[Step]
    shared: Sequence[dict[str, str | None]]
    left_out: int

    def as_json(self) -> bytes:
        """The copy as a file of JSON in UTF-8, the same bytes for the same copy."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def gather(decision: Decision, registry: Registry, case: Case, order: CaseExport, chosen: Sequence[Entry]) -> Content:
    """The copy of some entries of a case, as far as the decision opens them; ``case_exports`` has asked who may."""
    people = _people(decision, case)
    whole = order.recipient_id is None
    told = [one for one in people if whole or one[1].id in {order.recipient_id, case.subject_id}]
    black = _nothing if whole else _blackener([one for _part, one in people], [one for _part, one in told])
    read = reading.read(decision, registry, case, chosen)
    kept = [one for one in read if whole or (one.form is not None and not one.form.about_others)]
    kind = registry.case_type(case.area, case.case_type)
    recipient = next((one.name for _part, one in people if one.id == order.recipient_id), "")
    focus = registry.areas.get(case.area)
    return Content(
        format=FORMAT,
        export=order.id,
        purpose=order.purpose,
        recipient=recipient,
        municipality=_municipality(decision),
        made_at=_moment(decision.session.now),
        number=case.number,
        area=case.area if focus is None else focus.label,
        case_type=case.case_type if kind is None else kind.label,
        state=_state(registry, case, case.state),
        opened_on=case.opened_on.isoformat(),
        closed_on=_day(case.closed_on),
        persons=[_named(part, one) for part, one in told],
        entries=[_written(one, black, whole=whole, with_sealed=order.with_sealed) for one in kept],
        steps=_steps(decision, registry, case, black, reasons=whole or order.recipient_id == case.subject_id),
        shared=_shared(decision, case) if whole else (),
        left_out=len(read) - len(kept),
    )


def _people(decision: Decision, case: Case) -> list[tuple[str, Identity]]:
    rows = decision.session.execute(
        select(CasePerson.role, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id)
        .order_by(CasePerson.added_at, CasePerson.id)
    ).all()
    opened = vault.open_persons(decision, [person for _role, person in rows])
    return [(role, opened[person.id]) for role, person in rows]


def _nothing(words: str) -> str:
    return words


def _blackener(people: Iterable[Identity], told: Iterable[Identity]) -> Black:
    """What blacks out whatever names somebody of the case who is not among those told."""
    people, told = list(people), list(told)
    names = {word for one in people for word in _words(one)} - {word for one in told for word in _words(one)}
    numbers = {one.number for one in people if one.number} - {one.number for one in told}
    if not names | numbers:
        return _nothing
    longest_first = sorted(names, key=lambda word: (-len(word), word))
    # A name may stand in the genitive.
    found = "|".join([*(f"{re.escape(word)}s?" for word in longest_first), *map(_however_written, sorted(numbers))])
    of_others = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)
    return lambda words: of_others.sub(BLACKED, _composed(words))


def mentions(one: Identity, words: str) -> bool:
    """Whether a text names somebody, by any name of theirs that is no initial, or by their number."""
    black = _blackener([one], [])
    return black is not _nothing and black(words) != _composed(words)


def _composed(words: str) -> str:
    """The text with each letter as one sign and without invisible ones, so that a name is found however it is typed."""
    return "".join(sign for sign in unicodedata.normalize("NFC", words) if unicodedata.category(sign) != "Cf")


def _words(one: Identity) -> Iterable[str]:
    for part in re.findall(r"\w+", _composed(one.name)):
        if len(part) >= SHORTEST:
            yield from {part.lower(), part.casefold()}  # folded, ß is ss: either way of writing it is found


def _however_written(number: str) -> str:
    """The pattern of a number with or without its century, and with any dashes and blanks between its parts."""
    between = r"[\s+\-./\u2010-\u2015\u2212]{0,3}"
    parts = [re.escape(number[start:end]) for start, end in ((0, 2), (2, 4), (4, 6), (6, 8), (8, None))]
    return f"(?:{parts[0]})?{between.join(parts[1:])}"


def _written(one: reading.Reading, black: Black, *, whole: bool, with_sealed: bool) -> Written:
    return Written(
        id=one.entry.id,
        form=one.entry.form,
        label=one.entry.form if one.form is None else one.form.label,
        event_on=one.entry.event_on.isoformat(),
        signed_at="" if one.entry.signed_at is None else _moment(one.entry.signed_at),
        author=one.author if whole else "",
        corrects=one.entry.corrects_id,
        answers=[
            Answered(
                answer.field, answer.label, None if words is None else black(words), SEALED if words is None else ""
            )
            for answer in one.answers
            for words in (_goes_along(answer, with_sealed=with_sealed),)
        ],
    )


def _goes_along(answer: reading.Answer, *, with_sealed: bool) -> str | None:
    """An answer's words. Whoever hands the copy out may have a sealed one open just then: it goes only if ordered."""
    return answer.words if with_sealed or answer.gone or not answer.sealed else None


def _steps(decision: Decision, registry: Registry, case: Case, black: Black, *, reasons: bool) -> list[Step]:
    kind = registry.case_type(case.area, case.case_type)
    labels = {} if kind is None else {one.name: one.label for one in kind.workflow.transitions}
    found = []
    for one in cases.history(decision.session, case):
        if one.track is not None and not reasons:
            continue  # to a party, that protection is assessed or a move is planned is told by no step
        words = ""
        if reasons and one.reason is not None:
            words = black(vault.open_text(decision, case.id, "state_changes", one.id, "reason", one.reason))
        found.append(Step(_moment(one.at), labels.get(one.transition, one.transition), words))
    return found


def _shared(decision: Decision, case: Case) -> list[dict[str, str | None]]:
    """What was told outside as a status: to whom, on which ground and when."""
    query = select(StatusPermission).where(StatusPermission.case_id == case.id)
    rows = decision.session.scalars(query.order_by(StatusPermission.valid_from, StatusPermission.id)).all()
    return [
        {
            "agency": one.agency,
            "ground": one.ground,
            "valid_from": _moment(one.valid_from),
            "valid_until": _moment(one.valid_until),
            "ended_at": None if one.ended_at is None else _moment(one.ended_at),
        }
        for one in rows
    ]


def _named(part: str, one: Identity) -> Named:
    return Named(part, one.name, one.number, _day(one.birth_date), one.protection)


def _state(registry: Registry, case: Case, name: str) -> str:
    kind = registry.case_type(case.area, case.case_type)
    states = {} if kind is None else {one.name: one.label for one in kind.workflow.states}
    return states.get(name, name)


def _municipality(decision: Decision) -> str:
    found = organisations.municipality(decision.session, decision.session.municipality)
    return "" if found is None else found.name


def _day(one: date | None) -> str | None:
    return None if one is None else one.isoformat()


def _moment(one: datetime) -> str:
    return one.isoformat(timespec="seconds")
