"""Dates as people write them in a register."""

from __future__ import annotations

import re
from datetime import date, datetime

from casework.core.registers.reading import Cell, words

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
NAMES = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|" + "|".join(MONTHS)
CENTURY = 100
YEARS = range(1900, 2200)
_END = r"(?![\d-])"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?" + _END,
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _END,
        r"(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})(?![\d+-]| ?\d{4})",
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2})[-/ ]{1,3}(?P<year>\d{4})" + _END,
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2})[-/](?P<year>\d{2})" + _END,
        r"(?P<day>\d{1,2})[.-](?P<month>\d{1,2})[.-](?P<year>\d{4})" + _END,
        rf"(?:den )?(?P<day>\d{{1,2}})(?::?e)? (?P<name>{NAMES})\.?,? (?P<year>\d{{4}})" + _END,
        r"v(?:ecka|\.)? ?(?P<week>\d{1,2})[, /-]{1,3}(?P<year>\d{4})" + _END,
    )
)


def parse(cell: Cell, today: date) -> date | None:
    """The day a cell means, or None for what is no date."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = re.sub(r"\s+", " ", words(cell))
    found = _match(text, today)
    return found[0] if found is not None and found[1] == len(text) else None


def leading(line: str, today: date) -> tuple[date, str] | None:
    """The day a line begins with, and the rest of the line; None for a line that begins with no date."""
    found = _match(line, today)
    if found is None or line[found[1] : found[1] + 1].isalnum():
        return None
    return found[0], line[found[1] :].lstrip(" \t:.,;–-")


def _match(text: str, today: date) -> tuple[date, int] | None:
    for pattern in _WRITTEN:
        found = pattern.match(text)
        if found is not None and (day := _day(found, today)) is not None:
            return day, found.end()
    return None


def _day(found: re.Match[str], today: date) -> date | None:
    part = found.groupdict()
    year = int(part["year"])
    if year < CENTURY:
        year += today.year - today.year % CENTURY
        if year > today.year + 1:
            year -= CENTURY
    if year not in YEARS:
        return None
    try:
        if part.get("week"):
            return date.fromisocalendar(year, int(part["week"]), 1)
        month = MONTHS.index(part["name"][:3].lower()) + 1 if part.get("name") else int(part["month"])
        return date(year, month, int(part["day"]))
    except ValueError:
        return None
