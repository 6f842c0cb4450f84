"""A status permission on consent lives no longer, and says no more, than the consent it rests on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.core import access_rows, clock, municipality_settings
from casework.core.models import CaseAccess
from tests.core.test_sharing import page, refused
from tests.worlds import World


def consented(world: World, case: str) -> str:
    consent = world.sign("maja", case, "consent_note")
    world.permit(case, ground="consent", consent_id=consent, until=date(2027, 4, 1))
    assert [row.ground for row in page(world).shown] == ["Samtycke"]
    return consent


def test_a_permission_on_consent_ends_when_the_consent_does(world):
    case = world.case()
    with world.session() as session:
        municipality_settings.choose(session, "status_months", 12)
    consent = consented(world, case)
    world.sign("maja", case, "consent_note", consent, valid_until="2026-12-01")
    assert len(page(world).shown) == 1
    world.clock.now = world.clock.now.replace(month=12, day=1, hour=23)
    assert page(world).shown == [] and [row.on for row in page(world).ended] == [date(2026, 12, 2)]


@pytest.mark.parametrize(
    "correction",
    [{"agencies": "school"}, {"agencies": "other"}, {"valid_from": "2026-12-24"}, {"valid_until": "2026-11-23"}],
)
def test_a_correction_of_the_consent_ends_the_permission_at_once(world, correction):
    case = world.case()
    consent = consented(world, case)
    world.sign("maja", case, "consent_note", consent, **correction)
    assert page(world).shown == [] and len(page(world).ended) == 1


def test_what_a_correction_ended_does_not_come_back_with_the_next_one(world):
    case = world.case()
    consent = consented(world, case)
    narrower = world.sign("maja", case, "consent_note", consent, agencies="school")
    world.clock.move(days=1)
    world.sign("maja", case, "consent_note", narrower, agencies="school,police")
    found = page(world)
    assert found.shown == [] and [row.on for row in found.ended] == [date(2026, 11, 24)]


def test_the_access_table_ends_with_the_consent(world):
    case = world.case()
    consent = consented(world, case)
    world.sign("maja", case, "consent_note", consent, valid_until="2026-12-01")
    with world.session() as session:
        rows = session.scalars(select(CaseAccess.valid_until).where(CaseAccess.permission == "status")).all()
        assert [clock.today(until) for until in rows] == [date(2026, 12, 2)]
        assert access_rows.differences(session) == []


def test_a_permission_may_not_outlive_its_consent_or_rest_on_another_cases(world):
    case, other = world.case(), world.case()
    consent = world.sign("maja", case, "consent_note", valid_until="2026-12-01")
    ground = {"ground": "consent", "consent_id": consent}
    assert refused(world, case, until=date(2026, 12, 2), **ground) == {"until"}
    assert refused(world, other, until=date(2026, 12, 1), **ground) == {"consent"}
    world.permit(case, until=date(2026, 12, 1), **ground)


@pytest.mark.parametrize("what", ["school", "crime,health"])
def test_a_consent_that_does_not_speak_of_the_status_carries_no_status_permission(world, what):
    case = world.case()
    consent = world.sign("maja", case, "consent_note", what=what)
    assert refused(world, case, ground="consent", consent_id=consent) == {"consent"}


def test_a_consent_corrected_to_leave_the_status_out_ends_the_permission(world):
    case = world.case()
    consent = consented(world, case)
    world.sign("maja", case, "consent_note", consent, what="school")
    assert page(world).shown == []
