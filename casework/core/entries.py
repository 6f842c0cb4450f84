"""Signed entries: written, locked, found and corrected by new entries that point to the original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from dataclasses import field as dataclass_field
from datetime import date

from sqlalchemy import select

from casework.contract import exchange
from casework.contract.facts import CaseFacts, Event, Refusal
from casework.contract.fields import Date, LongText, Sensitivity, Text
from casework.contract.focus import Form
from casework.contract.language import gettext as _
from casework.contract.participation import Participation
from casework.core import (
    access,
    audit,
    cases,
    clock,
    consent_rules,
    consents,
    drafts,
    duties,
    entry_rows,
    events,
    nameless,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.answers import missing
from casework.core.db import TenantSession
from casework.core.errors import Conflict, Destroyed, Refused
from casework.core.models import Case, Entry, Person, Value
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

DATE_FIELDS = ("event_date", "date")
NOT_YET = _("Välj en dag som inte ligger i framtiden.")
"""Fields whose answer is the day an entry is about."""


def protection_of(session: TenantSession, case: Case) -> int:
    """The protection level of the person a case is about; 0 without a person."""
    person = None if case.subject_id is None else session.get(Person, (case.municipality, case.subject_id))
    return 0 if person is None else person.protection


def facts_of(decision: Decision, registry: Registry, case: Case) -> CaseFacts:
    """A case as its plugin may know it where an entry or a step is checked: with whom everybody agrees to tell."""
    session, kind = decision.session, registry.case_type(case.area, case.case_type)
    asks = kind is not None and kind.workflow.rests_on_consents
    agreed = consent_rules.agreed(decision, case, session.now) if asks else frozenset[str]()
    return cases.facts(session, case, protection_of(session, case), agreed)


def _protection_held(session: TenantSession, case: Case) -> int:
    """The same, held until the transaction ends: whoever raises it waits, and then seals what is written here too.

    Whoever writes in a case holds the case before its person, and so does whoever raises the protection through it.
    """
    person = select(Person.protection).where(Person.id == case.subject_id).with_for_update(read=True)
    return session.scalar(person) or 0


# Signing --------------------------------------------------------------------------------------


def sign(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    form_name: str,
    answers: Mapping[str, str],
    *,
    sealed: bool = False,
    corrects_id: str | None = None,
) -> Entry:
    """Sign a form's answers and lock them; raises Refused by the plugin and Conflict if it was signed meanwhile.

    ``corrects_id`` is the entry the author saw: the one to be corrected, or the present one of a form filled in once.
    """
    case, decision = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, Action.ENTRY_SIGNED, detail={"form": form_name}
    )
    cases.hold(session, case)
    form = entry_rows.writable(registry, actor, case, form_name)
    entry_rows.require_kept(session, case, form)
    kind = registry.case_type(case.area, case.case_type)
    if corrects_id is None and kind is not None and kind.participation is not None:
        _require_elsewhere(kind.participation, form_name)
    present = current(session, case, form_name)
    if corrects_id is not None and corrects_id not in {entry.id for entry in present}:
        raise Conflict
    if corrects_id is None and not form.many and present:
        raise Conflict
    check(decision, registry, case, form, answers)
    draft = drafts.of(session, actor, case, form_name, corrects_id)
    if draft is not None:
        entry_rows.clear(session, draft)
        session.delete(draft)
        session.flush()
    entry = write_signed(
        session,
        actor,
        case,
        form,
        answers,
        event_on=_event_day(session, answers),
        sealed=sealed,
        corrects_id=corrects_id,
    )
    consents.follow(session, actor, entry, answers)
    if kind is not None:
        duties.follow(decision, kind, case, form, answers)
    cases.touch(session, case)
    events.hold(session, registry, case.area, Event("entry:signed", cases.facts(session, case)))
    return entry


def _require_elsewhere(how: Participation, form_name: str) -> None:
    """Raise Refused for a meeting that is written by itself: who came is asked, and held against the consents."""
    if how.meeting is not None and how.meeting.form == form_name:
        raise Refused.because(_("Anteckna mötet under Deltagare, där du väljer vilka som var med."))


def check(decision: Decision, registry: Registry, case: Case, form: Form, answers: Mapping[str, str]) -> None:
    """Raise Refused for nothing answered, for a question that must be, and for what the plugin says of the answers."""
    if not any(text.strip() for text in answers.values()):
        raise Refused.because(_("Fyll i minst en uppgift."))
    lacking = [one for one in form.fields if one.required and not answers.get(one.name, "").strip()]
    facts, today = facts_of(decision, registry, case), clock.today(decision.session.now).isoformat()
    refusals = registry.refusals(case.area, "casework_check_entry", case=facts, form=form, values=dict(answers))
    refusals += exchange.problems(form.name, answers)
    said = {one.field for one in refusals}
    written = {one.name: answers.get(one.name, "") for one in form.fields if isinstance(one, Text | LongText)}
    refusals += [one for one in nameless.faults(decision, case, written) if one.field not in said]
    refusals += [Refusal(missing(one), one.name) for one in lacking if one.name not in {one.field for one in refusals}]
    happened = [field.name for field in form.fields if isinstance(field, Date) and field.past]
    refusals += [
        Refusal(NOT_YET, name) for name in dict.fromkeys((*DATE_FIELDS, *happened)) if answers.get(name, "") > today
    ]
    if refusals:
        raise Refused(refusals)


def write_signed(
    session: TenantSession,
    actor: Actor,
    case: Case,
    form: Form,
    answers: Mapping[str, str],
    *,
    event_on: date,
    origin: str | None = None,
    sealed: bool = False,
    corrects_id: str | None = None,
) -> Entry:
    """Write checked answers as a signed entry, each sealed as its field demands, and remember it."""
    answered = Answered(form, answers, event_on, origin=origin, sealed=sealed, corrects_id=corrects_id)
    return write_all(session, actor, case, [answered])[0]


@dataclass(frozen=True, slots=True)
class Answered:
    """Checked answers to a form, ready to be signed. Never shown, logged or reported."""

    form: Form
    answers: Mapping[str, str] = dataclass_field(repr=False)
    event_on: date
    _: KW_ONLY
    origin: str | None = None
    sealed: bool = False
    corrects_id: str | None = None


def write_all(session: TenantSession, actor: Actor, case: Case, answered: Sequence[Answered]) -> list[Entry]:
    """Write several signed entries of a case at once, as ``write_signed`` writes one, and remember each."""
    protection = _protection_held(session, case)
    found = []
    for one in answered:
        entry = entry_rows.begin(session, actor, case, one.form.name, corrects_id=one.corrects_id)
        entry.state, entry.signed_at, entry.event_on = "signed", session.now, one.event_on
        entry.sealed, entry.origin = one.sealed, one.origin
        found.append(entry)
    session.flush()
    for entry, one in zip(found, answered, strict=True):
        written = []
        for field in one.form.fields:
            if one.answers.get(field.name):
                closely = entry_rows.sensitivity_of(field, protection=protection, sealed=one.sealed)
                text = one.answers[field.name]
                value = entry_rows.store(session, entry, field.name, closely, one.form.retention, text)
                value.guarded = field.sealed_if_protected
                written.append(value)
        audit.record(
            session,
            actor,
            Action.ENTRY_SIGNED,
            "entry",
            entry.id,
            case_id=case.id,
            detail={"form": one.form.name, "fields": [value.field for value in written]},
            content=[value.sealed for value in written if value.sealed is not None],
        )
        if one.sealed:
            _seal_earlier(session, entry)
    session.flush()
    return found


def _seal_earlier(session: TenantSession, entry: Entry) -> None:
    """Seal what an entry that is sealed as a whole corrects: the earlier text stays, and opens by a reason only."""
    for earlier in corrected_by(session, entry):
        earlier.sealed = True
        for value in entry_rows.stored(session, [earlier]):
            if value.sealed is not None:
                value.sensitivity = int(Sensitivity.SEALED)


# Finding --------------------------------------------------------------------------------------


def current(session: TenantSession, case: Case, form_name: str | None = None) -> list[Entry]:
    """The signed entries of a case that no later one corrects, the newest event first."""
    corrected = select(Entry.corrects_id).where(
        Entry.case_id == case.id, Entry.state == "signed", Entry.corrects_id.is_not(None)
    )
    query = select(Entry).where(Entry.case_id == case.id, Entry.state == "signed", Entry.id.not_in(corrected))
    if form_name is not None:
        query = query.where(Entry.form == form_name)
    return list(session.scalars(query.order_by(Entry.event_on.desc(), Entry.signed_at.desc(), Entry.id)).all())


def corrected_by(session: TenantSession, entry: Entry) -> list[Entry]:
    """What an entry corrects, step by step back to the original."""
    found, one = [], entry
    while one.corrects_id is not None:
        earlier = session.get(Entry, (entry.municipality, one.corrects_id))
        if earlier is None:
            break
        found.append(earlier)
        one = earlier
    return found


def values_of(session: TenantSession, entries: Iterable[Entry]) -> dict[str, list[Value]]:
    """The sealed answers of entries, by entry."""
    found: dict[str, list[Value]] = {}
    for value in entry_rows.stored(session, entries):
        found.setdefault(value.entry_id, []).append(value)
    return found


def answers_of(decision: Decision, entry: Entry) -> dict[str, str]:
    """The answers of one entry that the decision opens, by field; what is still sealed or gone is left out."""
    opened = {}
    for value in entry_rows.stored(decision.session, [entry]):
        try:
            opened[value.field] = vault.open_answer(decision, entry, value)
        except (vault.StillSealed, Destroyed):
            continue
    return opened


def _event_day(session: TenantSession, answers: Mapping[str, str]) -> date:
    for name in DATE_FIELDS:
        if answers.get(name):
            return date.fromisoformat(answers[name])
    return clock.today(session.now)
