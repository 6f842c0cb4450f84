"""A disclosure that asks its recipient to act: handed over when it is performed, taken back with it until it is opened.

The handover holds no content. It points at the disclosure, and what that says is read only while it may be.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from casework.contract.fields import Agency
from casework.core import access, accounts, audit, notices, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.handover_covers import Reply
from casework.core.models import Account, Case, Disclosure, Handover
from casework.core.permissions import OPERATOR, Actor, Permission

TABLE = "handovers"
KIND = "disclosure"


def hand_over(session: TenantSession, actor: Actor, made: Disclosure, unit_id: str, reference: str) -> Handover:
    """Put what was performed into its recipient's inbox; nobody who stands in for them gets it.

    Whoever calls this has given it to somebody by name.
    """
    handover = Handover(
        id=new_id(),
        kind=KIND,
        state="sent",
        reference=reference,
        sender_id=actor.id,
        sender_agency=Agency.SOCIAL_SERVICES.value,
        sender_unit_id=unit_id,
        recipient_agency=made.agency,
        recipient_id=made.account_id,
        case_id=made.case_id,
        disclosure_id=made.id,
        digest=made.content_hash,
        token=made.id,
        sent_at=session.now,
    )
    session.add(handover)
    session.flush()
    detail = {"kind": KIND, "sha256": handover.digest, "to": handover.recipient_agency}
    of = made.case_id
    audit.record(session, actor, Action.HANDOVER_SENT, "handover", handover.id, case_id=of, detail=detail)
    if made.account_id is not None:
        notices.tell(session, made.account_id, "handover_waits")
    return handover


def take_back(session: TenantSession, actor: Actor, made: Disclosure) -> None:
    """Take back the handover of a disclosure that ends, unless it is opened: what was opened stays as it was.

    Whoever calls this holds the disclosure, and so does whoever opens it: one of them is first.
    """
    handover = of(session, made)
    if handover is None:
        return
    # The operator has no account: what a restored database takes back is taken back for who sent it.
    by = handover.sender_id if actor.id == OPERATOR.id else actor.id
    changed = session.execute(
        update(Handover)
        .where(Handover.municipality == session.municipality, Handover.id == handover.id, Handover.state == "sent")
        .values(state="taken_back", ended_at=session.now, ended_by=by, ended_token=made.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(handover)
    if changed.rowcount == 1:  # type: ignore[attr-defined] # an UPDATE's result has one
        detail = {"sha256": handover.digest}
        case_id = made.case_id
        audit.record(
            session, actor, Action.HANDOVER_TAKEN_BACK, "handover", handover.id, case_id=case_id, detail=detail
        )


def of(session: TenantSession, made: Disclosure) -> Handover | None:
    """The handover of a disclosure, as its last writer left it; None where no answer was asked for."""
    query = select(Handover).where(Handover.disclosure_id == made.id)
    return session.scalar(query.execution_options(populate_existing=True))


def of_case(session: TenantSession, case: Case) -> Sequence[Handover]:
    """What was handed over out of a case by its disclosures."""
    query = select(Handover).where(Handover.case_id == case.id, Handover.disclosure_id.is_not(None))
    return session.scalars(query.order_by(Handover.id)).all()


def hold(session: TenantSession, handover_id: str) -> None:
    """Hold the disclosure that a handover hands over, before the handover is: whoever ends it does so too."""
    disclosure_id = session.scalar(select(Handover.disclosure_id).where(Handover.id == handover_id))
    if disclosure_id is not None:
        held = select(Disclosure).where(Disclosure.id == disclosure_id).with_for_update()
        session.scalar(held.execution_options(populate_existing=True))


def tell_case(session: TenantSession, handover: Handover) -> None:
    """Leave a line that something is to be read in the case: for who gave it, and whoever has the case now.

    Nobody who may not read the case is told.
    """
    case = session.get_one(Case, (session.municipality, handover.case_id))
    for account_id in sorted({handover.sender_id, case.officer_id or handover.sender_id}):
        somebody = accounts.actor(session, session.get_one(Account, account_id))
        if access.is_reached(session, somebody, Permission.CASE_READ, case.id):
            notices.tell(session, account_id, "handover_kept")


def reply(decision: Decision, handover: Handover) -> Reply:
    """What the recipient said to it; whoever calls this has leave to read its case."""
    column = "answer" if handover.answer_code is not None else "reason"
    code, sealed = handover.answer_code or handover.reason_code or "", getattr(handover, column)
    if sealed is None:
        return Reply(code, "")
    leave = access.of_received(
        *(decision.session, decision.actor, Permission.HANDOVER_READ, Action.HANDOVER_READ),
        *("handover", handover.id, handover.case_id, handover.digest),
    )
    return Reply(code, vault.open_received(leave, handover.sender_agency, TABLE, handover.id, column, sealed))
