"""Dates, notes, headings and words, as people write them."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from casework.core.errors import Refused
from casework.core.registers import columns, dates, notes, reading, rows, vocabulary
from casework.core.registers.rows import Doubt, Row

TODAY = date(2026, 11, 24)
FOURTH = date(2025, 11, 4)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (FOURTH, FOURTH),
        (datetime(2025, 11, 4, 13, 30), FOURTH),  # noqa: DTZ001 a workbook's moments have no zone
        ("2025-11-04", FOURTH),
        ("2025-11-04 00:00:00", FOURTH),
        ("2025/11/04", FOURTH),
        ("20251104", FOURTH),
        (20251104.0, FOURTH),
        ("251104", FOURTH),
        ("4/11-25", FOURTH),
        ("4/11 2025", FOURTH),
        ("04/11/2025", FOURTH),
        ("4.11.2025", FOURTH),
        ("4 november 2025", FOURTH),
        ("den 4 nov. 2025", FOURTH),
        (" 4  November 2025 ", FOURTH),
        ("17 februari 2024", date(2024, 2, 17)),
        ("v. 16 2026", date(2026, 4, 13)),
        ("v 5 2024", date(2024, 1, 29)),
        ("Vecka 1 2026", date(2025, 12, 29)),
        ("4/11-99", date(1999, 11, 4)),
    ],
)
def test_a_date_is_understood(cell, day):
    assert dates.parse(cell, TODAY) == day


@pytest.mark.parametrize(
    "cell",
    [
        "",
        None,
        "32/13 2026",
        "2025-02-30",
        "v. 54 2025",
        "i våras",
        "2025",
        45678.0,
        "4/11",
        "2025-11-04 eller senare",
        True,
    ],
)
def test_what_is_no_date_is_none(cell):
    assert dates.parse(cell, TODAY) is None


def test_a_dated_line_starts_an_entry_and_others_continue_it():
    text = "Ringde först.\n2025-11-11 Möte.\nHan kom sent.\n\n18/11-25: Åkte.\r\nden 2 december 2025, slut\n2026-01-01"
    assert notes.split(text, FOURTH, TODAY) == [
        (FOURTH, "Ringde först."),
        (date(2025, 11, 11), "Möte.\nHan kom sent."),
        (date(2025, 11, 18), "Åkte."),
        (date(2025, 12, 2), "slut"),
        (date(2026, 1, 1), "2026-01-01"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "19940817-9894 ringde",
        "940817-9894 ringde",
        "940817 9894 ringde",
        "12/5 10 personer kom",
        "2025-11-111",
        "070-000 00 00",
    ],
)
def test_a_number_at_the_beginning_of_a_line_is_no_date(line):
    assert notes.split(line, FOURTH, TODAY) == [(FOURTH, line)]


def test_an_empty_text_holds_no_note():
    assert notes.split(" \n\n", FOURTH, TODAY) == []


@pytest.mark.parametrize(
    ("text", "level", "clear"),
    [
        ("", 0, True),
        ("Nej", 0, True),
        ("sekretess", 1, True),
        ("Sekretessmarkering", 1, True),
        ("skyddad folkb.", 2, True),
        ("Skyddad folkbokföring", 2, True),
        ("ja", 1, False),
        ("?", 1, False),
        ("kanske", 1, False),
    ],
)
def test_protection_is_never_taken_too_lightly(text, level, clear):
    assert vocabulary.protection(text) == (level, clear)


@pytest.mark.parametrize("written", ["Påhittdotter, Åsa", "Åsa  Påhittdotter", "A\u030asa Påhittdotter"])
def test_a_name_is_turned_the_right_way_round(written):
    assert vocabulary.full_name(written) == "Åsa Påhittdotter"


def test_a_name_may_stand_in_two_columns():
    assert vocabulary.full_name("", "Åsa", "Påhittdotter") == "Åsa Påhittdotter"


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    del book[book.sheetnames[0]]
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_header_is_found_below_a_title_and_other_sheets_are_passed_over():
    lines: list[list[object]] = [["Vår lista"], [], ["PERS. NR", "Start", "Färg"], ["199408179894", FOURTH], [], []]
    found = columns.register(workbook(("Gamla", [["x"]]), ("Nu", lines)), TODAY)
    [table] = found.tables
    assert found.skipped == ("Gamla",)
    assert (table.header, table.unknown, len(table.rows)) == (2, ("Färg",), 1)
    row = rows.understood(table, 0, TODAY)
    assert isinstance(row, Row)
    assert (row.number.digits, row.start, table.row_number(0)) == ("199408179894", FOURTH, 4)
    assert "9894" not in repr(row)


@pytest.mark.parametrize(
    ("title", "told"), [("Gamla", "Gamla"), ("Anna Andersson", ""), ("åsa", ""), ("9408179894", "")]
)
def test_a_sheet_that_is_passed_over_is_named_unless_it_is_called_like_somebody(title, told):
    lines: list[list[object]] = [["Pnr", "Start", "Namn"], ["199408179894", FOURTH, "Påhittdotter, Åsa"]]
    found = columns.register(workbook((title, [["x"]]), ("Nu", lines)), TODAY)
    assert len(found.skipped) == 1
    assert found.skipped[0] == told if told else found.skipped[0].startswith("(namnet ")


def test_a_number_kept_as_a_quantity_gets_its_zeros_back():
    cells: list[list[object]] = [["Pnr", "Inkom"], [408119816, "2026-01-03"], [199408179894, "2026-01-03"]]
    [table] = columns.register(workbook(("A", cells)), TODAY).tables
    found = [rows.understood(table, index, TODAY) for index in (0, 1)]
    assert [row.number.digits for row in found if isinstance(row, Row)] == ["200408119816", "199408179894"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["", "2026-01-03"], Doubt("number", "no_number")),
        (["19940817-9895", "2026-01-03"], Doubt("number", "wrong_check")),
        (["19940817-9894", ""], Doubt("start", "bad_date")),
        (["", ""], Doubt("number", "no_number")),
    ],
)
def test_a_row_that_cannot_go_in_says_where_and_why(cells, fault):
    [table] = columns.register(workbook(("A", [["Personnr", "Inkom", "Namn"], [*cells, "A B"]])), TODAY).tables
    assert rows.understood(table, 0, TODAY) == fault


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_text_file_may_use_any_usual_separator(separator):
    lines = [["Anteckning", "Personnr", "Inkom"], ['"två\nrader"', "19940817-9894", "2026-01-03"]]
    [table] = columns.register("\r\n".join(separator.join(line) for line in lines).encode(), TODAY).tables
    assert [reading.words(cell) for cell in table.rows[0]] == ["två\nrader", "19940817-9894", "2026-01-03"]


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe\x00"])
def test_what_holds_no_register_is_refused(content):
    with pytest.raises(Refused):
        columns.register(content, TODAY)
