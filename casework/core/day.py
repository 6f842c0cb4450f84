"""Min dag: what is due, what is begun and what was last opened, of the cases somebody is named in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from casework.core import access, consent_reminders, handover_officer, persons, vault
from casework.core.actions import Action
from casework.core.consent_reminders import Ending
from casework.core.db import TenantSession
from casework.core.handover_officer import Owed
from casework.core.models import AuditEvent, Case, CaseAccess, Entry, Task
from casework.core.permissions import Actor, Permission
from casework.core.tasks import Shown
from casework.core.vault import Identity

RECENT = 6
LOOKED_BACK = 200
MANY = 100
UNDONE_WITHIN = timedelta(minutes=10)
"""So long a task that was just marked done is shown, so that it can be taken back (ui/guide.md 8)."""


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the first page of the day shows."""

    tasks: Sequence[Shown]
    done: Sequence[Shown]
    drafts: Sequence[Entry]
    recent: Sequence[tuple[str, datetime]]
    endings: Sequence[Ending]
    owed: Sequence[Owed]
    unassigned: int
    cases: dict[str, Case]
    persons: dict[str, Identity]


def of(session: TenantSession, actor: Actor) -> Day:
    """The actor's day; one audit row with the ids of the cases it names."""
    access.require(actor, Permission.DAY_READ, Action.DAY_READ, "list")
    tasks = _tasks(session, actor)
    done = _just_done(session, actor)
    drafts = _drafts(session, actor)
    recent = _recent(session, actor)
    endings = consent_reminders.ending(session, actor)
    owed = handover_officer.owed(session, actor)
    ids = {one.case_id for one in endings} | {one.case_id for one in owed}
    ids |= {task.case_id for task in (*tasks, *done)} | {entry.case_id for entry in drafts} | dict(recent).keys()
    found = _reachable(session, actor, ids)
    decision = access.of_listed(session, actor, Permission.CASE_OPEN, found.values(), Action.DAY_READ)
    return Day(
        _in_words(decision, tasks),
        _in_words(decision, done),
        [entry for entry in drafts if entry.case_id in found],
        [(case_id, at) for case_id, at in recent if case_id in found][:RECENT],
        [one for one in endings if one.case_id in found],
        [one for one in owed if one.case_id in found],
        _unassigned(session, actor),
        found,
        vault.open_persons(decision, persons.of_cases(session, found.values())),
    )


def _reachable(session: TenantSession, actor: Actor, ids: set[str]) -> dict[str, Case]:
    allowed = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_OPEN, session.now))
    query = select(Case).where(Case.id.in_(ids), Case.id.in_(allowed))
    return {case.id: case for case in session.scalars(query).all()}


def _tasks(session: TenantSession, actor: Actor) -> list[Task]:
    query = select(Task).where(Task.account_id == actor.id, Task.done_at.is_(None))
    return list(session.scalars(query.order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(MANY)).all())


def _just_done(session: TenantSession, actor: Actor) -> list[Task]:
    lately = Task.done_at > session.now - UNDONE_WITHIN
    query = select(Task).where(Task.account_id == actor.id, Task.done_by == actor.id, lately)
    return list(session.scalars(query.order_by(Task.done_at.desc(), Task.id).limit(MANY)).all())


def _in_words(decision: access.Decision, tasks: Sequence[Task]) -> list[Shown]:
    return [
        Shown(task, vault.open_text(decision, task.case_id, "tasks", task.id, "what", task.what))
        for task in tasks
        if task.case_id in decision.cases
    ]


def _drafts(session: TenantSession, actor: Actor) -> list[Entry]:
    query = select(Entry).where(Entry.author_id == actor.id, Entry.state == "draft")
    return list(session.scalars(query.order_by(Entry.written_at.desc()).limit(MANY)).all())


def _recent(session: TenantSession, actor: Actor) -> list[tuple[str, datetime]]:
    query = (
        select(AuditEvent.case_id, AuditEvent.at)
        .where(
            AuditEvent.actor_id == actor.id,
            AuditEvent.action == Action.CASE_OPENED,
            AuditEvent.case_id.is_not(None),
        )
        .order_by(AuditEvent.at.desc())
        .limit(LOOKED_BACK)
    )
    latest: dict[str, datetime] = {}
    for case_id, at in session.execute(query).all():
        latest.setdefault(str(case_id), at)
    return list(latest.items())


def _unassigned(session: TenantSession, actor: Actor) -> int:
    """How many of the unit's open cases wait for somebody, for who may assign them; 100 means many."""
    if not actor.may(Permission.CASE_ASSIGN):
        return 0
    waiting = (
        select(CaseAccess.case_id)
        .where(
            access.reached(actor, Permission.CASE_ASSIGN, session.now),
            CaseAccess.is_open,
            CaseAccess.officer_id.is_(None),
        )
        .distinct()
        .limit(MANY)
    )
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
