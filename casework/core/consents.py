"""What rests on a consent follows it: a correction ends or shortens, at once and for good, what it carries no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.core import audit, clock
from casework.core.actions import Action
from casework.core.clock import FOREVER
from casework.core.db import TenantSession
from casework.core.models import Entry, StatusPermission
from casework.core.permissions import Actor

FORM = "consent_note"
STATUS = "status"
"""The kind of data, among those a consent lists, that a status permission gives."""


def covers_status(answers: Mapping[str, str], agency: str) -> bool:
    """Whether a consent's answers let an agency know where the case stands."""
    return agency in answers.get("agencies", "").split(",") and STATUS in answers.get("what", "").split(",")


def follow(session: TenantSession, actor: Actor, entry: Entry, answers: Mapping[str, str]) -> None:
    """End or shorten the status permissions that rest on what a consent corrects.

    A later correction that gives more brings nothing back: that is a new disclosure, and somebody decides it.
    """
    if entry.form != FORM:
        return
    earlier = list(_corrected(session, entry))
    query = select(StatusPermission).where(
        StatusPermission.case_id == entry.case_id,
        StatusPermission.consent_id.in_(earlier),
        StatusPermission.ended_at.is_(None),
    )
    for shared in session.scalars(query).all():
        last = _end(answers)
        if not _carries(answers, shared.agency, clock.today(session.now)) or last <= session.now:
            shared.ended_at, shared.ended_by = session.now, actor.id
        elif last < shared.valid_until:
            shared.valid_until = last
        else:
            continue
        session.flush()
        detail: audit.Detail = {"because": "consent", "ended": shared.ended_at is not None}
        audit.record(session, actor, Action.STATUS_REVOKED, "status", shared.id, case_id=entry.case_id, detail=detail)


def _corrected(session: TenantSession, entry: Entry) -> Iterator[str]:
    """The ids of what an entry corrects, and of what that corrected."""
    earlier = entry.corrects_id
    while earlier is not None:
        yield earlier
        earlier = session.scalar(select(Entry.corrects_id).where(Entry.id == earlier))


def _carries(answers: Mapping[str, str], agency: str, today: date) -> bool:
    begins = answers.get("valid_from", "")
    return covers_status(answers, agency) and bool(begins) and begins <= today.isoformat()


def _end(answers: Mapping[str, str]) -> datetime:
    last = answers.get("valid_until")
    return clock.start_of(date.fromisoformat(last) + timedelta(days=1)) if last else FOREVER
