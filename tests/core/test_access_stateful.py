"""Whatever is done in whatever order, single read, list, search and the recomputed table agree with a plain model."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from casework.contract import Level
from casework.core import cases, clock, conflicts, deciders, emergencies, sharing, steps, teams
from casework.core.errors import NotFound, Refused
from casework.core.models import ConflictBlock
from tests.core.access_invariants import READERS, Invariants
from tests.core.policy_model import ModelCase, Place, Shared
from tests.databases import Databases, Kind
from tests.worlds import BARN, PEOPLE, REGISTRY, VUXEN, World, found

OFFICERS = ("maja", "fia", "ulf", "vilma", "berta")
STEPS = ("begin_assessment", "do_not_open", "pause", "resume", "close", "reopen", "protection.start_protection")
LEAST = {"do_not_open": Level.FS, "pause": Level.FS, "resume": Level.FS, "close": Level.FS, "reopen": Level.FS}
RANKS = {who: PEOPLE[who][2].rank for who in OFFICERS}
PARTS = 16 if os.environ.get("CASEWORK_PROVE") == "1" else 8
"""Into how many parts the examples are dealt out on each database, so that none is longer than a proof may be."""
nth = st.integers(0, 9)


class Casework(Invariants):
    """Kumla, with a handful of cases and people who come and go in them."""

    databases: ClassVar[Databases]
    kind: ClassVar[Kind]
    folder: ClassVar[Path]
    numbers: ClassVar = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.made = contextlib.ExitStack()
        data = self.folder / f"example{next(self.numbers)}"
        data.mkdir()
        self.world = World(self.made.enter_context(self.databases.migrated(self.kind, data, found)))
        self.cases: dict[str, ModelCase] = {}

    def teardown(self) -> None:
        self.world.installation.engine.dispose()
        self.made.close()

    def one(self, which: int) -> tuple[str, ModelCase]:
        return list(self.cases.items())[which % len(self.cases)]

    # What may happen --------------------------------------------------------------------------
    @initialize()
    def begin_with_a_case_that_is_worked_on(self):
        self.register(VUXEN)
        self.assign(0, "vilma", "maja")
        self.name(0, "fia", "co_officer", 24 * 30)

    @precondition(lambda self: len(self.cases) < 3)
    @rule(unit=st.sampled_from([VUXEN, BARN]))
    def register(self, unit):
        case = self.world.case(None, unit=unit)
        with self.world.session() as session:
            number = self.world.get(session, case).number  # of this year or of the next: the clock moves by months
        self.cases[case] = ModelCase(number, unit)

    @rule(hours=st.sampled_from([1, 3, 24, 24 * 20, 24 * 31]))
    def move_the_clock(self, hours):
        self.world.clock.move(hours=hours)

    @precondition(lambda self: self.cases)
    @rule(which=nth, by=st.sampled_from(["vilma", "berta", "ida"]), who=st.sampled_from(OFFICERS))
    def assign(self, which, by, who):
        id_, case = self.one(which)
        with self.as_allowed(self.may(by, "case:assign", case), by != who and who not in case.blocked):
            with self.world.acting(by) as (session, actor):
                teams.assign(session, actor, id_, self.world.ids[who])
            for name in {who, case.officer} - {None}:
                case.leaves(name, self.now)
            case.team.append(Place(who, "officer", self.now))
            case.officer = who

    @precondition(lambda self: self.cases)
    @rule(
        which=nth,
        who=st.sampled_from(OFFICERS),
        role=st.sampled_from(["co_officer", "reader"]),
        hours=st.sampled_from([1, 24, 24 * 30]),
    )
    def name(self, which, who, role, hours):
        id_, case = self.one(which)
        by, until = ("vilma" if case.unit == VUXEN else "berta"), self.now + timedelta(hours=hours)
        there = any(one.who == who and one.holds(self.now) for one in case.team)
        with self.as_allowed(self.may(by, "case:assign", case), by != who and who not in case.blocked and not there):
            with self.world.acting(by) as (session, actor):
                given = {"may_unseal": True, "valid_until": until}
                teams.name(session, actor, id_, self.world.ids[who], role, **given)
            case.team.append(Place(who, role, self.now, until))

    @precondition(lambda self: any(case.team for case in self.cases.values()))
    @rule(which=nth, member=nth)
    def end(self, which, member):
        id_, case = self.one(which)
        live = [one for one in case.team if one.holds(self.now)]
        by = "vilma" if case.unit == VUXEN else "berta"
        if not live or not self.may(by, "case:assign", case):
            return
        who = live[member % len(live)].who
        with self.world.acting(by) as (session, actor):
            rows = teams.members(session, self.world.get(session, id_))
            row = next(one for one, account in rows if account.username == who)
            teams.end(session, actor, id_, row.id)
        case.leaves(who, self.now)

    @precondition(lambda self: self.cases)
    @rule(which=nth, who=st.sampled_from([*READERS, "erik"]))
    def block(self, which, who):
        id_, case = self.one(which)
        by = "vilma" if case.unit == VUXEN else "berta"
        with self.as_allowed(self.may(by, "case:assign", case), by != who):
            with self.world.acting(by) as (session, actor):
                teams.block(session, actor, id_, self.world.ids[who])
            case.shuts_out(who, self.now)

    @precondition(lambda self: any(case.blocked for case in self.cases.values()))
    @rule(which=nth, by=st.sampled_from(["vilma", "berta", "ida"]), whom=nth)
    def lift(self, which, by, whom):
        id_, case = self.one(which)
        if not case.blocked:
            return
        who = sorted(case.blocked)[whom % len(case.blocked)]
        with self.world.acting("vilma" if case.unit == VUXEN else "berta") as (session, _actor):
            standing = select(ConflictBlock.id).where(ConflictBlock.case_id == id_, ConflictBlock.lifted_at.is_(None))
            block = session.scalars(standing.where(ConflictBlock.account_id == self.world.ids[who])).one()
        with self.as_allowed(self.may(by, "conflict:lift", case), True):
            with self.world.acting(by) as (session, actor):
                conflicts.lift(session, actor, id_, block, "Inget jäv")
            case.blocked.remove(who)

    @precondition(lambda self: self.cases)
    @rule(which=nth)
    def break_the_glass(self, which):
        id_, case = self.one(which)
        right = "jon" not in case.blocked and not self.may("jon", "case:read", case)
        with self.as_allowed(True, right):
            with self.world.acting("jon") as (session, jon):
                assert emergencies.enter(session, jon, case.number, "danger", "Larm").id == id_
            for place in (one for other in self.cases.values() for one in other.emergencies):
                place.ends = min(place.ends, self.now)  # nobody has two cases open in an emergency
            case.emergencies.append(Place("jon", "emergency", self.now, self.now + timedelta(hours=1)))

    @precondition(lambda self: self.cases)
    @rule(which=nth, by=st.sampled_from(OFFICERS), who=st.sampled_from(OFFICERS), step=nth)
    def ask_for_a_decision(self, which, by, who, step):
        id_, case = self.one(which)
        step = self.step_from_here(id_, step)
        least = LEAST.get(step, Level.H).rank
        right = RANKS[by] < least <= RANKS[who] and by != who and who not in case.blocked
        there = self.may(by, "case:write", case) and self.leads_on(id_, step)
        with self.as_allowed(there, right):
            with self.world.acting(by) as (session, actor):
                deciders.ask(session, REGISTRY, actor, id_, step, self.world.ids[who], [], "Beslut")
            case.asked.append(Place(who, step, self.now, self.now + timedelta(days=30)))

    @precondition(lambda self: any(case.asked for case in self.cases.values()))
    @rule(which=nth, asked=nth)
    def take_a_question_back(self, which, asked):
        id_, case = self.one(which)
        live = [one for one in case.asked if one.holds(self.now)]
        if not live or not self.may("maja", "case:write", case):
            return
        who = live[asked % len(live)].who
        with self.world.acting("maja") as (session, maja):
            rows = teams.deciders(session, self.world.get(session, id_))
            row = next(one for one, account in rows if account.username == who)
            deciders.withdraw(session, maja, id_, row.id)
        next(one for one in live if one.who == who and one.what == row.transition).ends = self.now

    @precondition(lambda self: self.cases)
    @rule(which=nth, by=st.sampled_from(OFFICERS), step=nth)
    def take_a_step(self, which, by, step):
        id_, case = self.one(which)
        step = self.step_from_here(id_, step)
        try:
            moved = self.world.take(by, id_, step, reason="Skälet")
        except (NotFound, Refused):
            return
        assert self.may(by, "case:write", case) or any(
            o.who == by and o.what == step and o.holds(self.now) for o in case.asked
        )
        for one in case.asked:
            if one.holds(self.now) and (one.what == step or not self.leads_on(id_, one.what)):
                one.ends = self.now
        if moved.is_open:
            for shared in case.shared.values():
                if not shared.holds(self.now, case.closed_on):
                    shared.over = self.now
        case.closed_on = None if moved.is_open else clock.today(self.now)

    @precondition(lambda self: self.cases)
    @rule(which=nth, days=st.sampled_from([0, 1, 40]))
    def permit_the_status(self, which, days):
        id_, case = self.one(which)
        until = clock.today(self.now) + timedelta(days=days)
        with self.as_allowed(self.may("maja", "case:write", case), True):
            shared = self.world.permit(id_, until=until)
            case.shared[shared.reference] = Shared("police", self.now, shared.valid_until)

    @precondition(lambda self: any(case.shared for case in self.cases.values()))
    @rule(which=nth)
    def revoke(self, which):
        id_, case = self.one(which)
        if not case.shared or not self.may("maja", "case:write", case):
            return
        with self.world.acting("maja") as (session, maja):
            for shared, _end in sharing.of_case(session, self.world.get(session, id_))[:1]:
                sharing.revoke(session, maja, id_, shared.id)
                case.shared[shared.reference].over = self.now

    def step_from_here(self, case_id: str, which: int) -> str:
        with self.world.session() as session:
            state = self.world.get(session, case_id).state
        keys = {steps.key_of(one) for one in self.world.kind.workflow.transitions if one.source in {state, None}}
        found_ = sorted(keys & set(STEPS))
        return found_[which % len(found_)]

    def leads_on(self, case_id: str, step: str) -> bool:
        """Whether a step leads on from where the case stands: a main step from its state, the track's from any open."""
        with self.world.session() as session:
            case = self.world.get(session, case_id)
            if step == "protection.start_protection":
                return case.is_open and "protection" not in cases.tracks(session, case)
            flow = self.world.kind.workflow
            return any(steps.key_of(one) == step and one.source == case.state for one in flow.transitions)

    @contextlib.contextmanager
    def as_allowed(self, reached: bool, right: bool):
        """The deed ends as the model says: done, or refused, or as if the case did not exist."""
        if reached and right:
            yield
        else:
            with pytest.raises(NotFound if not reached else Refused):
                yield


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_access_is_the_same_in_every_way_whatever_was_done(databases, database_kind, tmp_path, part, size, figures):
    seed = int(os.environ.get("CASEWORK_SEED", size(20261124 + part, random.randrange(2**32))))
    print(f"CASEWORK_SEED={seed}")  # noqa: T201 shown with a failure, to repeat it
    chosen = {"databases": databases, "kind": database_kind, "folder": tmp_path}
    machine = hypothesis.seed(seed)(type("Casework", (Casework,), chosen))
    many = size({"sqlite": 2, "postgres": 1}, {"sqlite": 25, "postgres": 4})[database_kind]
    how = settings(
        max_examples=many,
        stateful_step_count=size(20, 50),
        deadline=None,
        database=None,
        print_blob=True,
        phases=size((Phase.generate,), tuple(Phase)),  # a failure is made small under 'prove' only: it takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)
    figures |= {"seed": seed, "examples": many}


def test_the_steps_the_machine_takes_are_steps_of_the_workflow():
    flow = REGISTRY.areas["avhoppare"].case_type("avhopp").workflow
    assert set(STEPS) <= {steps.key_of(one) for one in flow.transitions}
