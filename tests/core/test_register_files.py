"""A register's file is looked at before it is read: how large it is, what it unpacks to, whether it is what it says."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from casework.core.errors import Refused
from casework.core.registers import columns, files

TODAY = date(2026, 11, 24)
ROWS = [["Personnr", "Inkom", "Namn"], ["19660811-9878", "2025-11-04", "Sören Mallström"]]
PERSON = "Sören Mallström".encode()
SECRET = "hemligheten i en fil bredvid"


def workbook() -> bytes:
    book = Workbook()
    sheet = book.create_sheet("Register", 0)
    for row in ROWS:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def altered(change, also=()) -> bytes:
    """A workbook with each part's bytes changed, and with further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
        for name, content in also:
            new.writestr(name, content)
    return out.getvalue()


def same(_name, content):
    return content


def on_sheet(before, after):
    return lambda name, content: content.replace(before, after) if name.startswith("xl/worksheets/") else content


@pytest.fixture
def read(tmp_path):
    def from_file(content, name="register.xlsx"):
        file = tmp_path / name
        file.write_bytes(content)
        return columns.register(files.content(file), TODAY)

    return from_file


def test_a_workbook_and_a_text_file_are_taken_under_their_names(read):
    for content, name in (
        (workbook(), "a.xlsx"),
        (workbook(), "A.XLSX"),
        (b"Personnr;Inkom\n19660811-9878;2025-11-04\n", "a.csv"),
        (b"Personnr\tInkom\n19660811-9878\t2025-11-04\n", "a.txt"),
    ):
        [table] = read(content, name).tables
        assert len(table.rows) == 1


@pytest.mark.parametrize("name", ["register.exe", "register", "register.xlsx.js", "register.html", "register.ods"])
def test_another_ending_is_refused(read, name):
    with pytest.raises(Refused, match="sluta på"):
        read(workbook(), name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (workbook(), "a.csv"),
        (workbook(), "a.xls"),
        (b"\xd0\xcf\x11\xe0 old", "a.xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "a.txt"),
        (b"Personnr;Inkom\n", "a.xlsx"),
        (b"%PDF-1.7", "a.xlsx"),
        (b"MZ\x90", "a.xls"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(read, content, name):
    with pytest.raises(Refused, match="annat slag"):
        read(content, name)


def test_too_large_a_file_is_refused_before_it_is_read(read, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1000)
    assert read(b"Personnr;Inkom\n19660811-9878;2025-11-04\n".ljust(1000), "a.csv")
    with pytest.raises(Refused, match="för stor"):
        read(b"Personnr;Inkom\n".ljust(1001), "a.csv")
    endless = tmp_path / "b.csv"
    with endless.open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(Refused, match="för stor"):
        files.content(endless)


def test_what_unpacks_to_too_much_is_refused(read):
    bomb = altered(same, [("xl/media/image1.png", b"\0" * (files.LARGEST_UNPACKED + 1))])
    assert len(bomb) < 1024 * 1024
    with pytest.raises(Refused, match="packas upp"):
        read(bomb)


def test_too_many_parts_are_refused(read):
    with pytest.raises(Refused, match="packas upp"):
        read(altered(same, [(f"xl/media/{number}", b"") for number in range(files.MOST_PARTS)]))


def test_a_part_that_unpacks_to_more_than_it_says_is_refused(read):
    large, small = (1234567).to_bytes(4, "little"), (7).to_bytes(4, "little")
    bomb = altered(same, [("xl/media/image1.png", b"\0" * 1234567)])
    assert bomb.count(large) == 2  # once beside the part, once in the list at the end
    with pytest.raises(Refused, match="kan inte läsas"):
        read(bomb.replace(large, small))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'r="C2"', b'r="XFD1048576"'),
        (b'<row r="2"', b'<row r="99999999"'),
        (b'r="C2"', b"r = 'ZZZ9999'"),
    ],
)
def test_a_cell_far_away_makes_no_room(read, before, after):
    assert before in dict(parts(workbook()))["xl/worksheets/sheet1.xml"]
    with pytest.raises(Refused, match="för stort"):
        read(altered(on_sheet(before, after)))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize("system", ["SYSTEM", "PUBLIC 'x'"])
def test_an_entity_from_outside_is_not_taken_in(read, tmp_path, system):
    beside = tmp_path / "beside.txt"
    beside.write_text(SECRET, "utf-8")
    declared = f'<!DOCTYPE w [<!ENTITY beside {system} "{beside.as_uri()}">]><worksheet'.encode()
    planted = altered(lambda _name, content: content.replace(b"<worksheet", declared, 1).replace(PERSON, b"&beside;"))
    assert b"&beside;" in dict(parts(planted))["xl/worksheets/sheet1.xml"]
    assert SECRET not in repr(tables(read, planted))


def test_entities_within_entities_do_not_grow(read):
    grown = "".join(f'<!ENTITY e{one + 1} "{f"&e{one};" * 10}">' for one in range(9))
    declared = f'<!DOCTYPE w [<!ENTITY e0 "x">{grown}]><worksheet'.encode()
    planted = altered(lambda _name, content: content.replace(b"<worksheet", declared, 1).replace(PERSON, b"&e9;"))
    assert b"&e9;" in dict(parts(planted))["xl/worksheets/sheet1.xml"]
    assert "x" * 100 not in repr(tables(read, planted))


def tables(read, content):
    """What was read, or the refusal's words."""
    try:
        return read(content).tables
    except Refused as refused:
        return str(refused)


def test_no_part_is_written_anywhere_whatever_it_is_called(read, tmp_path):
    before = set(tmp_path.parent.rglob("*"))
    read(altered(same, [("../../climbed.txt", b"x"), ("/absolute.txt", b"x"), ("xl/link", b"../../climbed.txt")]))
    assert {path.name for path in set(tmp_path.parent.rglob("*")) - before} == {"register.xlsx"}
