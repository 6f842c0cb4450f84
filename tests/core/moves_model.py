"""What may be seen of what moves between agencies, said once more in plain Python beside the program.

Nothing of the program's own rules is imported. Where this and the program disagree, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tests.core.moves_things import FICTITIOUS, Absence, Consent, Given, Handed, Matter, Post, Reader, Wanted, day_of
from tests.core.policy_model import SHOWN_AFTER_CLOSING, midnight

LINE = timedelta(days=30)
"""How long what has ended leaves a line on the police page."""
WAITING = {"sent", "opened"}


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
        self.posts = {one: Post() for one in self.readers}

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

    def names(self, case: Matter, who: str, now: datetime) -> None:
        """A counterpart who bears somebody's name comes into a case: it is never theirs again."""
        case.strangers.add(who)
        for given in (*self.disclosures.values(), *self.parts.values()):
            if given.case is case and given.who == who and given.ends() > now:
                given.ended = now

    def protects(self, case: Matter, level: int, now: datetime) -> None:
        """Its person is protected more closely: what was given ends, but for what two decided below the last level."""
        case.level = level
        for given in (*self.disclosures.values(), *self.statuses.values(), *self.parts.values()):
            stays = given.by_two and level < FICTITIOUS
            if given.case is case and case.takes_two and not stays and given.ends() > now:
                given.ended = now

    def leaves(self, who: str, now: datetime) -> None:
        """Somebody leaves their agency; what was passed on to them is nobody's in particular again."""
        post = self.posts[who]
        if post.since is not None:
            post.before.append((post.since, now))
        post.since = None
        for one in self.handed.values():
            one.passed_to = None if one.passed_to == who else one.passed_to

    def has_held(self, who: str, since: datetime) -> bool:
        """Whether somebody has held their post without a break since a moment."""
        held = self.posts[who].since
        return held is not None and held <= since

    # What is seen -----------------------------------------------------------------------------
    def status_end(self, one: Given) -> datetime:
        """When a status permission ends for everybody."""
        closed = one.case.closed_on
        return min([one.ends()] + ([] if closed is None else [midnight(closed + SHOWN_AFTER_CLOSING)]))

    def status(self, one: Given, who: str, now: datetime) -> str | date | None:
        """What the police are shown of a status permission: a state, the day it ended, or nothing at all."""
        if self.posts[who].since is None or who in one.case.strangers:
            return None
        blocked = [since for name, since in one.case.blocked.items() if name == who]
        blocked += [since for name, since, to in one.case.lifted if name == who and to >= one.begins]
        if any(since < one.begins for since in blocked):
            return None
        end = min([self.status_end(one), *blocked])
        if end <= now:
            was_there = self.posts[who].was_held(one.begins, end)
            return day_of(end) if now < end + LINE and was_there else None
        if one.on_consent and self.covering(one.case, "police", ["status"], now) is None:
            return None
        period = max((nr for _state, _day, nr, at in one.case.history if at <= one.begins), default=1)
        told = [(state, nr) for state, _day, nr, _at in one.case.history if nr >= period and state in one.states]
        return told[-1][0] if told else ""

    @staticmethod
    def name_told(one: Given) -> str:
        """The name that a status permission tells: none of who is protected more closely than when it was given."""
        return one.name if one.case.level <= one.level else ""

    def received(self, one: Given, now: datetime) -> bool:
        """Whether a disclosure is read: it holds, and what it rests on is consented to by all who must, now."""
        agency = self.readers[one.who].agency
        right = one.holds(now) and self.has_held(one.who, one.begins) and (one.by_two or not one.case.takes_two)
        return right and (not one.on_consent or self.covering(one.case, agency, one.kinds, now) is not None)

    def kinds_seen(self, one: Given, work: frozenset[str], now: datetime) -> frozenset[str]:
        """The kinds of facts that a participant sees now: of a case at work, each covered by everybody needed."""
        if not one.holds(now) or one.case.state not in work or one.case.takes_two:
            return frozenset()
        if not self.has_held(one.who, one.begins):
            return frozenset()
        agency = self.readers[one.who].agency
        return frozenset(kind for kind in one.kinds if self.covering(one.case, agency, [kind], now) is not None)

    def stands_in_for(self, who: str, now: datetime) -> set[str]:
        """Whose inbox somebody has: while both have been at work since it was said."""
        going = [one for one in self.absences if one.deputy == who and now < one.until]
        return {one.absent for one in going if all(self.has_held(name, one.made) for name in (who, one.absent))}

    def reaches(self, who: str, one: Handed, now: datetime) -> bool:
        """Whether a handover has come to somebody, or to one they stand in for; a disclosure only to whom it names.

        What a case keeps has come to nobody any more: it is read there.
        """
        if one.kept:
            return False
        if one.given is not None:
            return who == one.given.who and self.received(one.given, now)
        if one.case is not None and one.case.takes_two:
            return False
        through = [name for name in {who, *self.stands_in_for(who, now)} if self._may_be_told(name, one)]
        return who in through and any(self._comes_to(self.readers[name], one) for name in through)

    @staticmethod
    def _may_be_told(who: str, one: Handed) -> bool:
        """Whether nothing keeps somebody from its case now, and no conflict has since it came, though it was lifted."""
        if one.case is None:
            return True
        once = any(name == who and to >= one.at for name, _since, to in one.case.lifted)
        return not once and not one.case.is_closed_to(who)

    def _comes_to(self, reader: Reader, one: Handed) -> bool:
        if reader.agency != one.agency or self.posts[reader.name].since is None:
            return False
        if reader.name == one.passed_to or (reader.name == one.person and self.has_held(reader.name, one.at)):
            return True
        return reader.takes_in and one.person is None and one.unit in {None, reader.unit}

    def sent(self, who: str, one: Handed, now: datetime) -> bool:
        """Whether somebody reads a handover as its sender; that of a disclosure is read in its case alone."""
        if self.posts[who].since is None or one.given is not None:
            return False
        if one.sender not in {who, *self.stands_in_for(who, now)}:
            return False
        if one.case is not None and {who, one.sender} & one.case.blocked.keys():
            return False
        return who == one.sender or one.case is None or who not in one.case.strangers

    def is_kept_from(self, who: str, one: Handed) -> bool:
        """Whether whoever sent it learns nothing of what its case did with it: they bear a counterpart's name."""
        return one.kept and one.case is not None and bool(one.case.strangers & {who, one.sender})

    def live(self, work: frozenset[str], now: datetime) -> set[str]:
        """The ids of all that somebody can see now."""
        found = {one.id for one in self.disclosures.values() if self.received(one, now)}
        found |= {one.id for one in self.parts.values() if self.kinds_seen(one, work, now)}
        return found | {one.id for one in self.statuses.values() if isinstance(self.status(one, one.who, now), str)}
