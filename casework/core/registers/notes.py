"""The history in a register's notes, cut into one entry for each day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from casework.core.registers import dates


class Note(NamedTuple):
    """What was written about one day."""

    day: date
    text: str


def split(text: str, start: date, today: date) -> list[Note]:
    """The notes in a text: a line that begins with a date starts one, other lines continue it."""
    found: list[tuple[date, list[str]]] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        dated = dates.leading(line.strip(), today)
        if dated is not None:
            day, rest = dated
            # A day without a word stays readable as itself.
            found.append((day, [rest or line.strip()]))
        elif found:
            found[-1][1].append(line.rstrip())
        elif line.strip():
            found.append((start, [line.rstrip()]))
    return [Note(day, "\n".join(lines).strip()) for day, lines in found]
