"""Steps of a story: who leaves their agency and comes back, who must not know, and who is protected more closely."""

from __future__ import annotations

from casework.contract import Level
from casework.core import administration, case_people, leaving, organisations
from casework.core.permissions import OPERATOR, Role
from casework.core.registration import Identified
from tests.core.moves_seen import AT_WORK
from tests.core.moves_story import MORE, OUTSIDE, Story
from tests.core.moves_things import FICTITIOUS, TWO
from tests.worlds import PEOPLE, personal_number


class People(Story):
    """Whom something may no longer come to, whatever was given them."""

    def leave(self) -> None:
        there = [who for who in OUTSIDE if self.model.posts[who].since is not None]
        who = self.chance.choice(there) if there else None
        if who is None:
            return
        before = self.model.live(AT_WORK, self.now)
        with self.world.acting("lo") as (session, lo):
            for post in organisations.memberships_of(session, self.world.account(session, who)):
                administration.end(session, lo, post.id)
        self.model.leaves(who, self.now)
        self.counted["left"] += 1
        self.counted["stopped by leaving"] += len(before - self.model.live(AT_WORK, self.now))

    def return_(self) -> None:
        gone = [who for who in OUTSIDE if self.model.posts[who].since is None]
        if gone:
            who = self.chance.choice(gone)
            unit = MORE[who][1] if who in MORE else PEOPLE[who][3]
            role = Role.PARTNER if who in MORE else PEOPLE[who][1]
            with self.world.session() as session:
                account, made = (
                    self.world.account(session, who),
                    organisations.unit(session, self.model.readers[who].agency, unit),
                )
                leaving.end_places(session, OPERATOR, account.id)
                organisations.grant(session, OPERATOR, account, role, made, Level.H)
            self.model.posts[who].since = self.now
            self.counted["returned"] += 1

    def name_counterpart(self) -> None:
        """Somebody outside bears the name of who is entered as counterpart."""
        case, who = self.case(), self.chance.choice(OUTSIDE)
        if case.closed_on is not None or who in case.strangers:
            return
        name = MORE[who][0] if who in MORE else PEOPLE[who][0]
        with self.world.acting("maja") as (session, maja):
            self.world.people += 1
            one = Identified(personal_number(self.world.people).digits, name, 0)
            case_people.add(session, maja, case.id, one, "counterpart", may_not_know=False)
        self.model.names(case, who, self.now)
        self.counted["counterpart named"] += 1

    def protect(self) -> None:
        """The person of a case is protected more closely; the last case is left as it is, so that a story goes on."""
        case = self.chance.choice(self.model.cases[:-1])
        level = self.chance.choice([1, TWO, FICTITIOUS])
        if case.closed_on is not None or level <= case.level:
            return
        with self.world.acting("maja") as (session, maja):
            case_people.raise_protection(session, maja, case.id, level)
        self.model.protects(case, level, self.now)
        self.counted["protected"] += 1
