"""The record written out for somebody who has neither the database nor a key: every row, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import select

from casework.core import audit, checkpoints
from casework.core.actions import Action
from casework.core.audit_verification import BATCH, Hanging, changed_query, listed_query
from casework.core.checkpoints import Line, Sessions
from casework.core.db import TenantSession, only_look
from casework.core.models import AuditEvent, AuditHead, InstallationEvent, InstallationHead
from casework.core.permissions import OPERATOR

VERSION = 1
COLUMNS = ("actor_id", "actor_role", "action", "outcome", "object_kind", "object_id", "case_id", "detail")
BYTES = ("content", "cases", "changes", "previous", "hash")


def lines(sessions: Sessions, codes: list[str]) -> Iterator[Line]:
    """The whole record as JSON objects: a head, then for each chain its ends and its rows, as they lie there now.

    Nothing is verified on the way. That the record was taken out is remembered in every chain, before it is.
    """
    for code in (None, *codes):
        with sessions(code) as session:
            audit.record(session, OPERATOR, Action.AUDIT_EXPORTED, "audit", "")
    with sessions(None) as session:
        public = checkpoints.public_key(session)
        yield {"v": VERSION, "origin": checkpoints.origin(public), "key": public.hex(), "at": session.now.isoformat()}
    for code in (None, *codes):
        with sessions(code) as session:
            only_look(session)
            yield from chain(session)


def chain(session: TenantSession) -> Iterator[Line]:
    """The chain of the session's municipality, or of the installation: its ends, then its rows."""
    head: Any = InstallationHead if session.tenant is None else AuditHead
    event: Any = InstallationEvent if session.tenant is None else AuditEvent
    ends = session.scalars(select(head).order_by(head.lane)).all()
    lanes = [{"lane": one.lane, "seq": one.seq, "hash": one.hash.hex()} for one in ends]
    yield {"municipality": session.tenant, "lanes": lanes}
    for lane in session.scalars(select(event.lane).distinct().order_by(event.lane)).all():
        yield from _lane(session, event, lane)


def _lane(session: TenantSession, event: Any, lane: int) -> Iterator[Line]:
    query = select(event).where(event.lane == lane).order_by(event.seq).execution_options(yield_per=BATCH)
    listed, changed = Hanging(session, listed_query(session, lane)), Hanging(session, changed_query(session, lane))
    with closing(session.scalars(query)) as rows, closing(listed), closing(changed):
        for row in rows:
            yield {
                "municipality": session.tenant,
                "lane": lane,
                "seq": row.seq,
                "at": row.at.isoformat(timespec="microseconds"),
                **{name: getattr(row, name) for name in COLUMNS},
                **{name: _hex(getattr(row, name)) for name in BYTES},
                "listed": sorted(case for (case,) in listed.on(row.seq)),
                "changed": sorted([table, key, _hex(was), _hex(is_)] for table, key, was, is_ in changed.on(row.seq)),
            }
            session.expunge(row)


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
