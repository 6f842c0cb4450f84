"""Whom a conflict of interest keeps out of a case is told nothing more of it: not by a line that says only that."""

from __future__ import annotations

from datetime import date

import pytest

from casework.core import deputies, notices, organisations, teams
from casework.core.models import AgencyUnit
from casework.core.permissions import OPERATOR, Role
from tests.core.consenting import consented, withdraw
from tests.core.disclosing import assessed, decided, on_consent, wish
from tests.core.handing import Hand, told
from tests.core.test_stopping import counterpart
from tests.worlds import KUMLA, VUXEN, World


def block(world: World, case: str, who: str, by: str = "vilma") -> None:
    """Keep somebody out of a case; what they had been told before that they have read."""
    with world.acting(by) as (session, actor):
        teams.block(session, actor, case, world.ids[who])
    with world.session() as session:
        for notice in notices.unread(session, world.ids[who]):
            notice.read_at = session.now


def test_who_gave_something_on_a_consent_hears_nothing_of_its_end(world):
    case = world.case("maja")
    world.name(case, "sven", "co_officer")
    consent = consented(world, case)
    assessed(world, case, on_consent(world, case), who="sven")
    block(world, case, "sven")
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    assert told(world, "sven") == set()


def test_who_asked_for_a_decision_hears_nothing_of_it(world):
    case = world.case("maja")
    world.name(case, "sven", "co_officer")
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]), who="sven")
    block(world, case, "sven")
    decided(world, made, "fia")
    assert told(world, "sven") == set()


def test_who_asked_for_an_approval_hears_nothing_of_it(world):
    case = world.case("maja", protection=2)
    with world.acting("vilma") as (session, vilma):
        asked = teams.name(session, vilma, case, world.ids["sven"], "reader", may_unseal=False)
    with world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, VUXEN]))
        organisations.grant(session, OPERATOR, world.account(session, "berta"), Role.TEAM_LEAD, unit)
    block(world, case, "vilma", "berta")
    assert world.approve(asked, by="fia", granted=False) == "refused"
    assert told(world, "vilma") == set()


@pytest.mark.parametrize("why", ["a conflict of interest", "the name of somebody who must not know"])
def test_who_stands_in_for_the_officer_hears_nothing_of_what_comes_in_to_it(world, why):
    hand, case = Hand(world), world.case("maja")
    with world.acting("maja") as (session, maja):
        deputies.name(session, maja, world.ids["sven"], date(2026, 11, 24), date(2026, 11, 30))
    sent = [hand.pass_on(hand.open(hand.report()), "vilma") for _nth in range(2)]
    hand.add(sent[0], case, "vilma")
    assert "handover_kept" in told(world, "sven")
    if why == "a conflict of interest":
        block(world, case, "sven")
    else:
        counterpart(world, case, "Sven Provsson")
    with world.session() as session:
        for who in ("sven", "maja"):
            notices.read(session, world.ids[who], "handover_kept")
    hand.add(sent[1], case, "vilma")
    assert "handover_kept" in told(world, "maja") and "handover_kept" not in told(world, "sven")
