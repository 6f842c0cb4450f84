"""Whether the record is what was written: recomputes every chain and names the first row that is not."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, cast

from sqlalchemy import Select, select

from casework.core import audit, changes, crypto, keys
from casework.core.changes import Change
from casework.core.crypto import Secret
from casework.core.db import TenantSession, only_look
from casework.core.models import (
    AuditCase,
    AuditChange,
    AuditEvent,
    AuditHead,
    InstallationChange,
    InstallationEvent,
    InstallationHead,
)
from casework.core.models.audit import Chained, Head

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain is broken: ``lane`` and ``seq`` name the row, ``what`` says in a code how."""

    lane: int
    seq: int
    what: str


def faults(session: TenantSession) -> list[Fault]:
    """The first fault of each lane of the session's municipality, or of the installation; empty when all is whole."""
    only_look(session)
    installation = session.tenant is None
    head_of: type[InstallationHead | AuditHead] = InstallationHead if installation else AuditHead
    event_of: type[InstallationEvent | AuditEvent] = InstallationEvent if installation else AuditEvent
    keyring = keys.of(session)
    key = (keyring.installation if installation else keyring.municipality)(session, "audit").secret
    heads = {head.lane: head for head in cast(list[Head], session.scalars(select(head_of)).all())}
    told = [event_of, InstallationChange] if installation else [event_of, AuditChange, AuditCase]
    lanes = {lane for one in told for lane in session.scalars(select(one.lane).distinct())}
    lanes |= {*range(audit.lanes(session)), *heads}
    found = []
    for lane in sorted(lanes):
        head = heads.get(lane)
        if head is None:
            found.append(Fault(lane, 1, "end_missing"))
            continue
        if not crypto.same(head.mac, audit.head_mac(key, session.tenant, lane, head.seq, head.hash)):
            found.append(Fault(lane, head.seq, "end_altered"))
            continue
        with closing(_lane(session, key, event_of, head)) as broken:
            found += islice(broken, 1)
    return found


def _lane(
    session: TenantSession,
    key: Secret,
    event_of: type[InstallationEvent | AuditEvent],
    head: Head,
) -> Generator[Fault]:
    seq, previous = 0, audit.GENESIS
    query = select(event_of).where(event_of.lane == head.lane).order_by(event_of.seq)
    listed, changed = (
        Hanging(session, listed_query(session, head.lane)),
        Hanging(session, changed_query(session, head.lane)),
    )
    with closing(session.scalars(query.execution_options(yield_per=BATCH))) as rows, closing(listed), closing(changed):
        for row in cast(Iterable[Chained], rows):
            seq += 1
            if row.seq != seq:
                yield Fault(head.lane, seq, "row_missing")
                return
            if seq > head.seq:
                yield Fault(head.lane, seq, "row_inserted")
                return
            if row.previous != previous:
                yield Fault(head.lane, seq, "row_out_of_order")
                return
            hash_ = audit.chained(
                previous, audit.row_hash((session.tenant, head.lane, seq), row, row.cases, row.changes)
            )
            if hash_ != row.hash or not crypto.same(row.mac, crypto.mac(key, "row/v1", hash_)):
                yield Fault(head.lane, seq, "row_altered")
                return
            if audit.digest_of(str(one[0]) for one in listed.on(seq)) != row.cases:
                yield Fault(head.lane, seq, "listed_cases_altered")
                return
            if changes.digest_of(Change(*one) for one in changed.on(seq)) != row.changes:
                yield Fault(head.lane, seq, "changes_altered")
                return
            previous = hash_
            session.expunge(row)
        if seq != head.seq or previous != head.hash:
            yield Fault(head.lane, seq + 1, "cut_off")
        # What hangs on no row is in no digest, and must not be taken for something the record says.
        for hanging, what in ((listed, "listed_cases_altered"), (changed, "changes_altered")):
            if hanging.next is not None:
                yield Fault(head.lane, hanging.next, what)


class Hanging:
    """What hangs on a lane's rows, read along with them."""

    def __init__(self, session: TenantSession, query: Select[*tuple[Any, ...]] | None) -> None:
        self._rows = None if query is None else session.execute(query.execution_options(yield_per=BATCH))
        found: Iterable[Any] = () if self._rows is None else self._rows
        self._groups: Iterator[tuple[int, Iterator[Any]]] = groupby(found, key=lambda row: int(row[0]))
        self._next = next(self._groups, None)

    @property
    def next(self) -> int | None:
        """The row on which the next of it hangs, or None where all was read."""
        return None if self._next is None else self._next[0]

    def on(self, seq: int) -> list[tuple[Any, ...]]:
        """What hangs on a row; what hangs on none, before it or after it, stays where it is until all was read."""
        if self._next is None or self._next[0] != seq:
            return []
        parts = [tuple(row[1:]) for row in self._next[1]]
        self._next = next(self._groups, None)
        return parts

    def close(self) -> None:
        """Read no further."""
        if self._rows is not None:
            self._rows.close()


def listed_query(session: TenantSession, lane: int) -> Select[*tuple[Any, ...]] | None:
    """The cases shown by a lane's rows; the installation's rows show none."""
    if session.tenant is None:
        return None
    return select(AuditCase.seq, AuditCase.case_id).where(AuditCase.lane == lane).order_by(AuditCase.seq)


def changed_query(session: TenantSession, lane: int) -> Select[*tuple[Any, ...]]:
    """What a lane's rows changed."""
    of: type[InstallationChange | AuditChange] = InstallationChange if session.tenant is None else AuditChange
    columns = (of.seq, of.row_table, of.row_key, of.before, of.after)
    return select(*columns).where(of.lane == lane).order_by(of.seq)
