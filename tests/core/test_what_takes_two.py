"""What nobody does alone, as issue 3 has it: each is asked for, and not done before another has approved."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from casework.core import (
    access,
    activation,
    administration,
    approvals,
    case_exports,
    case_people,
    deciders,
    organisations,
    teams,
)
from casework.core.approval_kinds import KINDS
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.export_rules import Wanted
from casework.core.key_operations import orders
from casework.core.key_operations.orders import RESEAL, REWRAP, ROTATE, Operation
from casework.core.models import Approval, Person
from casework.core.permissions import Actor, Permission
from tests.core.asking import decide
from tests.worlds import KUMLA, REGISTRY, VUXEN, World


@dataclass(frozen=True)
class Deed:
    """One of them: who asks by which deed, the kinds it asks for, who approves, and whether it is done."""

    what: str
    by: str
    approver: str
    kind: str
    asks: Callable[[TenantSession, Actor, World, str], Approval | None]
    carried_out_in: str
    is_done: Callable[[World, str], bool]


def named(world: World, case: str) -> bool:
    with world.session() as session:
        return any(who.username == "sven" for _m, who in teams.members(session, world.get(session, case)))


def protection(world: World, case: str) -> int:
    with world.session() as session:
        return session.get_one(Person, (KUMLA, world.get(session, case).subject_id)).protection


def roles(world: World, who: str) -> set[str]:
    with world.session() as session:
        return {post.role for post in organisations.memberships_of(session, world.account(session, who))}


def fetched(world: World, case: str) -> bool:
    """Whether maja gets the copy that waits."""
    with world.acting("maja") as (session, maja):
        (made,) = case_exports.offer(session, maja, case).ordered
    try:
        with world.acting("maja") as (session, maja):
            case_exports.hand_out(session, REGISTRY, maja, made.id, case_exports.PAGE)
    except Refused:
        return False
    return True


def enabled(world: World, _case: str) -> bool:
    with world.session() as session:
        return activation.is_enabled(session, "avhoppare")


def covered(operation: Operation) -> Callable[[World, str], bool]:
    def is_covered(world: World, _case: str) -> bool:
        with world.session() as session:
            return orders.is_covered(session, operation)

    return is_covered


def export(session: TenantSession, actor: Actor, world: World, case: str) -> Approval | None:
    subject = world.get(session, case).subject_id or ""
    return case_exports.order(session, REGISTRY, actor, case, Wanted("extract", subject, assessment="Prövat"))[1]


def ask_to_decide(session: TenantSession, actor: Actor, world: World, case: str) -> Approval | None:
    return deciders.ask(session, REGISTRY, actor, case, "close", world.ids["vilma"], [], "Besluta")[1]


def asked_to_decide(world: World, case: str) -> bool:
    """Whether vilma sees the case, as the colleague who is asked to decide."""
    with world.acting("vilma") as (session, vilma):
        return access.is_reached(session, vilma, Permission.CASE_OPEN, case)


MOVE = Operation(REWRAP, "installation", "", {"to": "file", "renew": True})
DEEDS = [
    Deed(
        "naming somebody in a protected person's case", "vilma", "fia", "case:name",
        lambda s, a, w, case: teams.name(s, a, case, w.ids["sven"], "reader", may_unseal=False),
        "casework.core.teams", named,
    ),
    Deed(
        "giving somebody a protected person's case", "vilma", "fia", "case:assign",
        lambda s, a, w, case: teams.assign(s, a, case, w.ids["sven"]),
        "casework.core.teams", named,
    ),
    Deed(
        "asking a colleague to decide in a protected person's case", "maja", "fia", "case:decide",
        ask_to_decide, "casework.core.deciders", asked_to_decide,
    ),
    Deed(
        "lowering a protection level", "maja", "fia", "person:lower",
        lambda s, a, w, case: case_people.lower_protection(s, a, case, 0),
        "casework.core.case_people", lambda world, case: protection(world, case) == 0,
    ),
    Deed(
        "granting a role in cases", "lo", "leo", "account:grant",
        lambda s, a, w, case: administration.grant(s, a, w.ids["sven"], "team_lead", "EC", w.units[KUMLA, VUXEN]),
        "casework.core.administration", lambda world, case: "team_lead" in roles(world, "sven"),
    ),
    Deed(
        "enabling an area", "lo", "leo", "area:enable",
        lambda s, a, w, case: activation.enable(s, REGISTRY, a, "avhoppare"),
        "casework.core.activation", enabled,
    ),
    Deed(
        "rotating the keys", "lo", "leo", ROTATE,
        lambda s, a, w, case: orders.order_rotation(s, a),
        "casework.core.key_operations.orders", covered(Operation(ROTATE, "municipality", KUMLA)),
    ),
    Deed(
        "sealing everything anew", "lo", "leo", RESEAL,
        lambda s, a, w, case: orders.order_resealing(s, a),
        "casework.core.key_operations.orders", covered(Operation(RESEAL, "municipality", KUMLA)),
    ),
    Deed(
        "moving the keys", "lo", "leo", REWRAP,
        lambda s, a, w, case: orders.order_move(s, a, "file", renew=True),
        "casework.core.key_operations.orders", covered(MOVE),
    ),
    Deed(
        "exporting a protected person", "maja", "fia", "case:export",
        export, "casework.core.case_exports", fetched,
    ),
]  # fmt: skip
every_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.what)


@pytest.fixture
def case(world):
    with world.session() as session:
        found = activation.current(session)["avhoppare"]
    case = world.case("maja", protection=2)
    with world.acting("lo") as (session, lo):
        activation.disable(session, lo, found.area)
    world.clock.move(seconds=1)
    return case


def asked(world: World, deed: Deed, case: str) -> Approval:
    with world.acting(deed.by) as (session, actor):
        made = deed.asks(session, actor, world, case)
    assert made is not None and (made.kind, made.state) == (deed.kind, "waiting")
    return made


@every_deed
def test_it_is_asked_for_and_not_done_until_another_has_approved_and_then_it_is(world, case, deed):
    waiting = asked(world, deed, case)
    assert not deed.is_done(world, case)
    with pytest.raises((Refused, NotFound)), world.acting(deed.by) as (session, actor):
        approvals.decide(session, REGISTRY, actor, waiting.id, granted=True)
    assert not deed.is_done(world, case)
    assert decide(world, waiting, deed.approver) == "used"
    assert deed.is_done(world, case)


@every_deed
def test_what_another_refuses_is_not_done(world, case, deed):
    assert decide(world, asked(world, deed, case), deed.approver, granted=False) == "refused"
    assert not deed.is_done(world, case)


@every_deed
def test_it_is_carried_out_by_a_function_beside_its_deed_that_nobody_else_calls(deed):
    carries_out: Any = approvals._DEEDS[deed.kind]
    assert (carries_out.__module__, carries_out.__name__[0]) == (deed.carried_out_in, "_")
    source = inspect.getsource(inspect.getmodule(carries_out) or carries_out)
    assert source.count(f"{carries_out.__name__}(") == 1  # its definition


def test_every_other_kind_is_about_an_account():
    assert set(KINDS) - {deed.kind for deed in DEEDS} == {"account:reopen", "account:reset"}
