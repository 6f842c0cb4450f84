"""Break-glass (nödåtkomst): one case for an hour, read only, for a reason that somebody else reviews afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import (
    access,
    accounts,
    audit,
    cases,
    clock,
    notices,
    organisations,
    personal_numbers,
    persons,
    sides,
    telling,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused, Remembered
from casework.core.models import AgencyUnit, AuditEvent, Case, CaseAccess, Emergency
from casework.core.permissions import Actor, Permission, Role
from casework.core.personal_numbers import PersonalNumber

LASTS = timedelta(minutes=60)
CATEGORIES = (
    ("danger", _("Fara för någons liv eller hälsa")),
    ("child", _("Ett barn behöver skydd genast")),
    ("shelter", _("Någon behöver skyddat boende genast")),
    ("assist", _("Polis, sjukvård eller räddningstjänst behöver socialtjänstens hjälp")),
    ("other", _("Något annat som inte kan vänta")),
)
"""Why a case may be opened in an emergency. Every opening needs words of its own beside it."""
OUTCOMES = (
    ("needed", _("Nödåtkomsten behövdes")),
    ("not_needed", _("Nödåtkomsten behövdes inte")),
    ("unclear", _("Det går inte att avgöra")),
)
"""What a review can find. All but the first need words."""
NOTICE = "emergency_opened"
TOLD = frozenset({Role.TEAM_LEAD, Role.LOG_REVIEWER})
"""Who hears of an opening: the leads of the case's unit and the municipality's log reviewers, each if not kept out."""
REVIEWED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening as who reviews it sees it in a list."""

    emergency: Emergency
    case: Case
    unit: str
    name: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Review:
    """One opening with its reason in words, and what was done in the case by whoever opened it, the first act first."""

    opening: Opening
    reason: str
    finding: str
    acts: Sequence[AuditEvent]


def enter(session: TenantSession, actor: Actor, term: str, category: str, words: str) -> Case:
    """Open one case by its number or its person's, for an hour; raises Refused alike for what is missing and closed.

    So it does for who works on the case's other side, and for who bears the name of somebody who must not know of it.

    The case's lead and the municipality's log reviewers are told. Of several cases of a person it is the open one that
    was changed last, among those that the actor does not read anyhow. Another one that is open to the actor in an
    emergency is closed by it: nobody waits for the next, and nobody has two.
    """
    access.require(actor, Permission.EMERGENCY_OPEN, Action.EMERGENCY_OPENED, "case")
    _require_reason(category, words)
    organisations.take_turns(session)  # of two at the same moment, the later one closes the other
    named = session.scalars(_meant(session, actor, " ".join(term.split()))).all()
    # Which side a case is on would tell what it is about: to whoever works on the other, it is not there.
    found = [one for one in named if actor.id not in _kept_out(session, one, actor)]
    if not found:
        denied = access.denial(actor, Action.EMERGENCY_OPENED, "case", "", "no_case")
        raise Remembered(Refusal(_("Inget ärende stämmer. Kontrollera numret."), "term"), denied)
    read = cases.usable(session, actor, Permission.CASE_READ, found)
    case = next((one for one in found if one.id not in read), None)
    if case is None:
        raise Refused.because(_("Du har redan åtkomst. Sök upp ärendet på vanligt sätt."), "term")
    cases.hold(session, case)
    _close_the_last(session, actor)
    opened = Emergency(id=new_id(), case_id=case.id, account_id=actor.id, category=category)
    opened.opened_at, opened.until = session.now, session.now + LASTS
    opened.reason = vault.seal_review(session, "emergencies", opened.id, "reason", words.strip())
    session.add(opened)
    access.refresh(session, case.id)
    sides.close_what_is_faced(session, case)
    _tell(session, actor, case)
    detail: audit.Detail = {"category": category, "emergency": opened.id}
    audit.record(
        session,
        actor,
        Action.EMERGENCY_OPENED,
        "case",
        case.id,
        case_id=case.id,
        detail=detail,
        content=[opened.reason],
    )
    return case


def until(decision: Decision, case: Case) -> datetime | None:
    """When the actor's opening of a case ends, or None where they have none at this moment."""
    query = select(Emergency.until).where(
        Emergency.case_id == case.id,
        Emergency.account_id == decision.actor.id,
        Emergency.opened_at <= decision.session.now,
        Emergency.until > decision.session.now,
    )
    return decision.session.scalar(query.order_by(Emergency.until.desc()).limit(1))


