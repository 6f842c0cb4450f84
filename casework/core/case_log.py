"""Vem har öppnat: everything that was done with one case, in the order it happened, the latest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from casework.core import access, accounts, vault
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import AuditCase, AuditEvent, Case, Unsealing
from casework.core.permissions import Actor, Permission

PAGE = 200
"""Rows of the audit on a page; what somebody only saw, again and again, is one line of the page."""
SHOWN_ELSEWHERE = frozenset({Action.DRAFT_SAVED, Action.DRAFT_READ, Action.DRAFT_DISCARDED})


@dataclass(frozen=True, slots=True)
class Line:
    """One act: who did what when, and the reason they gave where one was asked for."""

    at: datetime
    actor_id: str
    name: str
    role: str
    action: str
    detail: dict[str, object]
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Log:
    """One page of a case's log."""

    case: Case
    lines: Sequence[Line]
    following: datetime | None


def read(
    session: TenantSession, actor: Actor, case_id: str, before: datetime | None = None, *, others_only: bool = False
) -> Log:
    """A page of the case's log, for whoever reads the case; reading it is logged too.

    ``others_only`` leaves out what the actor did. The reasons in own words why something sealed was opened are told to
    who may open it; everybody else is told which kind of reason was chosen, for the words may tell what is sealed.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_LOG, case_id, Action.CASE_LOG_READ)
    listed = exists().where(
        AuditCase.municipality == AuditEvent.municipality,
        AuditCase.lane == AuditEvent.lane,
        AuditCase.seq == AuditEvent.seq,
        AuditCase.case_id == case.id,
    )
    query = select(AuditEvent).where(or_(AuditEvent.case_id == case.id, listed))
    query = query.where(AuditEvent.action.not_in(SHOWN_ELSEWHERE), AuditEvent.outcome == "done")
    if others_only:
        query = query.where(AuditEvent.actor_id != actor.id)
    if before is not None:
        query = query.where(AuditEvent.at < before)
    query = query.order_by(AuditEvent.at.desc(), AuditEvent.lane, AuditEvent.seq.desc())
    rows, following = list(session.scalars(query.limit(PAGE + 1)).all()), None
    if len(rows) > PAGE:  # one moment's acts are never parted, so that the next page begins with an earlier one
        following = rows[PAGE - 1].at
        rows = [row for row in rows if row.at > following]
        rows += session.scalars(query.where(AuditEvent.at == following)).all()
    names = accounts.names(session, {row.actor_id for row in rows})
    words = access.may_unseal(session, actor, case.id)
    return Log(case, [_line(decision, row, names, with_words=words) for row in rows], following)


def _line(decision: access.Decision, row: AuditEvent, names: dict[str, str], *, with_words: bool) -> Line:
    detail = json.loads(row.detail)
    code, words = str(detail.get("reason", "")), ""
    opened_id = detail.get("unsealing") if with_words else None
    if opened_id is not None:
        opened = decision.session.get(Unsealing, (row.municipality, opened_id))
        if opened is not None and opened.reason is not None:
            words = vault.open_text(decision, opened.case_id, "unsealings", opened.id, "reason", opened.reason)
    return Line(row.at, row.actor_id, names.get(row.actor_id, ""), row.actor_role, row.action, detail, code, words)
