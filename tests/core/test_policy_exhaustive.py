"""Every cell of the policy's finite abstraction, asked of the program and of the plain model beside it."""

from __future__ import annotations

import os
import random

import pytest

from casework.core import access
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.models import Case
from casework.core.permissions import GRANTS, REACHED_BY, Permission, Role
from tests.core import policy_cells, policy_model, policy_table
from tests.core.policy_cells import DEEPEST, NOW
from tests.core.policy_table import Table

INSIDE = (Role.CASE_OFFICER, Role.INTAKE, Role.TEAM_LEAD)
PARTS: dict[str, tuple[Role, ...]] = {
    "officers": (Role.CASE_OFFICER,),
    "leads and intake": (Role.TEAM_LEAD, Role.INTAKE),
    "everybody else": tuple(role for role in Role if role not in INSIDE),
    "two roles and none": (),
}
WHOLE = os.environ.get("CASEWORK_PROVE") == "1"
CUTS = {part: 2 if WHOLE and part == "everybody else" else 1 for part in PARTS}
"""Into how many runs the actors of a part are dealt out, so that none is longer than a proof may be."""
RUNS = [f"{part} {nth}" for part, cuts in CUTS.items() for nth in range(1, cuts + 1)]


def test_the_model_knows_every_permission_over_a_case_and_no_other():
    assert set(policy_model.RULES) == {permission.value for permission in REACHED_BY}


def test_the_abstraction_has_every_role_and_the_model_every_way():
    names = policy_cells.Names("a", "b", "u", "v")
    assert {post.role for acting in policy_cells.actors(names, whole=True) for post in acting.actor.posts} == set(Role)
    held = {way.split()[0] for way, _held in policy_cells.ways(names)}
    assert held == {
        "none",
        "officer",
        "co_officer",
        "reader",
        "decider",
        "emergency",
        "judge",
        "participant",
        "police",
        "recipient",
        "school",
    }
    assert len(policy_cells.cells(names, depth=DEEPEST)) == 60 * 4 * 3 * 4 * 4 * 3


@pytest.mark.prove
@pytest.mark.parametrize("run", RUNS)
def test_in_every_cell_the_program_and_the_model_agree(databases, database_kind, tmp_path, size, figures, run):
    part, nth = run.rsplit(" ", 1)
    with policy_table.laid_out(databases, database_kind, tmp_path / "data", depth=size(1, DEEPEST)) as table:
        acting = policy_cells.actors(table.names, PARTS[part], whole=size(False, True))
        if not PARTS[part]:
            acting = [one for one in acting if len(one.actor.posts) != 1]
        acting = acting[int(nth) - 1 :: CUTS[part]]
        assert acting
        found = [line for lines in table.disagreements(acting, policy_model.RULES) for line in lines]
        assert found[:20] == []
        figures |= {"actors": len(acting), "cases": len(table.cells)}
        figures |= {"cells": len(acting) * len(table.cells) * len(policy_model.RULES)}


@pytest.mark.prove
def test_a_single_read_gives_what_the_model_says_and_no_sealed_answer_beyond_it(
    databases, database_kind, tmp_path, size, figures
):
    with policy_table.laid_out(databases, database_kind, tmp_path / "data", depth=size(1, DEEPEST)) as table:
        acting = policy_cells.actors(table.names, (*INSIDE, Role.POLICE_LIAISON), whole=False)
        acting = [one for one in acting if one.actor.posts[0].level == "H"]
        chosen = random.Random(1).sample(table.cells, size(60, 1500))
        asked = [(one, cell) for one in acting for cell in chosen]
        for one, cell in asked:
            single(table, one, cell)
        figures |= {"single reads": len(asked)}


def single(table: Table, acting: policy_cells.Acting, cell: policy_cells.Cell) -> None:
    where = f"{acting.label}: {cell.way}"
    for permission in (Permission.CASE_OPEN, Permission.CASE_UNSEAL):
        try:
            case, decision = access.of_case(table.session, acting.actor, permission, cell.id, Action.CASE_OPENED)
        except NotFound:
            assert not policy_model.may(acting.person, permission, cell.case, NOW), where
            continue
        assert isinstance(case, Case) and policy_model.may(acting.person, permission, cell.case, NOW), where
        opened = {".".join(one) for one in decision.unsealed}
        assert opened == policy_model.sees_sealed(acting.person, cell.case, NOW), where
        assert (decision.forms is None) is policy_model.sees_all_forms(acting.person, cell.case, NOW), where
    table.session.info.pop("audit", None)


def test_every_permission_comes_with_a_role_or_with_the_duty():
    granted = {permission for permissions in GRANTS.values() for permission in permissions}
    assert set(Permission) - granted == {Permission.EMERGENCY_OPEN}
