"""What a municipality of the demonstration asks for beyond the law: two people where somebody young may do harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from casework.core import accounts, clock
from casework.core.grounds import tightening
from casework.core.grounds.ground import Decider
from casework.core.grounds.tightening import Rule
from casework.core.installation import Installation

WHERE, WHO = "1881", "robert.ovningsmark"
CODE = "OSL_10_18A"
SINCE = timedelta(days=60)


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> bool:
    """Let the administrator tighten a ground; False where the example has nobody for it."""
    set_clock(now - SINCE)
    with installation.session(WHERE) as session:
        account = accounts.find(session, WHO)
        if account is not None:
            rule = Rule(Decider.EC, four_eyes=True)
            tightening.tighten(session, accounts.actor(session, account), CODE, rule, clock.today(session.now))
    set_clock(now)
    return account is not None
