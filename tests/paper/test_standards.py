"""What is printed lasts and can be read by everybody: asked of four programs that are not ours."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import outloud
import pikepdf
import pytest

from casework import paper
from tests.paper.sheets import COPY, MARK, ON, PRINTS, told

WAYS = [(name, mark) for name in PRINTS for mark in (None, MARK)]
NOT_ASKED = {"HDG-004", "ORD-002", "SEM-001", "SEM-002", "SEM-003"}
"""Two rules that outloud has not written, and three that compare a PDF with the one it was made from."""


@pytest.mark.parametrize(("name", "mark"), WAYS)
def test_a_print_is_whole(name, mark, tmp_path):
    assert "No syntax or stream encoding errors found" in told(PRINTS[name](mark), tmp_path, "qpdf", "--check")


@pytest.mark.parametrize(("name", "mark"), WAYS)
def test_a_checker_finds_nothing_against_pdf_ua_and_passes_over_no_rule(name, mark, tmp_path):
    told(PRINTS[name](mark), tmp_path, "qpdf", "--check")
    found = outloud.check(str(tmp_path / "print.pdf"))
    assert found.error is None and found.findings == []
    assert {one.rule for one in found.runs if one.status not in {"ran", "not-applicable"}} <= NOT_ASKED
    assert sum(one.status == "ran" for one in found.runs) > 40
    passed = {row["id"] for row in found.criteria["pdfua1"] if row["status"] == "pass"}
    assert passed >= {"01", "02", "06", "07", "09", "10", "11", "14", "31"}


def test_the_checker_finds_what_is_wrong(tmp_path):
    made = pikepdf.open(io.BytesIO(PRINTS["copy"]()))
    del made.Root.Lang
    del made.Root.StructTreeRoot
    made.save(tmp_path / "print.pdf")
    assert {one.rule for one in outloud.check(str(tmp_path / "print.pdf")).findings} >= {"DOC-002", "DOC-013"}


@pytest.mark.parametrize(("name", "mark"), WAYS)
def test_every_font_is_embedded_and_says_which_letters_it_means(name, mark, tmp_path):
    rows = told(PRINTS[name](mark), tmp_path, "pdffonts").splitlines()[2:]
    assert rows and all(re.search(r" yes yes yes +\d+ +\d+$", row) for row in rows)


@pytest.mark.parametrize("name", PRINTS)
def test_the_properties_name_no_author_no_machine_and_nobody(name, tmp_path):
    pdf = PRINTS[name](MARK)
    said = dict(line.split(":", 1) for line in told(pdf, tmp_path, "pdfinfo").splitlines())
    assert {"Author", "Subject", "Keywords", "Producer"}.isdisjoint(said)
    titles = ("Samtycke till att uppgifter lämnas", "Utlämnande av uppgifter", "Registerutdrag")
    assert said["Title"].strip() in titles and said["Creator"].strip().startswith("Typst ")
    assert [said[one].strip() for one in ("Tagged", "JavaScript", "Encrypted")] == ["yes", "no", "no"]
    about = told(pdf, tmp_path, "pdfinfo", "-meta")
    assert "<pdfaid:part>2<" in about and "<pdfaid:conformance>A<" in about and "<pdfuaid:part>1<" in about
    for word in ("Exempelsson", "Testlind", "Provsson", "2026-0147", "u7f3k", "/work", "/tmp", "casework"):
        assert word not in about and word.encode() not in pdf


@pytest.mark.parametrize(("name", "mark"), WAYS)
def test_the_same_words_are_the_same_bytes(name, mark):
    assert PRINTS[name](mark) == PRINTS[name](mark)


def test_another_day_or_another_word_is_another_print():
    later = replace(COPY, on=ON + timedelta(days=1))
    assert len({paper.copy(COPY), paper.copy(later), paper.copy(replace(COPY, notice="x"))}) == 3
