"""What rests on a consent of the register, and the one place where it is stopped when the consent ends.

Whatever comes to rest on consents has a kind, and its own way of stopping, in ``STOPS``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import select

from casework.core import audit, notices
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Case, Consent, ConsentUse, Disclosure, Participation, StatusPermission
from casework.core.permissions import Actor

DISCLOSURE, PARTICIPATION, STATUS = "disclosure", "participation", "status"

Stop = Callable[[TenantSession, Actor, Case, str], str | None]
"""Stops one thing now; the account that owns it, or None where it had ended before."""


def rest(session: TenantSession, case: Case, kind: str, object_id: str, consents: Iterable[Consent]) -> None:
    """Write down that something rests on each of some consents; raises KeyError for what nobody could stop."""
    STOPS[kind]
    for consent in consents:
        session.add(ConsentUse(case_id=case.id, consent_id=consent.id, kind=kind, object_id=object_id))
    session.flush()


def carry_on(session: TenantSession, case: Case, old: Consent, new: Consent) -> None:
    """Let what rests on a consent rest on the one that replaces it as well; that it rested on the old one stays."""
    query = select(ConsentUse).where(ConsentUse.case_id == case.id, ConsentUse.consent_id == old.id)
    for one in session.scalars(query).all():
        rest(session, case, one.kind, one.object_id, [new])


def stop(session: TenantSession, actor: Actor, case: Case, consent: Consent) -> Collection[str]:
    """Stop now whatever rests on a consent, also where other consents still hold; the accounts that own it.

    What rests on another ground, or on other consents only, goes on. Nothing is erased.
    """
    query = select(ConsentUse).where(ConsentUse.case_id == case.id, ConsentUse.consent_id == consent.id)
    owners = (STOPS[one.kind](session, actor, case, one.object_id) for one in session.scalars(query).all())
    return {owner for owner in owners if owner is not None}


def ended(session: TenantSession, case: Case, kind: str, object_id: str) -> Consent | None:
    """The first to end of the consents that something rests on; None while nobody has taken theirs back."""
    uses = select(ConsentUse.consent_id).where(ConsentUse.kind == kind, ConsentUse.object_id == object_id)
    query = select(Consent).where(Consent.case_id == case.id, Consent.id.in_(uses), Consent.ended_at.is_not(None))
    return session.scalar(query.order_by(Consent.ended_at, Consent.id).limit(1))


def _stop_status(session: TenantSession, actor: Actor, case: Case, shared_id: str) -> str | None:
    shared = session.get(StatusPermission, (case.municipality, shared_id))
    if shared is None or shared.ended_at is not None or shared.valid_until <= session.now:
        return None
    shared.ended_at, shared.ended_by = session.now, actor.id
    session.flush()
    detail: audit.Detail = {"because": "consent", "ended": True}
    audit.record(session, actor, Action.STATUS_REVOKED, "status", shared.id, case_id=case.id, detail=detail)
    return shared.made_by


def _stop_disclosure(session: TenantSession, actor: Actor, case: Case, disclosure_id: str) -> str | None:
    """End what is read here or may be sent on paper. What was spoken cannot be stopped, and its owner is told."""
    made = session.get(Disclosure, (case.municipality, disclosure_id))
    if made is None or made.state not in {"assessed", "performed"}:
        return None
    if made.oral_on is not None:
        return made.assessed_by
    if made.valid_until is not None and made.valid_until <= session.now:
        return None
    made.state, made.ended_at, made.ended_by, made.because = "closed", session.now, actor.id, "consent"
    session.flush()
    detail: audit.Detail = {"because": "consent", "content": made.content_hash or "", "state": "closed"}
    audit.record(session, actor, Action.DISCLOSURE_ENDED, "disclosure", made.id, case_id=case.id, detail=detail)
    return made.performed_by


def _stop_participation(session: TenantSession, actor: Actor, case: Case, participation_id: str) -> str | None:
    part = session.get(Participation, (case.municipality, participation_id))
    if part is None or part.ended_at is not None or part.valid_until <= session.now:
        return None
    part.ended_at, part.ended_by = session.now, actor.id
    session.flush()
    detail: audit.Detail = {"account": part.account_id, "because": "consent"}
    audit.record(session, actor, Action.PARTICIPANT_ENDED, "participation", part.id, case_id=case.id, detail=detail)
    notices.tell(session, part.account_id, "participation_ended")
    return part.made_by


STOPS: dict[str, Stop] = {DISCLOSURE: _stop_disclosure, PARTICIPATION: _stop_participation, STATUS: _stop_status}
"""How each kind of thing that can rest on a consent is stopped."""
