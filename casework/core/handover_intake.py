"""Taking what came to social services into a case: a new one, or one there is. From then on the case keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import (
    access,
    audit,
    cases,
    frozen,
    handover_officer,
    handover_steps,
    handovers,
    nameless,
    registration,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused, Remembered
from casework.core.frozen import Spot
from casework.core.handover_covers import QUESTION
from casework.core.models import Case, CaseAccess, Handover
from casework.core.permissions import Actor, Permission
from casework.core.registration import Identified
from casework.core.registry import Registry

ADDING = (Permission.CASE_WRITE, Permission.CASE_ASSIGN)
"""Who may put something into a case: whoever writes in it, and whoever assigns it."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the new case begins: its area and type, the state it is registered in, its unit, who it is about."""

    area: str
    case_type: str
    state: str
    unit_id: str
    who: Identified | None
    answers: Mapping[str, str]


def begin(
    session: TenantSession, registry: Registry, actor: Actor, handover_id: str, begins: Beginning, *, token: str
) -> Case | None:
    """Register a case and take what was opened into it, in one transaction; None where this form has done so before.

    Raises Conflict once it is no longer open to that, and Refused for what registration refuses.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_ACCEPTED, "handover", handover_id)
    handover = _held(session, actor, handover_id)
    if handover_steps.is_same(handover, actor.id, "accepted", token):
        return None
    _require_open(handover)
    case = registration.register(
        session,
        registry,
        actor,
        area=begins.area,
        case_type=begins.case_type,
        state=begins.state,
        unit_id=begins.unit_id,
        who=begins.who,
        answers=begins.answers,
    )
    _put_into(session, actor, handover, case, token)
    return case


def find(session: TenantSession, actor: Actor, handover_id: str, number: str) -> Case:
    """The open case of a number, for what was opened; nothing moves before somebody has seen whom the case is about.

    Raises Refused alike for a case that is missing, closed, or not the actor's to put anything into.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_ACCEPTED, "handover", handover_id)
    _require_open(_held(session, actor, handover_id))
    ways = or_(*(access.reached(actor, one, session.now) for one in ADDING))
    reached = select(CaseAccess.case_id).where(ways)
    case = session.scalar(select(Case).where(Case.number == number.strip(), Case.is_open, Case.id.in_(reached)))
    if case is None:
        refusal = Refusal(_("Skriv numret på ett öppet ärende som du skriver i eller fördelar."), "number")
        raise Remembered(refusal, access.denial(actor, Action.HANDOVER_ACCEPTED, "case", "", "case_access"))
    if case.subject_id is None:
        raise Refused.because(nameless.NOBODY, "number")
    audit.record(session, actor, Action.CASES_LISTED, "list", "cases", detail={"count": 1}, cases=[case.id])
    return case


def chosen(session: TenantSession, actor: Actor, handover_id: str, case_id: str) -> Case:
    """The case that something would be put into; raises NotFound alike for a missing, a closed and another's one."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_READ, "handover", handover_id)
    return _of_id(session, actor, handover_id, case_id, Action.HANDOVER_READ)


def add(session: TenantSession, actor: Actor, handover_id: str, case_id: str, *, token: str) -> Case | None:
    """Take what was opened into an open case that the actor writes in or assigns; None where this form has done so.

    Raises NotFound alike for a case that is missing, closed, or not the actor's to put anything into, and Conflict once
    it is no longer open to that.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_ACCEPTED, "handover", handover_id)
    handover = _held(session, actor, handover_id)
    if handover_steps.is_same(handover, actor.id, "accepted", token):
        return None
    _require_open(handover)
    case = _of_id(session, actor, handover_id, case_id, Action.HANDOVER_ACCEPTED)
    cases.hold(session, case)
    if not case.is_open:
        raise Conflict
    _put_into(session, actor, handover, case, token)
    cases.touch(session, case)
    return case


def _of_id(session: TenantSession, actor: Actor, handover_id: str, case_id: str, action: Action) -> Case:
    usable = (one for one in ADDING if access.is_reached(session, actor, one, case_id))
    detail: audit.Detail = {"handover": handover_id}
    case, _decision = access.of_case(session, actor, next(usable, ADDING[0]), case_id, action, detail=detail)
    if not case.is_open:
        raise NotFound(access.denial(actor, action, "case", case_id, "state"))
    return case


def _held(session: TenantSession, actor: Actor, handover_id: str) -> Handover:
    """One that has come to the actor in social services, held; raises NotFound for any other."""
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_ACCEPTED)
    if handover.recipient_agency != cases.holder():
        raise NotFound(access.denial(actor, Action.HANDOVER_ACCEPTED, "handover", handover_id, "case"))
    return handover


def _require_open(handover: Handover) -> None:
    if handover.state != "opened":
        raise Conflict


def _put_into(session: TenantSession, actor: Actor, handover: Handover, case: Case, token: str) -> None:
    """Seal the content for the case in the statement that changes the state; the inbox has nothing of it left."""
    if case.subject_id is None:
        raise Refused.because(nameless.NOBODY, "number")
    content = handovers.opened(session, actor, handover, Action.HANDOVER_READ)
    kept = frozen.seal_for_case(session, case.id, Spot(handovers.TABLE, handover.id, "kept"), content)
    handover_steps.end(session, actor.id, handover, "accepted", token, case_id=case.id, body=None, kept=kept)
    detail = {"sha256": handover.digest}
    audit.record(session, actor, Action.HANDOVER_ACCEPTED, "handover", handover.id, case_id=case.id, detail=detail)
    if handover.kind != QUESTION:  # its sender hears when there is an answer, not that there is a case
        handovers.tell_sender(session, handover)
    handover_officer.tell(session, case, actor)
