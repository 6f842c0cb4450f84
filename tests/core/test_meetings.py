"""A meeting is recorded with who came and what each told, sealed, and never changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.core import (
    access,
    destruction,
    drafts,
    entries,
    meeting_overview,
    meetings,
    persons,
    teams,
)
from casework.core.actions import Action
from casework.core.db import new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.meetings import Came
from casework.core.models import Entry, Meeting
from casework.core.permissions import Permission
from tests import lived
from tests.core.consenting import TODAY, withdraw
from tests.core.copies import events
from tests.core.meeting import MAJA, NOVA, PIA, TOLD, came, candidates, record, refused, shown, two_partners, wanted
from tests.core.taking_part import BOTH, add, end, everybody_consents, sspf
from tests.databases import Migrate
from tests.worlds import World, found, personal_number


@pytest.fixture
def founding(request: pytest.FixtureRequest) -> Migrate:
    return two_partners if "case" in request.fixturenames else found


@pytest.fixture
def case(sspf_world: World) -> str:
    """A case in which Pia of the school and Erik of the police take part."""
    return str(lived.taken_up(sspf_world)["case"])


def name_of(world: World, who: str) -> str:
    with world.acting(who) as (_session, actor):
        return actor.name


def signed(world: World, case: str, form: str) -> list[dict[str, str]]:
    """The answers of the entries of a form as they stand."""
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        return [entries.answers_of(decision, one) for one in entries.current(session, row, form)]


def test_those_who_take_part_the_cases_own_people_and_the_family_can_have_been_there(sspf_world, case):
    found = candidates(sspf_world, case)
    erik = name_of(sspf_world, "erik")
    assert {name: one.part for name, one in found.items()} == {
        MAJA: "social_services",
        PIA: "school",
        erik: "police",
        NOVA: "subject",
        "Förälder 0": "guardian",
        "Förälder 1": "guardian",
    }


def test_whom_the_case_is_kept_from_is_not_among_them(sspf_world, case):
    with sspf_world.acting("maja") as (session, maja):
        third = persons.add(session, maja, "Tredje Förälder", personal_number(77))
        persons.put_in_case(session, sspf_world.get(session, case), third, "guardian", may_not_know=True)
    assert "Tredje Förälder" not in candidates(sspf_world, case)


def test_it_is_signed_with_its_words_and_each_telling_is_an_entry_of_its_own(sspf_world, case):
    asked = [
        came(sspf_world, case, MAJA),
        came(sspf_world, case, PIA, TOLD),
        came(sspf_world, case, NOVA, "Orkar inte gå upp"),
        came(sspf_world, case, "Förälder 1", absent=True),
    ]
    record(sspf_world, case, asked, others="Tolken Tolke Tolksson")
    (meeting,) = signed(sspf_world, case, "meeting")
    assert meeting == {
        "meeting.date": str(TODAY),
        "meeting.place": "Skolans bibliotek",
        "meeting.present": f"{MAJA}, socialtjänsten\n{PIA}, skolan\n{NOVA}, personen själv\nTolken Tolke Tolksson",
        "meeting.absent": "Förälder 1, vårdnadshavare",
    }
    told = {one["sender_name"]: one for one in signed(sspf_world, case, "disclosure_received")}
    assert set(told) == {PIA, NOVA} and {one["received_how"] for one in told.values()} == {"visit"}
    assert (told[PIA]["sender"], told[PIA]["stated_ground"], told[PIA]["received_facts"]) == (
        "school",
        "Samtycke",
        TOLD,
    )
    assert (told[NOVA]["sender"], told[NOVA]["stated_ground"]) == ("subject", meetings.OF_THEMSELVES)
    (seen,) = shown(sspf_world, case)
    assert [(one.attended.name, one.attended.came, one.words) for one in seen.there] == [
        (MAJA, True, ""),
        (PIA, True, TOLD),
        (NOVA, True, "Orkar inte gå upp"),
        ("Förälder 1", False, ""),
    ]
    assert (seen.day, seen.place, seen.made_by, seen.corrected) == (TODAY, "Skolans bibliotek", MAJA, False)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"day": None}, {"day"}),
        ({"day": TODAY + timedelta(days=1)}, {"day", "came"}),
        ({"place": " "}, {"place"}),
        ({"place": "x" * 301}, {"place"}),
        ({"others": "x" * 301}, {"others"}),
    ],
)
def test_what_lacks_day_or_place_is_refused_at_its_field(sspf_world, case, changed, fields):
    found = refused(sspf_world, case, [came(sspf_world, case, NOVA)], **changed)
    assert found == fields - {"came"} and shown(sspf_world, case) == []


def test_each_fault_of_one_who_was_asked_is_said_at_their_field(sspf_world, case):
    keys = {name: one.key for name, one in candidates(sspf_world, case).items()}
    pia, maja = keys[PIA], keys[MAJA]
    assert refused(sspf_world, case, []) == {f"came:{maja}"}
    assert refused(sspf_world, case, [Came("school-finns-inte", True)]) == {None}
    assert refused(sspf_world, case, [Came(pia, True), Came(pia, True)]) == {None}
    assert refused(sspf_world, case, [Came(pia, True, TOLD)]) == {f"ground:{pia}"}
    assert refused(sspf_world, case, [Came(maja, True), Came(pia, False, TOLD, "10 kap.")]) == {f"told:{pia}"}
    assert refused(sspf_world, case, [Came(maja, True, TOLD)]) == {f"told:{maja}"}
    assert refused(sspf_world, case, [Came(pia, True, "x" * 5001, "x" * 301)]) == {f"told:{pia}", f"ground:{pia}"}
    assert signed(sspf_world, case, "meeting") == signed(sspf_world, case, "disclosure_received") == []


def test_only_who_took_part_that_day_came_as_one_who_takes_part(sspf_world, case):
    world = sspf_world
    world.clock.move(days=10)
    pia = came(world, case, PIA)
    day = TODAY + timedelta(days=5)
    assert refused(world, case, [pia], day=TODAY - timedelta(days=1)) == {f"came:{pia.key}"}
    record(world, case, [pia], day=day)
    with world.acting("vilma") as (session, vilma):
        teams.name(session, vilma, case, world.ids["sven"], "co_officer", may_unseal=False)
    sven = came(world, case, name_of(world, "sven"))
    assert refused(world, case, [sven], day=day) == {f"came:{sven.key}"}
    record(world, case, [sven], day=day + timedelta(days=5))


def test_who_has_left_can_still_be_said_to_have_been_there_while_they_took_part(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    everybody_consents(world, case)
    part = add(world, case)
    world.clock.move(days=3)
    end(world, case, part)
    world.clock.move(days=3)
    pia = came(world, case, PIA)
    record(world, case, [pia], day=TODAY + timedelta(days=3))
    assert refused(world, case, [pia], day=TODAY + timedelta(days=4)) == {f"came:{pia.key}"}


def test_nobody_comes_from_an_agency_that_not_everybody_agreed_to_that_day(sspf_world):
    world, case = sspf_world, sspf(sspf_world)
    consents = everybody_consents(world, case)
    add(world, case)
    world.clock.move(hours=1)
    pia, maja = came(world, case, PIA), came(world, case, MAJA)
    record(world, case, [maja, pia])
    withdraw(world, case, consents[1])
    record(world, case, [maja, pia])  # it held that day, until an hour ago
    world.clock.move(days=1)
    tomorrow = TODAY + timedelta(days=1)
    assert f"came:{pia.key}" in refused(world, case, [maja, pia], day=tomorrow)
    assert refused(world, case, [maja], day=tomorrow) == set()
    record(world, case, [maja, pia], day=TODAY)


def test_a_new_guardian_who_has_not_agreed_keeps_the_partners_from_the_meeting(sspf_world, case):
    world = sspf_world
    with world.acting("maja") as (session, maja):
        third = persons.add(session, maja, "Tredje Förälder", personal_number(77))
        persons.put_in_case(session, world.get(session, case), third, "guardian")
    pia = came(world, case, PIA)
    assert refused(world, case, [pia]) == {f"came:{pia.key}"}


def test_a_meeting_is_not_written_past_the_question_of_who_came(sspf_world, case):
    said = {"meeting.date": str(TODAY), "meeting.place": "Biblioteket", "meeting.present": "Polisen"}
    with pytest.raises(Refused), sspf_world.acting("maja") as (session, maja):
        entries.sign(session, BOTH, maja, case, "meeting", said)


def test_sent_twice_it_is_one_and_other_words_from_the_same_page_are_a_conflict(sspf_world, case):
    once, asked = new_id(), [came(sspf_world, case, MAJA), came(sspf_world, case, PIA, TOLD)]
    assert record(sspf_world, case, asked, once=once) == record(sspf_world, case, asked, once=once) == once
    with pytest.raises(Conflict):
        record(sspf_world, case, asked, once=once, place="Någon annanstans")
    with pytest.raises(Conflict):
        record(sspf_world, case, asked[:1], once=once)
    with pytest.raises(Conflict):
        record(sspf_world, case, asked, once="kort")
    assert len(signed(sspf_world, case, "meeting")) == len(signed(sspf_world, case, "disclosure_received")) == 1


def test_a_draft_of_the_same_form_is_left_as_it_is(sspf_world, case):
    with sspf_world.acting("maja") as (session, maja):
        begun = {"received_facts": ["Halvskrivet"]}
        drafts.save(session, BOTH, maja, case, "disclosure_received", begun, seen_version=0)
    record(sspf_world, case, [came(sspf_world, case, PIA, TOLD)])
    with sspf_world.session() as session:
        assert len(session.scalars(select(Entry.id).where(Entry.case_id == case, Entry.state == "draft")).all()) == 1


def test_who_does_not_write_in_the_case_records_nothing_and_reads_nothing(sspf_world, case):
    record(sspf_world, case, [came(sspf_world, case, PIA)])
    asked = [came(sspf_world, case, MAJA)]
    for who in ("sven", "pia", "erik", "greta"):
        with pytest.raises(NotFound), sspf_world.acting(who) as (session, actor):
            meetings.record(session, BOTH, actor, case, new_id(), wanted(asked))
        with pytest.raises(NotFound):
            shown(sspf_world, case, who)


def test_a_case_of_another_kind_has_no_meetings_and_another_cases_is_not_found(sspf_world, case):
    world = sspf_world
    id_, other = record(world, case, [came(world, case, PIA)]), world.case("maja")
    with world.acting("maja") as (session, maja):
        with pytest.raises(NotFound):
            meetings.record(session, BOTH, maja, other, new_id(), wanted([]))
        row, decision = access.of_case(session, maja, Permission.CASE_READ, other, Action.CASE_OPENED)
        with pytest.raises(NotFound):
            meeting_overview.one(decision, BOTH, row, id_)


def test_who_came_is_sealed_and_the_record_has_nothing_of_it(sspf_world, case):
    id_ = record(sspf_world, case, [came(sspf_world, case, PIA, TOLD)])
    with sspf_world.session() as session:
        blob = session.scalars(select(Meeting)).one().attendance.blob
        assert sspf_world.ids["pia"].encode() not in blob and PIA.encode() not in blob
    (event,) = [one for one in events(sspf_world, Action.MEETING_RECORDED) if one.object_id == id_]
    assert PIA not in str(event.detail) and sspf_world.ids["pia"] not in str(event.detail)


@pytest.mark.parametrize("change", ["entry_id = case_id", "made_by = 'x'", "made_at = '2020-01-01'"])
def test_the_database_changes_no_meeting(sspf_world, case, change):
    record(sspf_world, case, [came(sspf_world, case, PIA)])
    with pytest.raises(DBAPIError), sspf_world.session() as session:
        session.connection().execute(text(f"UPDATE meetings SET {change}"))


def test_it_is_destroyed_with_its_case(sspf_world, case):
    record(sspf_world, case, [came(sspf_world, case, PIA, TOLD)])
    with sspf_world.acting("maja") as (session, maja):
        destruction.case(session, maja, case, {})
    with sspf_world.session() as session:
        assert session.scalars(select(Meeting)).all() == []


def test_corrected_words_are_shown_and_it_is_said_that_the_list_does_not_follow(sspf_world, case):
    world = sspf_world
    record(world, case, [came(world, case, PIA, TOLD)])
    with world.acting("maja") as (session, maja):
        row = world.get(session, case)
        (first,), (told,) = (entries.current(session, row, form) for form in ("meeting", "disclosure_received"))
        said = {"meeting.date": str(TODAY), "meeting.place": "Biblioteket", "meeting.present": "Pia och rektorn"}
        entries.sign(session, BOTH, maja, case, "meeting", said, corrects_id=first.id)
        _row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        again = entries.answers_of(decision, told) | {"received_facts": "Sov på en lektion"}
        entries.sign(session, BOTH, maja, case, "disclosure_received", again, corrects_id=told.id)
    (seen,) = shown(world, case)
    assert (seen.place, seen.corrected, [one.words for one in seen.there]) == (
        "Biblioteket",
        True,
        ["Sov på en lektion"],
    )
