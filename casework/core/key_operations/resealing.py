"""What is sealed in cases and about persons sealed anew, under new keys of theirs, while everybody works.

First each case and person gets new keys, and what lies under the old ones is sealed again, a case or a person in a
transaction; the old ones are disabled, and still open what somebody was reading just then. Minutes later, when no
process has an old key at hand any more, they are destroyed. The words never leave ``crypto``. Answers of reviews stay
as they are: their rows are a record, and the record is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select

from casework.contract.focus import Retention
from casework.contract.language import gettext as _
from casework.core import audit, crypto, keys
from casework.core.actions import Action
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.key_operations import orders
from casework.core.key_operations.orders import RESEAL, Operation
from casework.core.keys import DESTROYED
from casework.core.models import (
    Approval,
    AuditEvent,
    CaseExport,
    CaseKey,
    Communication,
    ConflictBlock,
    Consent,
    ConsentPaper,
    Disclosure,
    Entry,
    Handover,
    Meeting,
    Objection,
    Participation,
    Person,
    PersonKey,
    StateChange,
    StatusPermission,
    Task,
    Unsealing,
    Value,
)
from casework.core.opened_keys import AGE, Key
from casework.core.permissions import OPERATOR

GRACE = 2 * AGE
"""So long after something was last sealed anew, no process has an old key at hand."""
TEXTS: dict[Any, tuple[str, ...]] = {
    Approval: ("reason", "answer"),
    CaseExport: ("assessment", "choices"),
    Communication: ("told", "reason", "answer"),
    ConflictBlock: ("lifted_reason",),
    Consent: ("kinds", "note"),
    ConsentPaper: ("paper",),
    Disclosure: ("wanted", "told", "answer"),
    Handover: ("kept",),
    Meeting: ("attendance",),
    Objection: ("words",),
    Participation: ("kinds",),
    StateChange: ("reason",),
    StatusPermission: ("agreed_reference", "ground_note", "purpose", "contact"),
    Task: ("what",),
    Unsealing: ("reason",),
}
"""What is sealed in a case besides answers, under the key of the class ``case``."""
OF_PERSONS = ("number", "name", "birth_date")
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many cases and persons have new keys now, and how many values were sealed by them."""

    owners: int
    values: int


class _Piece(NamedTuple):
    """One sealed value: where it lies, in which class of keys, and how it is put back."""

    row: Any
    column: str
    retention: str
    place: Place

    @property
    def sealed(self) -> Sealed | None:
        return getattr(self.row, self.column)  # type: ignore[no-any-return] # one of the columns above


def reseal(installation: Installation, municipality: str, tell: Tell = lambda _owners: None) -> Resealed:
    """Give every case and person of a municipality new keys and seal everything by them; ``tell`` hears how many.

    One that has been begun goes on, and is not asked again: what has its new keys already is left.
    """
    with installation.session(municipality) as session:
        if not is_unfinished(session):
            orders.require_covered(session, Operation(RESEAL, "municipality", municipality))
        renewed = set(session.scalars(select(CaseKey.case_id).where(CaseKey.status == "disabled")).all())
        renewed |= set(session.scalars(select(PersonKey.person_id).where(PersonKey.status == "disabled")).all())
        cases = sorted(set(session.scalars(select(CaseKey.case_id).where(CaseKey.status != DESTROYED))) - renewed)
        persons = sorted(set(session.scalars(select(PersonKey.person_id).where(PersonKey.status != DESTROYED))))
    owners, values = 0, 0
    for owner, work in [*((one, _case) for one in cases), *((one, _person) for one in persons if one not in renewed)]:
        with installation.session(municipality) as session:
            values += work(session, owner, renew=True)
        owners += 1
        tell(owners)
    return Resealed(owners, values)


def finish(installation: Installation, municipality: str) -> int:
    """Destroy the old keys, after what was sealed by them meanwhile is sealed anew; how many.

    Raises Refused while a process may still have one of them at hand.
    """
    with installation.session(municipality) as session:
        last = session.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.action == Action.KEYS_RESEALED))
        if last is not None and session.now < last + GRACE:
            raise Refused.because(
                _("De gamla nycklarna kan användas i några minuter till. Försök igen om tio minuter.")
            )
        cases = session.scalars(select(CaseKey.case_id).where(CaseKey.status == "disabled").distinct()).all()
        persons = session.scalars(select(PersonKey.person_id).where(PersonKey.status == "disabled").distinct()).all()
    gone = 0
    for owner, work, model in [
        *((one, _case, CaseKey) for one in sorted(cases)),
        *((one, _person, PersonKey) for one in sorted(persons)),
    ]:
        with installation.session(municipality) as session:
            work(session, owner, renew=False)
            gone += _destroy(session, model, owner)
    installation.keyring.forget()
    installation.forget_pages()
    return gone


