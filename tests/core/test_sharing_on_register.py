"""A status permission on the register lives as long as every consent it rests on, and stops with the first to end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.contract import FactKind
from casework.contract.fields import Field
from casework.core import access_rows, consent_register, notices, persons, telling_fields
from casework.core.consent_endings import TELL
from casework.core.consent_register import Answer
from casework.core.models import Consent, ConsentUse, StatusPermission
from tests.core.consenting import TODAY, ask, child, consented, covered, parts, wanted, withdraw
from tests.core.test_consent_register import to_do
from tests.core.test_sharing import page, refused
from tests.worlds import KUMLA, World, personal_number


def shared(world: World, case: str, **changed: object) -> StatusPermission:
    return world.permit(case, **({"ground": "register", "until": TODAY + timedelta(days=60)} | changed))


def test_a_status_permission_rests_on_every_consent_it_needs(world):
    case = child(world, 16)
    consented(world, case)
    consented(world, case, "guardian", 0)
    assert refused(world, case, ground="register", until=TODAY + timedelta(days=60)) == {"consent"}
    consented(world, case, "guardian", 1)
    made = shared(world, case)
    assert [row.ground for row in page(world).shown] == ["Samtycke"]
    with world.session() as session:
        assert [one.object_id for one in session.scalars(select(ConsentUse))] == [made.id] * 3


def test_a_status_permission_does_not_outlive_the_first_consent_to_end(world):
    case = child(world, 10)
    consented(world, case, "guardian", 0)
    consented(world, case, "guardian", 1, valid_until=TODAY + timedelta(days=30))
    assert refused(world, case, ground="register", until=TODAY + timedelta(days=31)) == {"until"}
    shared(world, case, until=TODAY + timedelta(days=30))


def test_when_one_of_them_withdraws_what_rests_on_it_stops_at_once_and_the_rest_goes_on(world):
    case = child(world, 10)
    consents = [consented(world, case, "guardian", nth) for nth in range(2)]
    resting, other = shared(world, case), world.permit(case)
    world.clock.move(minutes=1)
    assert to_do(world, case) == []
    withdraw(world, case, consents[1])
    found = page(world)
    assert [row.reference for row in found.shown] == [other.reference]
    assert [row.reference for row in found.ended] == [resting.reference]
    with world.session() as session:
        assert access_rows.differences(session) == []
        assert len(session.scalars(select(ConsentUse)).all()) == 2  # what was done stays
    assert TELL in to_do(world, case)


def test_a_birthday_from_which_the_young_person_consents_too_closes_it_until_they_have(world):
    case = child(world, 15, days=7)
    for nth in range(2):
        consented(world, case, "guardian", nth)
    resting, other = shared(world, case), world.permit(case)
    world.clock.move(days=6)
    assert len(page(world).shown) == 2
    world.clock.move(days=1)
    found = page(world)
    assert [row.reference for row in found.shown] == [other.reference] and found.ended == []
    consented(world, case)
    assert {row.reference for row in page(world).shown} == {resting.reference, other.reference}


def test_a_new_guardian_who_has_not_consented_closes_it_by_itself(world):
    case = child(world, 10)
    for nth in range(2):
        consented(world, case, "guardian", nth)
    shared(world, case)
    with world.acting("maja") as (session, maja):
        third = persons.add(session, maja, "Tredje Förälder", personal_number(77))
        persons.put_in_case(session, world.get(session, case), third, "guardian")
    assert page(world).shown == []


def test_the_owner_is_told_that_something_stopped_and_not_what(world):
    case = world.case()
    consent = consented(world, case)
    shared(world, case)
    world.name(case, "fia", "co_officer")
    with world.acting("fia") as (session, fia):
        consent_register.withdraw(session, fia, case, consent)
    with world.session() as session:
        (line,) = notices.unread(session, world.ids["maja"])
        assert line.kind == "consent_ended" and notices.unread(session, world.ids["fia"]) == []


def test_a_renewal_that_covers_all_of_it_carries_on_what_rests_on_the_old_one(world):
    case = world.case()
    old = consented(world, case)
    shared(world, case)
    giver = parts(world, case, "subject")[0]
    new = ask(world, case, wanted(giver, valid_until=TODAY + timedelta(days=120)), renews=old)
    assert len(page(world).shown) == 1
    with world.session() as session:
        assert session.get_one(Consent, (KUMLA, old)).state == "replaced"
    withdraw(world, case, new)
    assert page(world).shown == []


@pytest.mark.parametrize(
    "narrower", [{"kinds": ["school"]}, {"agencies": ["police"]}, {"valid_from": TODAY + timedelta(days=7)}]
)
def test_a_renewal_that_covers_less_stops_what_rests_on_the_old_one(world, narrower):
    case = world.case()
    old = consented(world, case)
    shared(world, case)
    ask(world, case, wanted(parts(world, case, "subject")[0], **narrower), renews=old)
    assert page(world).shown == []


def test_a_refused_renewal_takes_the_old_one_back(world):
    case = world.case()
    old = consented(world, case)
    shared(world, case)
    world.clock.move(minutes=1)
    no = Answer(given=False, how="oral", identity="known")
    ask(world, case, wanted(parts(world, case, "subject")[0]), no, renews=old)
    assert page(world).shown == [] and not covered(world, case).complete


def test_a_field_of_another_kind_takes_a_consent_to_that_kind(world, monkeypatch):
    def of(_case_type: object, _form: object, field: Field) -> frozenset[FactKind]:
        return frozenset({FactKind.CRIME if field.name == "police_case_opened" else FactKind.STATUS})

    monkeypatch.setattr(telling_fields, "kinds", of)
    case = world.case()
    consented(world, case)
    want = {"ground": "register", "until": TODAY + timedelta(days=60), "fields": ["police_case_opened"]}
    assert refused(world, case, **want) == {"fields"}
    crime = consented(world, case, kinds=("crime",))
    made = shared(world, case, fields=["police_case_opened"])
    assert len(page(world).shown) == 1
    with world.session() as session:
        assert len(session.scalars(select(ConsentUse).where(ConsentUse.object_id == made.id)).all()) == 2
    world.clock.move(minutes=1)
    withdraw(world, case, crime)
    assert page(world).shown == []
