"""Who may do what with which case, said once more in plain Python from decisions.md 4 and 10, beside the SQL.

Nothing of the program's own rules is imported: neither its tables of grants and ways nor its conditions. Where this and
the program disagree, one of them has misread the decisions (security.md 4.7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SHOWN_AFTER_CLOSING = timedelta(days=30)
WORKS_IN_CASES = frozenset({"case_officer", "team_lead"})
READS_CASES = WORKS_IN_CASES | {"intake"}
TOLD_FROM_OUTSIDE = frozenset({"partner", "police_liaison"})


@dataclass
class Place:
    """Somebody's place in a case, a question to them, or an hour in an emergency: from–until, the end not included.

    ``over`` is when it was ended before its time.
    """

    who: str
    what: str
    begins: datetime
    ends: datetime | None = None
    over: datetime | None = None

    def holds(self, now: datetime) -> bool:
        if self.over is not None and self.over <= now:
            return False
        return self.begins <= now and (self.ends is None or now < self.ends)


@dataclass
class Shared:
    """What an agency may see until a moment; ``over`` is when it was revoked."""

    agency: str
    begins: datetime
    ends: datetime
    over: datetime | None = None

    def holds(self, now: datetime, closed_on: date | None) -> bool:
        if not self.begins <= now < self.ends or (self.over is not None and self.over <= now):
            return False
        return closed_on is None or now < midnight(closed_on + SHOWN_AFTER_CLOSING)


def midnight(day: date) -> datetime:
    """When a Swedish day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)


@dataclass(frozen=True)
class Post:
    """A post somebody holds now; ``duty`` marks the one that may break the glass."""

    role: str
    unit: str
    agency: str = "social_services"
    duty: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody with the posts they hold now."""

    id: str
    posts: tuple[Post, ...]

    def holds(self, roles: Iterable[str], unit: str | None = None) -> bool:
        return any(post.role in roles and unit in {None, post.unit} for post in self.posts)


@dataclass
class ModelCase:
    """A case as far as access goes. ``opened`` are the sealed answers somebody has open, for a few minutes each."""

    number: str
    unit: str
    officer: str | None = None
    closed_on: date | None = None
    protection: int = 0
    team: list[Place] = field(default_factory=list)
    asked: list[Place] = field(default_factory=list)
    emergencies: list[Place] = field(default_factory=list)
    takes_part: list[Place] = field(default_factory=list)
    judges: list[Place] = field(default_factory=list)
    received: list[Place] = field(default_factory=list)
    opened: list[Place] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    let_in_again: set[str] = field(default_factory=set)
    shared: dict[str, Shared] = field(default_factory=dict)

    @property
    def was_assigned(self) -> bool:
        """Whether it ever had an officer."""
        return any(place.what == "officer" for place in self.team)

    @property
    def waits(self) -> bool:
        """Whether it is to be given to somebody."""
        return self.closed_on is None and self.officer is None

    def is_named(self, who: str, now: datetime, roles: frozenset[str]) -> bool:
        return any(one.who == who and one.what in roles and one.holds(now) for one in self.team)

    def is_asked(self, who: str, now: datetime) -> bool:
        return any(one.who == who and one.holds(now) for one in self.asked)

    def broke_glass(self, who: str, now: datetime) -> bool:
        return any(one.who == who and one.holds(now) for one in self.emergencies)

    def leaves(self, who: str, now: datetime) -> None:
        """Somebody's places in the team end."""
        for one in self.team:
            if one.who == who and one.holds(now):
                one.ends = now
                if one.what == "officer":
                    self.officer = None

    def shuts_out(self, who: str, now: datetime) -> None:
        """A conflict of interest: every way of theirs ends, and none comes back by itself when the block is lifted."""
        self.leaves(who, now)
        for one in (*self.asked, *self.emergencies):
            if one.who == who and one.holds(now):
                one.ends = now
        self.blocked.add(who)


NAMED = frozenset({"officer", "co_officer", "reader"})
WRITERS = frozenset({"officer", "co_officer"})


def writes(who: Person, case: ModelCase, now: datetime) -> bool:
    """A case officer or a lead who is named to write."""
    return who.holds(WORKS_IN_CASES) and case.is_named(who.id, now, WRITERS)


def reads_as_team(who: Person, case: ModelCase, now: datetime) -> bool:
    """Whoever is named, or intake while the case has come in to its unit and never been assigned."""
    named = who.holds(READS_CASES) and case.is_named(who.id, now, NAMED)
    return named or (who.holds({"intake"}, case.unit) and case.waits and not case.was_assigned)


def reads_in_emergency(who: Person, case: ModelCase, now: datetime) -> bool:
    """Who broke the glass reads for their hour, and nothing but reads."""
    return who.holds(READS_CASES) and case.broke_glass(who.id, now)


