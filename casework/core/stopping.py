"""What is read of a case outside social services, stopped before its day: the one place where it is, for any reason.

What is stopped never comes back by itself, whatever becomes of the reason: it is given anew. Nothing is erased.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select

from casework.contract.fields import Agency
from casework.core import (
    access,
    accounts,
    audit,
    handed,
    municipality_settings,
    notices,
    opposite,
    organisations,
    telling,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import (
    Case,
    CasePerson,
    Decider,
    Disclosure,
    Emergency,
    Participation,
    Person,
    StatusPermission,
    Task,
)
from casework.core.permissions import OPERATOR, OUTSIDE, Actor, Role

FICTITIOUS = 3
"""The protection level from which on nothing that was given before is read, whoever decided it."""
UNINDEXED = 2
"""The protection level from which on a registration may have to wait for a lead."""

Given = Disclosure | Participation | StatusPermission
Kind = TypeVar("Kind", Disclosure, Participation, StatusPermission)
Stop = Callable[[TenantSession, Actor, Case, str, str], str | None]
"""Stops one thing now, for a reason; the account that owns it, or None where it had ended before."""


def status(session: TenantSession, actor: Actor, case: Case, shared_id: str, because: str) -> str | None:
    """Stop a status permission; whoever permitted it."""
    shared = session.get(StatusPermission, (case.municipality, shared_id))
    if shared is None or shared.ended_at is not None or shared.valid_until <= session.now:
        return None
    shared.ended_at, shared.ended_by = session.now, _by(actor)
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
    made.state, made.ended_at, made.ended_by = "closed", session.now, _by(actor)
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
    part.ended_at, part.ended_by = session.now, _by(actor)
    session.flush()
    detail: audit.Detail = {"account": part.account_id, "because": because}
    audit.record(session, actor, Action.PARTICIPANT_ENDED, "participation", part.id, case_id=case.id, detail=detail)
    notices.tell(session, part.account_id, "participation_ended")
    return part.made_by


def question(session: TenantSession, actor: Actor, case: Case, decider: Decider) -> str:
    """End a question to a colleague who decides a step, with the task it made; whoever asked."""
    decider.valid_until = session.now
    finish_decision(session, case, decider)
    detail: audit.Detail = {"account": decider.account_id, "step": decider.transition}
    audit.record(session, actor, Action.DECIDER_WITHDRAWN, "case", case.id, case_id=case.id, detail=detail)
    return decider.asked_by


def finish_decision(session: TenantSession, case: Case, decider: Decider) -> None:
    """Mark the decider's task done once the step is taken, or is theirs to decide no more."""
    task = session.get(Task, (case.municipality, decider.id))
    if task is not None and task.done_at is None:
        task.done_at, task.done_by = session.now, decider.account_id


def of_somebody(session: TenantSession, actor: Actor, case: Case, account_id: str) -> None:
    """Stop what somebody reads of a case, and what waits for them to decide: a conflict of interest keeps them out.

    Whoever gave it, or asked them to decide, is told. Whoever calls this brings the case's ways in step.
    """
    live = (one for one in _live(session, case) if not isinstance(one, StatusPermission))
    owners = _stop(session, actor, case, [one for one in live if one.account_id == account_id], "conflict")
    owners |= _unasked(session, actor, case, {account_id}, "conflict")
    _tell(session, case, owners - {account_id})
    _hand_on(session, case, account_id)


def _unasked(session: TenantSession, actor: Actor, case: Case, deciders: Collection[str], because: str) -> set[str]:
    """Refuse what waits for some colleagues to decide, for they will not; whoever assessed it."""
    owners, theirs = set[str](), _waits(case).where(Disclosure.decider_id.in_(deciders))
    for made in session.scalars(theirs.with_for_update().execution_options(populate_existing=True)).all():
        made.state, made.because, made.ended_at, made.ended_by = "refused", "withdrawn", session.now, _by(actor)
        session.flush()
        detail: audit.Detail = {"because": because, "state": "refused"}
        audit.record(session, actor, Action.DISCLOSURE_REFUSED, "disclosure", made.id, case_id=case.id, detail=detail)
        owners.add(made.assessed_by or made.made_by)
    return owners


def of_namesakes(session: TenantSession, actor: Actor, case: Case) -> None:
    """Stop what is read by whoever bears the name of somebody in the case or who must not know of it; tell who gave it.

    So in every file that belongs together with it, of which the ways are brought in step here; the case's own are by
    whoever calls this. A status permission goes on for the others of its agency; its readers are each asked about
    whenever they read. A colleague with the name of who must not know, who has it for a while, to decide something or
    through broken glass, has it no more; who works in it stays until whoever assigns it says otherwise (``namesakes``).
    """
    query = select(Case).where(Case.id.in_(opposite.near(session, case))).order_by(Case.id)
    for one in session.scalars(query).all():
        live, passing = _live(session, one), _passing(session, one)
        asked = {wait.decider_id for wait in session.scalars(_waits(one)) if wait.decider_id is not None}
        if live or passing or asked:
            _stop_namesakes(session, actor, one, live, passing, asked)
            access.refresh(session, one.id)


