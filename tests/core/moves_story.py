"""One story of what moves between agencies: its people, and what is held against the model after each step."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from casework.contract import Level
from casework.core import access_rows, accounts, audit_verification, organisations
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.permissions import OPERATOR, Role
from tests.core.consenting import born, child, parts
from tests.core.moves_model import Model
from tests.core.moves_seen import AT_WORK, expected, kept, seen, written
from tests.core.moves_things import Matter, Reader, day_of
from tests.core.taking_part import ready, sspf
from tests.worlds import KUMLA, PEOPLE, UNITS, World

T = TypeVar("T")
MORE = {"pelle": ("Pelle Skollind", "Skola", "school"), "rut": ("Rut Fritidsson", "Fritid", "recreation")}
"""A colleague of Pia's at school, and somebody of recreation."""
OUTSIDE = ("erik", "pia", "pelle", "rut")
WITHIN = ("maja", "sven", "ulf", "ida", "jon")
TAKING_IN = {*OUTSIDE, "ida", "jon"}
BIRTHDAY = 9
"""Days until two of the young people turn fifteen."""


def readers() -> list[Reader]:
    """Everybody whose reading is compared with the model."""
    units = {who: (UNITS[PEOPLE[who][3]], PEOPLE[who][3]) for who in (*OUTSIDE, *WITHIN) if who in PEOPLE}
    units |= {who: (agency, unit) for who, (_name, unit, agency) in MORE.items()}
    return [Reader(who, *units[who], who in TAKING_IN) for who in (*OUTSIDE, *WITHIN)]


class Story:
    """A world, its model, and the one way to do something in both."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance, self.model = ready(world), chance, Model(readers())
        self.counted, self.marks = Counter[str](), 0
        self.world.ids |= self.more_people()
        self.units = {one.name: self.world.units.get((KUMLA, one.unit)) for one in readers()}
        adult, young = self.world.case("maja"), child(self.world, 15, days=BIRTHDAY)
        of_school = sspf(self.world, 15, days=BIRTHDAY, state="plan")
        for id_ in (adult, young):
            self.world.name(id_, "fia", "co_officer")
        self.add(adult, "avhopp", "Gösta Exempelsson", None, "received")
        self.add(young, "avhopp", "Ung Mallsson", born(15, days=BIRTHDAY), "received")
        self.add(of_school, "sspf", "Nova Mocksson", born(15, days=BIRTHDAY), "plan")
        self.before = written(self.world)

    def more_people(self) -> dict[str, str]:
        """The ids of those who are in no other test's world."""
        found = {}
        with self.world.installation.session(None) as session:
            employer = organisations.organisation(session, "Kumla kommun", KUMLA)
            for who, (name, _unit, _agency) in MORE.items():
                account = accounts.add(session, OPERATOR, who, name, employer)
                organisations.add_door(account, KUMLA)
                found[who] = account.id
        self.world.ids |= found
        with self.world.session() as session:
            for who, (_name, unit, agency) in MORE.items():
                made = organisations.unit(session, agency, unit)
                self.world.units[KUMLA, unit] = made.id
                organisations.grant(session, OPERATOR, self.world.account(session, who), Role.PARTNER, made, Level.H)
        return found

    def add(self, id_: str, kind: str, person: str, birth: date | None, state: str) -> None:
        guardians = tuple(f"guardian {nth}" for nth in range(len(parts(self.world, id_, "guardian"))))
        matter = Matter(id_, kind, person, birth, guardians, state)
        matter.history.append((state, day_of(self.now), 1, self.now))
        self.model.cases.append(matter)

    # What every step uses ---------------------------------------------------------------------
    @property
    def now(self) -> Any:
        return self.world.clock.now

    @property
    def today(self) -> date:
        return day_of(self.now)

    def in_days(self, *choices: int) -> date:
        return self.today + timedelta(days=self.chance.choice(choices))

    def mark(self) -> str:
        self.marks += 1
        return f"märke {self.marks}"

    def case(self, kind: str = "") -> Matter:
        return self.chance.choice([one for one in self.model.cases if kind in {"", one.kind}])

    def one(self, of: dict[str, T], when: Callable[[T], bool] = lambda _one: True) -> tuple[str, T] | None:
        """One of some things, more often one that a step applies to."""
        apt = [pair for pair in of.items() if when(pair[1])]
        if apt and self.chance.random() < 0.8:
            return self.chance.choice(apt)
        return self.chance.choice(list(of.items())) if of else None

    def goes(self, what: str, right: bool, deed: Callable[[], T]) -> T | None:
        """Do something that the model lets happen, or must be refused."""
        made, refusal = None, None
        try:
            made = deed()
        except (Conflict, NotFound, Refused) as error:
            refusal = error
        assert (refusal is None) is right, (what, refusal, getattr(refusal, "refusals", ()))
        self.counted[what if right else "refused"] += 1
        return made

    def does(self, what: str, deed: Callable[[], T]) -> T:
        """Do something that nothing hinders."""
        made = self.goes(what, True, deed)
        assert made is not None
        return made

    # Time, and what is compared ---------------------------------------------------------------
    def pass_time(self) -> None:
        before = self.model.live(AT_WORK, self.now)
        spans: list[dict[str, float]] = [{"minutes": 30}, {"hours": 7}, {"days": 1}, {"days": 3}, {"days": 11}]
        self.world.clock.move(**self.chance.choice(spans))
        self.counted["clock moved"] += 1
        self.counted["expired"] += len(before - self.model.live(AT_WORK, self.now))

    def compare(self, what: str) -> None:
        """Nobody reaches anything more or less than the model says; what was done is as it was."""
        for who in self.model.readers:
            right, found = expected(self.model, who, self.now), seen(self.world, self.model, who)
            assert found == right, (what, who, "more:", found - right, "less:", right - found)
            self.counted["looks"] += 1
            self.counted["with something to see"] += len(right) > 1
        told = {id_: one.content for id_, one in self.model.disclosures.items()}
        assert kept(self.world, self.model) == told, what
        after = written(self.world)
        for place, value in self.before.items():
            assert value is None or after.get(place) == value, (what, place)
        self.before = after

    def at_the_end(self) -> None:
        with self.world.session() as session:
            assert audit_verification.faults(session) == []
            assert access_rows.differences(session) == []
