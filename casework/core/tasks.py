"""Things to do in a case, each one colleague's, by a day. Undone as easily as done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import access, audit, nameless, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.models import Case, CaseAccess, CaseMember, Decider, Task
from casework.core.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Shown:
    """A task in words."""

    task: Task
    what: str


def add(session: TenantSession, actor: Actor, case_id: str, what: str, due_on: date | None, account_id: str) -> Task:
    """Add a task for somebody named in the case; raises Refused without words or for somebody who is not."""
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.TASK_ADDED)
    if not what.strip():
        raise Refused.because(_("Skriv vad som ska göras."), "what")
    nameless.require(decision, case, {"what": what})
    named = session.scalars(
        select(CaseMember.account_id).where(CaseMember.case_id == case.id, CaseMember.valid_until > session.now)
    ).all()
    if account_id not in named:
        raise Refused.because(_("Välj någon som är namngiven i ärendet."), "account")
    return _add(session, actor, case, what.strip(), due_on, account_id)


def add_decision(session: TenantSession, actor: Actor, case: Case, decider: Decider, what: str) -> Task:
    """The task of whoever is asked to decide; it shares the question's id so that the answer finishes it."""
    return _add(session, actor, case, what, None, decider.account_id, decider.id)


def add_duty(decision: Decision, case: Case, what: str, due_on: date) -> Task:
    """The task that an answer brings with it: its author's, or the officer's where the author only decides."""
    session, actor = decision.session, decision.actor
    named = case.officer_id if decision.forms is not None else None
    return _add(session, actor, case, what, due_on, named or actor.id)


def add_for_officer(decision: Decision, case: Case, what: str, due_on: date) -> None:
    """The officer's task, or the actor's where there is no officer; not added while the same one waits."""
    if what not in {one.what for one in of_case(decision, case) if one.task.done_at is None}:
        _add(decision.session, decision.actor, case, what, due_on, case.officer_id or decision.actor.id)


def add_follow_up(decision: Decision, case: Case, what: str, due_on: date, task_id: str) -> Task:
    """The officer's task to look after something by a day; it shares the id of what it is about, which finishes it."""
    session, actor = decision.session, decision.actor
    return _add(session, actor, case, what, due_on, case.officer_id or actor.id, task_id)


def finish_follow_up(decision: Decision, case: Case, task_id: str) -> None:
    """Mark the task done once what it is about is done; one that somebody has marked already stays as it is."""
    task = decision.session.get(Task, (case.municipality, task_id))
    if task is not None and task.done_at is None:
        task.done_at, task.done_by = decision.session.now, decision.actor.id


def of_case(decision: Decision, case: Case) -> list[Shown]:
    """A case's tasks: those to do by day, then the ten last done."""
    if decision.forms is not None:
        return []
    query = select(Task).where(Task.case_id == case.id)
    found = list(decision.session.scalars(query).all())
    to_do = sorted((task for task in found if task.done_at is None), key=_urgency)
    done = sorted((task for task in found if task.done_at is not None), key=lambda task: task.done_at or task.made_at)
    return [_shown(decision, task) for task in (*to_do, *done[:-11:-1])]


def finish(session: TenantSession, actor: Actor, task_id: str) -> Task:
    """Mark a task done."""
    task = _own(session, actor, task_id, Action.TASK_DONE)
    task.done_at, task.done_by = session.now, actor.id
    return task


def reopen(session: TenantSession, actor: Actor, task_id: str) -> Task:
    """Take back that a task is done."""
    task = _own(session, actor, task_id, Action.TASK_REOPENED)
    task.done_at = task.done_by = None
    return task


def _own(session: TenantSession, actor: Actor, task_id: str, action: Action) -> Task:
    # One question for what is missing and for what is another's, so that both take as long to answer.
    reached = select(CaseAccess.case_id).where(access.reached(actor, Permission.TASK_DO, session.now))
    task = session.scalar(select(Task).where(Task.id == task_id, Task.case_id.in_(reached)))
    if task is None:
        raise NotFound(access.denial(actor, action, "task", task_id, "case_access"))
    access.of_case(session, actor, Permission.TASK_DO, task.case_id, action)
    if task.account_id != actor.id and not _writes(session, actor, task.case_id, action):
        raise NotFound(access.denial(actor, action, "task", task_id, "owner"))
    return task


def _writes(session: TenantSession, actor: Actor, case_id: str, action: Action) -> bool:
    try:
        access.of_case(session, actor, Permission.CASE_WRITE, case_id, action)
    except NotFound:
        return False
    return True


def _add(
    session: TenantSession,
    actor: Actor,
    case: Case,
    what: str,
    due_on: date | None,
    account_id: str,
    task_id: str | None = None,
) -> Task:
    task = Task(
        id=task_id or new_id(),
        case_id=case.id,
        account_id=account_id,
        due_on=due_on,
        made_at=session.now,
        made_by=actor.id,
    )
    task.what = vault.seal_text(session, case.id, "tasks", task.id, "what", what)
    session.add(task)
    session.flush()
    audit.record(session, actor, Action.TASK_ADDED, "task", task.id, case_id=case.id, detail={"account": account_id})
    return task


def _shown(decision: Decision, task: Task) -> Shown:
    return Shown(task, vault.open_text(decision, task.case_id, "tasks", task.id, "what", task.what))


def _urgency(task: Task) -> tuple[date, str]:
    return (task.due_on or date.max, task.id)
