"""What the pages of requests and copies say of the law is in the list of what the municipality's lawyer confirms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.files import text

SAYS = (
    "casework/contract/exchange.py",
    "casework/core/communications.py",
    "casework/core/export_choices.py",
    "casework/core/export_files.py",
    "casework/core/export_rules.py",
)
IN_A_CODE = re.compile(r"(\d+) kap\. (\d+(?: [a-z])?(?: och \d+)?) §§? (OSL|TF)")
IN_AN_ACT = re.compile(r"(\d+) § (?:FL|förvaltningslagen)")


@pytest.mark.parametrize("path", SAYS)
def test_every_provision_that_is_named_is_held_against_the_domain_notes(path):
    listed = text(Path("docs/counsel.md"))
    said = text(Path(path))
    named = {f"{act} {chapter} kap. {number} §" for chapter, number, act in IN_A_CODE.findall(said)}
    named |= {f"FL {number} §" for number in IN_AN_ACT.findall(said)}
    assert [one for one in sorted(named) if one not in listed] == []


def test_the_requests_name_provisions():
    assert IN_A_CODE.search(text(Path(SAYS[0]))) and IN_AN_ACT.search(text(Path(SAYS[0])))
