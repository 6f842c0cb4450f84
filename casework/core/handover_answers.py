"""A question that a case has taken on is answered from the case: by whom to ring, by nothing, or by a disclosure.

What tells a fact is a disclosure, on its ground and with its assessment; what is said without one is a chosen sentence
and a number. Who must not know of the case gets nothing but the sentence that says nothing, and is not shown even that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from casework.contract.language import gettext as _
from casework.core import (
    access,
    approvals,
    audit,
    cases,
    handover_feedback,
    handover_replies,
    handover_steps,
    handovers,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.handover_replies import DISCLOSED, NOTHING, OTHERWISE, Contact
from casework.core.models import Case, Disclosure, Handover
from casework.core.permissions import Actor, Permission

QUESTION = "question"


def waiting(session: TenantSession, case: Case, also: str = "") -> Sequence[Handover]:
    """The questions that a case has taken on and nobody has answered, ``also`` one that was, the oldest first."""
    query = select(Handover).where(Handover.case_id == case.id, Handover.kept.is_not(None), Handover.kind == QUESTION)
    query = query.where(or_(Handover.answered_at.is_(None), Handover.id == also))
    return session.scalars(query.order_by(Handover.sent_at, Handover.id)).all()


def is_held_back(decision: Decision, case: Case, handover: Handover) -> bool:
    """Whether who asked is told no more than that nothing is told: they may not know, or somebody is protected."""
    return handover_feedback.is_kept_away(decision, case, handover) or approvals.guards(decision.session, case.id)


def answer(
    session: TenantSession, actor: Actor, case_id: str, handover_id: str, code: str, contact: Contact, *, token: str
) -> Handover:
    """Answer a question from the case that took it on, once; raises Conflict where a colleague has.

    Raises NotFound for what is no question of the case, and Refused for no such answer, or one that would tell who has
    the case to somebody who may not know of it.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.HANDOVER_ANSWERED)
    cases.hold(session, case)
    handover = _held(session, actor, case, handover_id)
    if (handover.answered_by, handover.answered_token) == (actor.id, token):
        return handover
    if code not in dict(handover_replies.answers_of(handover.recipient_agency)):
        raise Refused.because(_("Välj ett svar."), "code")
    held_back = is_held_back(decision, case, handover)
    if held_back and (code != NOTHING or contact != Contact()):
        raise Refused.because(_("Den som frågade får inte veta vem som har ärendet. Svara att inget lämnas."), "code")
    words, sealed = handover_steps.sealed_reply(session, handover, "answer", contact, required=code != NOTHING)
    _answer(session, actor, handover, code, token, answer=sealed if words else None)
    cases.touch(session, case)
    return handover


def by_disclosure(decision: Decision, case: Case, made: Disclosure, question_id: str) -> None:
    """Let a question of the case stand as answered with a disclosure that was given; one answered already stays so.

    Who asked reads it among what was sent to them, or was given it in another way. What is no question is left alone.
    """
    session = decision.session
    handover = next((one for one in waiting(session, case) if one.id == question_id), None)
    if handover is not None:
        reads_it = made.received is not None and made.account_id == handover.sender_id
        _answer(session, decision.actor, handover, DISCLOSED if reads_it else OTHERWISE, made.id)


def _answer(session: TenantSession, actor: Actor, handover: Handover, code: str, token: str, **said: Any) -> None:
    """Answer it in the one statement that names the state it must be in."""
    handover_steps.require_token(token)
    given = {"answer_code": code, "answered_at": session.now, "answered_by": actor.id, "answered_token": token}
    handover_steps.move(session, handover, "answered", {"accepted"}, **given, **said)
    detail = {"sha256": handover.digest, "answer": code}
    of = handover.case_id
    audit.record(session, actor, Action.HANDOVER_ANSWERED, "handover", handover.id, case_id=of, detail=detail)
    handovers.tell_sender(session, handover)


def _held(session: TenantSession, actor: Actor, case: Case, handover_id: str) -> Handover:
    """A question that the case has taken on, as its last writer left it, held until the transaction ends."""
    query = select(Handover).where(Handover.id == handover_id, Handover.case_id == case.id, Handover.kept.is_not(None))
    query = query.where(Handover.kind == QUESTION)
    handover: Handover | None = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if handover is None:
        raise NotFound(access.denial(actor, Action.HANDOVER_ANSWERED, "handover", handover_id, "case"))
    return handover
