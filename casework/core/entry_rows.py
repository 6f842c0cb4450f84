"""The rows behind an entry and its draft: made, filled with sealed answers, cleared. Asks nothing: its callers do."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from casework.contract.fields import Field, Sensitivity
from casework.contract.focus import Form
from casework.contract.language import gettext as _
from casework.core import access, cases, clock, keys, vault
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import Destroyed, NotFound, Refused
from casework.core.models import Case, Entry, Value
from casework.core.permissions import Actor
from casework.core.registry import Registry


def sensitivity_of(field: Field, *, protection: int, sealed: bool) -> Sensitivity:
    """How closely this answer is kept: sealed with its whole entry, or because its person is protected."""
    if sealed or (field.sealed_if_protected and protection > 0):
        return Sensitivity.SEALED
    return field.sensitivity


def writable(registry: Registry, actor: Actor, case: Case, form_name: str) -> Form:
    """The declaration of a form that may be written in the case now; raises NotFound for any other."""
    form = cases.form_of(registry, case, form_name)
    if form is None or form.anonymous != (case.subject_id is None):
        raise NotFound(access.denial(actor, Action.ENTRY_SIGNED, "case", case.id, "form"))
    return form


def require_kept(session: TenantSession, case: Case, form: Form) -> None:
    """Raise Refused for a form of a closed case whose answers were destroyed when it had been closed long enough."""
    if case.is_open:
        return
    try:
        keys.of(session).case(session, case.id, form.retention)
    except Destroyed:
        raise Refused.because(
            _("Ärendet är avslutat och uppgifterna är gallrade. Återaktualisera ärendet innan du skriver nya.")
        ) from None


def begin(session: TenantSession, actor: Actor, case: Case, form_name: str, *, corrects_id: str | None) -> Entry:
    """A new draft row of the actor's."""
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


def store(session: TenantSession, entry: Entry, field: str, closely: Sensitivity, retention: str, text: str) -> Value:
    """Keep one answer: in the clear if it is open, else sealed at its place."""
    value = Value(
        entry_id=entry.id, field=field, sensitivity=int(closely), retention=retention, version=entry.version or 1
    )
    if closely is Sensitivity.OPEN:
        value.plain = text
    else:
        value.sealed = vault.seal_answer(session, entry, field, retention, value.version, text)
    session.add(value)
    return value


def clear(session: TenantSession, entry: Entry) -> None:
    """Take every answer of an entry away."""
    session.flush()
    session.execute(
        delete(Value)
        .where(Value.municipality == session.municipality, Value.entry_id == entry.id)
        .execution_options(synchronize_session="fetch")
    )


def stored(session: TenantSession, entries: Iterable[Entry]) -> list[Value]:
    """The answers of entries, sealed."""
    ids = [entry.id for entry in entries]
    return list(session.scalars(select(Value).where(Value.entry_id.in_(ids))).all())