def is_unfinished(session: TenantSession) -> bool:
    """Whether old keys still wait to be destroyed."""
    return any(
        session.scalar(select(model.version).where(model.status == "disabled").limit(1))
        for model in (CaseKey, PersonKey)
    )


def _case(session: TenantSession, case_id: str, *, renew: bool) -> int:
    """Seal everything in a case by its newest keys, which are new ones with ``renew``; how many values."""
    rows = _held(session, CaseKey, CaseKey.case_id == case_id)
    newest = {row.retention: row for row in rows}  # the last of each class is the newest
    for retention, row in list(newest.items()):
        if renew and row.status != DESTROYED:
            newest[retention] = keys.of(session).renew_case(session, case_id, retention, row.version + 1)
    open_ = {name: row.version for name, row in newest.items() if row.status != DESTROYED}
    keyring = keys.of(session)
    moved = 0
    for piece in _pieces(session, case_id):
        sealed, version = piece.sealed, open_.get(piece.retention)
        if sealed is None or version is None or sealed.key_version == version:
            continue
        new = keyring.case(session, case_id, piece.retention, version)
        moved += _again(piece, keyring.case(session, case_id, piece.retention, sealed.key_version), new)
    _disable(rows, open_)
    _remember(session, "case", case_id, moved)
    return moved


def _person(session: TenantSession, person_id: str, *, renew: bool) -> int:
    """The same for what is sealed about a person."""
    rows = _held(session, PersonKey, PersonKey.person_id == person_id)
    newest = rows[-1]
    if newest.status == DESTROYED:
        return 0
    keyring = keys.of(session)
    if renew:
        newest = keyring.renew_person(session, person_id, newest.version + 1)
    person = session.get(Person, (session.municipality, person_id), with_for_update=True, populate_existing=True)
    if person is None:
        return 0
    moved = 0
    for column in OF_PERSONS:
        place = Place(session.municipality, person_id, "persons", person_id, column, person.version)
        piece = _Piece(person, column, "", place)
        if piece.sealed is not None and piece.sealed.key_version != newest.version:
            new = keyring.person(session, person_id, newest.version)
            moved += _again(piece, keyring.person(session, person_id, piece.sealed.key_version), new)
    _disable(rows, {"": newest.version})
    _remember(session, "person", person_id, moved)
    return moved


def _held(session: TenantSession, model: Any, *of: Any) -> Sequence[Any]:
    """An owner's keys, the oldest first; whoever is sealing something by one of them is waited for."""
    query = select(model).where(*of).order_by(model.version).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _pieces(session: TenantSession, case_id: str) -> Iterator[_Piece]:
    """Everything sealed in a case."""
    answers = select(Value).join(Entry, (Entry.municipality == Value.municipality) & (Entry.id == Value.entry_id))
    answers = answers.where(Entry.case_id == case_id, Value.sealed.is_not(None))
    for value in session.scalars(answers.order_by(Value.entry_id, Value.field).with_for_update(of=Value)).all():
        place = Place(session.municipality, case_id, "answers", value.entry_id, value.field, value.version)
        yield _Piece(value, "sealed", value.retention, place)
    for model, columns in TEXTS.items():
        for row in session.scalars(select(model).where(model.case_id == case_id).with_for_update()).all():
            for column in columns:
                place = Place(session.municipality, case_id, model.__tablename__, row.id, column)
                yield _Piece(row, column, Retention.CASE, place)


def _again(piece: _Piece, old: Key, new: Key) -> int:
    if piece.sealed is not None:
        again = crypto.resealed(old.secret, new.secret, new.version, piece.sealed, piece.place)
        setattr(piece.row, piece.column, again)
    return 1


def _disable(rows: Sequence[CaseKey] | Sequence[PersonKey], newest: dict[str, int]) -> None:
    """Let the older keys seal nothing more; they still open."""
    for row in rows:
        last = newest.get(getattr(row, "retention", ""))
        if last is not None and row.version < last and row.status == "enabled":
            row.status = "disabled"


def _destroy(session: TenantSession, model: Any, owner: str) -> int:
    which = model.case_id if model is CaseKey else model.person_id
    old = [row for row in _held(session, model, which == owner) if row.status == "disabled"]
    for row in old:
        row.status, row.wrapped = DESTROYED, b""
    session.info["keys_destroyed"] = True
    kind = "case" if model is CaseKey else "person"
    of = owner if kind == "case" else None
    audit.record(session, OPERATOR, Action.KEYS_DESTROYED, kind, owner, case_id=of, detail={"count": len(old)})
    return len(old)


def _remember(session: TenantSession, kind: str, owner: str, moved: int) -> None:
    if moved:
        of = owner if kind == "case" else None
        audit.record(session, OPERATOR, Action.KEYS_RESEALED, kind, owner, case_id=of, detail={"count": moved})
