"""docs/security.md claims nothing without the test that shows it, or the word "promise" where none does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.files import ROOT, definitions, text

PAGE = Path("docs/security.md")
TEST = re.compile(r"`((?:plugins/\w+/)?tests/[\w/]+\.py)(?:::(\w+))?`")
PROMISE = re.compile(r"\bpromised?\b|\bpromises\b", re.IGNORECASE)
RULE = re.compile(r"^\|[\s|:-]+\|$")


def claims(page: str) -> Iterator[tuple[int, str]]:
    """Paragraphs, list items and rows of tables, with the line they begin on.

    Not headings, code, the first row of a table, and what ends in a colon: that leads to what follows it.
    """
    code, begun, block = False, 0, list[str]()
    lines = [*page.splitlines(), ""]
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            code = not code
        row, item = line.startswith("|"), bool(re.match(r"(?:[-*]|\d+\.) ", line))
        new = not line.strip() or line.startswith(("#", "    ", "```", "<!--")) or row or item or code
        if new and block:
            yield begun, " ".join(block)
            block = []
        if row and not RULE.match(line) and not RULE.match(lines[number]):
            yield number, line
        elif (not new or item) and not code:
            begun, block = begun if block else number, [*block, line.strip()]


def unproven(page: str) -> list[str]:
    """The claims that name no test and promise nothing."""
    return [
        f"line {number}: {claim[:90]}"
        for number, claim in claims(page)
        if not claim.endswith(":") and not TEST.search(claim) and not PROMISE.search(claim)
    ]


def absent(page: str) -> list[str]:
    """The tests that are named and are not there."""
    return sorted({found[0].strip("`") for found in TEST.finditer(page) if not exists(*found.groups())})


def exists(path: str, name: str | None) -> bool:
    if not (ROOT / path).is_file():
        return False
    return name is None or name in {own for own, _ in definitions(ast.parse(text(Path(path))))}


def test_every_claim_about_security_names_its_test_or_says_that_it_is_a_promise():
    assert unproven(text(PAGE)) == []


def test_every_test_that_the_page_names_is_there():
    assert absent(text(PAGE)) == []


@pytest.mark.parametrize(
    "bare",
    [
        "Nobody reads the cases of another municipality.",
        "- Nobody reads them.",
        "| a thief | nothing | cannot happen |",
        "Nobody reads them (`casework/core/db.py`).",
        "An intro:\n\n- Nobody reads them.",
        "## Heading\nNobody reads them.",
    ],
)
def test_a_bare_claim_is_found(bare: str):
    table = "| who | can | but |\n|---|---|---|\n"
    page = table + bare if bare.startswith("|") else bare
    assert len(unproven(page)) == 1
    assert unproven(page + " (`tests/core/test_walls.py`)") == unproven(page + " That is a promise.") == []


def test_a_named_test_that_is_gone_is_found():
    page = "`tests/core/test_walls.py` `tests/core/test_gone.py` `tests/core/test_walls.py::test_gone`"
    assert absent(page) == ["tests/core/test_gone.py", "tests/core/test_walls.py::test_gone"]
