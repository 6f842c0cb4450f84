"""Which column is which: a register's header found by the names people give their columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casework.contract.language import gettext as _
from casework.core.errors import Refused
from casework.core.registers.reading import Cell, Sheet, is_blank, sheets, words

NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("personnr", "persnr", "personnummer", "pnr", "samordningsnummer"),
    "name": ("namn",),
    "first_name": ("förnamn",),
    "last_name": ("efternamn",),
    "start": ("inkom", "aktualiserad", "startdatum", "start"),
    "officer": ("handläggare", "hl", "socsekr"),
    "state": ("status", "läge"),
    "background": ("bakgrund", "miljö"),
    "protection": ("skydd", "skyddadid", "skyddadepersonuppgifter"),
    "address": ("adress",),
    "notes": ("anteckning", "anteckningar", "noteringar"),
    "closed": ("avslutad", "avslutsdatum"),
    "reason": ("orsak", "avslutsorsak"),
}
FIELDS = {name: field for field, names in NAMES.items() for name in names}
SEVERAL = frozenset({"number", "notes"})
"""Fields that may have more than one column: a number of either kind, notes in two places."""
NEEDED = frozenset({"number", "start"})
LOOKS_LIKE_A_NUMBER = re.compile(r"(?:\d[\s.+-]*){6}")
LOOKS_LIKE_A_NAME = re.compile(r"[^\W\d_a-zåäö][\w'’-]*,?(?:\s+[^\W\d_a-zåäö][\w'’-]*)+")
"""Two or more words that all begin with a capital, as names do and headings do not."""
SHORTEST_NAME = 3
NAMED_IN = ("name", "first_name", "last_name", "officer")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header. ``columns`` says where each field stands, ``headings`` how its column is called."""

    sheet: str
    header: int
    columns: Mapping[str, tuple[int, ...]]
    headings: Mapping[str, str]
    unknown: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def cells(self, index: int, field: str) -> list[Cell]:
        """The filled cells of a field in a row."""
        row = self.rows[index]
        found = [row[place] for place in self.columns.get(field, ()) if place < len(row)]
        return [cell for cell in found if words(cell)]

    def row_number(self, index: int) -> int:
        """The row as the spreadsheet program numbers it."""
        return self.header + 2 + index

    def is_blank(self, index: int) -> bool:
        """Whether nothing is written in a row."""
        return is_blank(self.rows[index])


@dataclass(frozen=True, slots=True)
class Register:
    """A file's tables, and the names of the sheets that hold none."""

    tables: tuple[Table, ...]
    skipped: tuple[str, ...]


def register(content: bytes, today: date) -> Register:
    """The tables of a file; raises Refused where no sheet has both a personal number and a start date.

    A text file whose quotes do not match is refused whole: one person's row could hold another's.
    """
    for way in sheets(content, today):
        tables = [(sheet, _table(sheet)) for sheet in way]
        found = tuple(table for _sheet, table in tables if table is not None)
        if found:
            faults = [sheet.fault for sheet in way if sheet.fault]
            if faults:
                raise Refused.because(faults[0])
            people = {word for table in found for word in _words_of_names(table)}
            skipped = tuple(named(sheet.name, people) for sheet, table in tables if table is None)
            unknown = (tuple(named(heading, people) for heading in table.unknown) for table in found)
            return Register(tuple(replace(t, unknown=told) for t, told in zip(found, unknown, strict=True)), skipped)
    raise Refused.because(
        _("Filen har ingen rad med rubriker för både personnummer och startdatum, till exempel Personnr och Inkom.")
    )


def named(heading: str, people: Collection[str] = ()) -> str:
    """A heading or a sheet's name for the report; one that may hold a number or somebody's name is not repeated.

    ``people`` are the words of the names in the register itself.
    """
    if LOOKS_LIKE_A_NUMBER.search(heading):
        return _("(namnet innehåller ett nummer)")
    if LOOKS_LIKE_A_NAME.search(heading) or any(word in people for word in _name_words(heading)):
        return _("(namnet kan vara en persons)")
    return heading


def _words_of_names(table: Table) -> Iterator[str]:
    for index in range(len(table.rows)):
        for field in NAMED_IN:
            for cell in table.cells(index, field):
                yield from _name_words(words(cell))


def _name_words(text: str) -> list[str]:
    """The words of a text that are long enough to be a name."""
    return [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) >= SHORTEST_NAME]


def _table(sheet: Sheet) -> Table | None:
    for header, row in enumerate(sheet.rows):
        fields = [FIELDS.get(_plain(words(cell))) for cell in row]
        if set(fields) >= NEEDED:
            return _below(sheet, header, [words(cell) for cell in row], fields)
    return None


def _below(sheet: Sheet, header: int, headings: Sequence[str], fields: Sequence[str | None]) -> Table:
    columns: dict[str, tuple[int, ...]] = {}
    unknown = []
    for place, field in enumerate(fields):
        if field is not None and (field not in columns or field in SEVERAL):
            columns[field] = (*columns.get(field, ()), place)
        elif headings[place]:
            unknown.append(headings[place])
    rows = list(sheet.rows[header + 1 :])
    while rows and is_blank(rows[-1]):
        rows.pop()
    called = {field: named(headings[places[0]]) for field, places in columns.items()}
    return Table(sheet.name, header, columns, called, tuple(unknown), rows)


def _plain(heading: str) -> str:
    return re.sub(r"[.\s]", "", heading).casefold()
