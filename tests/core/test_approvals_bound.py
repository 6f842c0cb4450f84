"""An approval is bound to what was asked: for a day, while nothing has changed, and by the database itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casework.core import access, accounts, awaiting, case_people, organisations, teams
from casework.core.actions import Action
from casework.core.models import ConflictBlock
from casework.core.permissions import OPERATOR
from casework.core.registration import Identified
from tests.core.asking import acts, ask, decide, reads


@pytest.fixture
def case(world):
    return world.case("maja", protection=2)


@pytest.mark.parametrize(("late", "state"), [(timedelta(microseconds=-1), "used"), (timedelta(0), "expired")])
def test_an_approval_lasts_a_day_to_the_moment(world, case, late, state):
    asked = ask(world, case)
    world.clock.now = asked.requested_at + timedelta(hours=24) + late
    with world.acting("fia") as (session, fia):
        assert awaiting.count(session, fia) == (1 if state == "used" else 0)
    assert decide(world, asked, "fia") == state
    assert reads(world, "sven", case) is (state == "used")
    assert (acts(world, Action.APPROVAL_EXPIRED) == [("fia", "approval:expired")]) is (state == "expired")


def test_what_was_asked_is_void_when_the_team_has_changed_meanwhile_and_not_when_somebody_wrote(world, case):
    asked, other, ulf = ask(world, case), ask(world, case, "ulf"), world.ids["ulf"]
    world.sign("maja", case, "note")
    assert decide(world, asked, "fia") == "used"
    assert decide(world, other, "fia") == "void"  # sven has come into it
    assert not reads(world, "ulf", case)
    with world.acting("vilma") as (session, vilma):
        assert {one.asked.text("account"): one.state for one in awaiting.asked(session, vilma)}[ulf] == "void"
    assert acts(world, Action.APPROVAL_VOIDED) == [("fia", "approval:voided")]


@pytest.mark.parametrize("change", ["block", "raise", "end"])
def test_every_change_of_who_is_there_or_how_protected_voids(world, case, change):
    asked = ask(world, case)
    with world.acting("maja" if change == "raise" else "vilma") as (session, actor):
        if change == "block":
            teams.block(session, actor, case, world.ids["ulf"])
        elif change == "raise":
            case_people.raise_protection(session, actor, case, 3)
        else:
            (member, _account), *_rest = teams.members(session, world.get(session, case))
            teams.end(session, actor, case, member.id)
    assert decide(world, asked, "fia") == "void" and not reads(world, "sven", case)


def test_somebody_protected_who_has_come_into_the_case_since_voids_it(world, case):
    asked = ask(world, case)
    with world.acting("maja") as (session, maja):
        child = Identified(name="Nora Mocksson", number="", protection=3)
        case_people.add(session, maja, case, child, "relative", may_not_know=False)
    assert decide(world, asked, "fia") == "void"


@pytest.mark.parametrize("loss", ["post", "account", "conflict"])
def test_who_asked_must_still_have_the_right_to_it(world, case, loss):
    asked = ask(world, case)
    with world.session() as session:
        vilma = world.account(session, "vilma")
        if loss == "post":
            for post in organisations.memberships_of(session, vilma):
                organisations.end_membership(session, OPERATOR, post)
        elif loss == "account":
            accounts.disable(session, OPERATOR, vilma)
    if loss == "conflict":
        with world.acting("ida") as (session, _ida):
            world.get(session, case).officer_id = None
        with world.session() as session:
            session.add(ConflictBlock(case_id=case, account_id=world.ids["vilma"], made_at=session.now, made_by="x"))
            access.refresh(session, case)
    assert decide(world, asked, "fia") == "void" and not reads(world, "sven", case)


DECIDED = "UPDATE approvals SET state = 'used', ended_at = requested_at, decided_by ="
CHANGES = [
    "UPDATE approvals SET parameters = '{}' WHERE municipality = '1881'",
    "UPDATE approvals SET object_id = 'x' WHERE municipality = '1881'",
    "UPDATE approvals SET digest = 'x' WHERE municipality = '1881'",
    "UPDATE approvals SET expires_at = '2099-01-01 00:00:00' WHERE municipality = '1881'",
    "UPDATE approvals SET concerns_id = NULL WHERE municipality = '1881'",
    "UPDATE approvals SET state = 'used' WHERE municipality = '1881'",
    "UPDATE approvals SET state = 'granted', ended_at = requested_at WHERE municipality = '1881'",
    f"{DECIDED} requester_id WHERE municipality = '1881'",
    f"{DECIDED} concerns_id WHERE municipality = '1881'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_change_what_was_asked_or_to_let_one_person_decide(world, case, statement):
    ask(world, case)
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(statement))


def test_the_database_itself_refuses_to_open_a_decided_approval_again(world, case):
    decide(world, ask(world, case), "fia")
    for state in ("'waiting', ended_at = NULL, decided_by = NULL", "'void', decided_by = NULL", "'refused'"):
        with pytest.raises(DBAPIError), world.session() as session:
            session.connection().execute(text(f"UPDATE approvals SET state = {state} WHERE municipality = '1881'"))
