"""What a copy of a case holds for whom: nothing about others, nothing for who may not know, nothing sealed unasked."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.core import case_exports, entries, export_files, export_paper, reading
from casework.core.actions import Action
from casework.core.blackening import BLACKED
from casework.core.case_exports import FILE
from casework.core.errors import Broken, Refused
from casework.core.export_rules import Wanted
from casework.core.export_shape import SEALED
from casework.core.models import CaseExport, Unsealing
from tests.core.asking import decide
from tests.core.copies import EXTRACT, NOTE, about, closed, events, hand_out, order, put
from tests.worlds import personal_number


@pytest.fixture
def case(world):
    return world.case("maja", name="Gösta Exempelsson")


# Who may be told what -------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "kept_away"), [("counterpart", False), ("guardian", True), ("relative", True)])
def test_who_may_not_know_of_the_case_is_never_a_recipient(world, case, role, kept_away):
    who = put(world, case, "Hugo Hotfull", role, kept_away=kept_away)
    with pytest.raises(Refused, match="får veta"):
        order(world, case, Wanted("party", who, assessment="x"))
    with world.acting("maja") as (session, maja):
        assert who not in {one.id for one, _part in case_exports.offer(session, maja, case).recipients}


def test_who_is_kept_away_in_one_part_is_kept_away_in_every(world, case):
    who = put(world, case, "Hugo Hotfull", "guardian")
    made, asked = order(world, case, Wanted("party", who, assessment="x"))
    assert asked is not None
    world.people -= 1
    put(world, case, "Hugo Hotfull", "counterpart")
    assert decide(world, asked, "fia") == "void"
    with pytest.raises(Refused, match="får veta"):
        hand_out(world, made)


def test_nobody_but_the_person_gets_a_copy_of_a_protected_persons_case(world):
    case = world.case("maja", protection=1)
    mother = put(world, case, "Gun Exempelsson", "guardian")
    with pytest.raises(Refused, match="skyddade personuppgifter"):
        order(world, case, Wanted("party", mother, assessment="x"))


def test_a_copy_for_a_person_names_nobody_else_and_leaves_out_what_is_about_others(world, case):
    vera = put(world, case, "Vera Kanariefågel", "partner", kept_away=True)
    number = personal_number(world.people).digits
    words = f"VERAS bror och Kanariefågel {number}, {number[2:8]}-{number[8:]} ringde Gösta"
    world.sign("maja", case, "note", text=words, heading="Vera")
    about(world, case, "motpart", "Vera Kanariefågel")
    about(world, case, "relation", "Vera")
    made, _asked = order(world, case, EXTRACT)
    content = hand_out(world, made).content
    assert {one.form for one in content.entries} == {"note"} and content.left_out == 0  # how many is not told
    said = content.as_json().decode() + export_files.page(content).decode()
    assert not any(word in said.casefold() for word in ("vera", "kanariefågel", number, number[2:], vera))
    assert f"{BLACKED} bror och {BLACKED} {BLACKED}, {BLACKED} ringde Gösta" in said
    assert "Maja" not in said


def test_a_party_is_not_told_by_the_steps_that_protection_is_assessed(world, case):
    guardian = put(world, case, "Gun Exempelsson", "guardian")
    world.take("maja", case, "protection.start_protection")
    made, asked = order(world, case, Wanted("party", guardian, assessment="x"))
    assert asked is not None and decide(world, asked, "fia") == "used"
    said = hand_out(world, made).content
    assert said.steps and not any("skydd" in one.label.casefold() for one in said.steps)
    own, _asked = order(world, case, EXTRACT)
    assert any("skydd" in one.label.casefold() for one in hand_out(world, own).content.steps)


@pytest.mark.parametrize(
    ("name", "written"),
    [("Vera Strauß", "Strauß och Strauss"), ("Åsa Kanariefågel", unicodedata.normalize("NFD", "Åsa"))],
)
def test_a_name_is_blacked_out_however_its_letters_are_kept(world, case, name, written):
    put(world, case, name, "partner", kept_away=True)
    world.sign("maja", case, "note", text=f"Ringde {written} i går")
    made, _asked = order(world, case, EXTRACT)
    said = unicodedata.normalize("NFC", hand_out(world, made).content.as_json().decode()).casefold()
    assert not any(word in said for word in ("strauss", "åsa"))


@pytest.mark.parametrize(
    "written",
    [
        "Vera A\u030angman ringde",
        "Ve\u00adra ringde",
        "{born}\u00a0{four} ringde",
        "{born}\u2013{four} ringde",
        "{year}-{month}-{day}-{four} ringde",
        "{short} - {four} ringde",
    ],
)
def test_others_are_blacked_out_however_their_names_and_numbers_were_typed(world, case, written):
    put(world, case, "Vera \u00c5ngman", "partner", kept_away=True)
    digits = personal_number(world.people).digits
    parts = {"born": digits[:8], "short": digits[2:8], "year": digits[:4], "month": digits[4:6], "day": digits[6:8]}
    world.sign("maja", case, "note", text=written.format(four=digits[8:], **parts), heading="Samtal")
    made, _asked = order(world, case, EXTRACT)
    answers = {one.field: one.words for one in hand_out(world, made).content.entries[0].answers}
    assert set((answers["text"] or "").replace(" ringde", "").split()) == {BLACKED}


def test_the_archive_gets_the_whole_case_when_it_is_closed(world, case):
    put(world, case, "Vera Kanariefågel", "partner", kept_away=True)
    first = world.sign("maja", case, "note", text=NOTE)
    world.sign("maja", case, "note", corrects=first, text="Rättad")
    about(world, case, "motpart", "Vera Kanariefågel")
    with pytest.raises(Refused, match="avslutat"):
        order(world, case, Wanted("archive"))
    closed(world, case)
    made, asked = order(world, case, Wanted("archive"))
    content = hand_out(world, made, how=FILE).content
    assert asked is None and content.recipient == "" and content.purpose == "archive" and content.left_out == 0
    assert {one.name for one in content.persons} == {"Gösta Exempelsson", "Vera Kanariefågel"}
    assert [one.form for one in content.entries].count("note") == 2
    assert next(one for one in content.entries if one.corrects).corrects == first
    assert {one.author for one in content.entries} == {"Maja Testlind"}
    assert content.steps and NOTE in content.as_json().decode()


def test_a_person_is_not_told_that_something_had_been_written_otherwise(world, case):
    first = world.sign("maja", case, "note", text=NOTE)
    world.sign("maja", case, "note", corrects=first, text="Rättad")
    content = hand_out(world, order(world, case, EXTRACT)[0]).content
    assert {one.corrects for one in content.entries} == {None, first}
    with world.session() as session:
        present = [one.id for one in entries.current(session, world.get(session, case))]
    content = hand_out(world, order(world, case, replace(EXTRACT, entries=present))[0]).content
    assert {one.corrects for one in content.entries} == {None} and first not in content.as_json().decode()


def test_a_person_gets_what_was_ordered_and_nothing_written_since_or_of_another_case(world, case):
    kept = world.sign("maja", case, "note", text=NOTE)
    world.sign("maja", case, "note", text="Hemlig prövning")
    made, _asked = order(world, case, replace(EXTRACT, entries=[kept]))
    world.sign("maja", case, "note", text="Skrivet efteråt")
    assert [one.id for one in hand_out(world, made).content.entries] == [kept]
    strange = world.sign("sven", world.case("sven"), "note")
    with pytest.raises(Refused, match="signerat i ärendet"):
        order(world, case, replace(EXTRACT, entries=[strange]))


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (Wanted("party", assessment=""), "prövat"),
        (Wanted("whatever", assessment="x"), "användas till"),
        (Wanted("extract", "finns-inte", assessment="x"), "mottagare"),
        (Wanted("archive", "finns-inte"), "ingen person"),
    ],
)
def test_what_lacks_its_ground_or_recipient_is_refused(world, case, wanted, fault):
    with pytest.raises(Refused, match=fault):
        order(world, case, wanted)


# Sealed answers -------------------------------------------------------------------------------


def test_sealed_answers_stay_sealed_unless_they_were_ordered(world, case):
    world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    made, _asked = order(world, case, EXTRACT)
    answers = {one.field: one for one in hand_out(world, made).content.entries[0].answers}
    assert (answers["threat_summary"].words, answers["threat_summary"].left_out) == (None, SEALED)
    with world.session() as session:
        assert session.scalars(select(Unsealing)).all() == []


@pytest.mark.parametrize("purpose", ["extract", "party"])
def test_what_the_officer_has_open_at_that_moment_goes_along_in_no_copy_that_was_ordered_without_it(
    world, case, purpose
):
    entry = world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    guardian = put(world, case, "Gun Exempelsson", "guardian")
    wanted = EXTRACT if purpose == "extract" else Wanted("party", guardian, assessment="x")
    made, asked = order(world, case, wanted)
    if asked is not None:
        assert decide(world, asked, "fia") == "used"
    with world.acting("maja") as (session, maja):
        reading.unseal(session, maja, case, entry, "threat_summary", "danger", "")
    content = hand_out(world, made).content
    told = {one.field: (one.words, one.left_out) for one in content.entries[0].answers}
    # A party is told by which law something was kept back, and not what.
    assert told.get("threat_summary") == ((None, SEALED) if purpose == "extract" else None)
    assert "Hotad" not in content.as_json().decode()


def test_ordered_sealed_answers_are_opened_by_the_one_function_remembered_and_sealed_again(world, case):
    entry = world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    made, _asked = order(world, case, replace(EXTRACT, with_sealed=True))
    said = hand_out(world, made).content.as_json().decode()
    assert "Hotad av tidigare vänner" in said
    opened = [json.loads(one.detail) for one in events(world, Action.SEALED_OPENED) if one.object_id == entry]
    assert {one["reason"] for one in opened} == {"copy"} and "threat_summary" in {one["field"] for one in opened}
    with world.session() as session:
        assert {one.until for one in session.scalars(select(Unsealing))} == {world.clock.now}


def test_who_is_not_named_for_sealed_answers_hands_none_out(world, case):
    world.name(case, "ulf", "co_officer", may_unseal=False)
    world.sign("maja", case, "threat", threat_summary="Hotad")
    with pytest.raises(Refused, match="namngivna för förseglade"):
        order(world, case, replace(EXTRACT, with_sealed=True), "ulf")


def test_a_party_gets_nothing_sealed(world, case):
    guardian = put(world, case, "Gun Exempelsson", "guardian")
    with pytest.raises(Refused, match="bara till personen själv"):
        order(world, case, Wanted("party", guardian, with_sealed=True, assessment="x"))


def test_the_assessment_is_sealed(world, case):
    made, _asked = order(world, case, EXTRACT)
    with world.session() as session:
        stored = session.get_one(CaseExport, (made.municipality, made.id)).assessment
    assert stored is not None and b"26 kap" not in stored.blob


# Files ----------------------------------------------------------------------------------------


def test_the_files_are_whole_readable_and_the_same_for_the_same_copy(world, case):
    world.sign("maja", case, "note", text="<script>alert(1)</script> & =1+1", heading="Rad ett")
    made, _asked = order(world, case, EXTRACT)
    content = hand_out(world, made).content
    body = export_files.packed(content, export_paper.pdf(content))
    assert body == export_files.packed(content, export_paper.pdf(content))
    files = export_files.require_whole(body)
    assert set(files) == {"LASMIG.txt", "case.html", "case.json", "case.pdf", "manifest.json"}
    assert json.loads(files["case.json"])["entries"][0]["answers"]
    assert b"<script" not in files["case.html"] and b"&lt;script&gt;" in files["case.html"]
    assert b"http" not in files["case.html"] and b"src=" not in files["case.html"]
    for name, changed in (("case.json", b"{}"), ("more.txt", b"more"), ("manifest.json", b"{}")):
        with pytest.raises(Broken):
            export_files.require_whole(zipped(files | {name: changed}))
    with pytest.raises(Broken):
        export_files.require_whole(body[:-30])


def zipped(files: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return kept.getvalue()
