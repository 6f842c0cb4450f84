"""The table of OWASP ASVS 5.0: docs/asvs-status.csv as it is read, and docs/asvs.md that counts it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.house.files import ROOT, text

STATUS = Path("docs/asvs-status.csv")
COLUMNS = ["id", "status", "evidence", "note"]
STATES = ("pass", "deploy", "not applicable", "gap")
OFFICIAL = ROOT.parent / "shared" / "data" / "asvs-5.0.csv"
"""The requirements themselves lie beside the project, under a licence of their own: of them it keeps the ids only."""


class Row(NamedTuple):
    """Where one requirement stands, what shows it, and what there is to say about it."""

    id: str
    status: str
    evidence: str
    note: str

    @property
    def shown_by(self) -> list[str]:
        """The tests and places in the documents that are named."""
        return self.evidence.split()

    @property
    def chapter(self) -> int:
        """V12.1.1 is in chapter 12."""
        return int(self.id.removeprefix("V").partition(".")[0])


def rows() -> list[Row]:
    """The table, in its order."""
    read = csv.DictReader(io.StringIO(text(STATUS)))
    return [Row(*(one[name] for name in COLUMNS)) for one in read]


def status_page() -> str:
    """docs/asvs.md: how many requirements of each chapter stand where, and every gap with what is missing."""
    counted = Counter((row.chapter, row.status) for row in rows())
    chapters = sorted({chapter for chapter, _status in counted})
    lines = [
        "# OWASP ASVS 5.0, in figures",
        "",
        "Made by `python3 dev.py docs` from [asvs-status.csv](asvs-status.csv): a row for each requirement, with the",
        "tests that show it, what the operator does, why it does not apply, or what is missing.",
        "`tests/house/test_asvs.py` sees to it that every id is there once, that every test named exists, and that",
        "levels 1 and 2 have no gap. The words of the requirements are OWASP's (CC BY-SA 4.0), not repeated here.",
        "",
        f"| chapter | {' | '.join(STATES)} | sum |",
        f"|---|{'---|' * len(STATES)}---|",
    ]
    for chapter in chapters:
        each = [counted[chapter, state] for state in STATES]
        lines.append(f"| V{chapter} | {' | '.join(str(one or '') for one in each)} | {sum(each)} |")
    whole = [sum(counted[chapter, state] for chapter in chapters) for state in STATES]
    lines += [f"| **all** | {' | '.join(map(str, whole))} | {sum(whole)} |", "", "## Gaps, all of them at level 3", ""]
    lines += [f"- **{row.id}** {row.note}" for row in rows() if row.status == "gap"]
    lines += ["", "## Passed as far as level 2", ""]
    lines += [f"- **{row.id}** {row.note}" for row in rows() if row.status == "pass" and "at L3" in row.note]
    return "\n".join(lines) + "\n"