def openings(session: TenantSession, actor: Actor) -> list[Opening]:
    """The openings the actor may review, those that wait first and the oldest of them first."""
    access.require(actor, Permission.EMERGENCY_REVIEW, Action.EMERGENCIES_LISTED, "list")
    query = _reviewable(session, actor)
    waiting = session.execute(query.where(Emergency.reviewed_at.is_(None)).order_by(Emergency.opened_at)).all()
    over = session.execute(
        query.where(Emergency.reviewed_at.is_not(None)).order_by(Emergency.reviewed_at.desc()).limit(REVIEWED_SHOWN)
    ).all()
    rows = [(emergency, case, unit) for emergency, case, unit in (*waiting, *over)]
    notices.read(session, actor.id, NOTICE)
    ids = frozenset(case.id for _emergency, case, _unit in rows)
    audit.record(
        session, actor, Action.EMERGENCIES_LISTED, "list", "emergencies", detail={"count": len(rows)}, cases=ids
    )
    return _named(session, rows)


def waiting(session: TenantSession, actor: Actor) -> int:
    """How many openings wait for the actor's review."""
    if not actor.may(Permission.EMERGENCY_REVIEW):
        return 0
    query = _reviewable(session, actor).where(Emergency.reviewed_at.is_(None))
    return session.scalar(select(func.count()).select_from(query.with_only_columns(Emergency.id).subquery())) or 0


def read(session: TenantSession, actor: Actor, emergency_id: str) -> Review:
    """One opening to review; raises NotFound for one's own, another unit's, and where a conflict of interest blocks."""
    opening, decision = _open(session, actor, emergency_id, Action.EMERGENCY_READ)
    emergency = opening.emergency
    finding = "" if emergency.finding is None else _words(decision, emergency, "finding")
    return Review(opening, _words(decision, emergency, "reason"), finding, _acts(session, emergency))


def close(session: TenantSession, actor: Actor, emergency_id: str, outcome: str, words: str) -> None:
    """Close a review; raises Refused without an outcome, without words where they are needed, and a second time."""
    opening, _decision = _open(session, actor, emergency_id, Action.EMERGENCY_REVIEWED)
    emergency = opening.emergency
    session.refresh(emergency, with_for_update=True)
    if emergency.reviewed_at is not None:
        raise Refused.because(_("Någon annan har redan granskat den här nödåtkomsten."))
    if outcome not in dict(OUTCOMES):
        raise Refused.because(_("Välj vad granskningen kom fram till."), "outcome")
    if outcome != "needed" and not words.strip():
        raise Refused.because(_("Skriv vad du kom fram till och vad som händer nu."), "words")
    emergency.reviewed_at, emergency.reviewed_by, emergency.outcome = session.now, actor.id, outcome
    if words.strip():
        emergency.finding = vault.seal_review(session, "emergencies", emergency.id, "finding", words.strip())
    session.flush()
    audit.record(
        session,
        actor,
        Action.EMERGENCY_REVIEWED,
        "emergency",
        emergency.id,
        case_id=emergency.case_id,
        detail={"outcome": outcome},
        content=[] if emergency.finding is None else [emergency.finding],
    )


def detail_of(event: AuditEvent) -> dict[str, Any]:
    """The codes that the audit keeps beside an act."""
    detail: dict[str, Any] = json.loads(event.detail)
    return detail


def _kept_out(session: TenantSession, case: Case, actor: Actor) -> frozenset[str]:
    """Whoever breaks the glass, where a case is kept from them by their work or by their name; else nobody."""
    return sides.on_the_other(session, case, [actor.id]) | telling.kept_away(session, case, {actor.id: actor.name})


def _close_the_last(session: TenantSession, actor: Actor) -> None:
    live = select(Emergency).where(Emergency.account_id == actor.id, Emergency.until > session.now)
    for one in session.scalars(live.execution_options(populate_existing=True)).all():
        one.until = session.now
        session.flush()
        access.refresh(session, one.case_id)


def _require_reason(category: str, words: str) -> None:
    found = []
    if category not in dict(CATEGORIES):
        found.append(Refusal(_("Välj varför du behöver öppna ärendet."), "category"))
    if not words.strip():
        found.append(Refusal(_("Skriv vad som har hänt och vad du behöver veta."), "words"))
    if found:
        raise Refused(found)


