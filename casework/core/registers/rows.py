"""One row of a register, understood: what it says about whom, or why it cannot go in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from casework.core import personal_numbers
from casework.core.personal_numbers import PersonalNumber
from casework.core.registers import dates, notes, vocabulary
from casework.core.registers.columns import Table
from casework.core.registers.notes import Note
from casework.core.registers.reading import Cell, words

SHORT = 10
"""Digits of a number without its century; a spreadsheet that took it for a quantity dropped the zeros before it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a row: the field it stands in, and a code of ``report.REASONS``."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says. Never shown, logged or reported.

    ``closing`` is what stands as closing date; ``closed`` is the day it means, or None for one that cannot be.
    """

    number: PersonalNumber = field(repr=False)
    name: str = field(repr=False)
    start: date = field(repr=False)
    officer: str = field(repr=False)
    state: str = field(repr=False)
    background: str = field(repr=False)
    protection: int = field(repr=False)
    address: str = field(repr=False)
    notes: tuple[Note, ...] = field(repr=False)
    closed: date | None = field(repr=False)
    closing: str = field(repr=False)
    reason: str = field(repr=False)
    doubts: tuple[Doubt, ...] = ()


def understood(table: Table, index: int, today: date) -> Row | Doubt:
    """The row in a table, or the one reason why it is refused."""
    number = personal_numbers.parse(_number(table, index), today)
    if not isinstance(number, PersonalNumber):
        return Doubt("number", number.value)
    start = _day(table, index, "start", today)
    if start is None or start > today:
        return Doubt("start", "bad_date")
    closed = _day(table, index, "closed", today)
    protection = vocabulary.protection(_text(table, index, "protection"))
    return Row(
        number=number,
        name=vocabulary.full_name(*(_text(table, index, part) for part in ("name", "first_name", "last_name"))),
        start=start,
        officer=_text(table, index, "officer"),
        state=_text(table, index, "state"),
        background=_text(table, index, "background"),
        protection=protection.level,
        address=_text(table, index, "address"),
        notes=tuple(note for cell in table.cells(index, "notes") for note in notes.split(words(cell), start, today)),
        closed=closed if closed is not None and start <= closed <= today else None,
        closing=_text(table, index, "closed"),
        reason=_text(table, index, "reason"),
        doubts=() if protection.clear else (Doubt("protection", "unclear_protection"),),
    )


def _text(table: Table, index: int, name: str) -> str:
    return next((words(cell) for cell in table.cells(index, name)), "")


def _day(table: Table, index: int, name: str, today: date) -> date | None:
    return next((dates.parse(cell, today) for cell in table.cells(index, name)), None)


def _number(table: Table, index: int) -> str:
    cell: Cell = next(iter(table.cells(index, "number")), None)
    text = words(cell)
    return text.zfill(SHORT) if isinstance(cell, int | float) and text.isdigit() else text
