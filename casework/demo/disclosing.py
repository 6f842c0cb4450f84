"""What has left a case in the demonstration: facts that Erik can read, and others that wait for Vilma to decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from casework.core import access, accounts, clock, disclosure_content, disclosure_rules, disclosures
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.disclosure_wish import Wish
from casework.core.installation import Installation
from casework.core.models import Case, Consent
from casework.core.permissions import Actor, Permission

WHERE = "1881"
OFFICER, POLICE, LEAD = "maja.testlind", "erik.demosson", "vilma.dummy"
GIVEN, ASKED = timedelta(days=3), timedelta(hours=5)
"""How long ago the one was given, and how long the other has waited."""
DAYS = 30
WISH = Wish(
    kinds=("status",),
    ground="OSL_12_2",
    purpose="Planera den gemensamma avstämningen",
    harm="no",
    assessment="Personen har läst igenom uppgifterna och vill att polisen får dem.",
)
REPLIES = ("Samtycket i registret: hur det går i ärendet, till polisen.",)
DOUBTED = replace(
    WISH,
    purpose="Bedöma om personen behöver skydd i helgen",
    harm="maybe",
    assessment="Personen samtycker men är orolig för att uppgifterna sprids. Därför beslutar någon annan.",
)


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> bool:
    """Give the one and ask for the other, in the cases of an officer with a consent for it; False without any."""
    with installation.session(WHERE) as session:
        found = _cases(session)
    for case_id, wish, ago in zip(found, (WISH, DOUBTED), (GIVEN, ASKED), strict=False):
        set_clock(now - ago)
        with installation.session(WHERE) as session:
            _disclose(session, installation, case_id, wish)
    set_clock(now)
    return bool(found)


def _cases(session: TenantSession) -> list[str]:
    """The officer's cases whose person agrees that the police are told, whose consent holds longest first."""
    maja = accounts.find(session, OFFICER)
    if maja is None:
        return []
    query = (
        select(Case.id)
        .join(Consent, (Consent.municipality == Case.municipality) & (Consent.case_id == Case.id))
        .where(Case.officer_id == maja.id, Case.area == "avhoppare", Consent.state == "given", Case.is_open)
        .order_by(Consent.valid_until.desc(), Case.number)
    )
    return list(session.scalars(query).all())


def _disclose(session: TenantSession, installation: Installation, case_id: str, wish: Wish) -> None:
    registry, maja, erik = installation.registry, _actor(session, OFFICER), _actor(session, POLICE)
    case, decision = access.of_case(session, maja, Permission.CASE_SHARE, case_id, Action.CASE_OPENED)
    consent = session.scalars(select(Consent).where(Consent.case_id == case_id, Consent.state == "given")).first()
    until = clock.today(session.now) + timedelta(days=DAYS)
    told = replace(
        wish,
        recipient=f"police:{erik.id}",
        items=(disclosure_content.NAME, disclosure_content.STATE),
        until=until if consent is None else min(until, consent.valid_until),
        decider=_actor(session, LEAD).id,
    )
    seen = disclosure_rules.look(decision, registry, case, told)
    asked = () if seen.applied is None else disclosure_rules.asked(seen.applied)
    confirms = () if seen.applied is None else seen.applied.explained.confirms
    confirmed = {one.asks: one.needed for one in confirms}
    told = replace(told, replies=dict(zip(asked, REPLIES, strict=True)), confirmed=confirmed)
    disclosures.assess(session, registry, maja, case_id, new_id(), told)


def _actor(session: TenantSession, username: str) -> Actor:
    account = accounts.find(session, username)
    assert account is not None  # noqa: S101 the example has them
    return accounts.actor(session, account)
