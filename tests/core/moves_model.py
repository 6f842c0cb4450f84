"""What may be seen of what moves between agencies, said once more in plain Python beside the program.

Nothing of the program's own rules is imported. Where this and the program disagree, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.core.policy_model import SHOWN_AFTER_CLOSING, STOCKHOLM, midnight

LINE = timedelta(days=30)
"""How long what has ended leaves a line on the police page."""
WAITING, TAKEN_ON = {"sent", "opened"}, {"accepted", "answered", "assessed"}


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
class Matter:
    """A case: who is in it, where it stands, whom a conflict keeps out since when, and kept out from when to when."""

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

    A disclosure that ``asks`` for an answer is read in the inbox alone.
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

    def ends(self) -> datetime:
        limits = [after(self.until)] + ([] if self.ended is None else [self.ended])
        return min(limits)

    def holds(self, now: datetime) -> bool:
        return self.begins <= now < self.ends() and self.who not in self.case.blocked


@dataclass
class Wanted:
    """A disclosure that waits: for a decision, or to be given."""

    id: str
    case: Matter
    who: str
    until: date
    content: bytes
    saw: tuple[str, date]
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

    @property
    def is_read(self) -> bool:
        """Whether its recipient may read what it says."""
        return self.state in {"opened", *TAKEN_ON} and not self.kept


@dataclass
class Absence:
    """Who stands in for whom until when."""

    id: str
    absent: str
    deputy: str
    until: datetime


class Model:
    """Everything that has happened, and what follows from it."""

    def __init__(self, readers: Iterable[Reader]) -> None:
        self.readers = {one.name: one for one in readers}
        self.cases: list[Matter] = []
        self.consents: dict[str, Consent] = {}
        self.disclosures: dict[str, Given] = {}
        self.waiting: dict[str, Wanted] = {}
        self.statuses: dict[str, Given] = {}
        self.parts: dict[str, Given] = {}
        self.handed: dict[str, Handed] = {}
        self.absences: list[Absence] = []

    # Consent ----------------------------------------------------------------------------------
    def covering(self, case: Matter, agency: str, kinds: Iterable[str], now: datetime) -> set[str] | None:
        """The consents on which telling it would rest, the latest first of each giver; None where somebody's lacks."""
        wanted, found = frozenset(kinds), set[str]()
        for giver in case.givers(day_of(now)):
            left = set(wanted)
            own = [one for one in self.consents.values() if one.case is case and one.giver == giver and one.holds(now)]
            for one in reversed(own):
                if agency in one.agencies and left & one.kinds:
                    left -= one.kinds
                    found.add(one.id)
            if left:
                return None
        return found

    def last_of(self, consents: Iterable[str]) -> date:
        """The first of some consents to end."""
        return min(self.consents[one].last for one in consents)

    def ends(self, consent: Consent, now: datetime) -> None:
        """A consent ends, and with it whatever rests on it."""
        consent.ended = now
        for given in (*self.disclosures.values(), *self.statuses.values(), *self.parts.values()):
            if consent.id in given.rests_on and given.ends() > now:
                given.ended = now

    def replaces(self, new: Consent, old: Consent, now: datetime) -> None:
        """A renewal carries what rested on the old one only where it gives all that, from today, as long."""
        more = new.agencies >= old.agencies and new.kinds >= old.kinds and new.last >= old.last
        if more and new.first <= day_of(now):
            for given in (*self.disclosures.values(), *self.statuses.values(), *self.parts.values()):
                if old.id in given.rests_on:
                    given.rests_on = (given.rests_on - {old.id}) | {new.id}
            old.ended = now
        else:
            self.ends(old, now)

    def blocks(self, case: Matter, who: str, now: datetime) -> None:
        """A conflict of interest keeps somebody out: what they were given ends, and never comes back."""
        case.blocked.setdefault(who, now)
        for given in (*self.disclosures.values(), *self.parts.values()):
            if given.case is case and given.who == who and given.ends() > now:
                given.ended = now

    # What is seen -----------------------------------------------------------------------------
    def status_end(self, one: Given) -> datetime:
        """When a status permission ends for everybody."""
        closed = one.case.closed_on
        return min([one.ends()] + ([] if closed is None else [midnight(closed + SHOWN_AFTER_CLOSING)]))

    def status(self, one: Given, who: str, now: datetime) -> str | date | None:
        """What the police are shown of a status permission: a state, the day it ended, or nothing at all."""
        blocked = [since for name, since in one.case.blocked.items() if name == who]
        blocked += [since for name, since, to in one.case.lifted if name == who and to >= one.begins]
        if any(since < one.begins for since in blocked):
            return None
        end = min([self.status_end(one), *blocked])
        if end <= now:
            return day_of(end) if now < end + LINE else None
        if one.on_consent and self.covering(one.case, "police", ["status"], now) is None:
            return None
        period = max((nr for _state, _day, nr, at in one.case.history if at <= one.begins), default=1)
        told = [(state, nr) for state, _day, nr, _at in one.case.history if nr >= period and state in one.states]
        return told[-1][0] if told else ""

    def received(self, one: Given, now: datetime) -> bool:
        """Whether a disclosure is read: it holds, and what it rests on is consented to by all who must, now."""
        agency = self.readers[one.who].agency
        return one.holds(now) and (not one.on_consent or self.covering(one.case, agency, one.kinds, now) is not None)

    def kinds_seen(self, one: Given, work: frozenset[str], now: datetime) -> frozenset[str]:
        """The kinds of facts that a participant sees now: of a case at work, each covered by everybody needed."""
        if not one.holds(now) or one.case.state not in work:
            return frozenset()
        agency = self.readers[one.who].agency
        return frozenset(kind for kind in one.kinds if self.covering(one.case, agency, [kind], now) is not None)

    def stands_in_for(self, who: str, now: datetime) -> set[str]:
        return {one.absent for one in self.absences if one.deputy == who and now < one.until}

    def reaches(self, who: str, one: Handed, now: datetime) -> bool:
        """Whether a handover has come to somebody, or to one they stand in for; a disclosure only to whom it names."""
        if one.given is not None:
            return who == one.given.who and self.received(one.given, now)
        if one.case is not None and who in one.case.blocked:
            return False
        return any(self._comes_to(self.readers[name], one) for name in {who, *self.stands_in_for(who, now)})

    @staticmethod
    def _comes_to(reader: Reader, one: Handed) -> bool:
        if reader.agency != one.agency:
            return False
        if reader.name in {one.person, one.passed_to}:
            return True
        return reader.takes_in and one.person is None and one.unit in {None, reader.unit}

    def sent(self, who: str, one: Handed, now: datetime) -> bool:
        """Whether somebody reads a handover as its sender; that of a disclosure is read in its case alone."""
        return one.given is None and one.sender in {who, *self.stands_in_for(who, now)}

    def live(self, work: frozenset[str], now: datetime) -> set[str]:
        """The ids of all that somebody can see now."""
        found = {one.id for one in self.disclosures.values() if self.received(one, now)}
        found |= {one.id for one in self.parts.values() if self.kinds_seen(one, work, now)}
        return found | {one.id for one in self.statuses.values() if isinstance(self.status(one, one.who, now), str)}
