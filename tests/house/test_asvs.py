"""docs/asvs-status.csv says the truth: every requirement once, every test and place it names there, no gap below L3."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.house.asvs import COLUMNS, OFFICIAL, STATES, STATUS, Row, rows
from tests.house.files import ROOT, definitions, text

TEST = re.compile(r"((?:tests|plugins)/[\w/]+\.py)::((?:\w+::)?test_\w+)")
PLACE = re.compile(r"((?:docs/)?[\w/.-]+\.md)(?:#([\w-]+))?")
SHORTEST_REASON = 20
"""Signs of a note that say why; "n/a" does not."""


def levels() -> dict[str, int]:
    """The level of each requirement, from OWASP's own table, which lies beside the project."""
    if not OFFICIAL.exists():
        missing("the requirements lie in ../shared/data, beside the project")
    with OFFICIAL.open(encoding="utf-8", newline="") as opened:
        return {one["req_id"]: int(one["L"]) for one in csv.DictReader(opened)}


def named(words: str, of: str) -> bool:
    """Whether a test or a place in a document is there."""
    if found := TEST.fullmatch(words):
        path = ROOT / found[1]
        return path.exists() and found[2] in _functions(path)
    if (found := PLACE.fullmatch(words)) and (ROOT / found[1]).exists():
        return found[2] is None or found[2] in _headings(Path(found[1]))
    raise AssertionError(f"{of}: {words} is neither a test nor a place in a document")


def _functions(path: Path) -> set[str]:
    """The tests of a file, as pytest calls them: those of a class after its name."""
    return {name.replace(".", "::") for name, _node in definitions(ast.parse(path.read_text("utf-8")))}


def _headings(path: Path) -> set[str]:
    """What the headings of a page are called in addresses."""
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_every_requirement_is_there_once_and_no_other():
    assert Counter(row.id for row in rows()) == Counter(levels().keys())


def test_they_stand_in_the_order_of_the_standard():
    order = [tuple(map(int, row.id.removeprefix("V").split("."))) for row in rows()]
    assert order == sorted(order)


def test_the_table_holds_the_ids_and_our_own_words_only():
    with OFFICIAL.open(encoding="utf-8", newline="") if OFFICIAL.exists() else _absent() as opened:
        theirs = {one["req_description"][:60] for one in csv.DictReader(opened)}
    ours = text(STATUS)
    assert ours.splitlines()[0] == ",".join(COLUMNS)
    assert not [words for words in theirs if words in ours]


def _absent():
    missing("the requirements lie in ../shared/data, beside the project")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_shows_what_it_says(row: Row):
    assert row.status in STATES
    assert "TODO" not in row.evidence + row.note
    assert [one for one in row.shown_by if not named(one, row.id)] == []
    tests = [one for one in row.shown_by if TEST.fullmatch(one)]
    match row.status:
        case "pass":
            assert tests or (row.shown_by and _is_about_documents(row)), "no test shows it"
        case "deploy":
            assert row.shown_by and row.note, "what the operator does stands nowhere"
        case _:
            assert len(row.note) >= SHORTEST_REASON, "no reason"


def _is_about_documents(row: Row) -> bool:
    """The standard asks of the first section of a chapter that something is written down; V5.1 and V15.1 too."""
    return row.id.split(".")[1] == "1" and all(PLACE.fullmatch(one) for one in row.shown_by)


def test_no_gap_is_left_at_the_first_two_levels():
    required = levels()
    assert [row.id for row in rows() if row.status == "gap" and required[row.id] < 3] == []


def test_the_rule_sees_a_test_that_is_not_there():
    assert named("tests/house/test_asvs.py::test_a_row_shows_what_it_says", "V0.0.0")
    assert not named("tests/house/test_asvs.py::test_that_nobody_wrote", "V0.0.0")
    assert not named("tests/house/test_nothing.py::test_a_row_shows_what_it_says", "V0.0.0")
    assert named("docs/inventory.md#the-logs", "V0.0.0") and not named("docs/inventory.md#no-such-place", "V0.0.0")
    with pytest.raises(AssertionError):
        named("somewhere", "V0.0.0")
