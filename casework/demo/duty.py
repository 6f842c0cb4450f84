"""What the demonstration shows of the rare things: a case opened in an emergency, and somebody blocked for jäv."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from casework.core import accounts, emergencies, teams
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Case, Person
from casework.core.permissions import Actor

KUMLA = "1881"
ON_DUTY, LEAD, RELATED = "jon.skissgren", "vilma.dummy", "hedda.mallstrom"
REASON = "Polisen ringde: personen vågar inte gå hem i natt. Jag behöver veta vilket stöd som är beslutat."


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> None:
    """Let the officer on duty open a case the night before, and the lead block a colleague in another."""
    set_clock(now - timedelta(hours=10))
    with installation.session(KUMLA) as session:
        opened, blocked = _cases(session)
        emergencies.enter(session, _actor(session, ON_DUTY), opened.number, "assist", REASON)
        related = accounts.find(session, RELATED)
        if related is not None:
            teams.block(session, _actor(session, LEAD), blocked.id, related.id)
    set_clock(now)


def _cases(session: TenantSession) -> list[Case]:
    """Two of the lead's cases that are worked on, about people without protection."""
    query = (
        select(Case)
        .join(Person, (Person.municipality == Case.municipality) & (Person.id == Case.subject_id))
        .where(Case.is_open, Case.officer_id.is_not(None), Person.protection == 0, Case.area == "avhoppare")
    )
    return list(session.scalars(query.order_by(Case.number).limit(2)).all())


def _actor(session: TenantSession, username: str) -> Actor:
    account = accounts.find(session, username)
    assert account is not None  # noqa: S101 the example has them
    return accounts.actor(session, account)
