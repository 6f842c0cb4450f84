"""What a municipality may choose for itself: each with a default, bounds and where it comes from."""

from __future__ import annotations

from typing import NamedTuple

from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.models import Setting


class Choice(NamedTuple):
    """A setting's default and bounds, and the source of the default."""

    default: int
    least: int
    most: int
    source: str


SETTINGS = {
    "apart_months": Choice(24, 0, 120, "workflows C.3: separate teams; practice"),
    "consent_months": Choice(6, 1, 12, "open-questions 29"),
    "consent_own_age": Choice(15, 12, 18, "open-questions 2; facts 1.5"),
    "decider_days": Choice(30, 1, 90, "decisions 4: sees the form to be decided, and no longer"),
    "disclosure_days": Choice(30, 1, 30, "a decision rests on what was known; practice: at most a month"),
    "four_eyes_level": Choice(2, 1, 2, "issue 3"),
    "idle_minutes": Choice(15, 10, 60, "decisions 10"),
    "reporter_feedback": Choice(1, 0, 1, "SoL 19:6, OSL 26:9 a; legal-grounds B.2"),
    "sample_size": Choice(20, 5, 200, "issue 3"),
    "sealed_minutes": Choice(5, 2, 15, "decisions 10"),
    "sealed_place_days": Choice(30, 0, 365, "decisions 5.2"),
    "status_months": Choice(6, 1, 12, "open-questions 29"),
}


def number(session: TenantSession, name: str) -> int:
    """The municipality's value of a setting, or its default."""
    stored = session.get(Setting, (session.municipality, name))
    return SETTINGS[name].default if stored is None else int(stored.value)


def choose(session: TenantSession, name: str, value: int) -> None:
    """Set a municipality's own value; raises Refused outside the bounds."""
    choice = SETTINGS[name]
    if not choice.least <= value <= choice.most:
        raise Refused.because(f"{choice.least}–{choice.most}", name)
    stored = session.get(Setting, (session.municipality, name))
    if stored is None:
        session.add(Setting(name=name, value=str(value)))
    else:
        stored.value = str(value)
