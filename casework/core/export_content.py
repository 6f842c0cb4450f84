"""What goes into a copy of a case for its recipient, and what is left out of it or blacked out.

The archive gets the case as it is. A person gets nothing that is written about others: forms that say so are left out,
nobody else is named, and the names and numbers of everybody else in the case are blacked out wherever they stand. What
is about somebody else without naming them is found by nobody but the officer, who leaves the entry out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import export_choices, export_facts, export_items, export_received, organisations, reading
from casework.core.access import Decision
from casework.core.blackening import Black
from casework.core.export_choices import MASK, Choice, Tested
from casework.core.export_items import OBJECTED, Audience, Taken, audience, tells_reasons
from casework.core.export_shape import (
    CASE,
    FORMAT,
    OBJECTION,
    RECEIVED,
    SEALED,
    STEP,
    TAKEN,
    Answered,
    Content,
    Item,
    KeptBack,
    Named,
    Objected,
    Step,
    Told,
    Written,
)
from casework.core.models import Case, CaseExport, Entry, StatusPermission
from casework.core.objections import Noted
from casework.core.registry import Registry
from casework.core.vault import Identity

OF_CASE = _("Uppgifter om ärendet")
"""Where what is not told of the case itself would have stood."""


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
    recipient = next((one.name for _part, one in whom.people if one.id == order.recipient_id), "")
    facts = _facts(registry, case, order, tested)
    exchanged = export_items.exchanged(decision, case, black) if tested.is_itemised else []
    along = [(one, told) for one, told in kept if told or not tested.is_itemised]
    named = {one.entry.id for one, _told in along}
    came, went = (list(_told(group, tested, whom)) for group in _parted(exchanged))
    return Content(
        format=FORMAT,
        export=order.id,
        purpose=order.purpose,
        recipient=recipient,
        municipality=_municipality(decision),
        made_at=_moment(decision.session.now),
        answer_by=_day(order.answer_by),
        number=facts.get(export_facts.NUMBER, ""),
        area=facts.get(export_facts.AREA, ""),
        case_type=facts.get(export_facts.TYPE, ""),
        state=facts.get(export_facts.STATE, ""),
        opened_on=facts.get(export_facts.OPENED, ""),
        closed_on=facts.get(export_facts.CLOSED),
        persons=[_named(part, one, order, tested) for part, one in whom.told],
        entries=[
            _corrects(
                _written(one, told, _objected(objections.get(one.entry.id, []), tested, whom), whole=whole),
                None if whole else named,
            )
            for one, told in along
        ],
        steps=[_step(one, tested, black) for one in steps if not tested.keeps_back(one.id, TAKEN)],
        shared=_shared(decision, case) if whole else (),
        left_out=0,
        withheld=_listed([*_kept_back(kept, objections, steps, tested), *_kept_of_others(exchanged, tested)]),
        received=came,
        given=went,
    )


def _facts(registry: Registry, case: Case, order: CaseExport, tested: Tested) -> dict[str, str]:
    """What is told of the case itself; where it stands only as it was when that was tested."""
    found = export_facts.of_case(registry, case)
    if tested.is_itemised and case.state_since > order.ordered_at:
        found.pop(export_facts.STATE, None)
    return {
        field: tested.masked(CASE, field, words) for field, words in found.items() if not tested.keeps_back(CASE, field)
    }


def _parted(items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    """What came in, and what was given."""
    came: list[Item] = []
    went: list[Item] = []
    for one in items:
        (came if one.field.startswith(f"{RECEIVED}:") else went).append(one)
    return came, went


def _told(items: Iterable[Item], tested: Tested, whom: Audience) -> Iterator[Told]:
    """What is told of each thing that came in or was given; one of which nothing is told is not named."""
    for (_place, label, on), those in groupby(items, key=lambda one: (one.place, one.heading, one.on)):
        given = [
            Answered(one.field, one.label, _black(one, whom)(tested.masked(one.place, one.field, one.words or "")))
            for one in those
            if not tested.keeps_back(one.place, one.field)
        ]
        if given:
            yield Told(label, on, given)


def _black(one: Item, whom: Audience) -> Black:
    """What blacks out others in something that came in or was given: not who sent it, where that is what is given."""
    return whom.of_people if export_received.is_of_sender(one) else whom.black


def _listed(kept: Sequence[KeptBack]) -> list[KeptBack]:
    """What is told of what was kept back; of things kept back whole one line for each law, whatever their number."""
    return [one for nth, one in enumerate(kept) if one.where or one not in kept[:nth]]


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


def _corrects(one: Written, named: Collection[str] | None) -> Written:
    """An entry as it is told: that it corrects something is not, where that does not go along."""
    return one if named is None or one.corrects in named else replace(one, corrects=None)


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
        said = f"{tested.masked(step.id, TAKEN, step.label)}, {_moment(step.at)}"
        where = "" if tested.keeps_back(step.id, TAKEN) else said
        yield from (_told_of(where, choice) for choice in tested.kept_back(step.id))
    of_case = {(choice.law, choice.verdict): choice for choice in tested.kept_back(CASE)}
    yield from (_told_of(OF_CASE, choice) for choice in of_case.values())


def _kept_of_others(items: Iterable[Item], tested: Tested) -> Iterator[KeptBack]:
    """What was kept back of what came in and of what was given."""
    for (place, label, on), those in groupby(items, key=lambda one: (one.place, one.heading, one.on)):
        told = any(not tested.keeps_back(place, one.field) for one in those)
        yield from (_told_of(f"{label}, {on}" if told else "", choice) for choice in tested.kept_back(place))


def _told_of(where: str, choice: Choice) -> KeptBack:
    return KeptBack(where, bool(where) and choice.verdict == MASK, *export_choices.told(choice.law))


def _goes_along(answer: reading.Answer, *, with_sealed: bool) -> str | None:
    """An answer's words. Whoever hands the copy out may have a sealed one open just then: it goes only if ordered."""
    return answer.words if with_sealed or answer.gone or not answer.sealed else None


def _step(one: Taken, tested: Tested, black: Black) -> Step:
    told = one.why is not None and not tested.keeps_back(one.id, STEP)
    label = black(tested.masked(one.id, TAKEN, one.label))
    return Step(_moment(one.at), label, black(tested.masked(one.id, STEP, one.why or "")) if told else "")


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


def _named(part: str, one: Identity, order: CaseExport, tested: Tested) -> Named:
    """A person with their part. How anybody but the recipient is identified is told as far as it was tested."""
    if order.recipient_id is None:
        return Named(part, one.name, one.number, _day(one.birth_date), one.protection)
    if one.id != order.recipient_id:
        masked = tested.masked(CASE, export_facts.OF_SUBJECT, export_facts.identity(one))
        if tested.keeps_back(CASE, export_facts.OF_SUBJECT) or masked != export_facts.identity(one):
            return Named(part, one.name, None, None, 0)
    return Named(part, one.name, one.number, _day(one.birth_date), 0)


def _municipality(decision: Decision) -> str:
    found = organisations.municipality(decision.session, decision.session.municipality)
    return "" if found is None else found.name


def _day(one: date | None) -> str | None:
    return None if one is None else one.isoformat()


def _moment(one: datetime) -> str:
    return one.isoformat(timespec="seconds")
