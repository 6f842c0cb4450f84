"""What rests on a consent of the register, and the one place where it is stopped when the consent ends.

Whatever comes to rest on consents has a kind, and its own way of stopping, in ``STOPS``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select

from casework.core import stopping
from casework.core.db import TenantSession
from casework.core.models import Case, Consent, ConsentUse
from casework.core.permissions import Actor

DISCLOSURE, PARTICIPATION, STATUS = "disclosure", "participation", "status"


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
    owners = (STOPS[one.kind](session, actor, case, one.object_id, "consent") for one in session.scalars(query).all())
    return {owner for owner in owners if owner is not None}


def ended(session: TenantSession, case: Case, kind: str, object_id: str) -> Consent | None:
    """The first to end of the consents that something rests on; None while nobody has taken theirs back."""
    uses = select(ConsentUse.consent_id).where(ConsentUse.kind == kind, ConsentUse.object_id == object_id)
    query = select(Consent).where(Consent.case_id == case.id, Consent.id.in_(uses), Consent.ended_at.is_not(None))
    return session.scalar(query.order_by(Consent.ended_at, Consent.id).limit(1))


STOPS: dict[str, stopping.Stop] = {
    DISCLOSURE: stopping.disclosure,
    PARTICIPATION: stopping.participation,
    STATUS: stopping.status,
}
"""How each kind of thing that can rest on a consent is stopped."""
