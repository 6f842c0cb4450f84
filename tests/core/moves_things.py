"""What the model of what moves between agencies is made of: readers, cases, and what was given, waits or was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tests.core.policy_model import STOCKHOLM, midnight

TAKEN_ON = {"accepted", "answered", "assessed"}
"""States in which the recipient reads on what was handed over."""
TWO, FICTITIOUS = 2, 3
"""The levels of protection from which on everything takes two people, and nothing that was given before is read."""
ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when everybody has had their post at the beginning of a story."""


def day_of(moment: datetime) -> date:
    """The Swedish day of a moment."""
    return moment.astimezone(STOCKHOLM).date()


def after(day: date) -> datetime:
    """The moment at which a last day is over."""
    return midnight(day + timedelta(days=1))


@dataclass(frozen=True)
class Reader:
    """Somebody who might see something: their name, agency, unit, and whether they take in what comes in."""

    name: str
    agency: str
    unit: str
    takes_in: bool


@dataclass
class Post:
    """What somebody has been at their agency: since when, or not now; and each time before."""

    since: datetime | None = ALWAYS
    before: list[tuple[datetime, datetime]] = field(default_factory=list)

    def was_held(self, begins: datetime, end: datetime) -> bool:
        """Whether they held it at some moment of a time."""
        spans = [*self.before, *([] if self.since is None else [(self.since, datetime.max.replace(tzinfo=UTC))])]
        return any(first <= end and begins < last for first, last in spans)


@dataclass
class Matter:
    """A case: who is in it, where it stands, whom a conflict keeps out since when, and kept out from when to when.

    ``strangers`` bear the name of a counterpart; ``level`` is how closely its person is protected.
    """

    id: str
    kind: str
    person: str
    born: date | None
    guardians: tuple[str, ...]
    state: str
    history: list[tuple[str, date, int, datetime]] = field(default_factory=list)
    period: int = 1
    closed_on: date | None = None
    blocked: dict[str, datetime] = field(default_factory=dict)
    lifted: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    level: int = 0

    @property
    def takes_two(self) -> bool:
        """Whether nothing of it goes out by the word of one person."""
        return self.level >= TWO

    def is_closed_to(self, who: str) -> bool:
        """Whether somebody learns nothing of it: a conflict of interest, or a counterpart's name."""
        return who in self.blocked or who in self.strangers

    def givers(self, today: date) -> list[str]:
        """Whose consent is needed on a day."""
        if self.born is None:
            return ["subject"]
        age = today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))
        if age >= 18:
            return ["subject"]
        return [*(["subject"] if age >= 15 else []), *self.guardians]


@dataclass
class Consent:
    """What one person consented to."""

    id: str
    case: Matter
    giver: str
    agencies: frozenset[str]
    kinds: frozenset[str]
    first: date
    last: date
    ended: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return (self.ended is None or now < self.ended) and self.first <= day_of(now) <= self.last


@dataclass
class Given:
    """What somebody may see until a moment: a disclosure, a status permission, a participation.

    A disclosure that ``asks`` for an answer is read in the inbox alone; one ``by_two`` was decided by somebody else.
    A status permission keeps the name it tells, and at which ``level`` its person was protected then.
    """

    id: str
    case: Matter
    who: str
    begins: datetime
    until: date
    kinds: frozenset[str] = frozenset()
    rests_on: set[str] = field(default_factory=set)
    on_consent: bool = False
    ended: datetime | None = None
    content: bytes = b""
    name: str = ""
    states: frozenset[str] = frozenset()
    asks: bool = False
    by_two: bool = False
    level: int = 0

    def ends(self) -> datetime:
        limits = [after(self.until)] + ([] if self.ended is None else [self.ended])
        return min(limits)

    def holds(self, now: datetime) -> bool:
        return self.begins <= now < self.ends() and not self.case.is_closed_to(self.who)


@dataclass
class Wanted:
    """A disclosure that waits: for a decision, or to be given."""

    id: str
    case: Matter
    who: str
    until: date
    content: bytes
    saw: tuple[str, date, bool]
    state: str = "assessed"


@dataclass
class Handed:
    """What was handed over; ``given`` is the disclosure that it hands over, if it does."""

    id: str
    kind: str
    sender: str
    agency: str
    content: bytes
    unit: str | None = None
    person: str | None = None
    case: Matter | None = None
    kept: bool = False
    passed_to: str | None = None
    state: str = "sent"
    reply: tuple[str, str] = ("", "")
    told_by: str = ""
    given: Given | None = None
    at: datetime = ALWAYS

    @property
    def is_read(self) -> bool:
        """Whether its recipient may read what it says."""
        return self.state in {"opened", *TAKEN_ON}


@dataclass
class Absence:
    """Who stands in for whom until when."""

    id: str
    absent: str
    deputy: str
    until: datetime
    made: datetime = ALWAYS
