"""Who may reach which case, said once more in plain Python beside the SQL (security.md 4.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from casework.core.clock import start_of

LEADS, INTAKES = {"vilma": "Vuxen", "berta": "Barn och unga"}, {"ida": "Vuxen"}


@dataclass
class Place:
    """Somebody's place in a case, or a question to somebody, from–until."""

    who: str
    what: str
    begins: datetime
    ends: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.begins <= now and (self.ends is None or now < self.ends)


@dataclass
class Shared:
    """What the police may see until a day."""

    last_day: date
    over: bool = False

    def holds(self, now: datetime, closed_on: date | None) -> bool:
        if self.over or now >= start_of(self.last_day + timedelta(days=1)):
            return False
        return closed_on is None or now < start_of(closed_on + timedelta(days=30))


@dataclass
class ModelCase:
    """A case as far as access goes."""

    number: str
    unit: str
    officer: str | None = None
    closed_on: date | None = None
    team: list[Place] = field(default_factory=list)
    asked: list[Place] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    shared: dict[str, Shared] = field(default_factory=dict)
    was_assigned: bool = False

    def _waits(self, who: str) -> bool:
        return INTAKES.get(who) == self.unit and self.officer is None and self.closed_on is None

    def _in_team(self, who: str, roles: set[str], now: datetime) -> bool:
        return any(one.who == who and one.what in roles and one.holds(now) for one in self.team)

    def writes(self, who: str, now: datetime) -> bool:
        return who not in self.blocked and self._in_team(who, {"officer", "co_officer"}, now)

    def reads(self, who: str, now: datetime) -> bool:
        inside = self._in_team(who, {"officer", "co_officer", "reader"}, now)
        return who not in self.blocked and (inside or (self._waits(who) and not self.was_assigned))

    def opens(self, who: str, now: datetime) -> bool:
        decides = any(one.who == who and one.holds(now) for one in self.asked)
        return self.reads(who, now) or (who not in self.blocked and decides)

    def lists(self, who: str, now: datetime) -> bool:
        return self.opens(who, now) or self.assigns(who, now)

    def assigns(self, who: str, now: datetime) -> bool:
        return who not in self.blocked and (LEADS.get(who) == self.unit or self._waits(who))

    def told(self, who: str, now: datetime) -> set[str]:
        if who in self.blocked:
            return set()
        return {name for name, one in self.shared.items() if one.holds(now, self.closed_on)}

    def leaves(self, who: str, now: datetime) -> None:
        for one in self.team:
            if one.who == who and one.holds(now):
                one.ends = now
                if one.what == "officer":
                    self.officer = None
