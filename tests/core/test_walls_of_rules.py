"""Roles that are apart and approvals decided once are kept by triggers: without them nothing is started either."""

from __future__ import annotations

from casework.core import walls
from casework.core.walls import Hole
from tests.core.test_walls import alter, found

RULES = {
    "sqlite": [f"DROP TRIGGER {name}" for name in walls.RULES_SQLITE],
    "postgres": [
        "ALTER TABLE memberships DISABLE TRIGGER memberships_apart",
        "DROP TRIGGER approvals_final ON approvals",
    ],
}


def test_what_keeps_roles_apart_and_approvals_final_is_looked_for_before_the_start(migrated):
    assert found(migrated) == {}
    alter(migrated, *RULES[migrated.kind])
    names = walls.RULES_SQLITE if migrated.kind == "sqlite" else walls.RULES_POSTGRESQL
    assert found(migrated) == {Hole.RULE_MISSING: list(names)}
