"""What becomes of a report of a worry that is taken into no case: its sender told that it came wrong, and assessed.

A report must be assessed at once whoever it came to, and what was found and who decided must be written down (SoL
20:1-2). So it is never declined. It stays open and readable until a case takes it on, or until somebody who may decide
not to open an investigation records why there is no case here to open: then it is still read by those it came to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update

from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import access, accounts, audit, handover_forms, handover_replies, handover_steps, handovers, vault
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.handover_replies import Contact
from casework.core.models import Handover
from casework.core.permissions import Actor, Permission

LEAST = Level.FS
"""Who may decide not to open an investigation (domain/workflows.md C.1, *Inled inte utredning*)."""
LONGEST = 4000
OUTCOMES = (
    ("elsewhere", _("Barnet hör till en annan kommun. Socialtjänsten där har fått anmälan.")),
    ("unknown", _("Det går inte att få fram vilket barn anmälan gäller.")),
    ("adult", _("Personen har fyllt 18 år.")),
)
"""Why there is no case to take it into. Of a child of the municipality the assessment is written in a case."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found, when and by whom. Never logged or reported."""

    code: str
    words: str = field(repr=False)
    decided_at: datetime
    decided_by: str


def tell(session: TenantSession, actor: Actor, handover_id: str, code: str, contact: Contact) -> Handover:
    """Tell who reported that it came wrong and what to do, once; it stays open here. The same said twice is once.

    Raises Refused for what is no report and no sentence of ours, and Conflict where another has told something else or
    once it is no longer open.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_TOLD, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_TOLD)
    handover_steps.require_opened(handover)
    if (handover.told_by, handover.reason_code) == (actor.id, code):
        return handover
    _require_report(actor, handover, Action.HANDOVER_TOLD)
    if code not in dict(handover_replies.MISSENT):
        raise Refused.because(_("Välj vad avsändaren ska få veta."), "code")
    words, reason = handover_steps.sealed_reply(session, handover, "reason", contact, required=code == "unclear")
    changed = session.execute(
        update(Handover)
        .where(Handover.municipality == session.municipality, Handover.id == handover.id)
        .where(Handover.state == "opened", Handover.told_at.is_(None))
        .values(told_at=session.now, told_by=actor.id, reason_code=code, reason=reason if words else None)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result has one
        raise Conflict
    session.refresh(handover)
    detail = {"sha256": handover.digest, "reason": code}
    audit.record(session, actor, Action.HANDOVER_TOLD, "handover", handover.id, detail=detail)
    handovers.tell_sender(session, handover)
    return handover


def record(session: TenantSession, actor: Actor, handover_id: str, code: str, words: str, *, token: str) -> Handover:
    """Record the assessment of a report that no case takes on; raises Conflict once it is no longer open to that.

    Raises Refused for what is no report, without words, and for who may not decide that no investigation is opened.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_ASSESSED, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_ASSESSED)
    if handover_steps.is_same(handover, actor.id, "assessed", token):
        return handover
    handover_steps.require_opened(handover)
    _require_report(actor, handover, Action.HANDOVER_ASSESSED)
    if not may_record(actor):
        raise Refused.because(_("Det beslutar en förste socialsekreterare eller enhetschef. Skicka vidare till en."))
    if code not in dict(OUTCOMES):
        raise Refused.because(_("Välj varför det inte blir något ärende."), "code")
    said = words.strip()
    if not said:
        raise Refused.because(_("Skriv bedömningen."), "words")
    if len(said) > LONGEST:
        raise Refused.because(_("Korta texten till högst {count} tecken.").format(count=LONGEST), "words")
    place = (handover.recipient_agency, handovers.TABLE, handover.id, "assessment")
    given: dict[str, Any] = {"assessment_code": code, "assessment": vault.seal_received(session, *place, said)}
    handover_steps.end(session, actor.id, handover, "assessed", token, **given)
    detail = {"sha256": handover.digest, "outcome": code}
    audit.record(session, actor, Action.HANDOVER_ASSESSED, "handover", handover.id, detail=detail)
    handovers.tell_sender(session, handover)
    return handover


def read(session: TenantSession, actor: Actor, handover_id: str) -> Assessment | None:
    """What was recorded of a report, for those it came to; None where nothing is."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_READ, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_READ, lock=False)
    if handover.assessment is None or handover.ended_at is None or handover.ended_by is None:
        return None
    of = ("handover", handover.id, handover.case_id, handover.digest)
    decision = access.of_received(session, actor, Permission.HANDOVER_READ, Action.HANDOVER_READ, *of)
    place = (handover.recipient_agency, handovers.TABLE, handover.id, "assessment")
    words = vault.open_received(decision, *place, handover.assessment)
    names = accounts.names(session, {handover.ended_by})
    return Assessment(handover.assessment_code or "", words, handover.ended_at, names[handover.ended_by])


def may_record(actor: Actor) -> bool:
    """Whether the actor's delegation lets them decide that there is no investigation to open."""
    return actor.level_for(Permission.HANDOVER_READ).rank >= LEAST.rank


def _require_report(actor: Actor, handover: Handover, action: Action) -> None:
    if handover.kind != handover_forms.REPORT:
        raise NotFound(access.denial(actor, action, "handover", handover.id, "kind"))
