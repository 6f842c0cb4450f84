"""A file that is not whole, days that cannot be, columns that tell too much: what goes in, and what does not."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from casework.core import accounts, held_forms
from casework.core.registers import columns
from tests.cli import stored
from tests.cli.conftest import DATA, IMPORT

HEADER = "Anteckningar;Personnr;Namn;Start;Status;Avslutad;Orsak"
GOSTA, SOREN, NILS = "19940817-9894", "19660811-9878", "19810125-9896"


@pytest.fixture
def database_kind():
    return "sqlite"


def bring_in(casework, tmp_path, *lines, header=HEADER, code=0):
    file, out = tmp_path / "lista.csv", tmp_path / "out.json"
    file.write_text("\n".join((header, *lines)) + "\n", "utf-8")
    result = casework("import", file, *IMPORT, "--report", out, code=code)
    with casework.installation() as installation:
        found = stored.cases(installation)
    return (json.loads(out.read_text("utf-8")) if code == 0 else result.output), found


def row(number=GOSTA, note="", start="2025-01-06", state="", closed="", reason=""):
    return f"{note};{number};A B;{start};{state};{closed};{reason}"


# Quotes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "record"),
    [
        ([row(), f'"2025-02-01 Möte;{SOREN};C D;2025-01-07;;;', row(NILS)], 3),
        ([row(), f'"2025-02-01 Möte;{SOREN};C D;2025-01-07;;;', row(NILS, '"2025-03-01 Ringde"')], 3),
        ([f'"Möte;{GOSTA};A B;2025-01-06;;;', f'2025-02-01 Möte";{SOREN};C D;2025-01-07;;;'], 2),
        ([row(), f'"Möte" sen mera;{SOREN};C D;2025-01-07;;;'], 3),
        ([row(note=f'"Möte\n{SOREN} ringde"')], 2),
    ],
    ids=["open at the end", "closed by the next", "swallows a row", "goes on after", "begins with a number"],
)
def test_a_file_whose_quotes_do_not_match_is_refused_whole(casework, tmp_path, lines, record):
    said, found = bring_in(casework, tmp_path, *lines, code=1)
    assert f"post {record}" in said.casefold() and found == []
    assert not any(number[-4:] in said for number in (GOSTA, SOREN, NILS))


def test_notes_of_many_lines_go_in_with_all_that_is_in_them(casework, tmp_path):
    note = '"2025-02-01 Möte; åker till ""Åmål"";\n2025-02-08 Ringde 070-000 00 00.\nSade: 12; 13; 14"'
    report, [one] = bring_in(casework, tmp_path, row(note=note))
    assert report["imported"] == 1
    texts = [answers["text"] for _, answers in one.of_form("note")]
    assert texts == ['Möte; åker till "Åmål";', "Ringde 070-000 00 00.\nSade: 12; 13; 14"]


def test_a_cell_of_hundreds_of_thousands_of_signs_goes_in(casework, tmp_path):
    report, [one] = bring_in(casework, tmp_path, row(note=f'"2025-02-01 {"ord " * 60_000}"'))
    assert report["imported"] == 1
    assert len(one.of_form("note")[0][1]["text"]) > 200_000


def test_a_cell_beyond_all_measure_is_told_by_its_record(casework, tmp_path, monkeypatch):
    monkeypatch.setattr("casework.core.registers.reading.LONGEST_CELL", 1000)
    said, found = bring_in(casework, tmp_path, row(), row(SOREN, "x" * 1001), code=1)
    assert "Post 3 har en cell som är för lång" in said and found == []


# States and days ----------------------------------------------------------------------------------


def test_a_register_without_a_column_for_the_state_is_received_or_closed(casework, tmp_path):
    header = "Personnr;Namn;Start;Avslutad"
    lines = [f"{GOSTA};A B;2025-01-06;", f"{SOREN};C D;2025-01-06;2025-05-01"]
    report, found = bring_in(casework, tmp_path, *lines, header=header)
    assert report["warnings"] == []
    states = {one.number[-4:]: (one.case.state, str(one.case.closed_on)) for one in found}
    assert states == {"9894": ("received", "None"), "9878": ("closed", "2025-05-01")}


def test_a_blank_state_is_no_doubt_and_an_unknown_one_is(casework, tmp_path):
    report, found = bring_in(casework, tmp_path, row(state=" "), row(SOREN, state="på gång"))
    assert [(one["code"], one["row_index"], one["column"]) for one in report["warnings"]] == [
        ("unknown_state", 1, "Status")
    ]
    assert {one.case.state for one in found} == {"received"}


def test_a_day_to_come_is_no_start(casework, tmp_path):
    today = date.today()  # noqa: DTZ011 the command asks the machine's own clock
    report, found = bring_in(
        casework, tmp_path, row(start=str(today + timedelta(days=2))), row(SOREN, start="2025-01-06")
    )
    assert [(one["code"], one["row_index"], one["column"]) for one in report["refused"]] == [("bad_date", 0, "Start")]
    assert len(found) == 1


@pytest.mark.parametrize("state", ["avslutad", ""])
@pytest.mark.parametrize("closed", ["2024-12-31", "2999-01-01", "i våras"])
def test_a_closing_date_that_cannot_be_leaves_the_case_in_follow_up(casework, tmp_path, state, closed):
    report, [one] = bring_in(casework, tmp_path, row(state=state, closed=closed))
    assert [(w["code"], w["column"]) for w in report["warnings"]] == [("no_closing_date", "Avslutad")]
    assert (one.case.state, one.case.is_open, one.case.closed_on) == ("followup", True, None)


def test_an_ongoing_case_with_a_closing_date_goes_on_and_the_date_is_kept(casework, tmp_path):
    report, [one] = bring_in(casework, tmp_path, row(state="pågår", closed="1/5 2025"))
    assert report["warnings"] == []
    assert (one.case.state, one.case.is_open, one.case.closed_on) == ("active", True, None)
    [levels] = [levels for form, *_, levels in one.entries if form == "note"]
    assert set(levels.values()) == {2}  # in words, sealed


# What a heading tells -----------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["Anna Andersson", "Andersson, Anna", "Kontakt Gösta", "gösta", GOSTA])
def test_a_heading_that_may_be_somebodys_name_is_not_repeated(casework, tmp_path, heading):
    line = f"{GOSTA};Gösta Exempelsson;2025-01-06;x"
    report, _ = bring_in(casework, tmp_path, line, header=f"Personnr;Namn;Start;{heading.replace(';', '')}")
    [told] = report["unknown_columns"]
    assert told.startswith("(namnet ")
    assert heading not in json.dumps(report, ensure_ascii=False)


@pytest.mark.parametrize("heading", ["Telefon", "Nästa möte", "Kontakt hos polisen", "Övrigt"])
def test_any_other_unknown_heading_is_named(casework, tmp_path, heading):
    line = f"{GOSTA};Gösta Exempelsson;2025-01-06;x"
    report, _ = bring_in(casework, tmp_path, line, header=f"Personnr;Namn;Start;{heading}")
    assert report["unknown_columns"] == [heading]


# Taking back --------------------------------------------------------------------------------------


def test_undo_keeps_a_case_in_which_somebody_typed_and_has_not_sent_it(casework, tmp_path):
    _, [one] = bring_in(casework, tmp_path, row())
    with casework.installation() as installation, installation.session("1881") as session:
        maja = accounts.find(session, "maja.testlind")
        assert maja is not None
        held_forms.hold(session, maja.id, f"/arenden/{one.case.id}/skriv/note", [("text", "Halvfärdigt")])
    undone = casework("import", "--undo", tmp_path / "out.json")
    assert "Återtagna ärenden: 0. Kvar, för att någon har skrivit i dem: 1." in undone.output


def test_both_registers_still_read_without_a_fault():
    for name in ("xlsx", "csv"):
        assert columns.register((DATA / f"avhoppare-register.{name}").read_bytes(), date(2026, 11, 24)).tables
