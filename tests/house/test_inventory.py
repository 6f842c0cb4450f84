"""What the inventory lists is what there is: tables, codes in the log, components, and sections others point to."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from casework.core import models
from casework.core.db import Base
from tests.house.files import python, text

INVENTORY = Path("docs/inventory.md")
assert models  # the tables are known once they are imported


def section(heading: str) -> str:
    words = text(INVENTORY)
    assert f"\n## {heading}\n" in words
    return words.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def listed(part: str) -> list[str]:
    """What stands in the first column, or in the second of a table that classifies, between marks."""
    return re.findall(r"`([\w.-]+)`", part)


def test_every_table_has_a_level():
    tables = section("What is kept, and how closely").partition("| tables |")[2]
    assert sorted(listed(tables)) == sorted(Base.metadata.tables)


def test_a_table_that_holds_sealed_values_is_among_the_sealed():
    tables = section("What is kept, and how closely").partition("| tables |")[2]
    (sealed,) = re.findall(r"^\| 4 and 3 \|(.*)\|$", tables, re.MULTILINE)
    of_models = {
        table.name
        for table in Base.metadata.tables.values()
        if any("Sealed" in type(column.type).__name__ for column in table.columns)
    }
    assert of_models and of_models <= set(listed(sealed)) | {"credentials"}


def test_every_code_of_the_log_is_explained():
    codes = set()
    for path in python("casework"):
        codes |= set(re.findall(r'\blog\.event\("(\w+)"', text(path)))
        codes |= set(re.findall(r'\b_?log\.(?:error|warning)\("(\w+)[ "]', text(path)))
    table = section("The logs").partition("| code | means |")[2].partition("\n\n")[0]
    explained = {code for line in table.splitlines() for code in listed(line.split("|")[1] if "|" in line else "")}
    assert codes == explained


def test_every_component_is_called_risky_or_not():
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    table = section("What others have written").partition("| component | risky |")[2]
    assert sorted(listed(table)) == sorted({Requirement(one).name for one in wanted})
