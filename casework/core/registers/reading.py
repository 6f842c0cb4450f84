"""The cells of a register file, whatever program kept it: workbooks, and text files with separators."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from casework.contract.language import gettext as _
from casework.core.errors import Refused
from casework.core.personal_numbers import Fault, parse
from casework.core.registers import files

UTF16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ";\t,"
LONGEST_CELL = 10_000_000
"""Signs in one cell of a text file; a journal of many years is far from it, an unclosed quote soon beyond."""
LIKE_A_ROW = 3
"""As many cells a line inside a cell must fall into before it is taken for a row of its own."""
Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with every row from the first one on; a text file is one sheet without a name.

    ``fault`` says why the rest of a text file cannot be read, or that a row has swallowed others.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    fault: str = ""


def sheets(content: bytes, today: date) -> list[list[Sheet]]:
    """Every way to read the file, the likeliest first; raises Refused where it is no register at all."""
    if content.startswith((files.PACKED, files.OLD)):
        return [_workbook(content)]
    text = _decoded(content)
    ways = (_records(text, separator, today) for separator in SEPARATORS)
    return [[sheet] for sheet in ways if sheet.rows]


def words(cell: Cell) -> str:
    """A cell as the text a person would read in it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).replace("\u00a0", " ").strip()


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing."""
    return not any(words(cell) for cell in row)


def _workbook(content: bytes) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            Sheet(name, _cells(book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
            for name in book.sheet_names
        ]
    except (CalamineError, OSError, ValueError):
        # What the library says may quote a cell.
        raise Refused.because(_("Filen kan inte läsas. Är den skadad eller skyddad med lösenord?")) from None


def _cells(rows: Sequence[Sequence[object]]) -> list[list[Cell]]:
    return [[cell if isinstance(cell, Cell) else str(cell) for cell in row] for row in rows]


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith(UTF16) else ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused.because(_("Filen kan inte läsas. Spara den som kalkylblad eller som CSV."))


def _records(text: str, separator: str, today: date) -> Sheet:
    """The records of a text file. Quotes that do not match make one person's row hold another's: that is a fault."""
    csv.field_size_limit(LONGEST_CELL)
    rows: list[list[Cell]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(list(record))
            if any(_holds_rows(cell, separator, today) for cell in record if "\n" in cell or "\r" in cell):
                fault = _("Post {number} ser ut att innehålla flera rader ur registret. Rätta citattecknen i filen.")
                return Sheet("", rows, fault.format(number=len(rows)))
    except csv.Error as error:
        # What the library says quotes no cell; only whether the limit was reached is asked of it.
        too_long = "limit" in str(error)
        fault = _("Post {number} har en cell som är för lång.") if too_long else _UNMATCHED
        return Sheet("", rows, fault.format(number=len(rows) + 1))
    return Sheet("", rows)


_UNMATCHED = _("Citattecknen stämmer inte i post {number}. Rätta filen, så att ingen rad hamnar i en annans.")
_CELL = re.compile(r'^[\s"]+|[\s"]+$')
_LEADING_NUMBER = re.compile(r'\s*"?(?:\d{2})?\d{6}[-+–\s]{0,3}\d{4}(?!\d)')


def _holds_rows(cell: str, separator: str, today: date) -> bool:
    """Whether a line in a cell is a row: it begins with a personal number, or one of the cells it falls into is one."""
    first, *others = cell.splitlines()
    leading = (_LEADING_NUMBER.match(line) for line in others)
    if any(found is not None and _is_number(found[0], today) for found in leading):
        return True
    parts = (line.split(separator) for line in (first, *others))
    return any(len(cells) >= LIKE_A_ROW and any(_is_number(one, today) for one in cells) for cells in parts)


def _is_number(text: str, today: date) -> bool:
    return not isinstance(parse(_CELL.sub("", text), today), Fault)
