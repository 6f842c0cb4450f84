"""Filled-in forms: drafts that only their author sees, signed entries, and corrections that point to the original."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select

from casework.contract.facts import Event
from casework.contract.fields import Field, Sensitivity
from casework.contract.focus import Form
from casework.core import access, audit, cases, clock, events, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Case, Entry, Person, Value
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

DATE_FIELDS = ("event_date", "date")
"""Fields whose answer is the day an entry is about."""


def form_of(registry: Registry, case: Case, name: str) -> Form | None:
    """The declaration of a case's form, or None when its plugin no longer has it."""
    kind = registry.case_type(case.area, case.case_type)
    return None if kind is None else next((form for form in kind.forms if form.name == name), None)


def sensitivity_of(field: Field, *, protection: int, sealed: bool) -> Sensitivity:
    """How closely this answer is kept: sealed with its whole entry, or because its person is protected."""
    if sealed or (field.sealed_if_protected and protection > 0):
        return Sensitivity.SEALED
    return field.sensitivity


def protection_of(session: TenantSession, case: Case) -> int:
    """The protection level of the person a case is about; 0 without a person."""
    person = None if case.subject_id is None else session.get(Person, (case.municipality, case.subject_id))
    return 0 if person is None else person.protection


# Drafts ---------------------------------------------------------------------------------------


def draft_of(
    session: TenantSession, actor: Actor, case: Case, form: str, corrects_id: str | None = None
) -> Entry | None:
    """The actor's own draft of a form in a case, or of a correction of one entry."""
    return session.scalar(
        select(Entry).where(
            Entry.case_id == case.id,
            Entry.form == form,
            Entry.state == "draft",
            Entry.author_id == actor.id,
            Entry.corrects_id.is_(None) if corrects_id is None else Entry.corrects_id == corrects_id,
        )
    )


def save_draft(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    form_name: str,
    typed: Mapping[str, Sequence[str]],
    *,
    seen_version: int,
    sealed: bool = False,
    corrects_id: str | None = None,
) -> Entry:
    """Keep what was typed, sealed and unchecked; raises Conflict if the draft was saved elsewhere meanwhile.

    ``seen_version`` is the version the author saw, 0 where no draft was shown.
    """
    case, _ = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, Action.DRAFT_SAVED, detail={"form": form_name}
    )
    form = _known(registry, actor, case, form_name)
    entry = draft_of(session, actor, case, form_name, corrects_id)
    if (0 if entry is None else entry.version) != seen_version:
        raise Conflict
    if entry is None:
        entry = _new(session, actor, case, form_name, corrects_id=corrects_id)
        entry.version = 0
    entry.version += 1
    entry.written_at, entry.sealed = session.now, sealed
    session.flush()
    _clear(session, entry)
    for name, texts in typed.items():
        if any(texts):
            _store(session, entry, name, Sensitivity.TEAM, form.retention, json.dumps(list(texts)))
    session.flush()
    return entry


def typed_in(session: TenantSession, actor: Actor, case_id: str, entry: Entry) -> dict[str, list[str]]:
    """What the author had typed in a draft; raises NotFound for anybody else."""
    _, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.DRAFT_READ)
    if entry.state != "draft" or entry.author_id != actor.id or entry.case_id != case_id:
        raise NotFound(access.denial(actor, Action.DRAFT_READ, "entry", entry.id, "author"))
    return {value.field: json.loads(vault.open_answer(decision, entry, value)) for value in _values(session, [entry])}


def discard_draft(
    session: TenantSession, actor: Actor, case_id: str, form_name: str, corrects_id: str | None = None
) -> None:
    """Throw the actor's own draft away."""
    case, _ = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.DRAFT_DISCARDED)
    entry = draft_of(session, actor, case, form_name, corrects_id)
    if entry is not None:
        _clear(session, entry)
        session.delete(entry)


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
    case, _ = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, Action.ENTRY_SIGNED, detail={"form": form_name}
    )
    form = _known(registry, actor, case, form_name)
    present = current(session, case, form_name)
    if corrects_id is not None and corrects_id not in {entry.id for entry in present}:
        raise Conflict
    if corrects_id is None and not form.many and present:
        raise Conflict
    check(session, registry, case, form, answers)
    draft = draft_of(session, actor, case, form_name, corrects_id)
    if draft is not None:
        _clear(session, draft)
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
    cases.touch(session, case)
    events.hold(session, registry, case.area, Event("entry:signed", cases.facts(session, case)))
    return entry


