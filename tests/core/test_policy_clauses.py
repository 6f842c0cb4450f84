"""Each clause of the policy taken away once is noticed by the enumeration; what is not needed does not stand there."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from casework.core import access, access_rows, permissions
from casework.core.permissions import GRANTS, REACHED_BY, Permission, Role
from tests.core import policy_cells, policy_clauses, policy_model, policy_rows, policy_table
from tests.core.policy_clauses import Without
from tests.core.policy_table import Table

ASKING = [
    *policy_clauses.removals(access, "reached"),
    *policy_clauses.removals(permissions.Actor, "through", "_names"),
]
KEEPING = [
    *policy_clauses.removals(
        access_rows, "expected", "_of_unit", "_of_part", "_of_sharing", "_of_disclosure", "conflicts", "ends", "_rows"
    )
]
NOT_NEEDED = {
    "_names: post.role in {Role.POLICE_LIAISON, Role.PARTNER} is always True": "no other role is granted shared:read, "
    "and through() leaves the names of other posts out; the condition says whom an agency's way is for",
}
"""Clauses that change nothing, with the reason why they stand there all the same."""


def noticed(table: Table, without: Without) -> str:
    """How the enumeration notices that a clause is missing; empty where it does not."""
    acting = policy_cells.actors(table.names, whole=False)
    try:
        with without.in_force():
            if without in KEEPING:
                policy_rows.fill(table.session)
                if any(table.recomputed_apart([cell.id for cell in table.cells[::400]])):
                    return "recomputed alone it is another"
            return next((f"{len(lines)} cells" for lines in table.disagreements(acting, policy_model.RULES)), "")
    except Exception as error:
        table.session.rollback()
        raise Fallen from error


class Fallen(Exception):
    """The program without the clause does not run at all."""


def survivors(databases, kind, folder, chosen: list[Without]) -> list[str]:
    """The clauses that can be taken away unnoticed; a table that was rolled back by one is laid out anew."""
    found, left = [], list(chosen)
    for nth in itertools.count():
        with policy_table.laid_out(databases, kind, folder / f"table{nth}", depth=0) as table:
            while left:
                without = left.pop(0)
                try:
                    if not noticed(table, without) and str(without) not in NOT_NEEDED:
                        found.append(str(without))
                except Fallen:
                    break
        if not left:
            break
    return found


@pytest.mark.prove
@pytest.mark.parametrize("part", ["asking", "keeping", "keeping, the second half"])
@pytest.mark.parametrize("database_kind", ["sqlite"])  # the clauses are the same ones on both
def test_no_clause_can_be_taken_away_unnoticed(databases, database_kind, tmp_path, size, figures, part):
    half = len(KEEPING) // 2
    clauses = {"asking": ASKING, "keeping": KEEPING[:half], "keeping, the second half": KEEPING[half:]}[part]
    chosen = random.Random(20261124).sample(clauses, size(4, len(clauses)))
    left = survivors(databases, database_kind, tmp_path, chosen)
    assert not left, "\n".join(left)
    figures |= {"clauses": len(chosen), "surviving": 0}


def test_the_clauses_are_found_in_the_source():
    named = {str(one) for one in (*ASKING, *KEEPING)}
    assert len(named) > 60
    for clause in (
        "reached: without Block.principal == actor.id",
        "reached: without CaseAccess.valid_until > now",
        "reached: the instant itself turned in CaseAccess.valid_until > now",
        "expected: block.lifted_at is None is always True",
        "expected: member.role == 'officer' is always True",
        "_of_unit: without case.is_open",
        "ends: case.closed_on is not None is always False",
    ):
        assert clause in named
    assert set(NOT_NEEDED) <= named


ENTRIES: list[tuple[dict[Any, frozenset[Any]], Any, Any]] = [
    (kind, key, one)
    for kind in (GRANTS, REACHED_BY)
    for key, held in kind.items()
    for one in held
    if kind is REACHED_BY or one in REACHED_BY
]
ELSEWHERE = {(Role.LOG_REVIEWER, Permission.EMERGENCY_REVIEW)}
"""A log reviewer's right is over openings in the whole municipality, not by ways into cases: test_emergency_reviews."""


@pytest.mark.prove
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_entry_in_the_tables_of_rights_can_be_taken_away_unnoticed(
    databases, database_kind, tmp_path, size, figures
):
    chosen = random.Random(20261124).sample(ENTRIES, size(6, len(ENTRIES)))
    with policy_table.laid_out(databases, database_kind, tmp_path / "data", depth=0) as table:
        acting = policy_cells.actors(table.names, whole=False)
        unnoticed = set()
        for kind, key, one in chosen:
            permission = key if kind is REACHED_BY else one
            kind[key] = kind[key] - {one}
            if next(table.disagreements(acting, [permission.value]), None) is None:
                unnoticed.add((key, one))
            kind[key] = kind[key] | {one}
        assert unnoticed <= ELSEWHERE
        figures |= {"entries": len(chosen), "surviving": len(unnoticed - ELSEWHERE)}
