"""What ends when somebody may learn no more of a case: by a conflict of interest, or by the name they bear.

What they read of it, what waits for them to decide, and what let them in for a while. What is given anew is asked anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select

from casework.contract.fields import Agency
from casework.core import (
    access,
    accounts,
    audit,
    case_leads,
    notices,
    opposite,
    organisations,
    persons,
    stopping,
    telling,
    vault,
    written_names,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Case, CasePerson, Decider, Disclosure, Emergency, Person, StatusPermission
from casework.core.permissions import OPERATOR, OUTSIDE, Actor, Role
from casework.core.stopping import Given


def of_somebody(session: TenantSession, actor: Actor, case: Case, account_id: str) -> None:
    """Stop what somebody reads of a case, what waits for them to decide and what let them in for a while.

    A conflict of interest keeps them out. Whoever gave it, or asked them to decide, is told. Whoever calls this brings
    the case's ways in step.
    """
    live = (one for one in stopping.read_now(session, case) if not isinstance(one, StatusPermission))
    theirs = [one for one in live if one.account_id == account_id]
    owners = stopping.stop_all(session, actor, case, theirs, "conflict")
    owners |= _unasked(session, actor, case, {account_id}, "conflict")
    stopping.tell_owners(session, case, owners, but={account_id})
    _end_ways(session, actor, case, _passing(session, case), {account_id})
    _hand_on(session, case, account_id)


def of_namesakes(session: TenantSession, actor: Actor, case: Case, entered: Person | None = None) -> None:
    """Stop what is read by whoever bears the name of somebody in the case or who must not know of it; tell who gave it.

    So in every file that belongs together with it, of which the ways are brought in step here; the case's own are by
    whoever calls this. A status permission goes on for the others of its agency; its readers are each asked about
    whenever they read, and who gave it is told as somebody of their name is ``entered``, or the files are joined. A
    colleague with the name of who must not know, who has it for a while, to decide something or through broken glass,
    has it no more; who works in it stays until whoever assigns it says otherwise (``namesakes``).
    """
    name = None if entered is None else vault.open_person(access.of_consents(session, actor, {case.id}), entered).name
    query = select(Case).where(Case.id.in_(opposite.near(session, case))).order_by(Case.id)
    for one in session.scalars(query).all():
        live, passing = stopping.read_now(session, one), _passing(session, one)
        asked = {wait.decider_id for wait in session.scalars(_waits(one)) if wait.decider_id is not None}
        if live or passing or asked:
            by_whom = actor if one.id == case.id else OPERATOR  # who works in the one file is not told in the other
            _stop_namesakes(session, by_whom, one, live, passing, asked)
            stopping.tell_owners(session, one, _of_statuses(session, by_whom, one, live, name))
            access.refresh(session, one.id)


def _stop_namesakes(
    session: TenantSession,
    actor: Actor,
    case: Case,
    live: Sequence[Given],
    passing: Sequence[Decider | Emergency],
    asked: Collection[str],
) -> None:
    given = [one for one in live if not isinstance(one, StatusPermission) and one.account_id is not None]
    readers = {*asked, *(one.account_id or "" for one in given), *(one.account_id for one in passing)}
    names, decision = accounts.names(session, readers), access.of_consents(session, actor, {case.id})
    kept, met = telling.kept_away(session, case, names), telling.met_in(decision, case, names)
    owners = _unasked(session, actor, case, kept, "counterpart")
    theirs = [one for one in given if one.account_id in met]
    owners |= stopping.stop_all(session, actor, case, theirs, "counterpart")
    stopping.tell_owners(session, case, owners, but=kept)
    _end_ways(session, actor, case, passing, kept)


def _of_statuses(
    session: TenantSession, actor: Actor, case: Case, live: Collection[Given], entered: str | None
) -> set[str]:
    """Whoever permitted a status that somebody of its agency reads no more, for they may be somebody in the case."""
    decision, owners = access.of_consents(session, actor, {case.id}), set[str]()
    statuses = [one for one in live if isinstance(one, StatusPermission)]
    for agency in {one.agency for one in statuses}:
        found = organisations.colleagues(session, agency, OUTSIDE[agency])
        names = {one.id: one.name for one, _post in found}
        met = telling.met_in(decision, case, names)
        if any(entered is None or written_names.may_be_one(entered, names[one]) for one in met):
            owners |= {one.made_by for one in statuses if one.agency == agency}
    return owners


def _unasked(session: TenantSession, actor: Actor, case: Case, deciders: Collection[str], because: str) -> set[str]:
    """Refuse what waits for some colleagues to decide, for they will not; whoever assessed it.

    What was spoken was told all the same, and nobody has decided on it: the unit's leads learn of it.
    """
    owners, theirs = set[str](), _waits(case).where(Disclosure.decider_id.in_(deciders))
    for made in session.scalars(theirs.with_for_update().execution_options(populate_existing=True)).all():
        made.state, made.because = "refused", "withdrawn"
        made.ended_at, made.ended_by = session.now, stopping.stopped_by(actor)
        session.flush()
        detail: audit.Detail = {"because": because, "state": "refused"}
        audit.record(session, actor, Action.DISCLOSURE_REFUSED, "disclosure", made.id, case_id=case.id, detail=detail)
        owners.add(made.assessed_by or made.made_by)
        if made.oral_on is not None:
            case_leads.tell(session, case, made.assessed_by or made.made_by, "disclosure_wrong")
    return owners


def _end_ways(
    session: TenantSession,
    actor: Actor,
    case: Case,
    passing: Iterable[Decider | Emergency],
    who: Collection[str],
) -> None:
    """End what lets some colleagues in for a while; whoever asked them to decide asks somebody else."""
    askers = set[str]()
    for way in passing:
        if way.account_id in who and isinstance(way, Emergency):
            way.until = session.now
        elif way.account_id in who and isinstance(way, Decider):
            askers.add(stopping.question(session, actor, case, way))
    stopping.tell_owners(session, case, askers, "question_ended", but={*who, actor.id})


def _passing(session: TenantSession, case: Case) -> list[Decider | Emergency]:
    """What lets colleagues into a case for a while and has not ended."""
    asked = select(Decider).where(Decider.case_id == case.id, Decider.valid_until > session.now)
    broken = select(Emergency).where(Emergency.case_id == case.id, Emergency.until > session.now)
    return [*session.scalars(asked), *session.scalars(broken)]


def _waits(case: Case) -> Select[Disclosure]:
    """What waits for somebody to decide it."""
    return select(Disclosure).where(Disclosure.case_id == case.id, Disclosure.state == "assessed")


def _hand_on(session: TenantSession, case: Case, account_id: str) -> None:
    """Let other leads see to the registrations that wait for a lead who is blocked from somebody protected.

    A notice does not say whom it is about, so the one who is blocked is left none, and no letter about one.
    """
    waits = [one for one in notices.unread(session, account_id) if one.kind == "registration_waits"]
    in_case = select(CasePerson.person_id).where(CasePerson.case_id == case.id)
    protected = select(Person.id).where(Person.id.in_(in_case), Person.protection >= persons.UNINDEXED)
    if not waits or session.scalar(protected.limit(1)) is None:
        return
    for one in waits:
        one.read_at = session.now
    leads = organisations.colleagues(session, Agency.SOCIAL_SERVICES, frozenset({Role.TEAM_LEAD}))
    for id_ in sorted({one.id for one, _post in leads} - {account_id} - access.blocked(session, case.id)):
        notices.tell(session, id_, "registration_waits")
