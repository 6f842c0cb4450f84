"""Entries: a draft is its author's alone, a signed one is locked, a correction points to what it corrects."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.contract import Sensitivity
from casework.core import cases, drafts, entries, reading
from casework.core.errors import Broken, Conflict, NotFound, Refused
from casework.core.models import Entry, Value
from tests.worlds import KUMLA, REGISTRY, World


def draft(world: World, who: str, case: str, seen: int, **typed: str) -> Entry:
    with world.acting(who) as (session, actor):
        given = {name: [text] for name, text in typed.items()}
        return drafts.save(session, REGISTRY, actor, case, "note", given, seen_version=seen)


def test_a_draft_is_kept_as_typed_and_read_again_by_its_author(world):
    case = world.case()
    saved = draft(world, "maja", case, 0, heading="Halvfärdig", event_date="i mor")
    with world.acting("maja") as (session, maja):
        found = drafts.of(session, maja, world.get(session, case), "note")
        assert found is not None and found.id == saved.id
        assert drafts.typed(session, maja, case, found) == {"heading": ["Halvfärdig"], "event_date": ["i mor"]}


def test_nobody_else_reads_a_draft(world):
    case = world.case()
    draft(world, "maja", case, 0, heading="Halvfärdig")
    world.name(case, "fia", "co_officer")
    with world.acting("fia") as (session, fia):
        assert drafts.of(session, fia, world.get(session, case), "note") is None
    with pytest.raises(NotFound), world.acting("fia") as (session, fia):
        drafts.typed(session, fia, case, session.scalars(select(Entry)).one())


def test_a_draft_is_sealed_whole(world):
    case = world.case()
    draft(world, "maja", case, 0, heading="Halvfärdig")
    with world.session() as session:
        values = session.scalars(select(Value)).all()
        assert [value.plain for value in values] == [None]
        assert all(b"Halvf" not in value.sealed.blob for value in values)


def test_a_draft_saved_elsewhere_meanwhile_is_not_written_over(world):
    case = world.case()
    assert draft(world, "maja", case, 0, heading="Ett").version == 1
    assert draft(world, "maja", case, 1, heading="Två").version == 2
    for seen in (0, 1):
        with pytest.raises(Conflict):
            draft(world, "maja", case, seen, heading="Tre")
    with world.acting("maja") as (session, maja):
        found = drafts.of(session, maja, world.get(session, case), "note")
        assert found is not None and drafts.typed(session, maja, case, found) == {"heading": ["Två"]}


def test_a_page_goes_on_with_what_it_saved_itself_and_what_comes_late_changes_nothing(world):
    case = world.case("maja")
    with world.acting("maja") as (session, maja):

        def save(seen: int, text: str, page: drafts.WritingPage) -> int:
            given = {"heading": [text]}
            return drafts.save(session, REGISTRY, maja, case, "note", given, seen_version=seen, page=page).version

        first, again, other = ("a" * 16,), ("a" * 16, "b" * 16), ("c" * 16,)
        assert save(0, "Ett", drafts.WritingPage(first, 10)) == 1
        assert save(0, "Två", drafts.WritingPage(again, 20)) == 2  # the page came back with errors
        assert save(0, "Sent", drafts.WritingPage(again, 15)) == 2
        with pytest.raises(Conflict):
            save(0, "Någon annanstans", drafts.WritingPage(other, 30))
        with pytest.raises(Conflict):
            save(1, "Från sidan före", drafts.WritingPage(first, 40))
        found = drafts.of(session, maja, world.get(session, case), "note")
        assert found is not None and drafts.typed(session, maja, case, found) == {"heading": ["Två"]}


def test_a_draft_thrown_away_leaves_nothing(world):
    case = world.case()
    draft(world, "maja", case, 0, heading="Ett")
    with world.acting("maja") as (session, maja):
        drafts.discard(session, maja, case, "note")
    with world.session() as session:
        assert session.scalars(select(Entry)).all() == [] and session.scalars(select(Value)).all() == []


def test_signing_takes_the_draft_away_and_dates_the_entry_by_its_event(world):
    case = world.case()
    draft(world, "maja", case, 0, heading="Ett")
    signed = world.sign("maja", case, "note", event_date="2026-11-20")
    with world.session() as session:
        (entry,) = session.scalars(select(Entry)).all()
        assert (entry.id, entry.state, entry.event_on, entry.signed_at) == (
            signed,
            "signed",
            date(2026, 11, 20),
            world.clock.now,
        )


def test_each_answer_is_kept_as_closely_as_its_field_demands(world):
    case = world.case()
    for form in ("registration", "threat", "address"):
        world.sign("maja", case, form)
    with world.session() as session:
        kept = {value.field: value for value in session.scalars(select(Value))}
    assert kept["origin"].plain == "self" and kept["origin"].sealed is None
    for name, closely in (
        ("matter", Sensitivity.TEAM),
        ("person.address_post", Sensitivity.TEAM),
        ("person.address_real", Sensitivity.SEALED),
        ("threat_level", Sensitivity.SEALED),
    ):
        assert kept[name].plain is None and kept[name].sensitivity == closely, name
    assert kept["person.address_real"].retention == "sealed_place"


def test_a_protected_persons_whereabouts_are_sealed_more_closely(world):
    case = world.case(protection=1)
    world.sign("maja", case, "address")
    with world.session() as session:
        kept = {value.field: value.sensitivity for value in session.scalars(select(Value))}
    assert kept["person.address_post"] == Sensitivity.SEALED


def test_an_entry_sealed_whole_seals_every_answer(world):
    case = world.case()
    world.sign("maja", case, "note", sealed=True)
    with world.session() as session:
        assert set(session.scalars(select(Value.sensitivity))) == {int(Sensitivity.SEALED)}


def test_a_correction_points_to_the_original_which_stays_readable(world):
    case = world.case()
    first = world.sign("maja", case, "note", text="Fel")
    second = world.sign("maja", case, "note", first, text="Rätt")
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "journal")
        assert [entry.id for entry in entries.current(session, opened, "note")] == [second]
        corrected = world.entry(session, second)
        (original,) = entries.corrected_by(session, corrected)
        assert entries.answers_of(decision, original)["text"] == "Fel"
        (shown,) = reading.read(decision, REGISTRY, opened, [corrected])
        assert shown.answer("text") == "Rätt" and [one.id for one in shown.earlier] == [first]


def test_the_same_entry_is_not_corrected_twice(world):
    case = world.case()
    first = world.sign("maja", case, "note")
    world.sign("maja", case, "note", first, text="Rätt")
    with pytest.raises(Conflict):
        world.sign("maja", case, "note", first, text="Annat")


def test_a_form_that_is_filled_in_once_is_not_signed_twice_but_corrected(world):
    case = world.case()
    first = world.sign("maja", case, "registration")
    with pytest.raises(Conflict):
        world.sign("maja", case, "registration")
    world.sign("maja", case, "registration", first, origin="police")


def test_an_entry_of_another_form_or_case_cannot_be_corrected(world):
    case, other = world.case(), world.case()
    note, foreign = world.sign("maja", case, "note"), world.sign("maja", other, "note")
    for form, target in (("registration", note), ("note", foreign), ("note", "A" * 22)):
        with pytest.raises(Conflict):
            world.sign("maja", case, form, target)


def test_what_the_plugin_refuses_is_not_signed(world):
    case = world.case()
    with pytest.raises(Refused) as refused:
        world.sign("maja", case, "consent_note", valid_until="2026-10-01")
    assert [refusal.field for refusal in refused.value.refusals] == ["valid_until"]
    with world.session() as session:
        assert session.scalars(select(Entry)).all() == []


def test_in_a_consultation_nothing_but_the_consultation_is_written(world):
    case = world.case(state="consultation")
    with pytest.raises(NotFound):
        world.sign("maja", case, "note")
    with pytest.raises(Refused):
        world.sign("maja", case, "consultation", question="Ring 070-123 45 67")
    world.sign("maja", case, "consultation")
    with pytest.raises(NotFound):
        world.sign("maja", world.case(), "consultation")


def test_a_form_nobody_declares_does_not_exist(world):
    case = world.case()
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        entries.sign(session, REGISTRY, maja, case, "nothing", {})


def test_a_signed_answer_moved_to_another_entry_does_not_open(world):
    case = world.case()
    one, other = world.sign("maja", case, "note"), world.sign("maja", case, "note", text="Annat")
    with world.session() as session:
        session.get(Value, (KUMLA, one, "text")).sealed = session.get(Value, (KUMLA, other, "text")).sealed
    with world.acting("maja") as (session, maja):
        _case, decision = cases.open_case(session, maja, case, "journal")
        with pytest.raises(Broken):
            entries.answers_of(decision, world.entry(session, one))


def test_nothing_has_happened_on_a_day_that_is_still_to_come(world):
    case = world.case()
    with pytest.raises(Refused) as found:
        world.sign("maja", case, "note", event_date="2026-11-25")
    assert [one.field for one in found.value.refusals] == ["event_date"]
    world.sign("maja", case, "note", event_date="2026-11-24")
