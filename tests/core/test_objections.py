"""What somebody holds to be wrong in a journal stands beside it, changes nothing and goes along in every copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.core import access, destruction, entries, export_files, export_paper, objections, reading
from casework.core.actions import Action
from casework.core.blackening import BLACKED
from casework.core.errors import NotFound, Refused
from casework.core.export_choices import GIVE, MASK, Choice
from casework.core.export_rules import Wanted
from casework.core.models import Objection
from casework.core.objections import Noted, Said
from casework.core.permissions import Permission
from tests.core.copies import EXTRACT, all_given, closed, events, hand_out, order, put, subject
from tests.paper.sheets import read, squeezed
from tests.twins import looking
from tests.worlds import World

WORDS = "Jag har aldrig sagt det"


def rows_of(world: World, entry: str) -> list[Any]:
    with looking(world.database) as connection:
        found = (
            connection.execute(text(f"SELECT * FROM {table} WHERE {column} = :id"), {"id": entry}).all()
            for table, column in (("entries", "id"), ("answers", "entry_id"))
        )
        return [row for rows in found for row in rows]


@pytest.fixture
def case(world):
    return world.case("maja", name="Gösta Exempelsson")


@pytest.fixture
def entry(world, case):
    return world.sign("maja", case, "note", heading="Samtal", text="Sa att han ville flytta")


def note(world: World, case: str, entry: str, by: str = "maja", **changed: Any) -> str:
    who = subject(world, case)
    with world.acting(by) as (session, actor):
        said = replace(Said(who, session.now.date(), WORDS), **changed)
        return objections.note(session, actor, case, entry, said).id


def noted(world: World, case: str, *about: str) -> dict[str, list[Noted]]:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        chosen = [reading.find(decision, row, one) for one in about]
        return {id_: list(several) for id_, several in objections.of_entries(decision, row, chosen).items()}


def test_an_objection_stands_beside_its_entry_which_is_what_it_was(world, case, entry):
    before = rows_of(world, entry)
    note(world, case, entry)
    assert rows_of(world, entry) == before
    ((one,),) = noted(world, case, entry).values()
    assert (one.words, one.who.name, one.entry_id, one.noted_by) == (WORDS, "Gösta Exempelsson", entry, "Maja Testlind")


def test_it_follows_what_corrects_the_entry(world, case, entry):
    first = note(world, case, entry)
    newer = world.sign("maja", case, "note", text="Sa att han inte ville flytta", corrects=entry)
    world.clock.move(minutes=1)
    second = note(world, case, newer, words="Det är fortfarande fel")
    assert [one.id for one in noted(world, case, newer)[newer]] == [first, second]
    assert [one.id for one in noted(world, case, entry)[entry]] == [first]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"person_id": ""}, "Välj vem"),
        ({"received_on": None}, "vilken dag"),
        ({"received_on": date(2090, 1, 1)}, "inte ligger i framtiden"),
        ({"words": " "}, "Skriv vad personen anser"),
        ({"words": "x" * 5001}, "Korta texten"),
    ],
)
def test_what_lacks_who_when_or_what_is_refused(world, case, entry, changed, said):
    with pytest.raises(Refused, match=said):
        note(world, case, entry, **changed)


def test_who_may_not_know_of_the_case_and_who_is_not_in_it_object_to_nothing(world, case, entry):
    hidden = put(world, case, "Motpart Mallström", "counterpart")
    stranger = subject(world, world.case("maja", name="Annan Påhittdotter"))
    for one in (hidden, stranger):
        with pytest.raises(Refused, match="Välj vem"):
            note(world, case, entry, person_id=one)
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_WRITE, case, Action.CASE_OPENED)
        assert [one.name for one in objections.who_may_object(decision, row)] == ["Gösta Exempelsson"]


def test_only_a_signed_entry_of_the_case_is_objected_to_by_who_writes_in_it(world, case, entry):
    other = world.sign("maja", world.case("maja", name="Annan Påhittdotter"), "note")
    with pytest.raises(NotFound):
        note(world, case, other)
    with pytest.raises(NotFound):
        note(world, case, entry, by="sven")
    with world.session() as session:
        assert session.scalars(select(Objection)).all() == []


def test_it_is_sealed_and_remembered_without_its_words(world, case, entry):
    made = note(world, case, entry)
    with world.session() as session:
        row = session.scalars(select(Objection)).one()
        assert WORDS.encode() not in row.words.blob
    (event,) = [one for one in events(world, Action.OBJECTION_NOTED) if made in str(one.detail)]
    assert entry in str(event.detail) and WORDS not in str(event.detail)


@pytest.mark.parametrize("change", ["entry_id = case_id", "noted_by = 'x'", "received_on = '2020-01-01'"])
def test_the_database_changes_no_objection(world, case, entry, change):
    note(world, case, entry)
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(f"UPDATE objections SET {change}"))


def test_what_is_said_against_something_sealed_is_read_when_that_is_open(world, case):
    threat = world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    note(world, case, threat)
    assert [one.words for one in noted(world, case, threat)[threat]] == [None]
    with world.acting("maja") as (session, maja):
        reading.unseal(session, maja, case, threat, "threat_summary", "contact", "")
    assert [one.words for one in noted(world, case, threat)[threat]] == [WORDS]
    copy = hand_out(world, order(world, case, EXTRACT)[0]).content
    assert [one.words for entry in copy.entries for one in entry.objections] == [None]


# Copies ---------------------------------------------------------------------------------------


def test_it_goes_along_in_every_copy_of_the_case(world, case, entry):
    note(world, case, entry)
    guardian = put(world, case, "Vera Exempelsson", "guardian")
    party, asked = order(world, case, Wanted("party", guardian, assessment="Prövat"))
    assert asked is not None
    world.approve(asked)
    extract, _asked = order(world, case, EXTRACT)
    copies = [hand_out(world, made).content for made in (party, extract)]
    closed(world, case)
    copies.append(hand_out(world, order(world, case, Wanted("archive"))[0]).content)
    for content in copies:
        (written,) = content.entries
        assert [(one.part, one.name, one.words) for one in written.objections] == [
            ("subject", "Gösta Exempelsson", WORDS)
        ]
        for copy in (content.as_json().decode(), export_files.page(content).decode(), read(export_paper.pdf(content))):
            assert squeezed(WORDS) in squeezed(copy)


def test_where_the_entry_was_corrected_it_goes_along_with_what_stands_now_and_once(world, case, entry):
    note(world, case, entry)
    newer = world.sign("maja", case, "note", text="Sa att han inte ville flytta", corrects=entry)
    for chosen in ([newer], [entry, newer]):
        content = hand_out(world, order(world, case, replace(EXTRACT, entries=chosen))[0]).content
        assert [one.words for written in content.entries for one in written.objections] == [WORDS]


def test_to_another_person_it_names_nobody_and_is_tested_like_the_rest(world, case, entry):
    child = put(world, case, "Vera Uttersson", "child")
    note(world, case, entry, person_id=child, words="Vera bor på Storgatan 4")
    with world.session() as session:
        ids = [one.id for one in entries.current(session, world.get(session, case))]
    wanted = replace(EXTRACT, entries=ids, recipient_id=subject(world, case))
    given = all_given(world, case, wanted)
    masked = [
        Choice(one.entry_id, one.field, MASK, ("Storgatan 4",), "OSL_26_1", "Visar var barnet bor")
        if one.field == "objection"
        else one
        for one in given
    ]
    assert masked != given and {one.verdict for one in given} == {GIVE}
    content = hand_out(world, order(world, case, replace(wanted, choices=masked))[0]).content
    ((one,),) = [written.objections for written in content.entries]
    assert (one.name, one.part, one.words) == ("", "child", f"{BLACKED} bor på {BLACKED}")
    assert [kept.partly for kept in content.withheld] == [True] and "Storgatan" not in content.as_json().decode()


def test_it_is_destroyed_with_its_case(world, case, entry):
    note(world, case, entry)
    with world.acting("maja") as (session, maja):
        destruction.case(session, maja, case, {})
    with world.session() as session:
        assert session.scalars(select(Objection)).all() == []
