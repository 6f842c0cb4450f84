"""What goes into a copy of a case for its recipient, and what is left out of it or blacked out.

The archive gets the case as it is. A person gets nothing that is written about others: forms that say so are left out,
nobody else is named, and the names and numbers of everybody else in the case are blacked out wherever they stand. What
is about somebody else without naming them is found by nobody but the officer, who leaves the entry out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select

from casework.core import export_choices, export_items, organisations, reading
from casework.core.access import Decision
from casework.core.blackening import Black
from casework.core.export_choices import MASK, Choice, Tested
from casework.core.export_items import OBJECTED, OBJECTION, STEP, Audience, Taken, audience, tells_reasons
from casework.core.models import Case, CaseExport, Entry, StatusPermission
from casework.core.objections import Noted
from casework.core.registry import Registry
from casework.core.vault import Identity

FORMAT = "hallpunkt-case/1"
SEALED = "sealed"
"""Why an answer is left out: it is sealed, and the copy was ordered without what is sealed."""


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
class Objected:
    """What somebody holds to be wrong in an entry: their part, their name if the copy may say it, and the words."""

    part: str
    name: str
    received_on: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """One signed entry. ``corrects`` is the entry it corrects; ``author`` is empty for anybody but the archive.

    ``objections`` are those to it, and to what it corrects where that does not go along itself.
    """

    id: str
    form: str
    label: str
    event_on: str
    signed_at: str
    author: str
    corrects: str | None
    answers: Sequence[Answered]
    objections: Sequence[Objected] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step the case took."""

    at: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What the recipient is told of something that was masked or withheld, and nothing of what it was about.

    ``where`` is the entry it stood in, empty where nothing of that was given.
    """

    where: str
    partly: bool
    law: str
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
    answer_by: str | None
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
    withheld: Sequence[KeptBack]

    def as_json(self) -> bytes:
        """The copy as a file of JSON in UTF-8, the same bytes for the same copy."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def gather(
    decision: Decision,
    registry: Registry,
    case: Case,
    order: CaseExport,
    chosen: Sequence[Entry],
    choices: Sequence[Choice] | None = None,
) -> Content:
    """The copy of some entries of a case, as far as the decision opens them; ``case_exports`` has asked who may."""
    whom = audience(decision, case, order.recipient_id)
    tested, black, whole = Tested(choices), whom.black, whom.whole
    read = reading.read(decision, registry, case, chosen)
    kept = [
        (one, list(_answered(one, tested, black, with_sealed=order.with_sealed)))
        for one in read
        if whole or (one.form is not None and not one.form.about_others)
    ]
    objections = export_items.objections_to(decision, case, [one for one, _told in kept])
    steps = list(export_items.steps(decision, registry, case, reasons=tells_reasons(case, order.recipient_id)))
    kind = registry.case_type(case.area, case.case_type)
    recipient = next((one.name for _part, one in whom.people if one.id == order.recipient_id), "")
    focus = registry.areas.get(case.area)
    return Content(
        format=FORMAT,
        export=order.id,
        purpose=order.purpose,
        recipient=recipient,
        municipality=_municipality(decision),
        made_at=_moment(decision.session.now),
        answer_by=_day(order.answer_by),
        number=case.number,
        area=case.area if focus is None else focus.label,
        case_type=case.case_type if kind is None else kind.label,
        state=_state(registry, case, case.state),
        opened_on=case.opened_on.isoformat(),
        closed_on=_day(case.closed_on),
        persons=[_named(part, one) for part, one in whom.told],
        entries=[
            _written(one, told, _objected(objections.get(one.entry.id, []), tested, whom), whole=whole)
            for one, told in kept
            if told or not tested.is_itemised
        ],
        steps=[_step(one, tested, black) for one in steps],
        shared=_shared(decision, case) if whole else (),
        left_out=len(read) - len(kept),
        withheld=list(_kept_back(kept, objections, steps, tested)),
    )


def _answered(one: reading.Reading, tested: Tested, black: Black, *, with_sealed: bool) -> Iterator[Answered]:
    """The answers of an entry as they are told; one that was tested and is kept back is not even named."""
    for answer in one.answers:
        words = _goes_along(answer, with_sealed=with_sealed)
        if tested.keeps_back(one.entry.id, answer.field):
            continue
        if words is None:
            yield Answered(answer.field, answer.label, None, SEALED)
        else:
            yield Answered(answer.field, answer.label, black(tested.masked(one.entry.id, answer.field, words)))


def _objected(noted: Iterable[Noted], tested: Tested, whom: Audience) -> list[Objected]:
    """The objections that are told beside an entry."""
    parts = {one.id: part for part, one in reversed(whom.people)}
    named = {one.id: one.name for _part, one in whom.told}
    return [
        Objected(
            parts.get(one.who.id, ""),
            named.get(one.who.id, ""),
            one.received_on.isoformat(),
            None if one.words is None else whom.black(tested.masked(one.id, OBJECTION, one.words)),
        )
        for one in noted
        if not tested.keeps_back(one.id, OBJECTION)
    ]


def _written(one: reading.Reading, told: Sequence[Answered], objected: Sequence[Objected], *, whole: bool) -> Written:
    return Written(
        id=one.entry.id,
        form=one.entry.form,
        label=one.entry.form if one.form is None else one.form.label,
        event_on=one.entry.event_on.isoformat(),
        signed_at="" if one.entry.signed_at is None else _moment(one.entry.signed_at),
        author=one.author if whole else "",
        corrects=one.entry.corrects_id,
        answers=told,
        objections=objected,
    )


def _kept_back(
    listed: Iterable[tuple[reading.Reading, Sequence[Answered]]],
    objections: Mapping[str, Iterable[Noted]],
    steps: Iterable[Taken],
    tested: Tested,
) -> Iterator[KeptBack]:
    """What was kept back, in words that give nothing away: not what was asked, nor what a whole form was about.

    Of something kept back whole not even how much it was: one line for each law.
    """
    for one, told in listed:
        form = one.entry.form if one.form is None else one.form.label
        found = tested.kept_back(one.entry.id)
        if told:
            where = f"{form}, {one.entry.event_on.isoformat()}"
            yield from (_told_of(where, choice) for choice in found)
            of_them = (choice for noted in objections.get(one.entry.id, ()) for choice in tested.kept_back(noted.id))
            yield from (_told_of(f"{OBJECTED}: {where}", choice) for choice in of_them)
        else:
            yield from (_told_of("", choice) for choice in {choice.law: choice for choice in found}.values())
    for step in steps:
        yield from (_told_of(f"{step.label}, {_moment(step.at)}", choice) for choice in tested.kept_back(step.id))


def _told_of(where: str, choice: Choice) -> KeptBack:
    return KeptBack(where, choice.verdict == MASK, *export_choices.told(choice.law))


def _goes_along(answer: reading.Answer, *, with_sealed: bool) -> str | None:
    """An answer's words. Whoever hands the copy out may have a sealed one open just then: it goes only if ordered."""
    return answer.words if with_sealed or answer.gone or not answer.sealed else None


def _step(one: Taken, tested: Tested, black: Black) -> Step:
    told = one.why is not None and not tested.keeps_back(one.id, STEP)
    return Step(_moment(one.at), one.label, black(tested.masked(one.id, STEP, one.why or "")) if told else "")


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
