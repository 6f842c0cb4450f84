"""An attempt that was turned away is remembered, whatever was asked for."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import audit
from casework.core.actions import Action
from casework.core.denials import Denial
from casework.core.models import AuditEvent


def test_an_attempt_at_a_name_longer_than_any_of_ours_is_remembered_all_the_same(world):
    with world.session() as session:
        audit.record_denial(session, Denial("somebody", "none", Action.CASE_OPENED, "case", "x" * 90, "missing"))
    with world.session() as session:
        assert session.scalars(select(AuditEvent.object_id).where(AuditEvent.outcome == "denied")).all() == [
            "unreadable"
        ]
