"""Conflict of interest: a block hides the case in every way there is, until a lead lifts it for a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import access, access_rows, cases, conflicts, deciders, search, shared_status, teams
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, ConflictBlock
from casework.core.permissions import REACHED_BY
from tests.worlds import REGISTRY, World


def block(world: World, case: str, who: str, by: str = "vilma") -> str:
    with world.acting(by) as (session, actor):
        teams.block(session, actor, case, world.ids[who])
        return next(one.block.id for one in conflicts.of_case(session, actor, case) if one.block.lifted_at is None)


def lift(world: World, case: str, block_id: str, by: str = "vilma", reason: str = "Rätt person, inget jäv") -> None:
    with world.acting(by) as (session, actor):
        conflicts.lift(session, actor, case, block_id, reason)


def sees(world: World, who: str, case: str) -> bool:
    with world.acting(who) as (session, actor):
        return any(access.is_reached(session, actor, one, case) for one in REACHED_BY)


def test_a_block_stands_until_it_is_lifted_and_lifting_lets_nobody_in(world):
    case = world.case("maja")
    block_id = block(world, case, "maja")
    world.clock.move(days=400)
    assert not sees(world, "maja", case)
    lift(world, case, block_id)
    assert not sees(world, "maja", case)
    with world.acting("vilma") as (session, vilma):
        teams.assign(session, vilma, case, world.ids["maja"])
    assert sees(world, "maja", case)
    with world.session() as session:
        assert access_rows.differences(session) == []


def test_without_a_reason_a_block_is_not_lifted(world):
    case = world.case("maja")
    block_id = block(world, case, "sven")
    with pytest.raises(Refused) as refused:
        lift(world, case, block_id, reason="  ")
    assert refused.value.refusals[0].field == "reason"


def test_nobody_lifts_their_own_block_and_only_the_units_lead_lifts_any(world):
    case, waiting = world.case("maja"), world.case(None)
    block_id = block(world, case, "sven")
    for who in ("sven", "maja", "berta", "ida", "jon", "lo", "greta", "lena"):
        with pytest.raises(NotFound), world.acting(who, "1860" if who == "lena" else "1881") as (session, actor):
            conflicts.lift(session, actor, case, block_id, "Ändå")
    of_ida = block(world, waiting, "ulf", "ida")  # intake may block in what waits, and lifts nothing
    with pytest.raises(NotFound):
        lift(world, waiting, of_ida, "ida")
    of_vilma = block(world, waiting, "vilma", "ida")
    for id_ in (of_vilma, of_ida):
        with pytest.raises(NotFound):
            lift(world, waiting, id_, "vilma")


def test_a_block_is_lifted_once_and_in_its_own_case(world):
    case, other = world.case("maja"), world.case("maja")
    block_id = block(world, case, "sven")
    for wrong in ((other, block_id), (case, "finns-inte")):
        with pytest.raises(NotFound):
            lift(world, *wrong)
    lift(world, case, block_id)
    with pytest.raises(NotFound):
        lift(world, case, block_id)


def test_who_was_let_in_again_can_be_blocked_again(world):
    case = world.case("maja")
    lift(world, case, block(world, case, "sven"))
    again = block(world, case, "sven")
    assert not sees(world, "sven", case)
    with world.acting("vilma") as (session, vilma):
        shown = conflicts.of_case(session, vilma, case)
        assert [(one.block.id == again, one.name, one.made_by, one.lifted_by, one.reason) for one in shown] == [
            (True, "Sven Provsson", "Vilma Dummy", "", ""),
            (False, "Sven Provsson", "Vilma Dummy", "Vilma Dummy", "Rätt person, inget jäv"),
        ]
        assert teams.blocked(session, world.get(session, case)) == {world.ids["sven"]}


def test_the_reason_lies_sealed_and_the_log_says_who_lifted_what(world):
    case = world.case("maja")
    lift(world, case, block(world, case, "sven"), reason="Svens bror heter likadant")
    with world.session() as session:
        kept = session.scalars(select(ConflictBlock)).one()
        assert kept.lifted_reason is not None and b"bror" not in kept.lifted_reason.blob
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "conflict:lifted")).all()
        assert all("bror" not in row.detail for row in rows) and rows[-1].case_id == case


def test_a_lifted_block_does_not_bring_a_question_back(world):
    case = world.case("maja")
    world.take("maja", case, "begin_assessment")
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "do_not_open", world.ids["fia"], [], "Beslut")
    assert sees(world, "fia", case)
    lift(world, case, block(world, case, "fia"))
    assert not sees(world, "fia", case)


def test_a_blocked_liaison_is_shown_nothing_of_what_is_shared_and_then_what_is_permitted_anew(world):
    case = world.case("maja")
    world.permit(case)
    block_id = block(world, case, "erik")
    with world.acting("erik") as (session, erik):
        assert shared_status.page(session, REGISTRY, erik).shown == []
    lift(world, case, block_id)
    with world.acting("erik") as (session, erik):
        assert shared_status.page(session, REGISTRY, erik).shown == []
    world.clock.move(minutes=1)
    anew = world.permit(case)
    with world.acting("erik") as (session, erik):
        assert [one.reference for one in shared_status.page(session, REGISTRY, erik).shown] == [anew.reference]


def test_lists_counts_and_searches_know_nothing_of_a_blocked_case(world):
    case = world.case("maja")
    world.name(case, "berta")
    block(world, case, "berta")
    with world.acting("berta") as (session, berta):
        assert list(cases.page(session, berta, cases.Filters(show="all")).cases) == []
        assert search.find(session, berta, "2026-0001").cases == ()
        assert cases.usable(session, berta, next(iter(REACHED_BY)), [world.get(session, case)]) == frozenset()