def check(session: TenantSession, registry: Registry, case: Case, form: Form, answers: Mapping[str, str]) -> None:
    """Raise Refused where the plugin that owns the case has something against the answers."""
    facts = cases.facts(session, case, protection_of(session, case))
    refusals = registry.refusals(case.area, "casework_check_entry", case=facts, form=form, values=dict(answers))
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
    entry = _new(session, actor, case, form.name, corrects_id=corrects_id)
    entry.state, entry.signed_at, entry.event_on = "signed", session.now, event_on
    entry.sealed, entry.origin = sealed, origin
    session.flush()
    protection = protection_of(session, case)
    written = []
    for field in form.fields:
        if answers.get(field.name):
            closely = sensitivity_of(field, protection=protection, sealed=sealed)
            value = _store(session, entry, field.name, closely, form.retention, answers[field.name])
            value.guarded = field.sealed_if_protected
            written.append(value)
    session.flush()
    audit.record(
        session,
        actor,
        Action.ENTRY_SIGNED,
        "entry",
        entry.id,
        case_id=case.id,
        detail={"form": form.name, "fields": [value.field for value in written]},
        content=[value.sealed for value in written if value.sealed is not None],
    )
    return entry


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
    for value in _values(session, entries):
        found.setdefault(value.entry_id, []).append(value)
    return found


def answers_of(decision: Decision, entry: Entry) -> dict[str, str]:
    """The answers of one entry that the decision opens, by field; what is still sealed is left out."""
    opened = {}
    for value in _values(decision.session, [entry]):
        try:
            opened[value.field] = vault.open_answer(decision, entry, value)
        except vault.StillSealed:
            continue
    return opened


def _values(session: TenantSession, entries: Iterable[Entry]) -> list[Value]:
    ids = [entry.id for entry in entries]
    return list(session.scalars(select(Value).where(Value.entry_id.in_(ids))).all())


def _known(registry: Registry, actor: Actor, case: Case, form_name: str) -> Form:
    form = form_of(registry, case, form_name)
    if form is None or form.anonymous != (case.subject_id is None):
        raise NotFound(access.denial(actor, Action.ENTRY_SIGNED, "case", case.id, "form"))
    return form


def _new(session: TenantSession, actor: Actor, case: Case, form_name: str, *, corrects_id: str | None) -> Entry:
    entry = Entry(
        id=new_id(),
        case_id=case.id,
        form=form_name,
        author_id=actor.id,
        event_on=clock.today(session.now),
        written_at=session.now,
        corrects_id=corrects_id,
    )
    session.add(entry)
    return entry


def _store(session: TenantSession, entry: Entry, field: str, closely: Sensitivity, retention: str, text: str) -> Value:
    value = Value(
        entry_id=entry.id, field=field, sensitivity=int(closely), retention=retention, version=entry.version or 1
    )
    if closely is Sensitivity.OPEN:
        value.plain = text
    else:
        value.sealed = vault.seal_answer(session, entry, field, retention, value.version, text)
    session.add(value)
    return value


def _clear(session: TenantSession, entry: Entry) -> None:
    session.flush()
    session.execute(
        delete(Value)
        .where(Value.municipality == session.municipality, Value.entry_id == entry.id)
        .execution_options(synchronize_session="fetch")
    )


def _event_day(session: TenantSession, answers: Mapping[str, str]) -> date:
    for name in DATE_FIELDS:
        if answers.get(name):
            return date.fromisoformat(answers[name])
    return clock.today(session.now)
