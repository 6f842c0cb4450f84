"""What a disclosure may tell of a case, and what it tells: the one function that draws it up is in this module.

Its preview, whoever decides it, its recipient and whoever looks it up years later are shown what ``draw_up`` made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from casework.contract.fields import Agency, FactKind, Field, Sensitivity
from casework.contract.focus import CaseType, Form, Retention
from casework.contract.language import gettext as _
from casework.core import (
    answers,
    blackening,
    case_people,
    cases,
    clock,
    entries,
    organisations,
    reading,
    telling,
    telling_fields,
    written_names,
)
from casework.core.access import Decision
from casework.core.db import TenantSession
from casework.core.frozen import Frozen, Part
from casework.core.models import Case, Disclosure, Entry, Value
from casework.core.registry import Registry
from casework.core.vault import Identity

NAME, NUMBER, STATE = "person:name", "person:number", "case:state"
NO_KIND: frozenset[FactKind] = frozenset()
"""Of whom it is told: any consent covers that, and it is never all that is told."""
STATUS = frozenset({FactKind.STATUS})
PLACE = _("Gallras när ärendet har avslutats. Lämna den på annat sätt och anteckna att du gjorde det.")
"""Why what says where somebody is goes into no frozen copy."""
ABOUT, FROM = _("Om utlämnandet"), _("Från")


@dataclass(frozen=True, slots=True)
class Item:
    """One fact that may be chosen; ``words`` is None while it is sealed, and then it cannot be.

    ``shared_with`` are the agencies that its declaration lets it be told to, ``kinds`` what a consent must cover.
    ``barred`` says why it is told to nobody, whatever the ground. Never logged or reported.
    """

    key: str
    label: str
    words: str | None
    shared_with: Collection[str]
    kinds: frozenset[FactKind] = telling_fields.EVERY
    barred: str = ""

    @property
    def may_be_chosen(self) -> bool:
        """Whether it is open, and nothing keeps it back."""
        return self.words is not None and not self.barred

    def __repr__(self) -> str:
        return f"<item {self.key}>"


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading: the person, the case, or one entry."""

    heading: str
    items: Sequence[Item]
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What the recipient is told of the disclosure itself."""

    purpose: str
    ground: str
    until: date | None
    replaces: Disclosure | None = None


def offer(decision: Decision, registry: Registry, case: Case) -> list[Group]:
    """Every fact of a case that stands now, in the order in which it is told; what is destroyed is left out."""
    groups = [_person(decision, case), _state(registry, case)]
    present = sorted(entries.current(decision.session, case), key=place)
    kind = registry.case_type(case.area, case.case_type)
    places = _places(decision.session, present)
    groups += [_entry(decision, kind, one, places) for one in reading.read(decision, registry, case, present)]
    return [group for group in groups if group.items]


def place(entry: Entry) -> tuple[date, datetime, str]:
    """Where an entry comes in the order in which a case is told; it never changes."""
    return entry.event_on, entry.signed_at or entry.written_at, entry.id


def sealed(session: TenantSession, case_id: str, chosen: Collection[str], content: Frozen) -> frozenset[int]:
    """Which parts of what was told are of an entry of which something sealed was told, by their place in it.

    A part does not say which answer it was, but they come in the order of the case. Where they do not add up, all are.
    """
    own = {NAME, NUMBER, STATE} & set(chosen)
    of = Counter(key.partition(":")[0] for key in set(chosen) - own)
    open_to_team = (Value.sensitivity != Sensitivity.SEALED, Value.retention != Retention.SEALED_PLACE)
    query = select(Value.entry_id, Value.field).where(Value.entry_id.in_(of), *open_to_team)
    open_ = {f"{entry}:{field}" for entry, field in session.execute(query)}
    shut = {key.partition(":")[0] for key in set(chosen) - own - open_}
    if not shut:
        return frozenset()
    told = [nth for nth, part in enumerate(content.parts) if part.heading != ABOUT]
    rows = session.scalars(select(Entry).where(Entry.case_id == case_id, Entry.id.in_(of))).all()
    owners = ["" for _key in own] + [one.id for one in sorted(rows, key=place) for _nth in range(of[one.id])]
    if len(owners) != len(told):
        return frozenset(told)
    return frozenset(nth for nth, owner in zip(told, owners, strict=True) if owner in shut)


def draw_up(offered: Sequence[Group], chosen: Collection[str], about: About, sender: str) -> Frozen:
    """What is told of what is offered, chosen and open, in the order of the case."""
    told = [
        Part(group.heading, item.label, item.words)
        for group in offered
        for item in group.items
        if item.key in chosen and item.words is not None and item.may_be_chosen
    ]
    rest = [
        Part(ABOUT, FROM, sender),
        Part(ABOUT, _("Ändamål"), about.purpose.strip()),
        Part(ABOUT, _("Grund"), about.ground),
    ]
    if about.replaces is not None and about.replaces.performed_at is not None:
        given = answers.in_words(clock.today(about.replaces.performed_at))
        words = _("Det som lämnades {day}, med referensen {reference}").format(day=given, reference=about.replaces.id)
        rest.append(Part(ABOUT, _("Ersätter"), words))
    if about.until is not None:
        rest.append(Part(ABOUT, _("Kan läsas till och med"), answers.in_words(about.until)))
    return Frozen((*told, *rest))


def sender(decision: Decision) -> str:
    """Who discloses, in words."""
    found = organisations.municipality(decision.session, decision.session.municipality)
    return _("Socialtjänsten, {municipality}").format(municipality="" if found is None else found.name)


def protected(decision: Decision, case: Case, content: Frozen) -> list[Identity]:
    """The protected persons whom a content is about: the case's own, and whoever else it names."""
    subject = cases.subject(decision, case)
    found = [] if subject is None or subject.protection == 0 else [subject]
    words = "\n".join(part.text for part in content.parts)
    named = (one.identity for one in case_people.of_case(decision, case) if one.identity.protection > 0)
    found += [one for one in named if blackening.mentions(one, words)]
    return list({one.id: one for one in found}.values())


