"""Whether the record is what was written: recomputes every chain and names the first row that is not."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import cast

from sqlalchemy import select

from casework.core import audit, crypto, keys
from casework.core.crypto import Secret
from casework.core.db import TenantSession
from casework.core.models import AuditCase, AuditEvent, AuditHead, InstallationEvent, InstallationHead
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
    installation = session.tenant is None
    head_of: type[InstallationHead | AuditHead] = InstallationHead if installation else AuditHead
    event_of: type[InstallationEvent | AuditEvent] = InstallationEvent if installation else AuditEvent
    keyring = keys.of(session)
    key = (keyring.installation if installation else keyring.municipality)(session, "audit").secret
    heads = {head.lane: head for head in cast(list[Head], session.scalars(select(head_of)).all())}
    lanes = set(session.scalars(select(event_of.lane).distinct()).all()) | set(range(audit.lanes(session)))
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
    if not installation and not found:
        found += _strays(session)
    return found


def _lane(
    session: TenantSession,
    key: Secret,
    event_of: type[InstallationEvent | AuditEvent],
    head: Head,
) -> Generator[Fault]:
    seq, previous = 0, audit.GENESIS
    query = select(event_of).where(event_of.lane == head.lane).order_by(event_of.seq)
    with closing(session.scalars(query.execution_options(yield_per=BATCH))) as rows:
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
            hash_ = audit.chained(previous, audit.row_hash((session.tenant, head.lane, seq), row, row.cases))
            if hash_ != row.hash or not crypto.same(row.mac, crypto.mac(key, "row/v1", hash_)):
                yield Fault(head.lane, seq, "row_altered")
                return
            if row.cases is not None and audit.digest_of(_cases(session, head.lane, seq)) != row.cases:
                yield Fault(head.lane, seq, "listed_cases_altered")
                return
            previous = hash_
            session.expunge(row)
    if seq != head.seq or previous != head.hash:
        yield Fault(head.lane, seq + 1, "cut_off")


def _cases(session: TenantSession, lane: int, seq: int) -> list[str]:
    query = select(AuditCase.case_id).where(AuditCase.lane == lane, AuditCase.seq == seq)
    return list(session.scalars(query).all())


def _strays(session: TenantSession) -> list[Fault]:
    """Listed cases hung on a row that showed none."""
    query = (
        select(AuditCase.lane, AuditCase.seq)
        .join(
            AuditEvent,
            (AuditEvent.municipality == AuditCase.municipality)
            & (AuditEvent.lane == AuditCase.lane)
            & (AuditEvent.seq == AuditCase.seq),
        )
        .where(AuditEvent.cases.is_(None))
        .limit(1)
    )
    return [Fault(lane, seq, "listed_cases_altered") for lane, seq in session.execute(query).all()]
