"""Two who decide the same at the same moment: exactly one does, and what is done is done once."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from casework.core import activation, approvals, teams
from casework.core.errors import Conflict, Refused
from casework.core.models import Activation, Approval, CaseMember
from tests.core.at_once import at_once
from tests.worlds import REGISTRY, World

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"])  # SQLite has one writer at a time
ROUNDS = 8


def ask(world: World, case: str, who: str) -> Approval:
    with world.acting("vilma") as (session, vilma):
        asked = teams.name(session, vilma, case, world.ids[who], "reader", may_unseal=False)
    assert asked is not None
    return asked


def decide(world: World, by: str, approval: Approval, *, granted: bool = True) -> str:
    with world.acting(by) as (session, actor):
        return approvals.decide(session, REGISTRY, actor, approval.id, granted=granted).approval.state


def named(world: World, case: str, who: str) -> int:
    with world.session() as session:
        query = select(CaseMember.id).where(CaseMember.case_id == case, CaseMember.account_id == world.ids[who])
        return len(session.scalars(query).all())


def test_of_three_who_approve_at_once_exactly_one_does(world):
    for _round in range(ROUNDS):
        case = world.case("maja", protection=2)
        asked = ask(world, case, "sven")
        results = at_once(*(partial(decide, world, by, asked) for by in ("fia", "ulf", "berta")))
        assert sorted(map(str, results))[2] == "used" and results.count("used") == 1
        assert sum(isinstance(one, Refused) for one in results) == 2
        assert named(world, case, "sven") == 1


def test_approved_and_refused_or_taken_back_at_once_is_one_of_them(world):
    for nth in range(ROUNDS):
        case = world.case("maja", protection=2)
        asked = ask(world, case, "sven")

        def back(asked: Approval = asked) -> str:
            with world.acting("vilma") as (session, vilma):
                approvals.take_back(session, vilma, asked.id)
            return "withdrawn"

        def no(asked: Approval = asked) -> str:
            return decide(world, "berta", asked, granted=False)

        results = at_once(partial(decide, world, "fia", asked), back if nth % 2 else no)
        assert sum(isinstance(one, Refused) for one in results) == 1
        assert named(world, case, "sven") == (1 if results[0] == "used" else 0)


def test_somebody_blocked_in_the_same_moment_is_not_in_the_team_afterwards(world):
    for _round in range(ROUNDS):
        case = world.case("maja", protection=2)
        asked = ask(world, case, "sven")

        def block(case: str = case) -> str:
            with world.acting("vilma") as (session, vilma):
                teams.block(session, vilma, case, world.ids["sven"])
            return "blocked"

        results = at_once(partial(decide, world, "fia", asked), block)
        assert all(isinstance(one, str | Conflict | Refused) for one in results), results
        with world.session() as session:
            row = world.get(session, case)
            members = {account.username for _member, account in teams.members(session, row)}
            assert not (world.ids["sven"] in teams.blocked(session, row) and "sven" in members)


def test_an_area_approved_twice_at_once_is_switched_on_once(world):
    with world.acting("lo") as (session, lo):
        activation.disable(session, lo, "avhoppare")
    world.clock.move(minutes=1)
    asked = []
    for by in ("lo", "leo"):
        try:
            with world.acting(by) as (session, actor):
                one = activation.enable(session, REGISTRY, actor, "avhoppare")
            assert one is not None
            asked.append(one)
        except Refused:
            continue
    assert len(asked) == 1  # the same waits already
    results = at_once(*(partial(decide, world, "leo", asked[0]) for _nth in range(2)))
    assert results.count("used") == 1
    with world.session() as session:
        live = session.scalars(select(Activation).where(Activation.disabled_at.is_(None))).all()
        assert len(live) == 1
