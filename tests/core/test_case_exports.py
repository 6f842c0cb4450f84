"""A copy of a case: ordered by who works in it, approved by another where it takes two, handed out once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from casework.core import case_exports, case_people, teams
from casework.core.actions import Action
from casework.core.case_exports import PAGE
from casework.core.errors import NotFound, Refused
from casework.core.export_rules import Wanted
from casework.core.models import CaseExport
from tests.core.asking import decide
from tests.core.copies import EXTRACT, NOTE, events, hand_out, order, put, subject
from tests.worlds import World


@pytest.fixture
def case(world):
    return world.case("maja", name="Gösta Exempelsson")


def test_an_unprotected_persons_extract_is_handed_out_by_one_and_once(world, case):
    world.sign("maja", case, "note", text=NOTE)
    made, asked = order(world, case, EXTRACT)
    assert asked is None
    content = hand_out(world, made).content
    assert (content.purpose, content.recipient) == ("extract", "Gösta Exempelsson")
    assert NOTE in [one.words for one in content.entries[0].answers] and content.entries[0].author == ""
    with pytest.raises(Refused, match="redan utlämnad"):
        hand_out(world, made)


def test_the_order_and_the_handing_out_are_in_the_cases_log_and_say_to_whom_and_what_for(world, case):
    world.sign("maja", case, "note", text=NOTE)
    made, _asked = order(world, case, EXTRACT)
    done = hand_out(world, made)
    ordered, *_more = [one for one in events(world, Action.EXPORT_ORDERED) if "digest" in one.detail]
    (handed,) = [one for one in events(world, Action.EXPORT_HANDED_OUT) if "digest" in one.detail]
    for row in (ordered, handed):
        said = json.loads(row.detail)
        assert (row.case_id, row.actor_id) == (case, world.ids["maja"])
        assert (said["purpose"], said["recipient"]) == ("extract", subject(world, case))
        assert said["digest"] == made.digest
    assert json.loads(handed.detail)["content"] == done.order.content_hash
    assert NOTE not in ordered.detail + handed.detail


@pytest.mark.parametrize("who", ["sven", "vilma", "ida", "lo", "greta", "erik", "pia", "fia"])
def test_who_does_not_work_in_the_case_orders_and_fetches_nothing(world, case, who):
    made, _asked = order(world, case, EXTRACT)
    with pytest.raises(NotFound):
        order(world, case, EXTRACT, who)
    with pytest.raises(NotFound):
        hand_out(world, made, who)
    with pytest.raises(NotFound), world.acting(who) as (session, actor):
        case_exports.offer(session, actor, case)


def test_a_reader_orders_nothing_and_a_second_officer_does_not_fetch_the_firsts(world, case):
    world.name(case, "sven", "reader")
    world.name(case, "ulf", "co_officer")
    made, _asked = order(world, case, EXTRACT)
    with pytest.raises(NotFound):
        order(world, case, EXTRACT, "sven")
    with pytest.raises(NotFound):
        hand_out(world, made, "ulf")
    own, _asked = order(world, case, EXTRACT, "ulf")
    assert hand_out(world, own, "ulf").order.handed_out_as == PAGE


def test_who_has_left_the_case_since_fetches_nothing(world, case):
    made, _asked = order(world, case, EXTRACT)
    with world.acting("vilma") as (session, vilma):
        teams.assign(session, vilma, case, world.ids["sven"])
    with pytest.raises(NotFound):
        hand_out(world, made)


def test_a_copy_waits_a_day_and_no_longer(world, case):
    made, _asked = order(world, case, EXTRACT)
    world.clock.now = made.ordered_at
    world.clock.move(hours=24)
    with pytest.raises(Refused, match="gått ut"):
        hand_out(world, made)


def test_a_copy_for_the_archive_is_over_when_the_case_is_opened_again(world, case):
    world.sign("maja", case, "note", text=NOTE)
    world.take("maja", case, "begin_assessment")
    world.name(case, "fia", "co_officer")
    world.take("fia", case, "close")
    made, _asked = order(world, case, Wanted("archive"))
    world.clock.move(minutes=1)
    world.take("fia", case, "reopen", reason="Ny ansökan")
    with pytest.raises(Refused, match="öppnats igen"):
        hand_out(world, made)
    world.take("maja", case, "begin_assessment")
    world.take("fia", case, "close")
    with pytest.raises(Refused, match="öppnats igen"):
        hand_out(world, made)
    with world.acting("maja") as (session, maja):
        assert list(case_exports.offer(session, maja, case).ordered) == []
        number = world.get(session, case).number
        assert case_exports.waiting(session, number) is None
    world.clock.move(minutes=1)
    again, _asked = order(world, case, Wanted("archive"))
    assert hand_out(world, again).order.id == again.id


# Two people -----------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_protected_persons_copy_is_handed_out_once_somebody_else_has_approved_exactly_it(world, level):
    case = world.case("maja", protection=level)
    made, asked = order(world, case, EXTRACT)
    assert asked is not None and json.loads(asked.parameters)["digest"] == made.digest
    with pytest.raises(Refused, match="inte godkänd"):
        hand_out(world, made)
    with pytest.raises(NotFound):
        decide(world, asked, "sven")
    assert decide(world, asked, "fia") == "used"
    assert hand_out(world, made).order.approved_at is not None
    with pytest.raises(Refused, match="redan utlämnad"):
        hand_out(world, made)


def test_somebody_else_who_is_protected_in_the_case_takes_two_as_well(world, case):
    put(world, case, "Vera Skyddsson", "child", protection=1)
    _made, asked = order(world, case, EXTRACT)
    assert asked is not None


def test_a_refused_copy_is_never_handed_out(world):
    case = world.case("maja", protection=2)
    made, asked = order(world, case, EXTRACT)
    assert asked is not None and decide(world, asked, "fia", granted=False) == "refused"
    with pytest.raises(Refused, match="inte godkänd"):
        hand_out(world, made)


def test_an_approval_of_one_copy_covers_no_other(world):
    case = world.case("maja", protection=2)
    first, asked = order(world, case, EXTRACT)
    second, _other = order(world, case, replace(EXTRACT, assessment="En till"))
    assert asked is not None and decide(world, asked, "fia") == "used"
    with pytest.raises(Refused, match="inte godkänd"):
        hand_out(world, second)
    assert hand_out(world, first)


@pytest.mark.parametrize("change", ["block", "raise", "add"])
def test_an_approval_is_void_when_the_people_have_changed(world, change):
    case = world.case("maja", protection=1)
    made, asked = order(world, case, EXTRACT)
    assert asked is not None and decide(world, asked, "fia") == "used"
    if change == "block":
        with world.acting("vilma") as (session, vilma):
            teams.block(session, vilma, case, world.ids["ulf"])
    elif change == "raise":
        with world.acting("maja") as (session, maja):
            case_people.raise_protection(session, maja, case, 2)
    else:
        put(world, case, "Vera Exempelsson", "counterpart")
    with pytest.raises(Refused, match="inte godkänd"):
        hand_out(world, made)


def test_protection_that_came_after_the_order_stops_it(world, case):
    made, asked = order(world, case, EXTRACT)
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, 1)
    assert asked is None
    with pytest.raises(Refused, match="fått skydd"):
        hand_out(world, made)


def test_a_partys_copy_takes_two_whoever_it_is_about(world, case):
    guardian = put(world, case, "Gun Exempelsson", "guardian")
    wanted = Wanted("party", guardian, assessment="Part enligt beslut")
    made, asked = order(world, case, wanted)
    assert asked is not None and decide(world, asked, "berta") == "used"
    assert hand_out(world, made).content.recipient == "Gun Exempelsson"


# The database ---------------------------------------------------------------------------------


ORDERED = (
    "entries = '[]'",
    "purpose = 'party'",
    "recipient_id = NULL",
    "with_sealed = true",
    "takes_two = false",
    "digest = 'x'",
)
TWICE = "handed_out_at = NULL, handed_out_as = NULL, content_hash = NULL"
TOO_EARLY = "handed_out_at = ordered_at, handed_out_as = 'page', content_hash = 'x'"


def changed(world: World, change: str) -> None:
    """Change every order past the program, as far as the database lets its role."""
    with world.session() as session:
        session.connection().execute(text(f"UPDATE case_exports SET {change} WHERE municipality = '1881'"))


@pytest.mark.parametrize("change", [*ORDERED, TOO_EARLY])
def test_the_database_itself_refuses_to_change_what_was_ordered_or_to_hand_it_out_unapproved(world, change):
    case = world.case("maja", protection=2)
    world.sign("maja", case, "note")
    order(world, case, EXTRACT)
    with pytest.raises(DBAPIError):
        changed(world, change)


def test_the_database_itself_refuses_to_let_a_copy_be_handed_out_again(world, case):
    made, _asked = order(world, case, EXTRACT)
    hand_out(world, made)
    with pytest.raises(DBAPIError):
        changed(world, TWICE)


def test_an_order_that_is_marked_approved_without_an_approval_is_not_handed_out(world):
    case = world.case("maja", protection=2)
    made, _asked = order(world, case, EXTRACT)
    with world.session() as session:
        session.execute(update(CaseExport).where(CaseExport.municipality == "1881").values(approved_at=session.now))
    with pytest.raises(Refused, match="inte godkänd"):
        hand_out(world, made)
