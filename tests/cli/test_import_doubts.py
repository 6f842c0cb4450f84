"""What is not understood goes in with a warning; what people write that no list foresaw is kept."""

from __future__ import annotations

import json

import pytest

from tests.cli import stored
from tests.cli.conftest import IMPORT

HEADER = "Pers. Nr;NAMN;Start;Hl;Läge;Miljö;Skydd;Adress;Noteringar;Avslutad;Orsak;Telefon\n"
NUMBER = "19940817-9894"


@pytest.fixture
def database_kind():
    return "sqlite"


def report_of(casework, tmp_path, *lines, encoding="utf-8"):
    file, out = tmp_path / "lista.csv", tmp_path / "out.json"
    file.write_bytes((HEADER + "\n".join(lines) + "\n").encode(encoding))
    casework("import", file, *IMPORT, "--report", out)
    report = json.loads(out.read_text("utf-8"))
    with casework.installation() as installation:
        return report, stored.cases(installation)


def codes(report):
    return [(one["code"], one["column"]) for one in report["warnings"]]


def test_an_unknown_status_is_received(casework, tmp_path):
    report, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;;på gång;;;;;;;")
    assert codes(report) == [("unknown_state", "Läge")]
    assert (one.case.state, one.case.is_open) == ("received", True)
    assert report["unknown_columns"] == ["Telefon"]


def test_a_closed_case_without_its_day_stays_in_follow_up(casework, tmp_path):
    report, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;;avslutad;;;;;i våras;mål uppnått;")
    assert codes(report) == [("no_closing_date", "Avslutad")]
    assert (one.case.state, one.case.is_open, one.case.closed_on) == ("followup", True, None)
    assert one.of_form("closing")[0][1] == {"close_reason.text": "mål uppnått"}


def test_an_unknown_reason_is_kept_as_text(casework, tmp_path):
    report, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;;avslutad;;;;;2025-05-01;slutade svara;")
    assert codes(report) == [("unknown_reason", "Orsak")]
    assert one.of_form("closing")[0][1] == {"close_reason.text": "slutade svara"}
    assert one.case.closed_on.isoformat() == "2025-05-01"


def test_a_known_reason_is_a_choice(casework, tmp_path):
    _, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;;avslutad;;;;;2025-05-01;Återgått;")
    assert one.of_form("closing")[0][1] == {"close_reason": "atergatt"}


def test_a_background_outside_the_list_is_kept_in_words(casework, tmp_path):
    _, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;;pågår;kriminellt nätverk;;;;;;")
    assert one.of_form("background")[0][1] == {"environment_detail": "kriminellt nätverk"}


@pytest.mark.parametrize("written", ["M. Testlind", "M Testlind", "maja.testlind", "MAJA TESTLIND", "Testlind, Maja"])
def test_an_officer_is_known_by_any_of_their_names(casework, tmp_path, written):
    report, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;{written};pågår;;;;;;;")
    assert (one.officer, codes(report)) == ("maja.testlind", [])


def test_an_officer_of_another_agency_is_nobody(casework, tmp_path):
    report, [one] = report_of(casework, tmp_path, f"{NUMBER};A B;2025-01-06;Erik Demosson;pågår;;;;;;;")
    assert (one.officer, codes(report)) == (None, [("unknown_officer", "Hl")])


def test_two_rows_with_the_same_number_and_another_start_are_two_cases(casework, tmp_path):
    lines = [f"{NUMBER};A B;{day};;pågår;;;;;;;" for day in ("2025-01-06", "6/1-25", "2025-01-07")]
    report, found = report_of(casework, tmp_path, *lines)
    assert (report["imported"], report["already"], len(found)) == (2, 1, 2)


def test_rows_of_the_protected_are_found_again(casework, tmp_path):
    lines = [f"{NUMBER};A B;2025-01-06;;pågår;;skyddad folkbokföring;;;;;"]
    report_of(casework, tmp_path, *lines)
    report, [one] = report_of(casework, tmp_path, *lines)
    assert (report["imported"], report["already"], one.protection) == (0, 1, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_file_may_be_coded_in_any_usual_way(casework, tmp_path, encoding):
    line = f"{NUMBER};Påhittdotter, Åsa;2025-01-06;;uppföljning;;;;;;;"
    _, [one] = report_of(casework, tmp_path, line, encoding=encoding)
    assert (one.name, one.case.state) == ("Åsa Påhittdotter", "followup")


def test_a_heading_that_holds_a_number_is_not_repeated(casework, tmp_path):
    file, out = tmp_path / "lista.csv", tmp_path / "out.json"
    file.write_text(f"Personnr;Inkom;{NUMBER}\n;;\n", "utf-8")
    casework("import", file, *IMPORT, "--report", out)
    assert "9894" not in out.read_text("utf-8")


def test_an_unforeseen_error_says_nothing_of_the_row(casework, tmp_path, monkeypatch):
    def fall(*_):
        raise ValueError(NUMBER)

    monkeypatch.setattr("casework.core.registers.writing.bring_in", fall)
    file, out = tmp_path / "lista.csv", tmp_path / "out.json"
    file.write_text(f"{HEADER}{NUMBER};A B;2025-01-06;;;;;;;;;\n", "utf-8")
    result = casework("import", file, *IMPORT, "--report", out, code=1)
    assert "ValueError" in result.output
    assert "9894" not in result.output + out.read_text("utf-8")
