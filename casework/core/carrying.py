"""Correcting what one may not wholly see: sealed answers left alone go unseen from one version to the next.

Nor do they lie open in a draft: what was opened for a few minutes is opened anew, for a reason, when it is taken up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from casework.contract.fields import Field, Sensitivity
from casework.contract.focus import Form
from casework.core import access, answers, audit, cases, clock, drafts, entries, entry_rows, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Conflict, Destroyed, Refused
from casework.core.models import Case, Entry, Unsealing, Value
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a correction begins with: the answers that are open to the actor, and the names of those that are not.

    ``opened`` are those of the answers that are sealed and open to the actor for a few minutes only.
    """

    answers: Mapping[str, str]
    locked: frozenset[str]
    opened: Mapping[str, str]


def begin(decision: Decision, form: Form, entry: Entry) -> Beginning:
    """What to begin the correction of an entry with; remembered as a reading of it. What is gone is asked for anew."""
    found, opened, locked = {}, {}, set()
    for field, value in _stored(decision.session, form, entry).items():
        try:
            found[field.name] = vault.open_answer(decision, entry, value)
            if value.sensitivity == Sensitivity.SEALED:
                opened[field.name] = found[field.name]
        except vault.StillSealed:
            locked.add(field.name)
        except Destroyed:
            continue
    detail: audit.Detail = {"forms": [entry.form], "count": 1}
    audit.record(
        decision.session, decision.actor, Action.ENTRY_READ, "case", entry.case_id, case_id=entry.case_id, detail=detail
    )
    return Beginning(found, frozenset(locked), opened)


def to_draft(
    decision: Decision, case: Case, form: Form, corrects_id: str, texts: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """What a draft of a correction keeps: all but the sealed answers that the actor has opened and left as they are."""
    alike = _left_alone(decision, form, _corrected(decision.session, case, corrects_id), texts)
    return {name: typed for name, typed in texts.items() if name not in alike}


def sign(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    form_name: str,
    given: Mapping[str, str],
    *,
    sealed: bool = False,
    corrects_id: str | None = None,
    locked: Collection[str] = (),
) -> Entry:
    """Sign a form as ``entries.sign`` does; sealed answers that were ``locked`` and left empty are carried over.

    They are opened and sealed anew in here, never shown, and never more loosely than they were kept before.
    """
    kept = {name for name in locked if not given.get(name)}
    if corrects_id is not None and kept:
        case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.SEALED_CARRIED)
        earlier = _corrected(session, case, corrects_id)
        form = cases.form_of(registry, case, form_name)
        carried = {} if form is None else _stored(session, form, earlier)
        carried = {
            field: value
            for field, value in carried.items()
            if field.name in kept and not vault.is_gone(session, earlier, value)
        }
        given = dict(given) | _opened(decision, earlier, carried)
        sealed = sealed or _loosened(session, case, carried)
    return entries.sign(session, registry, actor, case_id, form_name, given, sealed=sealed, corrects_id=corrects_id)


def rebase(decision: Decision, case: Case, form_name: str, begun_on: str | None, now_on: str) -> None:
    """Let the actor's own draft follow on the version that somebody else signed meanwhile."""
    own = drafts.of(decision.session, decision.actor, case, form_name, begun_on)
    if own is not None:
        own.corrects_id = now_on
        decision.session.flush()


def _corrected(session: TenantSession, case: Case, entry_id: str) -> Entry:
    earlier = session.get(Entry, (case.municipality, entry_id))
    if earlier is None or earlier.case_id != case.id or earlier.state != "signed":
        raise Conflict
    return earlier


def _stored(session: TenantSession, form: Form, entry: Entry) -> dict[Field, Value]:
    """The answers of an entry by the field that asks for them today; what no field asks for stays where it is."""
    names = {field.name: field for field in form.fields} | {field.was: field for field in form.fields if field.was}
    values = entries.values_of(session, [entry]).get(entry.id, [])
    return {names[value.field]: value for value in values if value.field in names}


def _left_alone(decision: Decision, form: Form, entry: Entry, texts: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The sealed answers among some texts that say what they said; of what the actor never opened nothing is told."""
    seen = set(
        decision.session.scalars(
            select(Unsealing.field).where(
                Unsealing.case_id == entry.case_id,
                Unsealing.account_id == decision.actor.id,
                Unsealing.entry_id == entry.id,
            )
        )
    )
    stored = {
        field: value
        for field, value in _stored(decision.session, form, entry).items()
        if value.sensitivity == Sensitivity.SEALED
        and value.field in seen
        and field.name in texts
        and not vault.is_gone(decision.session, entry, value)
    }
    now = {field: value for field, value in stored.items() if (entry.id, value.field) in decision.unsealed}
    said = {field.name: vault.open_answer(decision, entry, value) for field, value in now.items()}
    later = {field: value for field, value in stored.items() if field not in now}
    said |= _opened(decision, entry, later) if later else {}
    today = clock.today(decision.session.now)
    return frozenset(field.name for field in stored if _says(field, texts[field.name], said[field.name], today))


def _says(field: Field, texts: Sequence[str], canonical: str, today: date) -> bool:
    try:
        return answers.parse(replace(field, required=False), texts, today) == canonical
    except Refused:
        return False


def _loosened(session: TenantSession, case: Case, carried: Mapping[Field, Value]) -> bool:
    """Whether any of them would be kept more openly than before, unless the whole entry is sealed."""
    level = entries.protection_of(session, case)
    return any(
        entry_rows.sensitivity_of(field, protection=level, sealed=False) < value.sensitivity
        for field, value in carried.items()
    )


def _opened(decision: Decision, earlier: Entry, carried: Mapping[Field, Value]) -> dict[str, str]:
    rule = replace(decision, unsealed=frozenset((earlier.id, value.field) for value in carried.values()))
    detail: audit.Detail = {"entry": earlier.id, "fields": [field.name for field in carried]}
    audit.record(
        decision.session,
        decision.actor,
        Action.SEALED_CARRIED,
        "entry",
        earlier.id,
        case_id=earlier.case_id,
        detail=detail,
    )
    return {field.name: vault.open_answer(rule, earlier, value) for field, value in carried.items()}
