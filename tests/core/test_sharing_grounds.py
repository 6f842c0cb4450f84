"""A status that is told outside rests on a row of the law that holds at each read, and on consent of the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from casework.core import access, access_rows, schema, shared_status, sharing, sharing_grounds
from casework.core.actions import Action
from casework.core.db import connect, enter
from casework.core.grounds import tightening
from casework.core.grounds.ground import Decider
from casework.core.grounds.tightening import Rule
from casework.core.models import Case, StatusPermission
from casework.core.permissions import Permission
from tests.answers import answered
from tests.core.consenting import TODAY, YES, ask, child, consented, parts, wanted, withdraw
from tests.core.test_sharing import page, refused
from tests.databases import upgrade
from tests.worlds import KUMLA, REGISTRY, World, found

NO = replace(YES, given=False)
RISK = "OSL_10_18A"


def tighten(world: World, code: str, **asked: object) -> None:
    with world.acting("lo") as (session, lo):
        tightening.tighten(session, lo, code, Rule(**asked), TODAY)  # type: ignore[arg-type]


def by_a_lead(world: World, case: str, code: str, **changed: object) -> StatusPermission:
    """Permitted by a colleague of a higher level, who may name whom it is about."""
    return world.permit(case, recognise="name", ground_code=code, **changed)


def rows(world: World, case: str, who: str = "maja") -> list[tuple[str, bool]]:
    """What the case's own people are shown as going on, each with whether anybody reads it."""
    with world.acting(who) as (session, actor):
        opened, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
        given = shared_status.given(decision, REGISTRY, opened)
        return [(one.reference, one.is_read) for one in given if one.ended_at is None]


def noted(world: World, case: str) -> StatusPermission:
    consent = world.sign("maja", case, "consent_note")
    return world.permit(case, ground="consent", consent_id=consent)


def test_free_text_is_no_ground(world):
    case = world.case()
    assert refused(world, case, ground_code="", ground_note="OSL 10 kap. 2 §, prövat") == {"ground"}
    assert page(world).shown == []


def test_the_police_are_told_the_statute_and_not_how_it_was_assessed(world):
    by_a_lead(world, world.case(), "OSL_10_2", ground_note="Brodern har hotat")
    (row,) = page(world).shown
    assert (row.ground, row.statute) == ("Nödvändigt för egen verksamhet", "OSL 10 kap. 2 §")
    assert "Brodern" not in repr(row)


def test_where_nobody_may_be_recognised_nobody_is_named(world):
    case = world.case()
    for recognise in ("name", "reference"):
        chosen = {"ground_code": "AVIDENTIFIERAT", "agreed_reference": "Lykta"}
        assert refused(world, case, recognise=recognise, **chosen) == {"recognise"}


def test_a_status_on_a_row_of_the_law_answers_each_question_of_that_row(world):
    case = child(world, 19, guardians=0)
    asked = set(answered(RISK)["replies"])
    assert len(asked) == 3
    assert refused(world, case, recognise="name", ground_code=RISK, replies={}) == asked
    said = dict.fromkeys(asked, "Tre vittnen") | {min(asked): " "}
    assert refused(world, case, recognise="name", ground_code=RISK, replies=said) == {min(asked)}
    for confirmed in ({}, dict.fromkeys(answered("AVIDENTIFIERAT")["confirmed"], False)):
        assert refused(world, case, confirmed=confirmed) == set(answered("AVIDENTIFIERAT")["confirmed"])


def test_a_no_in_the_register_is_answered_before_a_status_goes_past_it(world):
    case = world.case()
    ask(world, case, wanted(parts(world, case, "subject")[0]), NO)
    world.clock.move(minutes=1)
    assert refused(world, case, recognise="name", ground_code="OSL_10_2") == {"despite"}
    by_a_lead(world, case, "OSL_10_2", despite="Faran väger tyngre")
    assert len(page(world).shown) == 1
    world.permit(world.case())  # where nobody is recognised, it is about nobody


