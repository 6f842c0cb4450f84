"""The program and the agreement's example are true to the official list of Swedish municipalities."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

from casework.core.setup.reading import CODE
from tests.conftest import missing

ROOT = Path(__file__).parents[2]
OFFICIAL = ROOT.parent / "shared" / "data" / "municipalities.csv"


def official() -> dict[str, str]:
    """The name of each municipality by its code; the list itself is no part of the project."""
    if not OFFICIAL.exists():
        missing("the official list of municipalities lies in ../shared/data, beside the project")
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        return {row["municipality_code"]: row["municipality_name_short"] for row in csv.DictReader(file)}


def test_every_municipality_of_sweden_has_a_code_that_is_taken():
    codes = official()
    assert len(codes) == 290
    assert [code for code in codes if not CODE.fullmatch(code)] == []
    wrong = ("0000", "0200", "1101", "2601", "9999", "1800", "188", "188a")
    assert [code for code in wrong if CODE.fullmatch(code)] == []


def test_every_municipality_of_the_example_has_its_scb_code():
    example = tomllib.loads((ROOT / "examples" / "hallsberg.toml").read_text("utf-8"))
    named = {one["code"]: one["name"] for one in example["municipality"]}
    assert len(named) == 4
    assert named == {code: official().get(code) for code in named}
