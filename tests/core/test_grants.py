"""A membership that was put in or altered past the program grants nothing, and is named."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from casework.core import fingerprints, organisations
from casework.core.permissions import OPERATOR
from tests.core.test_changes import wrong
from tests.worlds import KUMLA

COLUMNS = ["account_id", "role", "level", "unit_id", "valid_from", "valid_until", "granted_by"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_membership_altered_past_the_program_grants_nothing(world, column, caplog):
    others = {
        "account_id": world.ids["sven"],
        "role": "intake",
        "level": "U",
        "unit_id": world.units[KUMLA, "Barn och unga"],
        "valid_from": world.clock().replace(year=2020),
        "valid_until": world.clock().replace(year=2030),
        "granted_by": world.ids["lo"],
    }
    model = fingerprints.covered()["memberships"]
    with world.session() as session:
        change = update(model).where(model.municipality == KUMLA, model.account_id == world.ids["maja"])  # type: ignore[attr-defined]
        session.connection().execute(change.values({column: others[column]}))
    whose = "sven" if column == "account_id" else "maja"
    with world.acting(whose) as (_session, actor):
        assert len(actor.posts) == (1 if whose == "sven" else 0)
    assert "membership_forged 1881" in caplog.text
    assert [one[0::2] for one in wrong(world)] == [("memberships", "row_changed")]


def test_a_membership_put_in_past_the_program_grants_nothing_and_is_named(world):
    model = fingerprints.covered()["memberships"]
    with world.session() as session:
        row = session.execute(select(model.__table__).where(model.account_id == world.ids["maja"])).one()  # type: ignore[attr-defined]
        forged = dict(row._mapping) | {"id": "forged", "account_id": world.ids["sven"], "role": "team_lead"}
        session.connection().execute(insert(model), [forged])
    with world.acting("sven") as (_session, sven):
        assert {post.role for post in sven.posts} == {"case_officer"}
    assert wrong(world) == [("memberships", "forged", "row_put_in")]


def test_an_ended_membership_is_sealed_again(world):
    world.clock.move(hours=1)
    with world.session() as session:
        account = world.account(session, "maja")
        (membership,) = organisations.memberships_of(session, account)
        organisations.end_membership(session, OPERATOR, membership)
    world.clock.move(minutes=-1)
    with world.acting("maja") as (_session, maja):
        assert len(maja.posts) == 1, "genuine, a minute before it ended"
