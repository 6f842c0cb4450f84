"""Another file created from a case: with the person that was chosen, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.core import access_rows, case_links, case_people, cases, registration
from casework.core.errors import NotFound, Refused
from casework.core.models import Case, Import
from casework.core.registers import running, writing
from casework.core.registers.rows import Row
from casework.core.registration import Identified
from tests.core.linking import BOTH, CHILD, OFFENDER, VICTIM, assign, file, link, reaches, seen, switched_on
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


def test_who_works_with_victims_registers_an_offender_without_becoming_the_officer(linked):
    file(linked, VICTIM, "maja")
    with linked.acting("maja") as (session, maja):
        made = registration.register(
            *(session, BOTH, maja),
            area="nara_relation",
            case_type=OFFENDER,
            state="received",
            unit_id=linked.units[KUMLA, VUXEN],
            who=Identified(personal_number(91).digits, "Ny Person", 0),
            answers={"received_date": "2026-11-24"},
        )
    assert made.officer_id is None
    assert not reaches(linked, "maja", made.id)


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