def reads(who: Person, case: ModelCase, now: datetime) -> bool:
    """Whoever sees all of it but what is sealed."""
    return reads_as_team(who, case, now) or reads_in_emergency(who, case, now)


def decides_only(who: Person, case: ModelCase, now: datetime) -> bool:
    """Who is asked to decide sees the forms to be decided."""
    return who.holds(READS_CASES) and case.is_asked(who.id, now)


def decides(who: Person, case: ModelCase, now: datetime) -> bool:
    """Who is asked, or writes in the case; deciding is the work of officers and leads."""
    return writes(who, case, now) or (who.holds(WORKS_IN_CASES) and case.is_asked(who.id, now))


def opens(who: Person, case: ModelCase, now: datetime) -> bool:
    """Whoever may open a page of the case."""
    return reads(who, case, now) or decides_only(who, case, now)


def leads(who: Person, case: ModelCase, _now: datetime) -> bool:
    """The lead of the case's unit."""
    return who.holds({"team_lead"}, case.unit)


def assigns(who: Person, case: ModelCase, now: datetime) -> bool:
    """The lead, and intake of the unit while the case waits for an officer; by post, never by being named."""
    return leads(who, case, now) or (who.holds({"intake"}, case.unit) and case.waits)


def lists(who: Person, case: ModelCase, now: datetime) -> bool:
    """Whoever opens it, and whoever sees a row of it because they give it to somebody."""
    return opens(who, case, now) or assigns(who, case, now)


def reads_log(who: Person, case: ModelCase, now: datetime) -> bool:
    """The officers' own look at who has opened the case: for who is named; intake has no log."""
    return who.holds(WORKS_IN_CASES) and case.is_named(who.id, now, NAMED)


def is_told(who: Person, case: ModelCase, now: datetime) -> bool:
    """Somebody of an agency that is told the case's status."""
    agencies = {post.agency for post in who.posts if post.role in TOLD_FROM_OUTSIDE}
    return any(one.agency in agencies and one.holds(now, case.closed_on) for one in case.shared.values())


def takes_part(who: Person, case: ModelCase, now: datetime) -> bool:
    """Somebody from outside who is let into this one case by name; what they see of it is asked of the consents."""
    named = any(one.who == who.id and one.holds(now) for one in case.takes_part)
    return who.holds(TOLD_FROM_OUTSIDE) and named


def judges(who: Person, case: ModelCase, now: datetime) -> bool:
    """An officer or a lead who was asked to decide a disclosure that waits."""
    return who.holds(WORKS_IN_CASES) and any(one.who == who.id and one.holds(now) for one in case.judges)


def receives(who: Person, case: ModelCase, now: datetime) -> bool:
    """Somebody from outside to whom something was given by name, until its day or until it was ended."""
    return who.holds(TOLD_FROM_OUTSIDE) and any(one.who == who.id and one.holds(now) for one in case.received)


def works(who: Person, case: ModelCase, now: datetime) -> bool:
    """Who may tick off a task of theirs: whoever is in the case for more than an emergency."""
    return reads_as_team(who, case, now) or decides_only(who, case, now)


RULES: dict[str, Callable[[Person, ModelCase, datetime], bool]] = {
    "case:assign": assigns,
    "case:decide": decides,
    "case:export": writes,  # whoever is named to write; never through an emergency, a question or a post
    "case:list": lists,
    "case:log": reads_log,
    "case:open": opens,
    "case:read": reads,
    "case:share": writes,
    "case:unseal": reads_log,  # whoever is named, if they were named for sealed answers too
    "case:write": writes,
    "conflict:lift": leads,
    "disclosure:decide": judges,
    "emergency:review": leads,
    "participation:read": takes_part,
    "received:read": receives,
    "shared:read": is_told,
    "task:do": works,
}


def may(who: Person, permission: str, case: ModelCase, now: datetime) -> bool:
    """Whether somebody may use a permission over a case: never where a conflict of interest blocks them."""
    return who.id not in case.blocked and RULES[permission](who, case, now)


def sees_sealed(who: Person, case: ModelCase, now: datetime) -> frozenset[str]:
    """The sealed answers that stand open to somebody: what they opened, while they may still open."""
    if not may(who, "case:unseal", case, now):
        return frozenset()
    return frozenset(one.what for one in case.opened if one.who == who.id and one.holds(now))


def sees_all_forms(who: Person, case: ModelCase, now: datetime) -> bool:
    """Whether somebody who opens the case is not limited to the forms they are asked to decide."""
    return may(who, "case:read", case, now)


def finds_by_name(who: Person, case: ModelCase, now: datetime) -> bool:
    """Whether a name may find the case: that of a protected person only to who sees the name in the case."""
    return may(who, "case:list", case, now) and (case.protection == 0 or may(who, "case:open", case, now))


def may_break_glass(who: Person, case: ModelCase) -> bool:
    """Whether somebody on duty could open the case in an emergency."""
    return who.id not in case.blocked and any(post.duty for post in who.posts)
