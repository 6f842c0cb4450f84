"""What is read of a case outside social services, stopped before its day: the one place where it is, for any reason.

What is stopped never comes back by itself, whatever becomes of the reason: it is given anew. Nothing is erased.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select

from casework.core import (
    access,
    accounts,
    audit,
    handed,
    municipality_settings,
    notices,
    telling,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import (
    Case,
    CasePerson,
    Decider,
    Disclosure,
    Participation,
    Person,
    StatusPermission,
    Task,
)
from casework.core.permissions import OPERATOR, Actor

FICTITIOUS = 3
"""The protection level from which on nothing that was given before is read, whoever decided it."""

Given = Disclosure | Participation | StatusPermission
Kind = TypeVar("Kind", Disclosure, Participation, StatusPermission)
Stop = Callable[[TenantSession, Actor, Case, str, str], str | None]
"""Stops one thing now, for a reason; the account that owns it, or None where it had ended before."""


def status(session: TenantSession, actor: Actor, case: Case, shared_id: str, because: str) -> str | None:
    """Stop a status permission; whoever permitted it."""
    shared = session.get(StatusPermission, (case.municipality, shared_id))
    if shared is None or shared.ended_at is not None or shared.valid_until <= session.now:
        return None
    shared.ended_at, shared.ended_by = session.now, stopped_by(actor)
    session.flush()
    detail: audit.Detail = {"because": because, "ended": True}
    audit.record(session, actor, Action.STATUS_REVOKED, "status", shared.id, case_id=case.id, detail=detail)
    return shared.made_by


def disclosure(session: TenantSession, actor: Actor, case: Case, disclosure_id: str, because: str) -> str | None:
    """Stop the reading of a disclosure, or its being sent on paper; whoever performed it.

    What was spoken cannot be stopped: whoever told it is given as the one to be told.
    """
    made = session.get(Disclosure, (case.municipality, disclosure_id))
    if made is not None and made.oral_on is not None and made.state in {"assessed", "performed"}:
        return made.assessed_by
    if made is None or made.state != "performed":
        return None
    if made.valid_until is not None and made.valid_until <= session.now:
        return None
    handed.take_back(session, actor, made)
    made.state, made.ended_at, made.ended_by = "closed", session.now, stopped_by(actor)
    made.because = "consent" if because == "consent" else "revoked"
    session.flush()
    detail: audit.Detail = {"because": because, "content": made.content_hash or "", "state": "closed"}
    audit.record(session, actor, Action.DISCLOSURE_ENDED, "disclosure", made.id, case_id=case.id, detail=detail)
    return made.performed_by


def participation(session: TenantSession, actor: Actor, case: Case, participation_id: str, because: str) -> str | None:
    """Stop a participation, of which its holder is told; whoever let them in."""
    part = session.get(Participation, (case.municipality, participation_id))
    if part is None or part.ended_at is not None or part.valid_until <= session.now:
        return None
    part.ended_at, part.ended_by = session.now, stopped_by(actor)
    session.flush()
    detail: audit.Detail = {"account": part.account_id, "because": because}
    audit.record(session, actor, Action.PARTICIPANT_ENDED, "participation", part.id, case_id=case.id, detail=detail)
    notices.tell(session, part.account_id, "participation_ended")
    return part.made_by


def question(session: TenantSession, actor: Actor, case: Case, decider: Decider) -> str:
    """End a question to a colleague who decides a step, with the task it made; whoever asked."""
    decider.valid_until = session.now
    finish_decision(session, case, decider, stopped_by(actor))
    detail: audit.Detail = {"account": decider.account_id, "step": decider.transition}
    audit.record(session, actor, Action.DECIDER_WITHDRAWN, "case", case.id, case_id=case.id, detail=detail)
    return decider.asked_by


def finish_decision(session: TenantSession, case: Case, decider: Decider, by_whom: str | None) -> None:
    """Mark the decider's task done once the step is taken, or is theirs to decide no more."""
    task = session.get(Task, (case.municipality, decider.id))
    if task is not None and task.done_at is None:
        task.done_at, task.done_by = session.now, by_whom


