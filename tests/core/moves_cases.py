"""Steps of a story: conflicts of interest, and the cases' own steps, which end what rests on where a case stands."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import conflicts, persons, steps, teams
from casework.core.errors import NotFound, Refused
from casework.core.models import Case, ConflictBlock
from tests.core.moves_seen import AT_WORK
from tests.core.moves_story import OUTSIDE, Story
from tests.core.moves_things import Matter
from tests.core.taking_part import BOTH
from tests.worlds import personal_number

STEPS = ("begin_assessment", "close", "pause", "reopen", "resume")


class Cases(Story):
    """Where the cases stand, and who is kept out of them."""

    def block(self) -> None:
        case, who = self.case(), self.chance.choice([*OUTSIDE, "sven", "ida"])
        with self.world.acting("vilma") as (session, vilma):
            teams.block(session, vilma, case.id, self.world.ids[who])
        self.model.blocks(case, who, self.now)
        self.counted["blocked"] += 1

    def lift(self) -> None:
        blocked = [(case, who) for case in self.model.cases for who in case.blocked]
        if blocked:
            case, who = self.chance.choice(blocked)
            with self.world.acting("vilma") as (session, vilma):
                query = select(ConflictBlock.id).where(
                    ConflictBlock.case_id == case.id, ConflictBlock.lifted_at.is_(None)
                )
                id_ = session.scalars(query.where(ConflictBlock.account_id == self.world.ids[who])).one()
                conflicts.lift(session, vilma, case.id, id_, "Inget jäv")
            case.lifted.append((who, case.blocked.pop(who), self.now))
            self.counted["lifted"] += 1

    def guardian(self) -> None:
        """One more guardian is registered, whose consent is needed from then on."""
        case = self.case()
        if case.born is None or len(case.guardians) > 2:
            return
        with self.world.acting("maja") as (session, maja):
            self.world.people += 1
            one = persons.add(session, maja, "Tredje Förälder", personal_number(self.world.people))
            persons.put_in_case(session, self.world.get(session, case.id), one, "guardian")
        case.guardians = (*case.guardians, f"guardian {len(case.guardians)}")
        self.counted["guardian added"] += 1

    def step(self) -> None:
        case = self.case()
        key = self.leading_on(case)
        try:
            moved = None if key is None else self.taken(case, key)
        except (NotFound, Refused):
            return
        if moved is not None:
            self.came_to(case, moved)

    def leading_on(self, case: Matter) -> str | None:
        """A step that leads on from where a case stands; the one that ends the work with the school seldom."""
        school = case.kind == "sspf"
        kind = BOTH.areas["barn_unga"].case_type("sspf") if school else self.world.kind
        names = ("withdraw" if self.chance.random() < 0.15 else "follow_up",) if school else STEPS
        found = [one for one in kind.workflow.transitions if one.source in {case.state, None} and one.track is None]
        keys = sorted(steps.key_of(one) for one in found if one.name in names)
        return self.chance.choice(keys) if keys else None

    def taken(self, case: Matter, key: str) -> Case:
        if case.kind == "avhopp":
            return self.world.take("fia", case.id, key, reason="Skälet")
        with self.world.acting("maja") as (session, maja):
            seen = self.world.get(session, case.id).version
            return steps.take(session, BOTH, maja, case.id, key, seen_version=seen, reason="Skälet")

    def came_to(self, case: Matter, moved: Case) -> None:
        """What follows from a step: what had ended with a closed case stays ended, and nobody takes part any more."""
        self.counted["closed" if not moved.is_open else "step taken"] += 1
        if moved.is_open:
            for one in self.model.statuses.values():
                if one.case is case and one.ended is None and self.model.status_end(one) <= self.now:
                    one.ended = self.model.status_end(one)
        case.period += case.closed_on is not None and moved.is_open
        case.closed_on, case.state = (None if moved.is_open else self.today), moved.state
        case.history.append((moved.state, self.today, case.period, self.now))
        if case.kind == "sspf" and case.state not in AT_WORK:  # what everybody consented to ends with the work
            for given in self.model.consents.values():
                if given.case is case and given.ended is None and given.last >= self.today:
                    self.model.ends(given, self.now)
        for part in self.model.parts.values():
            if part.case is case and case.state not in AT_WORK and part.ends() > self.now:
                part.ended = self.now