def test_what_a_colleague_of_a_higher_level_decides_an_officer_does_not(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        opened, decision = access.of_case(session, maja, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        offered = sharing.offer(decision, REGISTRY, opened).grounds.others
    assert [one.explained.ground.code for one in offered] == ["AVIDENTIFIERAT"]
    by_a_lead(world, case, "OSL_26_1_UTAN_MEN")


@pytest.mark.parametrize(
    "asked",
    [{"level": Decider.EC}, {"four_eyes": True}, {"consult": True}, {"off": True}],
    ids=lambda one: next(iter(one)),
)
def test_what_the_municipality_demands_of_a_ground_is_demanded_of_a_status(world, asked):
    case = world.case()
    tighten(world, "OSL_10_2", **asked)
    assert refused(world, case, recognise="name", ground_code="OSL_10_2") == {"ground"}


def test_a_ground_that_is_switched_off_is_read_on_no_more(world):
    case = world.case()
    shared = by_a_lead(world, case, "OSL_10_2")
    assert rows(world, case) == [(shared.reference, True)]
    tighten(world, "OSL_10_2", off=True)
    assert page(world).shown == [] and rows(world, case) == [(shared.reference, False)]


def test_a_ground_of_the_young_ends_on_the_birthday(world):
    case = child(world, 21, guardians=0, days=7)
    by_a_lead(world, case, RISK)
    world.clock.move(days=6)
    assert len(page(world).shown) == 1
    world.clock.move(days=1)
    assert page(world).shown == [] and [read for _reference, read in rows(world, case)] == [False]
    assert refused(world, case, recognise="name", ground_code=RISK) == {"ground"}


@pytest.mark.parametrize("code", ["OSL_12_2", "OSL_12_3"])
def test_consent_that_is_switched_off_carries_nothing(world, code):
    case = world.case() if code == "OSL_12_2" else child(world, 10, guardians=1)
    consented(world, case, "subject" if code == "OSL_12_2" else "guardian")
    world.permit(case, ground="register", until=TODAY + timedelta(days=60))
    assert len(page(world).shown) == 1
    tighten(world, code, off=True)
    assert page(world).shown == []
    assert refused(world, case, ground="register", until=TODAY + timedelta(days=60)) == {"ground"}


# A note of a consent, beside the register --------------------------------------------------------


@pytest.mark.parametrize("age", [10, 16])
def test_a_note_of_a_consent_carries_nothing_of_a_child(world, age):
    case = child(world, age)
    consent = world.sign("maja", case, "consent_note")
    assert refused(world, case, ground="consent", consent_id=consent) == {"consent"}


@pytest.mark.parametrize("said", [NO, YES])
def test_who_has_answered_in_the_register_is_asked_there_and_nowhere_else(world, said):
    case = world.case()
    shared = noted(world, case)
    assert len(page(world).shown) == 1
    ask(world, case, wanted(parts(world, case, "subject")[0]), said)
    assert page(world).shown == [] and rows(world, case) == [(shared.reference, False)]
    again = world.sign("maja", case, "consent_note")
    assert refused(world, case, ground="consent", consent_id=again) == {"consent"}


def test_a_withdrawal_in_the_register_is_not_got_round_by_a_note(world):
    case = world.case()
    consent = consented(world, case)
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    note = world.sign("maja", case, "consent_note")
    assert refused(world, case, ground="consent", consent_id=note) == {"consent"}


def test_who_has_only_been_asked_has_not_answered(world):
    case = world.case()
    noted(world, case)
    ask(world, case, wanted(parts(world, case, "subject")[0]), None)
    assert len(page(world).shown) == 1


# What was permitted before there was a row -------------------------------------------------------


def test_what_was_permitted_in_free_text_is_read_no_more_after_the_upgrade(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, found) as database:
        world = World(database)
        case = world.case()
        free, note = world.permit(case), noted(world, case)
        world.clock.move(minutes=1)
        bare = connect(database.app_url, walled=False)
        with bare.begin() as connection:
            enter(connection, KUMLA)
            query = text("SELECT * FROM status_permissions WHERE id = :id")
            before = dict(connection.execute(query, {"id": free.id}).mappings().one())
        schema.downgrade(database.owner_url, "0025")
        del before["ground_code"]
        with bare.begin() as connection:
            enter(connection, KUMLA)
            names = ", ".join(before)
            put_back = text(f"INSERT INTO status_permissions ({names}) VALUES (:{names.replace(', ', ', :')})")
            connection.execute(put_back, before)
        bare.dispose()
        upgrade(database)
        assert [row.reference for row in page(world).shown] == [note.reference]
        assert dict(rows(world, case)) == {free.reference: False, note.reference: True}
        with world.session() as session:
            assert session.get_one(StatusPermission, (KUMLA, free.id)).ground_code is None
            assert access_rows.differences(session) == []
            assert session.get_one(Case, (KUMLA, case)).is_open
        world.installation.engine.dispose()


def test_every_row_that_may_be_rested_on_leads_to_the_police(world):
    case = child(world, 20, guardians=0)
    with world.acting("maja") as (session, maja):
        opened, decision = access.of_case(session, maja, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        for code in sharing_grounds.CODES:
            assert sharing_grounds.holds(decision, opened, "police", code), code
        assert not sharing_grounds.holds(decision, opened, "school", RISK)
        assert not sharing_grounds.holds(decision, opened, "police", "BRB_24_4")
