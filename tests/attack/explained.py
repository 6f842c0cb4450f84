"""What the page about security says of the attacks: which findings are explained, and what came of the last runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tests.attack.tools import ROOT

PAGE = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| `((?:wapiti|sqlmap): [^`]+)` \| (.+?) \|", re.MULTILINE)


RUNS = re.compile("(?<=<!-- runs -->\n).*(?=<!-- end -->)", re.DOTALL)


def write_runs(rows: Iterable[Sequence[object]]) -> None:
    """Put the last runs into the page: who, tool, requests, parameters, findings, how it ended, day."""
    head = ("| as | tool | requests | parameters attacked | findings | end | day |", "|---|---|---|---|---|---|---|")
    lines = [*head, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]
    page = RUNS.sub(lambda _: "\n".join([*lines, ""]), PAGE.read_text("utf-8"))
    PAGE.write_text(page, "utf-8")


def known() -> list[str]:
    """How the findings begin that the page explains."""
    return [found[1] for found in ROW.finditer(PAGE.read_text("utf-8"))]


def unexplained(found: Iterable[str]) -> list[str]:
    """The findings that begin like none of those, each once."""
    beginnings = tuple(known())
    return sorted({line for line in found if not line.startswith(beginnings)})