def kept_away(decision: Decision, case: Case, words: str) -> bool:
    """Whether a text that says who is to be told may mean somebody who must not know of the case, or has their number.

    It is the rule for the name of an account, and no looser where less of a name is written.
    """
    text = blackening.composed(words)
    return any(
        written_names.is_named(one.name, text) or blackening.mentions(one._replace(name=""), text)
        for one in telling.hidden(decision, case)
    )


def _person(decision: Decision, case: Case) -> Group:
    one = cases.subject(decision, case)
    if one is None:
        return Group("", ())
    items = [Item(NAME, _("Namn"), one.name, tuple(Agency), NO_KIND)]
    if one.number is not None:
        number = f"{one.number[:8]}-{one.number[8:]}"
        items.append(Item(NUMBER, _("Personnummer"), number, tuple(Agency), NO_KIND))
    return Group(_("Personen"), items)


def _state(registry: Registry, case: Case) -> Group:
    kind = registry.case_type(case.area, case.case_type)
    state = None if kind is None else next((one for one in kind.workflow.states if one.name == case.state), None)
    if state is None:
        return Group("", ())
    since = _("{state}, sedan {day}").format(state=state.label, day=answers.in_words(clock.today(case.state_since)))
    return Group(_("Ärendet"), [Item(STATE, _("Skede"), since, state.shared_with, STATUS)])


def _places(session: TenantSession, present: Sequence[Entry]) -> frozenset[str]:
    """The keys of what goes when its case has been closed for a while: a copy would outlive it."""
    values = entries.values_of(session, present)
    return frozenset(
        f"{entry}:{value.field}"
        for entry, all_ in values.items()
        for value in all_
        if value.retention == Retention.SEALED_PLACE
    )


def _entry(decision: Decision, kind: CaseType | None, one: reading.Reading, places: frozenset[str]) -> Group:
    label = one.entry.form if one.form is None else one.form.label
    told = [answer for answer in one.answers if not answer.gone]
    form, items = one.form, [Item(f"{one.entry.id}:{answer.field}", answer.label, answer.words, ()) for answer in told]
    if form is not None and kind is not None:
        said = entries.answers_of(decision, one.entry) if any(field.told_if for field in form.fields) else {}
        declared = {field.name: field for field in form.fields}
        fields = [declared.get(answer.field) for answer in told]
        items = [
            item if field is None else _declared(item, kind, form, field, said)
            for item, field in zip(items, fields, strict=True)
        ]
    items = [replace(item, barred=PLACE) if item.key in places else item for item in items]
    return Group(f"{label}, {answers.in_words(one.entry.event_on)}", items, one.entry.id)


def _declared(item: Item, kind: CaseType, form: Form, field: Field, said: Mapping[str, str]) -> Item:
    """A fact with what the declaration of its field says of it."""
    return replace(
        item,
        shared_with=field.shared_with,
        kinds=telling_fields.kinds(kind, form, field),
        barred=telling_fields.barred(form, field, said),
    )
