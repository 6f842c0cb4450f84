"""Feedback to who reported a worry (SoL 19:6): whether an investigation is opened, runs already or is not; no more.

Only who reported is told, only when they have asked, and never whether there was a case before: that it was taken on is
all that acceptance says.
"""

from __future__ import annotations

from sqlalchemy import select, update

from casework.contract.language import gettext as _
from casework.core import (
    access,
    accounts,
    approvals,
    audit,
    cases,
    handover_forms,
    handover_officer,
    handovers,
    municipality_settings,
    telling,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.handover_covers import Sent
from casework.core.models import Case, Handover
from casework.core.permissions import Actor, Permission

GROUND = "SOL_19_6"
SETTING = "reporter_feedback"
KEPT_AWAY = _(
    "Den som anmälde får inte veta något om ärendet. Lämna ingen återkoppling, varken här eller på annat sätt. "
    "Anteckna här att ingen lämnas. Den som anmälde ser inte det heller."
)
GONE = _(
    "Den som anmälde är inte kvar i den verksamheten och läser inget här. "
    "Lämna beskedet till verksamheten på annat sätt, och välj att ingen återkoppling lämnas här."
)
NONE = "unsuitable"
"""That none is given; who must not know of the case is not even told that."""
GIVEN = (
    ("opened", _("En utredning har inletts.")),
    ("not_opened", _("Ingen utredning har inletts.")),
    ("running", _("En utredning pågår redan.")),
    (NONE, _("Ingen återkoppling lämnas.")),
)
"""All that the reporter may be told; each word for word what they read."""
HINDERS = {
    "may_not_know": KEPT_AWAY,
    "has_left": GONE,
    "protected": _("Någon i ärendet har skyddade personuppgifter. Då lämnas ingen återkoppling här."),
}
"""What stands in the way of feedback: the code that the record keeps, and what the officer reads."""


def may_be_given(session: TenantSession, handover: Handover) -> bool:
    """Whether a report waits for feedback: asked for, not given, and the municipality gives it."""
    waits = handover.kind == handover_forms.REPORT and handover.wants_feedback and handover.feedback is None
    return waits and handover.kept is not None and is_offered(session)


def is_kept_away(decision: Decision, case: Case, handover: Handover) -> bool:
    """Whether who reported may not learn of the case: a conflict of interest, or the name of who must not know."""
    session, name = decision.session, accounts.names(decision.session, {handover.sender_id})[handover.sender_id]
    return access.is_blocked(session, handover.sender_id, case.id) or telling.is_kept_away(decision, case, name)


def is_gone(session: TenantSession, handover: Handover) -> bool:
    """Whether nobody reads the report as its sender any more: who made it has left the agency it came from."""
    return not handovers.senders(session, handover)


def may_be_asked(session: TenantSession, handover: Sent) -> bool:
    """Whether who reported may still ask for feedback."""
    over = handover.state in {"declined", "taken_back"} or handover.wants_feedback
    return handover.kind == handover_forms.REPORT and not over and is_offered(session)


def is_offered(session: TenantSession) -> bool:
    """Whether the municipality gives feedback by the program."""
    return municipality_settings.number(session, SETTING) == 1


def ask(session: TenantSession, actor: Actor, handover_id: str) -> Handover:
    """Ask for feedback on a report that the actor sent; twice is once. Raises Refused where none is given here."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_FEEDBACK_ASKED, "handover", handover_id)
    handover = handovers.sender_holds(session, actor, handover_id, Action.HANDOVER_FEEDBACK_ASKED)
    if handover.kind != handover_forms.REPORT or handover.state in {"declined", "taken_back"}:
        raise NotFound(access.denial(actor, Action.HANDOVER_FEEDBACK_ASKED, "handover", handover_id, "state"))
    if not is_offered(session):
        raise Refused.because(_("Kommunen lämnar återkoppling på annat sätt. Ring socialtjänsten."))
    if not handover.wants_feedback:
        handover.wants_feedback = True
        session.flush()
        audit.record(session, actor, Action.HANDOVER_FEEDBACK_ASKED, "handover", handover.id, case_id=handover.case_id)
        case = None if handover.case_id is None else session.get(Case, (session.municipality, handover.case_id))
        if case is not None:
            handover_officer.tell(session, case, actor)
    return handover


def give(session: TenantSession, actor: Actor, case_id: str, handover_id: str, code: str) -> Handover:
    """Tell who reported one of the few things that may be told; once. Raises Conflict where a colleague has.

    That none is given is recorded too, with what stood in the way. Raises Refused where it was not asked for, where the
    municipality gives none here, and unless none is given: for who may not learn of the case or has left the agency
    that reported, and where somebody in it is so protected that every disclosure is one of two people.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.HANDOVER_FEEDBACK_GIVEN)
    cases.hold(session, case)
    held = select(Handover).where(Handover.id == handover_id, Handover.case_id == case.id, Handover.kept.is_not(None))
    handover = session.scalar(held.with_for_update().execution_options(populate_existing=True))
    if handover is None or handover.kind != handover_forms.REPORT:
        raise NotFound(access.denial(actor, Action.HANDOVER_FEEDBACK_GIVEN, "handover", handover_id, "case"))
    if handover.feedback is not None:
        raise Conflict
    if code not in dict(GIVEN):
        raise Refused.because(_("Välj vad den som anmälde ska få veta."), "code")
    if not handover.wants_feedback or not is_offered(session):
        raise Refused.because(_("Återkoppling är inte begärd, eller så lämnar kommunen den på annat sätt."), "code")
    hinders = _hinder(decision, case, handover)
    if code != NONE and hinders:
        raise Refused.because(HINDERS[hinders], "code")
    changed = session.execute(
        update(Handover)
        .where(Handover.municipality == session.municipality, Handover.id == handover.id, Handover.feedback.is_(None))
        .values(feedback=code, feedback_at=session.now, feedback_by=actor.id)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result has one
        raise Conflict
    session.refresh(handover)
    detail = {"ground": GROUND, "told": code, "sha256": handover.digest}
    if code == NONE:
        detail["because"] = hinders or NONE
    audit.record(
        session, actor, Action.HANDOVER_FEEDBACK_GIVEN, "handover", handover.id, case_id=case.id, detail=detail
    )
    handovers.tell_sender(session, handover)
    cases.touch(session, case)
    return handover


def _hinder(decision: Decision, case: Case, handover: Handover) -> str:
    """The code of what stands in the way of telling who reported anything; empty where nothing does."""
    if is_kept_away(decision, case, handover):
        return "may_not_know"
    if is_gone(decision.session, handover):
        return "has_left"
    return "protected" if approvals.guards(decision.session, case.id) else ""
