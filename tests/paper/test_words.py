"""What stands on paper is what was given, all of it and nothing else, whatever it says."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from casework import paper
from casework.paper import MASK, Part, Section, Withheld, printing, signs
from tests.paper.sheets import COPY, FORM, HOSTILE, LETTER, MARK, PRINTS, chance, read, squeezed, with_text, word


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_is_read_as_markup(text):
    found = read(paper.copy(with_text(text)))
    assert found.count(squeezed(text)) == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_form_or_a_letter_is_either(text):
    form = replace(FORM, purpose=text, giver=text, agencies=(text,), kinds=(text,), contact=text, reference=text)
    letter = replace(LETTER, recipient=text, facts=(Part(text, text),), withheld=(Withheld(text, text, text),))
    assert read(paper.consent_form(form)).count(squeezed(text)) >= 5
    assert read(paper.disclosure_letter(letter)).count(squeezed(text)) == 6


def test_a_print_holds_every_chosen_field_and_no_other():
    by = chance()
    for _ in range(40):
        offered = [(word(by), word(by), word(by)) for _ in range(by.randint(1, 12))]
        chosen = [one for one in offered if by.random() < 0.5]
        sections = tuple(Section(heading, (Part(label, text),)) for heading, label, text in chosen)
        for pdf in (
            paper.copy(replace(COPY, sections=sections)),
            paper.disclosure_letter(replace(LETTER, sections=sections)),
        ):
            found = read(pdf)
            for one in offered:
                assert [part in found for part in one] == [one in chosen] * 3


def test_a_mask_is_a_field_that_says_so():
    found = read(paper.copy(with_text(f"Ringde {MASK} om helgen")))
    assert found.count("Ringdemaskeratomhelgen") == 3 and MASK not in found


def test_a_print_for_work_says_on_every_page_who_made_it_and_when():
    many = tuple(Section(f"Anteckning {number}", (Part("Text", "Ord. " * 400),)) for number in range(6))
    pages = read(paper.copy(replace(COPY, sections=many), MARK)).count(
        squeezed(f"Arbetsutskrift · {MARK.who} · {MARK.when}")
    )
    assert pages >= 3
    assert squeezed(MARK.when) in read(PRINTS["letter"](MARK))
    assert "Arbetsutskrift" not in read(PRINTS["letter"]())


def test_lines_stay_lines():
    assert signs.printable("Ett\r\n\u2028Två") == "Ett\n\nTvå"
    assert "EttTvå" in read(paper.copy(with_text("Ett\n\nTvå")))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Zo\u00eb \u0141ukasz Đorđe", "Zoë Łukasz Đorđe"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("漢 😀 \ue000", "[U+6F22] [U+1F600] [U+E000]"),
        ("röj\u202eteg\u200bom\u0000\u0007\ufeff", "röjtegom"),
        ("\ud800 ensam", " ensam"),
        ("till\tbords", "till bords"),
        ("e\u0367n ❤\ufe0f", "e[U+0367]n ❤"),
    ],
)
def test_what_no_font_has_is_written_as_its_number_and_what_shows_nothing_is_left_out(text, printed):
    assert signs.printable(text) == printed
    assert squeezed(printed) in read(paper.copy(with_text(text)))


def test_a_name_in_arabic_keeps_its_letters_and_their_marks():
    name = "\u0645\u064f\u062d\u0645\u062f"
    assert signs.printable(name) == name
    assert {"\u0645", "\u064f", "\u062d", "\u062f"} <= set(read(paper.copy(with_text(name))))


def test_every_sign_called_known_is_printed():
    known = sorted(one for one in signs.SHOWN if signs.printable(one) == one)
    assert len(known) > 2400 and not [one for one in known if not unicodedata.name(one, "")]
    lines = "\n".join("".join(known[start : start + 40]) for start in range(0, len(known), 40))
    assert paper.copy(with_text(lines)).startswith(b"%PDF")


def test_whatever_is_typed_gets_onto_paper():
    by = chance()
    known = sorted(signs.SHOWN)
    for _ in range(25):
        text = "".join(
            by.choice((by.choice(known), chr(by.randrange(0x3000)), chr(by.randrange(0x110000)))) for _ in range(300)
        )
        assert paper.copy(with_text(text)).startswith(b"%PDF")


def test_a_long_word_stays_on_the_paper():
    text = "x" * 400
    assert squeezed(text) in read(paper.copy(with_text(text)))
    assert all(len(part) <= signs.LONGEST for part in signs.printable(text).split(signs.BREAK))


def test_a_print_that_fails_says_which_template_and_nothing_of_what_it_held(monkeypatch):
    monkeypatch.setattr(printing, "printable", lambda text: text)
    with pytest.raises(paper.NotPrinted) as failed:
        paper.copy(with_text("hemligt 漢"))
    assert str(failed.value) == "copy" and failed.value.__cause__ is None and failed.value.__suppress_context__


def test_nothing_is_written_to_disk(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for print_it in PRINTS.values():
        print_it()
    assert list(tmp_path.iterdir()) == []
