"""Another file created from a case: with the person that was chosen, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.core import access_rows, case_links, case_people, cases, registration, sides
from casework.core.errors import NotFound, Refused
from casework.core.models import Case, Import
from casework.core.registers import running, writing
from casework.core.registers.rows import Row
from casework.core.registration import Identified
from tests.core.linking import (
    BOTH,
    CHILD,
    OFFENDER,
    VICTIM,
    assign,
    breaks_the_glass,
    decides,
    file,
    link,
    reaches,
    seen,
    switched_on,
)
from tests.worlds import KUMLA, VUXEN, personal_number


@pytest.fixture
def linked(world):
    return switched_on(world)


def begin(world, who, case_id, case_type, person="", **said):
    with world.acting(who) as (session, actor):
        return case_links.create(
            *(session, BOTH, actor, case_id),
            case_type=case_type,
            state="received",
            unit_id=world.units[KUMLA, VUXEN],
            who=None if person else Identified(personal_number(90).digits, "Ny Person", 0),
            person_id=person,
            answers={"received_date": date(2026, 11, 24).isoformat()} | said,
        )


def test_a_childs_file_is_created_from_the_adults_with_the_chosen_child_and_nothing_else(linked):
    adult = file(linked, VICTIM, "maja")
    with linked.acting("maja") as (session, maja):
        child = case_people.add(
            session,
            maja,
            adult,
            Identified(personal_number(80).digits, "Liten Mallström", 0),
            "child",
            may_not_know=False,
        ).person_id
        other = linked.get(session, adult).subject_id
    made = begin(linked, "maja", adult, CHILD, child)
    assert (made.subject_id, made.officer_id) == (child, linked.ids["maja"])
    assert seen(linked, "maja", adult) == {made.id}
    with linked.acting("maja") as (session, maja):
        assert case_people.of_case(cases.open_case(session, maja, made.id, "x")[1], made) == []
    for no_child in (other, "finns-inte"):
        with pytest.raises(NotFound):
            begin(linked, "maja", adult, CHILD, no_child)


def test_the_offenders_file_is_registered_by_who_assigns_and_waits_for_somebody_else(linked):
    adult = file(linked, VICTIM, "maja")
    with pytest.raises(NotFound):
        begin(linked, "maja", adult, OFFENDER)
    made = begin(linked, "vilma", adult, OFFENDER)
    assert made.officer_id is None
    assert seen(linked, "vilma", adult) == {made.id} and seen(linked, "maja", adult) == set()
    assign(linked, made.id, "sven")
    assert not reaches(linked, "sven", adult)


def register(world, who, case_type, nth=91):
    with world.acting(who) as (session, actor):
        return registration.register(
            *(session, BOTH, actor),
            area="nara_relation",
            case_type=case_type,
            state="received",
            unit_id=world.units[KUMLA, VUXEN],
            who=Identified(personal_number(nth).digits, "Ny Person", 0),
            answers={"received_date": "2026-11-24"},
        )


def refusal(world, who, case_type=OFFENDER):
    with pytest.raises(Refused) as said:
        register(world, who, case_type)
    return said.value.refusals[0]


@pytest.mark.parametrize("how", ["named", "asked to decide", "by the glass"])
def test_who_works_with_victims_registers_no_offender_whose_record_would_begin_with_their_name(linked, how):
    adult = file(linked, VICTIM, "maja")
    who = {"named": "maja", "asked to decide": "fia", "by the glass": "jon"}[how]
    if how == "asked to decide":
        decides(linked, who, adult)
    if how == "by the glass":
        breaks_the_glass(linked, who, adult)
    said = refusal(linked, who)
    assert said.reason == sides.REGISTERING and said.field is None
    with linked.session() as session:
        assert session.scalars(select(Case).where(Case.case_type == OFFENDER)).all() == []
    assert register(linked, "sven", OFFENDER).officer_id == linked.ids["sven"]


def test_who_was_ever_let_into_a_file_that_is_faced_registers_no_offender_with_the_same_words(linked):
    adult, apart = file(linked, VICTIM, "maja"), file(linked, VICTIM, "fia")
    before = refusal(linked, "maja")
    link(linked, adult, file(linked, OFFENDER, "sven"))
    for one, other in ((adult, "ulf"), (apart, "ulf")):
        assign(linked, one, other)
    linked.clock.move(days=3000)
    assert refusal(linked, "maja") == before
    assert register(linked, "fia", OFFENDER).officer_id == linked.ids["fia"]  # hers was faced by nobody, long ago


def test_who_works_with_offenders_registers_a_victim_without_becoming_the_officer(linked):
    file(linked, OFFENDER, "sven")
    made = register(linked, "sven", VICTIM)
    assert made.officer_id is None and not reaches(linked, "sven", made.id)


def test_a_lead_who_works_with_another_victim_is_not_offered_the_offenders_file(linked):
    adult, other = file(linked, VICTIM, "maja"), file(linked, VICTIM, "fia")
    assert begin(linked, "vilma", adult, OFFENDER).officer_id is None
    decides(linked, "vilma", other)
    with pytest.raises(NotFound):
        begin(linked, "vilma", adult, OFFENDER)


def test_a_register_gives_nobody_a_file_of_the_other_side(linked):
    file(linked, OFFENDER, "sven")
    with linked.session() as session:
        ready = running.desk(session, BOTH, "nara_relation", "maja")
        session.add(Import(id=ready.import_id, area="nara_relation", made_by=ready.actor.id, made_at=session.now))
    rows = [
        Row(personal_number(nth), "Ny Person", date(2025, 1, 6), officer, "pågår", "", 0, "", (), None, "", "")
        for nth, officer in ((70, "sven.provsson"), (71, "maja.testlind"))
    ]
    with linked.session() as session:
        told = [writing.bring_in(session, ready, one) for one in rows]
        imported = session.scalars(select(Case).where(Case.import_id == ready.import_id)).all()
        officers = {one.officer_id for one in imported}
    doubts = [{doubt.code for doubt in one} for one in told if isinstance(one, tuple)]
    assert ["other_side" in one for one in doubts] == [True, False]
    assert officers == {None, linked.ids["maja"]}


def test_a_childs_file_is_not_drawn_into_a_family_that_faces_its_officers_former_one(linked):
    adult, child, offender = file(linked, VICTIM, "maja"), file(linked, CHILD), file(linked, OFFENDER, "sven")
    link(linked, adult, offender)
    assign(linked, offender, "fia")
    linked.clock.move(days=3000)
    assign(linked, child, "sven")
    with pytest.raises(Refused) as said:
        link(linked, adult, child)
    assert said.value.refusals[0].field == "number" and reaches(linked, "sven", child)
    assign(linked, child, "maja")
    link(linked, adult, child)
    with linked.session() as session:
        assert access_rows.differences(session) == []
