"""The cells of a register file, whatever program kept it: workbooks, and text files with separators."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from casework.contract.language import gettext as _
from casework.core.errors import Refused

WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
"""How a workbook begins: a zip archive, or the older format of Excel."""
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ";\t,"
Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with every row from the first one on; a text file is one sheet without a name."""

    name: str
    rows: Sequence[Sequence[Cell]]


def sheets(content: bytes) -> list[list[Sheet]]:
    """Every way to read the file, the likeliest first; raises Refused where it is no register at all."""
    if content.startswith(WORKBOOKS):
        return [_workbook(content)]
    text = _decoded(content)
    return [[Sheet("", rows)] for separator in SEPARATORS if (rows := _records(text, separator))]


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


def _records(text: str, separator: str) -> list[list[Cell]]:
    try:
        return [list(record) for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:
        return []
