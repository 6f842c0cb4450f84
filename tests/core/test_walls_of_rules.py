"""That roles are apart, approvals decided and copies handed out once is kept by triggers: the start asks for them."""

from __future__ import annotations

import pytest

from casework.core import walls
from casework.core.db import append_only_tables, tenant_tables
from casework.core.walls import Hole
from tests.core.test_walls import alter, found
from tests.twins import looking

RULES = {
    "sqlite": [f"DROP TRIGGER {name}" for name in walls.RULES_SQLITE],
    "postgres": [
        "ALTER TABLE memberships DISABLE TRIGGER memberships_apart",
        "DROP TRIGGER approvals_final ON approvals",
        "ALTER TABLE case_exports DISABLE TRIGGER case_exports_once",
        "ALTER TABLE communications DISABLE TRIGGER communications_once",
        "ALTER TABLE consents DISABLE TRIGGER consents_forward",
        "ALTER TABLE consent_uses DISABLE TRIGGER consent_uses_never",
        "DROP TRIGGER disclosures_forward ON disclosures",
        "ALTER TABLE handovers DISABLE TRIGGER handovers_forward",
        "DROP TRIGGER participations_once ON participations",
    ],
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_trigger_of_sqlite_is_a_wall_or_such_a_rule(migrated):
    with looking(migrated) as connection:
        stand = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    walled = set(walls.triggers(sorted(tenant_tables()), sorted(append_only_tables())))
    assert stand - walled == set(walls.RULES_SQLITE)


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_every_trigger_of_postgresql_is_such_a_rule(migrated):
    with looking(migrated) as connection:
        stand = connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal").scalars().all()
    assert sorted(stand) == sorted(walls.RULES_POSTGRESQL)


def test_what_keeps_roles_apart_and_approvals_final_is_looked_for_before_the_start(migrated):
    assert found(migrated) == {}
    alter(migrated, *RULES[migrated.kind])
    names = walls.RULES_SQLITE if migrated.kind == "sqlite" else walls.RULES_POSTGRESQL
    assert found(migrated) == {Hole.RULE_MISSING: list(names)}