def of_protected(
    session: TenantSession, actor: Actor, person: Person, case_id: str | None, *, alone: bool = False
) -> None:
    """Stop what is read of every case of somebody who is protected more closely now, and tell who gave it.

    ``case_id`` is the case in which it was done, and the only one where somebody protected has just got a part in it
    (``alone``). In the others nobody is named for it: that a colleague has another case of the person is not told.
    What two people decided is read on, below the level at which nothing is: there everything is to be judged anew.
    """
    if person.protection < municipality_settings.number(session, "four_eyes_level"):
        return
    theirs = select(CasePerson.case_id).where(CasePerson.person_id == person.id)
    query = select(Case).where(Case.id == case_id if alone else Case.id.in_(theirs))
    for case in session.scalars(query.order_by(Case.id)).all():
        live = [one for one in read_now(session, case) if person.protection >= FICTITIOUS or not took_two(one)]
        by_whom = actor if case.id == case_id else OPERATOR
        tell_owners(session, case, stop_all(session, by_whom, case, live, "protection"))
        if live:
            access.refresh(session, case.id)


def of_restored(session: TenantSession) -> int:
    """Stop all that is read outside in a municipality that was restored, and tell who gave it; how much it was.

    What has ended since the copy was made would be read again, and no copy says which that is. So all of it ends, and
    whoever gave it gives it anew.
    """
    stopped = 0
    given = (select(model.case_id).where(_stands(session, model)) for model in STOPS)
    query = select(Case).where(or_(*(Case.id.in_(one) for one in given)))
    for case in session.scalars(query.order_by(Case.id)).all():
        live = read_now(session, case)
        tell_owners(session, case, stop_all(session, OPERATOR, case, live, "restored"))
        access.refresh(session, case.id)
        stopped += len(live)
    return stopped


def stopped_by(actor: Actor) -> str | None:
    """The account that stops it; none where the operator does, who has no account."""
    return None if actor.id == OPERATOR.id else actor.id


def took_two(one: Given) -> bool:
    """Whether something was given by the decision of somebody else than who assessed it."""
    return isinstance(one, Disclosure) and one.approved_by is not None and one.approved_by != one.assessed_by


def read_now(session: TenantSession, case: Case) -> list[Given]:
    """What is read of a case outside social services at this moment, and letters that could still be sent; held."""
    found = (_of(session, case, Disclosure), _of(session, case, Participation), _of(session, case, StatusPermission))
    return [one for rows in found for one in rows]


def _of(session: TenantSession, case: Case, model: type[Kind]) -> Sequence[Kind]:
    held = select(model).where(model.case_id == case.id, _stands(session, model)).order_by(model.id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).all()


def _stands(session: TenantSession, model: type[Given]) -> ColumnElement[bool]:
    """The condition that something given is read now, or is a letter, which nobody reads here and which has no end."""
    until = model.valid_until > session.now
    if model is Disclosure:
        letter = and_(Disclosure.state == "performed", Disclosure.valid_until.is_(None), Disclosure.oral_on.is_(None))
        until = or_(until, letter)
    return and_(model.ended_at.is_(None), until)


def stop_all(session: TenantSession, actor: Actor, case: Case, live: Iterable[Given], because: str) -> set[str]:
    """Stop things that are read, for a reason; those who own what had not ended before."""
    owners = {STOPS[type(one)](session, actor, case, one.id, because) for one in live}
    return {owner for owner in owners if owner is not None}


def tell_owners(
    session: TenantSession,
    case: Case,
    owners: Collection[str],
    kind: str = "disclosure_ended",
    *,
    but: Collection[str] = (),
) -> None:
    """Leave a line to those who gave or asked for it and to the case's officer; to nobody the case is closed to."""
    told = {*owners, case.officer_id or ""} - {"", *but} if owners else set[str]()
    by_name = telling.kept_away(session, case, accounts.names(session, told)) if told else frozenset[str]()
    away = {one for one in by_name if not access.is_named(session, case.id, one)}  # who works in it hears of it
    for account_id in sorted(told - away - access.blocked(session, case.id)):
        notices.tell(session, account_id, kind)


STOPS: dict[type[Given], Stop] = {Disclosure: disclosure, Participation: participation, StatusPermission: status}
"""How each thing that is given is stopped."""
