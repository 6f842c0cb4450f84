"""The catalogue says what the law does in every direction, and nothing wrong in it would go without being noticed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from casework.core.grounds import catalogue
from casework.core.grounds.ground import Explained, Ground, explain
from casework.core.grounds.situations import Place, Situation
from tests.core import ground_table
from tests.core.ground_mutants import mutants
from tests.core.ground_table import CONSULTED, DIRECTIONS, LEVELS, NEEDS, QUESTIONS, Row

NOW = date(2026, 11, 23)
ROWS: dict[str, list[tuple[Row, Situation]]] = defaultdict(list)
for _one in ground_table.rows():
    ROWS[_one.code].append((_one, ground_table.situation(_one.options)))
MACHINE = frozenset(QUESTIONS.values())


def answers(said: Explained, row: Row) -> bool:
    """Whether a ground says of a row what the statute does: whether it can be used, and what must be known first."""
    return said.available is row.available and set(said.asks) & MACHINE == row.asks


def test_the_table_names_every_ground_and_no_other():
    codes = {ground.code for ground in catalogue.GROUNDS}
    assert codes == set(DIRECTIONS) == set(ROWS) >= set(NEEDS)
    assert sorted(" ".join(LEVELS.values()).split()) == sorted(codes)


@pytest.mark.parametrize("ground", catalogue.GROUNDS, ids=lambda one: f"{one.code}-{one.version}")
def test_every_row_of_a_ground_is_answered_as_the_statute_does_with_what_it_then_asks(ground: Ground):
    of_it = [(row, at) for row, at in ROWS[ground.code] if catalogue.find(ground.code, at.on) is ground]
    assert [row.options for row, at in of_it if not answers(explain(ground, at), row)] == []


@pytest.mark.parametrize("ground", catalogue.current(NOW), ids=lambda one: one.code)
def test_a_ground_leads_where_the_law_lets_it_and_says_so_of_every_other_direction(ground: Ground):
    for source in Place:
        for target in Place:
            there, asks = ground_table.leads(ground.code, source, target)
            said = explain(ground, Situation(source, target, NOW))
            assert said.available is there, (source, target)  # where nothing was said, nothing else can block it
            assert ("Grunden gäller inte i den här riktningen." in said.blocked) is not there
            assert bool(set(said.unanswered) - MACHINE) is asks, (source, target)


@pytest.mark.parametrize("ground", catalogue.GROUNDS, ids=lambda one: f"{one.code}-{one.version}")
def test_who_decides_by_default_and_whether_a_lawyer_is_consulted(ground: Ground):
    assert ground.code in LEVELS[ground.decider.value].split()
    assert ground.consult is (ground.code in CONSULTED)


@pytest.mark.parametrize("ground", catalogue.GROUNDS, ids=lambda one: f"{one.code}-{one.version}")
def test_whatever_could_be_wrong_with_a_condition_is_noticed_by_some_row(ground: Ground):
    assert [words for words, other in mutants(ground) if not _is_noticed(ground, other)] == []


def _is_noticed(ground: Ground, other: Ground) -> bool:
    """Whether some row is answered otherwise with ``other`` in the ground's place, or has two wordings or none."""
    wordings = [other if one is ground else one for one in catalogue.GROUNDS if one.code == ground.code]
    for row, at in ROWS[ground.code]:
        in_force = sum(one.in_force(at.on) for one in wordings)
        if row.available and in_force != 1:
            return True
        if catalogue.find(ground.code, at.on) is ground and not answers(explain(other, at), row):
            return True
    return False
