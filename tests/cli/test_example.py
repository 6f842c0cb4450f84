"""The agreement's example is true to the official list of Swedish municipalities."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

from tests.conftest import missing

ROOT = Path(__file__).parents[2]
OFFICIAL = ROOT.parent / "shared" / "data" / "municipalities.csv"


def test_every_municipality_of_the_example_has_its_scb_code():
    if not OFFICIAL.exists():
        missing("the official list of municipalities lies in ../shared/data, beside the project")
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        official = {row["municipality_code"]: row["municipality_name_short"] for row in csv.DictReader(file)}
    example = tomllib.loads((ROOT / "examples" / "hallsberg.toml").read_text("utf-8"))
    named = {one["code"]: one["name"] for one in example["municipality"]}
    assert len(named) == 4
    assert named == {code: official.get(code) for code in named}
