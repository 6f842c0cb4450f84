"""How consents end: taken back, contradicted by a no, replaced or left behind by a step; what rests on them stops.

Whoever calls has asked for leave and holds the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import access, audit, clock, consent_rules, consent_uses, notices, tasks
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Case, Consent

TELL = _("Meddela dem som har fått uppgifter att ett samtycke inte längre gäller")
"""What is to be done when something that was shared has stopped; it names nobody."""
LACKS = _(
    "Ett samtycke är återkallat eller nekat. Ta ställning till om ni frågar på nytt eller avslutar det som krävde det"
)
"""What the officer is to decide when somebody's leave is lacking, whether or not anything rested on it."""


def given(session: TenantSession, case: Case) -> Sequence[Consent]:
    """Those of a case's consents that hold or will: given, not ended, and with days left; sealed."""
    today = clock.today(session.now)
    query = select(Consent).where(Consent.case_id == case.id, Consent.state == "given", Consent.valid_until >= today)
    return session.scalars(query.order_by(Consent.made_at, Consent.id)).all()


def contradicted(decision: Decision, case: Case, asked: Consent) -> list[Consent]:
    """What a no to a question takes back: what it was to renew, and what the person has agreed to of the same.

    A yes to other agencies, or to other kinds of facts, is not asked about and goes on.
    """
    agencies, kinds = set(consent_rules.agencies_of(asked)), set(consent_rules.kinds_of(decision, asked))
    return [
        one
        for one in given(decision.session, case)
        if (one.giver_id, one.part) == (asked.giver_id, asked.part)
        and (one.id == asked.renews_id or _shares(agencies, consent_rules.agencies_of(one)))
        and (one.id == asked.renews_id or _shares(kinds, consent_rules.kinds_of(decision, one)))
    ]


def take_back(decision: Decision, case: Case, consents: Iterable[Consent]) -> None:
    """End some consents as withdrawn; the officer is to decide what their lack means, also where nothing rested."""
    tell(decision, case, _end_held(decision, case, consents))
    if case.is_open:
        tasks.add_for_officer(decision, case, LACKS, clock.today(decision.session.now))


def end_all(decision: Decision, case: Case) -> None:
    """End all that anybody has consented to in a case, and what rests on it: a step leaves what it was given for."""
    tell(decision, case, _end_held(decision, case, given(decision.session, case)))


def end(decision: Decision, case: Case, consent: Consent, state: str, heir: Consent | None = None) -> Collection[str]:
    """End a consent and what rests on it, unless an heir carries it; the accounts that own what stopped."""
    session, actor = decision.session, decision.actor
    consent.state, consent.ended_at, consent.ended_by = state, session.now, actor.id
    session.flush()
    if heir is not None:
        consent_uses.carry_on(session, case, consent, heir)
    owners = set[str]() if heir is not None else consent_uses.stop(session, actor, case, consent)
    audit.record(session, actor, Action.CONSENT_ENDED, "consent", consent.id, case_id=case.id, detail={"state": state})
    return owners


def tell(decision: Decision, case: Case, owners: Collection[str]) -> None:
    """Tell owners and officer that something stopped, and not what, and what is to be done about it.

    Nobody whom a conflict of interest keeps out of the case by now is told.
    """
    if not owners:
        return
    officer = set() if case.officer_id is None else {case.officer_id}
    for account_id in sorted({*owners, *officer} - {decision.actor.id} - access.blocked(decision.session, case.id)):
        notices.tell(decision.session, account_id, "consent_ended")
    tasks.add_duty(decision, case, TELL, clock.today(decision.session.now))


def _end_held(decision: Decision, case: Case, consents: Iterable[Consent]) -> Collection[str]:
    session, actor = decision.session, decision.actor
    held = [consent_rules.held(session, actor, case, one.id, Action.CONSENT_ENDED) for one in consents]
    return {owner for one in held for owner in end(decision, case, one, "withdrawn")}


def _shares(one: Collection[str], other: Collection[str]) -> bool:
    return not set(one).isdisjoint(other)
