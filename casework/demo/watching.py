"""What the demonstration shows of the log review: cases opened last month, one late yesterday, and a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from casework.core import accounts, cases, clock, log_acts, log_items
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Account, AuditEvent, Case, CaseMember
from casework.core.permissions import Actor

KUMLA, OFFICER, REVIEWER = "1881", "maja.testlind", "disa.fiktell"
LATE = 21
ASKED = "Du öppnade ärendet sent på kvällen. Vad var det som behövde göras då?"


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> bool:
    """Let an officer open cases last month and once late yesterday, and the reviewer ask; False without cases."""
    with installation.session(KUMLA) as session:
        held = _held(session)
    if not held:
        return False
    last_month = clock.start_of(clock.today(now).replace(day=1)) - timedelta(days=20)
    for nth, case in enumerate(held):
        _look(installation, set_clock, last_month + timedelta(days=nth, hours=10), case)
    evening = clock.start_of(clock.today(now) - timedelta(days=1)) + timedelta(hours=LATE)
    _look(installation, set_clock, evening, held[0])
    set_clock(now)
    with installation.session(KUMLA) as session:
        maja = accounts.find(session, OFFICER)
        if maja is not None:
            whose = AuditEvent.actor_id == maja.id
            late = log_acts.opened(session, whose, evening, evening + timedelta(minutes=1))
            log_items.ask(session, _actor(session, REVIEWER), late[-1].item, ASKED)
    return True


def _held(session: TenantSession) -> list[str]:
    """Cases that the officer has had since before last month."""
    query = (
        select(Case.id)
        .join(CaseMember, (CaseMember.municipality == Case.municipality) & (CaseMember.case_id == Case.id))
        .join(Account, Account.id == CaseMember.account_id)
        .where(Account.username == OFFICER, CaseMember.valid_from < session.now - timedelta(days=60))
    )
    return list(session.scalars(query.order_by(Case.number).limit(6)).all())


def _look(installation: Installation, set_clock: Callable[[datetime], None], at: datetime, case: str) -> None:
    set_clock(at)
    with installation.session(KUMLA) as session:
        cases.open_case(session, _actor(session, OFFICER), case, "journal")


def _actor(session: TenantSession, username: str) -> Actor:
    account = accounts.find(session, username)
    assert account is not None  # noqa: S101 the example has them
    return accounts.actor(session, account)