def _meant(session: TenantSession, actor: Actor, term: str) -> Select[Case]:
    """The cases of social services that a number names and no conflict of interest closes to the actor."""
    number = personal_numbers.parse(term, clock.today(session.now))
    condition: ColumnElement[bool] = Case.number == term
    if isinstance(number, PersonalNumber) and not cases.NUMBER.fullmatch(term):
        person = persons.find(session, actor, number, Permission.EMERGENCY_OPEN)
        condition = Case.subject_id == ("" if person is None else person.id)
    return (
        select(Case)
        .join(AgencyUnit, (AgencyUnit.municipality == Case.municipality) & (AgencyUnit.id == Case.unit_id))
        .where(condition, AgencyUnit.agency == cases.holder(), Case.id.not_in(access.blocks(actor)))
        .order_by(Case.is_open.desc(), Case.changed_at.desc(), Case.id)
    )


def _tell(session: TenantSession, actor: Actor, case: Case) -> None:
    """Leave a line to the leads of the case's unit and the log reviewers, but to nobody the case is closed to."""
    found = organisations.colleagues(session, cases.holder(), TOLD)
    kept_out = {actor.id} | access.blocked(session, case.id)
    kept_out |= telling.kept_away(session, case, {account.id: account.name for account, _post in found})
    told = {account.id for account, post in found if post.role == Role.LOG_REVIEWER or post.unit_id == case.unit_id}
    # Where neither is left, any lead is better than nobody: somebody must know that it has been opened.
    for account_id in sorted(told - kept_out or {account.id for account, _post in found} - kept_out):
        notices.tell(session, account_id, NOTICE)


def _reviewable(session: TenantSession, actor: Actor) -> Select[Emergency, Case, str]:
    """The openings by others: in a lead's own units, for a log reviewer in the whole municipality.

    Of a case that must not be known to whoever bears their name they review none.
    """
    of_unit = select(CaseAccess.case_id).where(access.reached(actor, Permission.EMERGENCY_REVIEW, session.now))
    mine: ColumnElement[bool] = Case.id.in_(of_unit)
    if any(post.role is Role.LOG_REVIEWER for post in actor.posts):
        mine = Case.id.not_in(access.blocks(actor))
    by_others = select(Emergency.case_id).where(Emergency.account_id != actor.id)
    opened = session.scalars(select(Case).where(Case.id.in_(by_others), mine).order_by(Case.id)).all()
    closed = telling.closed_to(access.of_consents(session, actor, {one.id for one in opened}), opened, actor.name)
    return (
        select(Emergency, Case, AgencyUnit.name)
        .join(Case, (Case.municipality == Emergency.municipality) & (Case.id == Emergency.case_id))
        .join(AgencyUnit, (AgencyUnit.municipality == Case.municipality) & (AgencyUnit.id == Case.unit_id))
        .where(Emergency.account_id != actor.id, mine, Case.id.not_in(closed))
    )


def _open(session: TenantSession, actor: Actor, emergency_id: str, action: Action) -> tuple[Opening, Decision]:
    access.require(actor, Permission.EMERGENCY_REVIEW, action, "emergency", emergency_id)
    row = session.execute(_reviewable(session, actor).where(Emergency.id == emergency_id)).one_or_none()
    if row is None:
        raise NotFound(access.denial(actor, action, "emergency", emergency_id, "reviewer"))
    opening = _named(session, [(row[0], row[1], row[2])])[0]
    return opening, access.of_review(session, actor, opening.emergency, action)


def _named(session: TenantSession, rows: Sequence[tuple[Emergency, Case, str]]) -> list[Opening]:
    ids = {id_ for one, _case, _unit in rows for id_ in (one.account_id, one.reviewed_by) if id_ is not None}
    names = accounts.names(session, ids)
    return [
        Opening(one, case, unit, names.get(one.account_id, ""), names.get(one.reviewed_by or "", ""))
        for one, case, unit in rows
    ]


def _acts(session: TenantSession, emergency: Emergency) -> Sequence[AuditEvent]:
    query = select(AuditEvent).where(
        AuditEvent.actor_id == emergency.account_id,
        AuditEvent.case_id == emergency.case_id,
        AuditEvent.outcome == "done",
        AuditEvent.at >= emergency.opened_at,
        AuditEvent.at < emergency.until,
    )
    return session.scalars(query.order_by(AuditEvent.at, AuditEvent.lane, AuditEvent.seq)).all()


def _words(decision: Decision, emergency: Emergency, field: str) -> str:
    return vault.open_review(decision, "emergencies", emergency.id, field, getattr(emergency, field))
