"""A register's file before anything in it is read: how large it may be, and whether it is what its name says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from casework.contract.language import gettext as _
from casework.core.errors import Refused

LARGEST = 50 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 1000
MOST_CELLS = 5_000_000
"""Cells of the rectangle that a sheet spans: the reader makes room for each, also where nothing is written."""
PACKED, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a workbook begins: a zip archive, or the older format of Excel."""
KINDS = {".xlsx": PACKED, ".xlsm": PACKED, ".xls": OLD}
TEXTS = frozenset({".csv", ".txt"})
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,10})["']""")
"""Where a cell or a row says that it stands in its sheet."""


def content(file: Path) -> bytes:
    """What is in the file; raises Refused where it is too large, unpacks too large, or is not what its name says."""
    with file.open("rb") as opened:
        found = opened.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise Refused.because(_("Filen är för stor. Dela den i flera."))
    _require_kind(file.suffix.casefold(), found)
    if found.startswith(PACKED):
        _require_small(found)
    return found


def _require_kind(suffix: str, found: bytes) -> None:
    if suffix not in TEXTS and suffix not in KINDS:
        raise Refused.because(_("Filens namn ska sluta på .xlsx, .xls, .csv eller .txt."))
    begins = KINDS.get(suffix)
    workbook = found.startswith((PACKED, OLD))
    if workbook if begins is None else not found.startswith(begins):
        raise Refused.because(_("Filen är av ett annat slag än namnet säger. Spara den på nytt som kalkylblad."))


def _require_small(found: bytes) -> None:
    """Look at what a workbook says it unpacks to, and then at whether it does; nothing is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(found)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise Refused.because(_("Filen packas upp till mer än den får. Spara den på nytt som kalkylblad."))
            # Each part is read to the size it gave and no further: one that holds more does not match its checksum.
            for part in parts:
                unpacked = archive.read(part)
                if part.filename.startswith("xl/worksheets/"):
                    _require_few_cells(unpacked)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Refused.because(_("Filen kan inte läsas. Är den skadad eller skyddad med lösenord?")) from None


def _require_few_cells(sheet: bytes) -> None:
    """Refuse a sheet in which one cell far away makes room for more than anybody keeps."""
    columns, rows = 1, 1
    for letters, number in _PLACE.findall(sheet):
        columns, rows = max(columns, _column(letters)), max(rows, int(number))
    if columns * rows > MOST_CELLS or b"\0" in sheet:
        raise Refused.because(_("Ett blad i filen är för stort. Ta bort tomma rader och kolumner och spara på nytt."))


def _column(letters: bytes) -> int:
    """Which column ``A`` or ``XFD`` is; 0 for none."""
    count = 0
    for letter in letters.upper():
        count = count * 26 + letter - 64
    return count
