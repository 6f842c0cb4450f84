"""An attempt that was turned away is remembered, whatever was asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import audit
from casework.core.actions import Action
from casework.core.denials import Denial
from casework.core.models import AuditEvent
from tests.worlds import World


def denial(kind: str, object_id: str) -> Denial:
    return Denial("somebody", "none", Action.CASE_OPENED, kind, object_id, "missing")


def named(world: World) -> list[str]:
    with world.session() as session:
        query = select(AuditEvent.object_id).where(AuditEvent.outcome == "denied").order_by(AuditEvent.seq)
        return list(session.scalars(query))


def test_an_attempt_at_a_name_longer_than_any_of_ours_is_remembered_all_the_same(world):
    with world.session() as session:
        audit.record_denial(session, denial("case", "x" * 90))
    assert named(world) == ["unreadable"]


@pytest.mark.parametrize("typed", ["19920329-9889", "Tim.Skissgren", "tim.skissgren", "anna-karin"])
def test_what_somebody_typed_into_an_address_is_not_kept(world, typed):
    with world.session() as session:
        audit.record_denial(session, denial("case", typed))
    assert named(world) == ["unreadable"]


def test_an_id_of_ours_and_the_name_of_a_page_are_kept(world):
    case = world.case()
    with world.session() as session:
        audit.record_denial(session, denial("case", case))
        audit.record_denial(session, denial("page", "case.overview"))
    assert named(world) == [case, "case.overview"]
