"""What a tool reports and we have looked into: the table in docs/security.md, and nothing else, explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.attack.tools import ROOT

PAGE = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| `((?:wapiti|sqlmap): [^`]+)` \| (.+?) \|", re.MULTILINE)


def known() -> list[str]:
    """How the findings begin that the page explains."""
    return [found[1] for found in ROW.finditer(PAGE.read_text("utf-8"))]


def unexplained(found: Iterable[str]) -> list[str]:
    """The findings that begin like none of those, each once."""
    beginnings = tuple(known())
    return sorted({line for line in found if not line.startswith(beginnings)})
