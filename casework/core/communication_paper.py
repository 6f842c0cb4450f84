"""What was sent to a party before a decision, as the letter it is: a PDF of exactly what is frozen."""

from __future__ import annotations

from casework.contract.language import gettext as _
from casework.core import access, communications, export_kept, export_paper, export_rules
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.permissions import Actor, Permission


def letter(session: TenantSession, actor: Actor, case_id: str, communication_id: str) -> bytes:
    """The letter, the same bytes each time; raises Refused for a party who may no longer be told of the case.

    So it does once something of it is sealed, and where it takes two people now to tell what one had decided.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_EXPORT, case_id, Action.COMMUNICATION_PRINTED)
    shown = communications.one(decision, case, communication_id)
    if shown.order is None:
        missing = Action.COMMUNICATION_PRINTED
        raise NotFound(access.denial(actor, missing, "communication", communication_id, "left_out"))
    order = shown.order
    fault = export_rules.recipient_fault(session, case, order.purpose, order.recipient_id or "", with_sealed=False)
    if fault is not None:
        raise Refused.because(fault.reason)
    if export_rules.takes_two(session, case, order.purpose, order.recipient_id or "") and not order.takes_two:
        raise Refused.because(_("Någon i ärendet har fått skydd sedan det skickades. Brevet går inte att hämta."))
    content = communications.content_of(decision, shown)
    if content is None:
        raise Refused.because(_("Det som skickades är gallrat."))
    if export_kept.is_sealed_now(session, content, order.content_hash or ""):
        raise Refused.because(_("Något i brevet har förseglats sedan det skickades. Brevet går inte att hämta."))
    return export_paper.pdf(content)
