"""What a page needs to show a sealed answer: who may open it, for how long, and the way back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from casework.core import access, municipality_settings, reading
from casework.core.access import Decision
from casework.web.case_frame import path

if TYPE_CHECKING:
    from casework.core.models import Case

_BACK = re.compile(r"[A-Za-z0-9_/.?=&*#-]{0,200}")


@dataclass(frozen=True, slots=True)
class Sealing:
    """How sealed answers are shown on one page; ``back`` is its address."""

    may: bool
    minutes: int
    now: datetime
    back: str
    open_url: str
    close_url: str

    reasons = reading.REASONS
    whole = reading.WHOLE

    def opened(self, until: datetime) -> datetime:
        """When an answer was opened that is open until then."""
        return until - timedelta(minutes=self.minutes)

    def seconds(self, until: datetime) -> int:
        """How long it stays open."""
        return max(0, int((until - self.now).total_seconds()))


def sealing(case: Case, decision: Decision, back: str) -> Sealing:
    """How sealed answers of a case are shown on the page at ``back``."""
    session = decision.session
    return Sealing(
        may=access.may_unseal(session, decision.actor, case.id),
        minutes=municipality_settings.number(session, "sealed_minutes"),
        now=session.now,
        back=back,
        open_url=path(case, "visa"),
        close_url=path(case, "forsegla"),
    )


def way_back(case_id: str, asked: str) -> str:
    """The page of the case that was asked for, or its first page where the address leads anywhere else."""
    home = f"/arenden/{case_id}"
    own = asked == home or asked.startswith((f"{home}/", f"{home}?", f"{home}#"))
    return asked if own and _BACK.fullmatch(asked) and "//" not in asked and ".." not in asked else home
