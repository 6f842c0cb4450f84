"""The record of what was done: says who, what and where, never the content.

Rows are buffered while the work is done and written as the last act before COMMIT, in one chain per municipality and
lane: ``hash = SHA-256(1 ‖ previous ‖ SHA-256(0 ‖ row))`` and a MAC over it. If they cannot be written, nothing is.
The last row of a transaction also holds what the transaction changed (``changes``).
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import event, insert, select, update

from casework.core import changes, crypto, keys
from casework.core.actions import READS, Action
from casework.core.crypto import Sealed, Secret, packed
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import AuditMissing
from casework.core.models import (
    AuditCase,
    AuditChange,
    AuditEvent,
    AuditHead,
    InstallationChange,
    InstallationEvent,
    InstallationHead,
)
from casework.core.models.audit import Head
from casework.core.permissions import OPERATOR, Actor

GENESIS = bytes(32)
LANES_POSTGRESQL = 4
_CODE = re.compile(r"[A-Za-z0-9_.:*/-]{0,120}")
_ID = re.compile(r"[A-Za-z0-9_-]{22}|")
_PAGE = re.compile(r"[a-z_.]{0,40}")
Detail = Mapping[str, str | int | bool | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Event:
    """One row to be written at the end of the transaction."""

    at: datetime
    actor_id: str
    actor_role: str
    action: str
    outcome: str
    object_kind: str
    object_id: str
    case_id: str | None
    detail: str
    content: bytes | None
    cases: tuple[str, ...]


def record(
    session: TenantSession,
    actor: Actor,
    action: Action,
    object_kind: str,
    object_id: str,
    *,
    case_id: str | None = None,
    detail: Detail | None = None,
    content: Iterable[Sealed] = (),
    cases: Iterable[str] = (),
) -> None:
    """Remember an act in the transaction it belongs to; raises ValueError for a detail that is not a code."""
    digests = sorted(sealed.digest for sealed in content)
    _buffer(session).append(
        Event(
            at=session.now,
            actor_id=actor.id,
            actor_role=actor.role,
            action=action,
            outcome="done",
            object_kind=object_kind,
            object_id=object_id,
            case_id=case_id,
            detail=_codes(detail or {}),
            content=hashlib.sha256(b"".join(digests)).digest() if digests else None,
            cases=tuple(sorted(set(cases))),
        )
    )


def record_denial(session: TenantSession, denial: Denial) -> None:
    """Remember an attempt that was turned away; the caller gives it a transaction of its own."""
    _buffer(session).append(
        Event(
            at=session.now,
            actor_id=denial.actor_id,
            actor_role=denial.actor_role,
            action=denial.action,
            outcome="denied",
            object_kind=denial.object_kind,
            object_id=_named(denial),
            case_id=denial.case_id,
            detail=_codes({"rule": denial.rule}),
            content=None,
            cases=(),
        )
    )


def _named(denial: Denial) -> str:
    """The object's id, or a page's name; anything else may have been typed into an address and is not kept."""
    known = _PAGE if denial.object_kind == "page" else _ID
    return denial.object_id if known.fullmatch(denial.object_id) else "unreadable"


def waiting(session: TenantSession, *, reads: bool = False) -> list[Event]:
    """The rows to be written at the end of the transaction, or those of them that say what was read."""
    return [one for one in _buffer(session) if not reads or one.action in READS]


@contextmanager
def of_coming_case(session: TenantSession, case_id: str) -> Iterator[None]:
    """Note what is done for a case that is about to be; where it does not come to be, that is of no case."""
    try:
        yield
    except Exception:
        of_no_case(session, case_id)
        raise


def of_no_case(session: TenantSession, case_id: str) -> None:
    """Let what was noted for a case that did not come to be be of none."""
    rows = _buffer(session)
    rows[:] = [replace(one, case_id=None) if one.case_id == case_id else one for one in rows]


def keep(session: TenantSession, events: Iterable[Event]) -> None:
    """Let rows be written although what was done after them, or around them, is rolled back."""
    session.info["audit"] = list(events)


def row_hash(
    place: Sequence[str | int | None], event_: Any, cases: bytes | None, changed: bytes | None = None
) -> bytes:
    """The digest of one row's own columns; ``place`` is municipality (None for the installation), lane and seq."""
    return hashlib.sha256(
        (b"\x00audit/v1" if changed is None else b"\x00audit/v2" + packed(changed))
        + packed(
            *place,
            event_.at.isoformat(timespec="microseconds"),
            event_.actor_id,
            event_.actor_role,
            event_.action,
            event_.outcome,
            event_.object_kind,
            event_.object_id,
            event_.case_id,
            event_.detail,
            event_.content,
            cases,
        )
    ).digest()


def chained(previous: bytes, row: bytes) -> bytes:
    """The chain's value after a row."""
    return hashlib.sha256(b"\x01" + previous + row).digest()


def digest_of(cases: Iterable[str]) -> bytes | None:
    """The digest of the case ids a list showed, or None when it showed none."""
    listed = sorted(cases)
    return hashlib.sha256(packed(*listed)).digest() if listed else None


