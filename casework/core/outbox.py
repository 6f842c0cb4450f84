"""Letters about unread notices: at least once, at most one in a while for each, and nothing in them but that.

A notice is written with what it is about, in one transaction; that makes the table of notices the outbox. Whoever sends
claims a person's notices for a while, so that two who send at once send one letter. A letter that was handed over but
not noted as sent goes out again, the same byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from casework.core import (
    access,
    accounts,
    awaiting,
    crypto,
    disclosure_decisions,
    emergencies,
    handovers,
    keys,
    log_questions,
    mail_addresses,
    notices,
    partaking,
    received,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import (
    Account,
    AuditEvent,
    CaseAccess,
    Consent,
    Disclosure,
    Handover,
    MailAddress,
    Notice,
    Participation,
    StatusPermission,
)
from casework.core.permissions import Actor, Permission

Sessions = Callable[[str | None], AbstractContextManager[TenantSession]]
CLAIMED = timedelta(minutes=10)
"""How long who sends has for one letter; after that another one may send it."""
TOO_OLD = timedelta(days=14)
"""What was not read for so long is no news; it still stands on Min dag."""


@dataclass(frozen=True, slots=True)
class Letter:
    """That somebody has something to read: to which address, under which name, and as of when."""

    account_id: str
    to: str
    name: str
    at: datetime
    notices: tuple[str, ...]


WAITING: dict[str, Callable[[TenantSession, Actor], int]] = {
    "approval_decided": awaiting.count_decided,
    "approval_waits": awaiting.count,
    "disclosure_waits": disclosure_decisions.count,
    "emergency_opened": emergencies.waiting,
    "handover_acute": handovers.waiting,
    "handover_told": handovers.replied,
    "handover_waits": handovers.waiting,
    "log_answer": log_questions.answered,
    "log_question": lambda session, actor: log_questions.waiting(session, actor.id),
    "participation_added": partaking.count,
    "received_waits": received.unopened,
}
"""Kinds that are about something which may be gone, or closed to its reader, when the letter is to be sent."""
HAPPENED: dict[str, tuple[Any, ...]] = {
    "consent_ended": ((Consent, Consent.ended_at),),
    "disclosure_decided": ((Disclosure, Disclosure.approved_at), (Disclosure, Disclosure.ended_at)),
    "disclosure_ended": tuple((one, one.ended_at) for one in (Disclosure, Participation, StatusPermission)),
    "disclosure_in_need": ((Disclosure, Disclosure.performed_at),),
    "disclosure_wrong": ((Disclosure, Disclosure.ended_at),),
    "handover_kept": (
        (Handover, Handover.ended_at),
        (Handover, Handover.answered_at),
        (AuditEvent, AuditEvent.at, AuditEvent.action == Action.HANDOVER_FEEDBACK_ASKED),
    ),
    "handover_unassigned": ((Handover, Handover.ended_at),),
    "question_ended": ((AuditEvent, AuditEvent.at, AuditEvent.action == Action.DECIDER_WITHDRAWN),),
}
"""Kinds that are about what happened in a case, and where that is noted: its reader must still have the case."""


def due(session: TenantSession, every: timedelta) -> list[str]:
    """The accounts that may be owed a letter now.

    Letters go out for whole spans of time, so that the hour of a letter tells no more than the span.
    """
    begun = span(session.now, every)
    told = exists().where(Notice.account_id == Account.id, Notice.sent_at >= begun)
    query = (
        select(Account.id)
        .join(MailAddress, MailAddress.account_id == Account.id)
        .where(
            Account.disabled_at.is_(None),
            ~told,
            exists().where(Notice.account_id == Account.id, *_open(session, begun)),
        )
    )
    return list(session.scalars(query.order_by(Account.id)).all())


def prepared(sessions: Sessions, account_id: str, every: timedelta) -> Letter | None:
    """A person's letter, claimed; None where there is nothing that they may be told of at this moment."""
    with sessions(None) as session:
        begun = span(session.now, every)
        query = select(Notice).where(Notice.account_id == account_id, *_open(session, begun))
        claimed = session.scalars(query.order_by(Notice.made_at, Notice.id).with_for_update()).all()
        for notice in claimed:
            notice.claimed_at = session.now
    standing = [one for one in claimed if _stands(sessions, account_id, one)]
    if not standing:
        return None
    with sessions(None) as session:
        # Asked last of all: who was shut out meanwhile is not written to.
        account = session.get_one(Account, account_id)
        to = mail_addresses.of(session, account_id)
        if account.disabled_at is not None or to is None:
            return None
        secret = keys.of(session).installation(session, "accounts").secret
        name = crypto.mac(secret, "letter/v1", account_id, standing[0].id).hex()[:32]
    return Letter(account_id, to, name, begun, tuple(one.id for one in standing))


def note_sent(sessions: Sessions, letter: Letter) -> None:
    """Note that the mail server has taken a letter in: its notices are told of, and are in no other."""
    with sessions(None) as session:
        for notice in session.scalars(select(Notice).where(Notice.id.in_(letter.notices))).all():
            notice.sent_at = session.now


def span(now: datetime, every: timedelta) -> datetime:
    """When the span of time began that a moment lies in."""
    seconds = int(every.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _open(session: TenantSession, begun: datetime) -> Sequence[ColumnElement[bool]]:
    """The conditions of a notice that a letter may be about."""
    return (
        Notice.read_at.is_(None),
        Notice.sent_at.is_(None),
        Notice.made_at < begun,
        Notice.made_at > session.now - TOO_OLD,
        or_(Notice.claimed_at.is_(None), Notice.claimed_at <= session.now - CLAIMED),
    )


def _stands(sessions: Sessions, account_id: str, notice: Notice) -> bool:
    """Whether its reader still holds a post where it was told, and what it is about still waits for them."""
    if notice.municipality_code is None:
        return True
    with sessions(notice.municipality_code) as session:
        account = session.get_one(Account, account_id)
        actor = accounts.actor(session, account)
        if notice.kind in notices.OWN:
            return account.disabled_at is None
        waiting = WAITING.get(notice.kind)
        if not actor.posts or (waiting is not None and waiting(session, actor) == 0):
            return False
        return notice.kind not in HAPPENED or _is_reached(session, actor, notice)


def _is_reached(session: TenantSession, actor: Actor, notice: Notice) -> bool:
    """Whether what a notice tells of happened in a case that its reader may still see in a list."""
    ways = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_LIST, session.now))
    queries = (
        select(model.case_id).where(model.case_id.in_(ways), at >= notice.made_at, *more).limit(1)
        for model, at, *more in HAPPENED[notice.kind]
    )
    return any(session.scalar(query) is not None for query in queries)
