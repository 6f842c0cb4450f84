"""Somebody of another agency sees what is declared and what consent covers of one case, as long as it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    access_rows,
    case_log,
    case_people,
    entries,
    notices,
    participations,
    persons,
    steps,
    teams,
)
from casework.core.errors import NotFound
from casework.core.models import ConsentUse, Participation
from casework.core.permissions import REACHED_BY, Permission
from tests.core.consenting import TODAY, consented, withdraw
from tests.core.taking_part import (
    BOTH,
    EVERY,
    WRITTEN,
    add,
    end,
    everybody_consents,
    let_in,
    listed,
    moved,
    read,
    refused,
    sspf,
    words,
    write,
)
from tests.worlds import KUMLA, personal_number

SCHOOL = sorted(["Mockskolan", "Borta varje måndag", "Trivs med läraren"])
STATUS = sorted(["Hitta tillbaka", "Vill spela", "11 januari 2027"])
NEVER = {"Sågs i centrum om natten", "Umgås med äldre", "Misstänkt för rån"}
"""Written in every case here, and shown to nobody who takes part."""


def test_a_participant_sees_the_chosen_kinds_that_consent_covers_and_nothing_else(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    pia, erik = add(world, case), add(world, case, "erik", kinds=EVERY)
    assert words(world, pia) == sorted(SCHOOL + STATUS)
    whole = words(world, erik, "erik")
    assert {"Snatteri i våras", "Har provat cannabis", "Sover dåligt", "Spelar schack"} <= set(whole)
    assert NEVER.isdisjoint(whole)
    assert listed(world) == [pia] and listed(world, "erik") == [erik]


def test_nobody_opens_somebody_elses_participation_nor_finds_the_case_by_it(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    for who in ("erik", "maja", "vilma", "lo", "greta"):
        assert read(world, pia, who) is None
    for who in ("pia", "erik"):
        with world.acting(who) as (session, actor):
            reached = {one for one in REACHED_BY if access.is_reached(session, actor, one, case)}
            assert reached == ({Permission.PARTICIPATION_READ} if who == "pia" else set())
            assert not actor.may(Permission.PERSON_SEARCH)


def test_what_the_police_told_is_shown_only_where_they_decided_so(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case, kinds=["crime"])
    assert words(world, pia) == ["Snatteri i våras"]
    write(world, case, "crime_info", crime_info__may_be_told="yes")
    assert words(world, pia) == sorted(["Misstänkt för rån", "Snatteri i våras"])


def test_the_reasons_are_one_list_and_take_every_kind_they_tell_of(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    three, four = ("status", "school", "crime"), ("status", "school", "crime", "addiction")
    for kinds, told in ((three, False), (four, True)):
        one = add(world, case, kinds=kinds)
        assert ("Varför föreslås SSPF?" in dict(read(world, one) or [])) is told
        end(world, case, one)


def test_somebody_who_lacks_in_consent_keeps_everybody_out_and_is_named_to_the_officer(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    every: dict[str, Any] = {"agencies": ("school",), "kinds": EVERY}
    consented(world, case, "subject", **every)
    consented(world, case, "guardian", 0, **every)
    assert refused(world, case) == {"kinds"}
    consented(world, case, "guardian", 1, agencies=("school",), kinds=("school",))
    assert refused(world, case) == {"kinds"} and refused(world, case, kinds=["school"]) == set()
    assert refused(world, case, "erik", kinds=["school"]) == {"kinds"}


def test_a_participation_never_outlives_the_first_consent_to_end(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    last = TODAY + timedelta(days=90)
    assert refused(world, case, until=last + timedelta(days=1)) == {"until"}
    assert refused(world, case, until=TODAY - timedelta(days=1)) == {"until"}
    assert refused(world, case, until=None) == {"until"}
    pia = add(world, case, until=last)
    world.clock.move(days=90)
    assert read(world, pia)
    world.clock.move(days=1)
    assert read(world, pia) is None and listed(world) == []


@pytest.mark.parametrize("nth", range(3))
def test_one_withdrawal_stops_it_at_once_and_brings_nothing_back(sspf_world, nth):
    world, case = sspf_world, sspf(sspf_world)
    consents = everybody_consents(world, case)
    pia = add(world, case)
    assert read(world, pia)
    with world.session() as session:
        assert {one.consent_id for one in session.scalars(select(ConsentUse))} == set(consents)
    world.clock.move(minutes=1)
    withdraw(world, case, consents[nth])
    assert read(world, pia) is None and listed(world) == []
    everybody_consents(world, case)
    assert read(world, pia) is None
    with world.session() as session:
        assert access_rows.differences(session) == []
        assert session.get_one(Participation, (KUMLA, pia)).ended_at is not None
        assert [one.kind for one in notices.unread(session, world.ids["pia"])] == [
            "participation_ended",
            "participation_added",
        ]


def test_consent_is_asked_anew_at_each_read_so_that_a_birthday_closes_it_by_itself(sspf_world):
    world, case = sspf_world, sspf(sspf_world, 15, days=7)
    for nth in range(2):
        consented(world, case, "guardian", nth, agencies=("school",), kinds=EVERY)
    pia = add(world, case)
    world.clock.move(days=6)
    assert read(world, pia) and listed(world) == [pia]
    world.clock.move(days=1)  # from fifteen the young person's own consent is needed too
    assert read(world, pia) is None and listed(world) == []
    consented(world, case, "subject", agencies=("school",), kinds=["school"])
    assert words(world, pia) == SCHOOL


def test_a_new_guardian_who_has_not_consented_closes_it_by_itself(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    with world.acting("maja") as (session, maja):
        third = persons.add(session, maja, "Tredje Förälder", personal_number(77))
        persons.put_in_case(session, world.get(session, case), third, "guardian")
    assert read(world, pia) is None


def test_a_party_a_blocked_colleague_and_a_stranger_cannot_take_part(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    for who in ("sven", "maja", "lo"):
        assert refused(world, case, who) == {"who"}
    assert refused(world, case, "pia", agency="police") == {"who"}
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["erik"])
    assert refused(world, case, "erik") == {"who"}
    pia = add(world, case)
    assert refused(world, case) == {"who"}
    with world.acting("maja") as (session, maja):
        mother = persons.add(session, maja, "pia  PARTNERSSON", personal_number(78))
        persons.put_in_case(session, world.get(session, case), mother, "relative")
    assert read(world, pia) is None
    end(world, case, pia)
    assert refused(world, case) == {"who"}


def test_a_block_closes_it_from_the_next_read(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["pia"])
    assert read(world, pia) is None and listed(world) == []


def test_other_kinds_of_cases_and_other_states_have_no_participants(sspf_world):
    world = sspf_world
    assert refused(world, world.case("maja")) == {None}
    case = sspf(world)
    pia = let_in(world, case)
    for state in ("consent", "withdrawn", "escalated", "proposed"):
        moved(world, case, state)
        assert read(world, pia) is None, state
        assert refused(world, case, "erik") == {None}
    moved(world, case, "review")
    assert read(world, pia)


def test_the_step_that_ends_the_work_ends_every_participation_for_good(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    with world.acting("maja") as (session, maja):
        key = next(
            steps.key_of(one)
            for one in BOTH.areas["barn_unga"].case_type("sspf").workflow.transitions
            if one.name == "withdraw" and one.source == "mapping"
        )
        seen = world.get(session, case).version
        steps.take(session, BOTH, maja, case, key, seen_version=seen, reason="Vårdnadshavaren ringde")
    assert read(world, pia) is None
    moved(world, case, "mapping")
    assert read(world, pia) is None
    with world.session() as session:
        assert access_rows.differences(session) == []


@pytest.mark.parametrize(("level", "seen"), [(1, True), (2, False), (3, False)])
def test_where_somebody_is_protected_closely_nobody_takes_part(sspf_world, level, seen):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, level)
    assert (read(world, pia) is not None) is seen
    end(world, case, pia)
    assert refused(world, case) == (set() if seen else {None})


def test_a_sealed_answer_is_never_shown(sspf_world):
    world, case = sspf_world, sspf(sspf_world, protection=1)
    pia = let_in(world, case)
    assert "Mockskolan" not in words(world, pia) and "Borta varje måndag" in words(world, pia)


def test_a_correction_is_what_is_seen_and_the_corrected_is_not(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case, kinds=["leisure"])
    assert words(world, pia) == ["Spelar schack"]
    with world.acting("maja") as (session, maja):
        old = entries.current(session, world.get(session, case), "leisure")[0]
        entries.sign(session, BOTH, maja, case, "leisure", {"leisure": "Sjunger i kör"}, corrects_id=old.id)
    assert words(world, pia) == ["Sjunger i kör"]


def test_the_case_remembers_who_read_it_and_a_denied_look_reads_nothing(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    world.clock.move(seconds=1)  # what happens at one moment has no order
    read(world, pia)
    world.clock.move(seconds=1)
    end(world, case, pia)
    assert read(world, pia) is None
    with world.acting("maja") as (session, maja):
        lines = case_log.read(session, maja, case).lines
    acts = [(one.name, one.action) for one in lines if one.action.startswith("participa")]
    assert list(dict.fromkeys(acts)) == [
        ("Maja Testlind", "participant:ended"),
        ("Pia Partnersson", "participation:read"),
        ("Maja Testlind", "participant:added"),
    ]
    assert sum(one.action == "participation:read" for one in lines) == 1


def test_ending_asks_for_the_officer_and_for_the_case_it_is_of(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    pia = let_in(world, case)
    other = sspf(world)
    with pytest.raises(NotFound):
        end(world, other, pia)
    for who in ("sven", "pia"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            participations.end(session, actor, case, pia)
    assert read(world, pia)
    end(world, case, pia)
    end(world, case, pia)  # twice is once
    assert read(world, pia) is None


def test_the_labels_of_what_is_never_shown_are_in_no_part():
    how = BOTH.areas["barn_unga"].case_type("sspf").participation
    assert how is not None
    shown = {name for part in how.parts for name in part.fields}
    inside = {"concern_text", "investigation_open", "mapping.friends", "meeting.told", "initiator", "evaluation"}
    assert shown.isdisjoint(inside) and set(WRITTEN) >= {"concern", "investigation"}