def _passing(session: TenantSession, case: Case) -> list[Decider | Emergency]:
    """What lets colleagues into a case for a while and has not ended."""
    asked = select(Decider).where(Decider.case_id == case.id, Decider.valid_until > session.now)
    broken = select(Emergency).where(Emergency.case_id == case.id, Emergency.until > session.now)
    return [*session.scalars(asked), *session.scalars(broken)]


def _waits(case: Case) -> Select[Disclosure]:
    """What waits for somebody to decide it."""
    return select(Disclosure).where(Disclosure.case_id == case.id, Disclosure.state == "assessed")


def _stop_namesakes(
    session: TenantSession,
    actor: Actor,
    case: Case,
    live: Sequence[Given],
    passing: Iterable[Decider | Emergency],
    asked: Collection[str],
) -> None:
    readers = set(asked)
    readers |= {one.account_id for one in live if not isinstance(one, StatusPermission) and one.account_id is not None}
    readers |= {one.account_id for one in passing}
    names, seen = accounts.names(session, readers), set[str]()
    for agency, roles in OUTSIDE.items():
        found = {one.id: one.name for one, _post in organisations.colleagues(session, agency, roles)}
        names |= found
        seen |= {f"{agency}:{id_}" for id_ in found}
    decision = access.of_consents(session, actor, {case.id})
    hidden = [one.name for one in telling.hidden(decision, case)]
    kept = {id_ for id_, name in names.items() if any(telling.may_be_one(one, name) for one in hidden)}
    owners = _unasked(session, actor, case, kept, "counterpart")
    for way in passing:
        if way.account_id in kept and isinstance(way, Emergency):
            way.until = session.now
        elif way.account_id in kept and isinstance(way, Decider):
            owners.add(question(session, actor, case, way))
    given = [one for one in live if not isinstance(one, StatusPermission) and one.account_id is not None]
    theirs = [one for one in given if telling.is_in_case(decision, case, names.get(one.account_id or "", ""))]
    owners |= _stop(session, actor, case, theirs, "counterpart")
    for one in live:
        if isinstance(one, StatusPermission) and seen & {f"{one.agency}:{id_}" for id_ in kept}:
            owners.add(one.made_by)
    _tell(session, case, owners - kept)


def of_protected(session: TenantSession, actor: Actor, person: Person, only: Case | None = None) -> None:
    """Stop what is read of every case of somebody who is protected more closely now, and tell who gave it.

    ``only`` is the one case that somebody protected has just got a part in.
    What two people decided is read on, below the level at which nothing is: there everything is to be judged anew.
    """
    if person.protection < municipality_settings.number(session, "four_eyes_level"):
        return
    theirs = select(CasePerson.case_id).where(CasePerson.person_id == person.id)
    query = select(Case).where(Case.id.in_(theirs) if only is None else Case.id == only.id)
    for case in session.scalars(query.order_by(Case.id)).all():
        live = [one for one in _live(session, case) if person.protection >= FICTITIOUS or not took_two(one)]
        _tell(session, case, _stop(session, actor, case, live, "protection"))
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
        live = _live(session, case)
        _tell(session, case, _stop(session, OPERATOR, case, live, "restored"))
        access.refresh(session, case.id)
        stopped += len(live)
    return stopped


def _by(actor: Actor) -> str | None:
    """The account that stops it; none where the operator does, who has no account."""
    return None if actor.id == OPERATOR.id else actor.id


def _hand_on(session: TenantSession, case: Case, account_id: str) -> None:
    """Let other leads see to the registrations that wait for a lead who is blocked from somebody protected.

    A notice does not say whom it is about, so the one who is blocked is left none, and no letter about one.
    """
    waits = [one for one in notices.unread(session, account_id) if one.kind == "registration_waits"]
    in_case = select(CasePerson.person_id).where(CasePerson.case_id == case.id)
    protected = select(Person.id).where(Person.id.in_(in_case), Person.protection >= UNINDEXED)
    if not waits or session.scalar(protected.limit(1)) is None:
        return
    for one in waits:
        one.read_at = session.now
    leads = organisations.colleagues(session, Agency.SOCIAL_SERVICES, frozenset({Role.TEAM_LEAD}))
    for id_ in sorted({one.id for one, _post in leads} - {account_id} - access.blocked(session, case.id)):
        notices.tell(session, id_, "registration_waits")


def took_two(one: Given) -> bool:
    """Whether something was given by the decision of somebody else than who assessed it."""
    return isinstance(one, Disclosure) and one.approved_by is not None and one.approved_by != one.assessed_by


def _live(session: TenantSession, case: Case) -> list[Given]:
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


def _stop(session: TenantSession, actor: Actor, case: Case, live: Iterable[Given], because: str) -> set[str]:
    owners = {STOPS[type(one)](session, actor, case, one.id, because) for one in live}
    return {owner for owner in owners if owner is not None}


def _tell(session: TenantSession, case: Case, owners: set[str]) -> None:
    """Leave a line to those who gave it and to the case's officer, but to nobody the case is closed to."""
    told = owners | ({case.officer_id} if owners and case.officer_id is not None else set())
    for account_id in sorted(told - access.blocked(session, case.id)):
        notices.tell(session, account_id, "disclosure_ended")


STOPS: dict[type[Given], Stop] = {Disclosure: disclosure, Participation: participation, StatusPermission: status}
"""How each thing that is given is stopped."""