def head_mac(key: Secret, municipality: str | None, lane: int, seq: int, hash_: bytes) -> bytes:
    """The MAC that a lane's end carries."""
    return crypto.mac(key, "head/v1", municipality, lane, seq, hash_)


def _buffer(session: TenantSession) -> list[Event]:
    rows: list[Event] = session.info.setdefault("audit", [])
    return rows


def _codes(detail: Detail) -> str:
    for value in detail.values():
        for code in [value] if isinstance(value, str | int) else value:
            if isinstance(code, str) and not _CODE.fullmatch(code):
                raise ValueError("an audit detail must be a code, never a text")
    plain = {name: value if isinstance(value, str | int) else list(value) for name, value in detail.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


@event.listens_for(TenantSession, "before_commit")
def _write(session: TenantSession) -> None:
    if session.in_nested_transaction():
        return
    rows = _buffer(session)
    try:
        session.flush()
        changed = changes.taken(session)
        if changed and not rows:
            rows.append(_unnamed(session))
        if rows:
            _append(session, rows, changed)
    except AuditMissing:
        raise
    except KeyError as error:
        raise AuditMissing("the session has no keyring") from error
    rows.clear()
    changes.forget(session)


def _unnamed(session: TenantSession) -> Event:
    """The row of a transaction that changes something without a deed that says what: set-up, a choice of one's own."""
    who = session.account or OPERATOR.id
    return Event(session.now, who, OPERATOR.role, Action.ROWS_CHANGED, "done", "rows", "", None, "{}", None, ())


@event.listens_for(TenantSession, "after_rollback")
def _forget(session: TenantSession) -> None:
    if not session.in_nested_transaction():  # a savepoint that is given up undoes nothing that was remembered before it
        _buffer(session).clear()


def lanes(session: TenantSession) -> int:
    """How many lanes a chain has: one on SQLite, which has one writer anyway; four on PostgreSQL."""
    return 1 if session.get_bind().dialect.name == "sqlite" else LANES_POSTGRESQL


def found_chain(session: TenantSession) -> None:
    """Make the empty lanes of a new municipality's chain, or of a new installation's."""
    _found_lanes(session, range(lanes(session)))


def _found_lanes(session: TenantSession, wanted: Iterable[int]) -> None:
    code = session.tenant
    keyring = keys.of(session)
    key = (keyring.installation if code is None else keyring.municipality)(session, "audit").secret
    for lane in wanted:
        end = {"lane": lane, "seq": 0, "hash": GENESIS, "mac": head_mac(key, code, lane, 0, GENESIS)}
        session.add(InstallationHead(**end) if code is None else AuditHead(municipality=code, **end))
    session.flush()


def complete_chain(session: TenantSession) -> None:
    """Make the lanes that a chain brought from another engine lacks."""
    code = session.tenant
    head: type[InstallationHead | AuditHead] = InstallationHead if code is None else AuditHead
    there = set(session.scalars(select(head.lane)).all())
    _found_lanes(session, [lane for lane in range(lanes(session)) if lane not in there])


def _append(session: TenantSession, events: Sequence[Event], changed: Sequence[changes.Change]) -> None:
    code = session.tenant
    lane = zlib.crc32(events[0].actor_id.encode()) % lanes(session)
    head_of: type[InstallationHead | AuditHead] = InstallationHead if code is None else AuditHead
    event_of: type[InstallationEvent | AuditEvent] = InstallationEvent if code is None else AuditEvent
    keyring = keys.of(session)
    key = (keyring.installation if code is None else keyring.municipality)(session, "audit").secret
    head = cast(Head | None, session.scalar(select(head_of).where(head_of.lane == lane).with_for_update()))
    if head is None:
        raise AuditMissing("the chain was never founded")
    seq, previous = head.seq, head.hash
    tenant = {} if code is None else {"municipality": code}
    rows, listed = [], []
    for one in events:
        seq += 1
        cases = digest_of(one.cases)
        digest = changes.digest_of(changed) if one is events[-1] else None
        hash_ = chained(previous, row_hash((code, lane, seq), one, cases, digest))
        columns = {name: getattr(one, name) for name in Event.__slots__ if name != "cases"}
        rows.append(
            tenant
            | columns
            | {"lane": lane, "seq": seq, "cases": cases, "changes": digest, "previous": previous, "hash": hash_}
            | {"mac": crypto.mac(key, "row/v1", hash_)}
        )
        listed += [tenant | {"lane": lane, "seq": seq, "case_id": case} for case in one.cases]
        previous = hash_
    end = {"seq": seq, "hash": previous, "mac": head_mac(key, code, lane, seq, previous)}
    session.execute(insert(event_of), rows)
    if listed:
        session.execute(insert(AuditCase), listed)
    if changed:
        change_of: type[InstallationChange | AuditChange] = InstallationChange if code is None else AuditChange
        place: dict[str, Any] = tenant | {"lane": lane, "seq": seq}
        session.execute(insert(change_of), [place | one.columns() for one in changed])
    session.execute(
        update(head_of).where(head_of.lane == lane).values(**end).execution_options(synchronize_session=False)
    )
    session.expire(head)
