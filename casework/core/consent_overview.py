"""The register of consents as a case's own people see it: in the clear, with what rests on each and what lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import and_, or_, select

from casework.contract.language import gettext as _
from casework.core import (
    access,
    cases,
    clock,
    consent_endings,
    consent_register,
    consent_rules,
    consent_uses,
    shared_row,
    sharing,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.consent_rules import Giver
from casework.core.errors import NotFound
from casework.core.grounds import catalogue
from casework.core.models import Case, Consent, ConsentUse, Disclosure, Participation, Person
from casework.core.vault import Identity


class Standing(StrEnum):
    """Where a consent stands on a day: its state, and of a given one what its days say.

    ENDED is one that a step of the case ended: nobody has taken it back.
    """

    DRAFT = "draft"
    REQUESTED = "requested"
    REFUSED = "refused"
    COMING = "coming"
    LIVE = "given"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Sharing:
    """Something that goes on in a case: to whom, called what, on which ground and until when.

    ``told_on`` is the day on which it was spoken: that is over, and nothing stops it.
    """

    kind: str
    id: str
    agency: str
    reference: str
    ground: str
    until: date | None
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One consent in the clear, and what rests on it at this moment."""

    consent: Consent
    giver: Identity
    standing: Standing
    agencies: tuple[str, ...]
    kinds: tuple[str, ...]
    note: str
    rests: tuple[Sharing, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person has said of one agency: the consent that tells it, or None where nobody has asked."""

    standing: Standing | None
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Column:
    """What may be told an agency today: the kinds that everybody needed has agreed to, and what each has said."""

    agency: str
    cells: tuple[Cell, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A case's register: each consent, and for each agency that was asked about whether everybody needed agrees."""

    lines: tuple[Line, ...]
    needed: tuple[Giver, ...]
    is_whole: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What stops at once when a consent ends, what goes on because it rests on something else, and what was spoken."""

    stops: tuple[Sharing, ...]
    goes_on: tuple[Sharing, ...]
    told: tuple[Sharing, ...] = ()


def of_case(decision: Decision, case: Case) -> Overview:
    """Everything in a case's register, the latest first; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return Overview((), (), False, ())
    lines = _lines(decision, case, consent_register.of_case(decision.session, case))
    needed = consent_rules.needed(decision, case, clock.today(decision.session.now))
    named = {agency for line in lines for agency in line.agencies}
    agencies = [str(one) for one in consent_rules.AGENCIES if one in named]
    columns = tuple(_column(lines, needed, agency) for agency in agencies)
    return Overview(lines, needed.givers, needed.is_whole, columns)


def one(decision: Decision, case: Case, consent_id: str) -> Line:
    """One of a case's consents; raises NotFound alike for one that is missing and one of another case."""
    consent = decision.session.get(Consent, (case.municipality, consent_id))
    if consent is None or consent.case_id != case.id or decision.forms is not None:
        raise NotFound(access.denial(decision.actor, Action.CASE_OPENED, "consent", consent_id, "case"))
    return _lines(decision, case, [consent])[0]


def consequence(decision: Decision, case: Case, *consents: Consent) -> Consequence:
    """What ends with some consents, and what does not."""
    uses = _resting(decision, case)
    resting = {used for consent in consents for used in uses.get(consent.id, ())}
    found = _live(decision, case)
    live = [one for one in found if one.told_on is None]
    return Consequence(
        tuple(one for one in live if (one.kind, one.id) in resting),
        tuple(one for one in live if (one.kind, one.id) not in resting),
        tuple(one for one in found if one.told_on is not None and (one.kind, one.id) in resting),
    )


def ending(decision: Decision, case: Case) -> tuple[Sequence[Identity], Consequence]:
    """Whose consents a step ends that ends them all, and what with them; nothing for who only decides in the case."""
    if decision.forms is not None:
        return (), Consequence((), ())
    session, given = decision.session, consent_endings.given(decision.session, case)
    people = session.scalars(select(Person).where(Person.id.in_({one.giver_id for one in given}))).all()
    names = sorted(vault.open_persons(decision, people).values(), key=lambda one: one.name)
    return names, consequence(decision, case, *given)


def standing(consent: Consent, today: date) -> Standing:
    """Where a consent stands on a day."""
    if consent.state != "given":
        return Standing(consent.state)
    if today < consent.valid_from:
        return Standing.COMING
    return Standing.LIVE if today <= consent.valid_until else Standing.EXPIRED


def _lines(decision: Decision, case: Case, consents: Sequence[Consent]) -> tuple[Line, ...]:
    session, resting, live = decision.session, _resting(decision, case), _live(decision, case)
    persons = session.scalars(select(Person).where(Person.id.in_({one.giver_id for one in consents}))).all()
    givers = vault.open_persons(decision, persons)
    steps = {(step.at, step.by) for step in cases.history(session, case)}
    today = clock.today(session.now)
    return tuple(
        Line(
            consent,
            givers[consent.giver_id],
            Standing.ENDED if (consent.ended_at, consent.ended_by) in steps else standing(consent, today),
            _in_order((str(one) for one in consent_rules.AGENCIES), consent_rules.agencies_of(consent)),
            _in_order(dict(consent_rules.KINDS), consent_rules.kinds_of(decision, consent)),
            consent_register.note(decision, consent),
            tuple(one for one in live if (one.kind, one.id) in resting.get(consent.id, set())),
        )
        for consent in consents
    )


def _in_order(every: Iterable[str], chosen: Sequence[str]) -> tuple[str, ...]:
    """What was chosen in the order in which it is offered."""
    return tuple(one for one in every if one in chosen)


def _column(lines: Sequence[Line], needed: consent_rules.Needed, agency: str) -> Column:
    """An agency's column: only what all have agreed to counts, each in consents that hold today."""
    own = [[line for line in lines if agency in line.agencies and _is_by(line, giver)] for giver in needed.givers]
    agreed = [{kind for line in some if line.standing is Standing.LIVE for kind in line.kinds} for some in own]
    common = set.intersection(*agreed) if agreed and needed.is_whole else set()
    kinds = tuple(kind for kind, _label in consent_rules.KINDS if kind in common)
    return Column(agency, tuple(_cell(some) for some in own), kinds)


def _is_by(line: Line, giver: Giver) -> bool:
    return (line.consent.giver_id, line.consent.part) == (giver.identity.id, giver.part)


def _cell(lines: Sequence[Line]) -> Cell:
    """What counts of what somebody has said: a consent that holds, else a question that waits, else the latest."""
    for wanted in (Standing.LIVE, Standing.REQUESTED):
        for line in lines:
            if line.standing is wanted:
                return Cell(wanted, line.consent)
    return Cell(lines[0].standing, lines[0].consent) if lines else Cell(None, None)


def _resting(decision: Decision, case: Case) -> dict[str, set[tuple[str, str]]]:
    """What was written down to rest on each consent, by the consent's id."""
    found: dict[str, set[tuple[str, str]]] = {}
    for use in decision.session.scalars(select(ConsentUse).where(ConsentUse.case_id == case.id)).all():
        found.setdefault(use.consent_id, set()).add((use.kind, use.object_id))
    return found


def _live(decision: Decision, case: Case) -> list[Sharing]:
    """All that goes on in the case, whatever it rests on."""
    return [one for tell in TELLS.values() for one in tell(decision, case)]


def _statuses(decision: Decision, case: Case) -> Iterator[Sharing]:
    now = decision.session.now
    for shared, end in sharing.of_case(decision.session, case):
        if shared.valid_from <= now < end:
            ground = shared_row.ground(decision, shared)
            last = clock.last_day(end)
            yield Sharing(consent_uses.STATUS, shared.id, shared.agency, shared.reference, ground, last)


def _disclosures(decision: Decision, case: Case) -> Iterator[Sharing]:
    """What is read here or may be sent on paper, and what was spoken, whether or not it is decided on yet."""
    session = decision.session
    live = or_(Disclosure.valid_until.is_(None), Disclosure.valid_until > session.now)
    spoken = and_(Disclosure.state == "assessed", Disclosure.oral_on.is_not(None))
    of_case = or_(and_(Disclosure.state == "performed", live), spoken)
    query = select(Disclosure).where(Disclosure.case_id == case.id, of_case)
    for one in session.scalars(query.order_by(Disclosure.made_at.desc(), Disclosure.id)).all():
        on = one.oral_on or clock.today(one.performed_at or session.now)
        ground = catalogue.find(one.ground or "", on).title
        last = None if one.valid_until is None else clock.last_day(one.valid_until)
        to = one.agency or one.place or ""
        yield Sharing(consent_uses.DISCLOSURE, one.id, to, "", ground, last, one.oral_on)


def _participations(decision: Decision, case: Case) -> Iterator[Sharing]:
    now = decision.session.now
    query = select(Participation).where(
        Participation.case_id == case.id, Participation.ended_at.is_(None), Participation.valid_until > now
    )
    for one in decision.session.scalars(query.order_by(Participation.valid_from.desc(), Participation.id)).all():
        last = clock.last_day(one.valid_until)
        yield Sharing(consent_uses.PARTICIPATION, one.id, one.agency, one.reference, _("Samtycke"), last)


TELLS: dict[str, Callable[[Decision, Case], Iterator[Sharing]]] = {
    consent_uses.DISCLOSURE: _disclosures,
    consent_uses.PARTICIPATION: _participations,
    consent_uses.STATUS: _statuses,
}
"""For each kind of thing that can rest on a consent: how what goes on of it in a case is told."""
