"""The page of proofs says of every proof what it shows, and gives results of proofs that exist only."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.files import python, text

PAGE = Path("docs/proofs.md")
MARK = "mark." + "prove"


def proofs() -> set[str]:
    return {path.as_posix() for folder in ("tests", "plugins") for path in python(folder) if MARK in text(path)}


def test_every_proof_is_described_once():
    described, _results = text(PAGE).split("<!-- results -->")
    rows = re.findall(r"^\| `([^`]+)` \| [^|]+ \|$", described, re.MULTILINE)
    assert sorted(rows) == sorted(proofs())


def test_every_result_is_of_a_proof():
    _described, results = text(PAGE).split("<!-- results -->")
    rows = [line for line in results.splitlines() if line.startswith("|")][2:]
    assert rows
    found = [re.match(r"\| `([^`:]+)::[^`]+` \| (?:passed|\*\*failed\*\*) \|(?:[^|]*\|){5}$", row) for row in rows]
    assert [row for row, one in zip(rows, found, strict=True) if one is None] == []
    assert {one[1] for one in found if one} <= proofs()
