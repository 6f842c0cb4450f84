"""Answers: what may be typed, the one way it is kept, and how it reads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.contract import Choice, Choices, Date, LongText, Number, Sensitivity, Text, Time, YesNo
from casework.core import answers
from casework.core.errors import Refused

TODAY = date(2026, 11, 24)
TEAM = Sensitivity.TEAM
DAY = Date("d", "Datum", sensitivity=TEAM)
AT = Time("t", "Tid", sensitivity=TEAM)
KIND = Choice("k", "Typ av händelse", sensitivity=TEAM, required=True, choices=(("call", "Samtal"), ("visit", "Besök")))
WHO = Choices("w", "Vilka", sensitivity=TEAM, choices=(("a", "Anna"), ("b", "Bo"), ("c", "Cia")))
DONE = YesNo("y", "Är det klart?", sensitivity=TEAM)
COST = Number("n", "Kostnad", sensitivity=TEAM, minimum=0, maximum=2000, decimals=2, unit="kronor")
WHOLE = Number("v", "Antal", sensitivity=TEAM, minimum=1)
LINE = Text("l", "Rubrik", sensitivity=TEAM, required=True)
LONG = LongText("x", "Text", sensitivity=TEAM)


def refusal(field, raw):
    with pytest.raises(Refused) as caught:
        answers.parse(field, raw, TODAY)
    assert caught.value.refusals[0].field == field.name
    return caught.value.refusals[0].reason


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-11-20", "2026-11-20"),
        (" 20261120 ", "2026-11-20"),
        ("20/11", "2026-11-20"),
        ("3/1", "2027-01-03"),
        ("20/11 2025", "2025-11-20"),
        ("i dag", "2026-11-24"),
        ("I går", "2026-11-23"),
        ("i  förrgår", "2026-11-22"),
        ("i morgon", "2026-11-25"),
        ("28/2", "2027-02-28"),
    ],
)
def test_a_day_may_be_written_as_people_write_it(typed, kept):
    assert answers.parse(DAY, typed, TODAY) == kept


@pytest.mark.parametrize("typed", ["snart", "2026-13-01", "31/2", "2026-02-30", "20", "29/2"])
def test_what_is_no_day_is_answered_with_how_to_write_one(typed):
    assert refusal(DAY, typed) == "Skriv datumet så här: 2026-11-20."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("15.30", "15:30"), ("15:30", "15:30"), ("1530", "15:30"), ("930", "09:30"), ("9", "09:00"), ("kl 9.05", "09:05")],
)
def test_a_time_may_be_written_as_people_write_it(typed, kept):
    assert answers.parse(AT, typed, TODAY) == kept


@pytest.mark.parametrize("typed", ["25.00", "15.99", "strax", "15300"])
def test_what_is_no_time_is_answered_with_how_to_write_one(typed):
    assert refusal(AT, typed) == "Skriv tiden så här: 15.30."


@pytest.mark.parametrize(
    ("typed", "kept"), [("12,5", "12.5"), ("1 200", "1200"), ("1\u00a0200,50", "1200.5"), ("0", "0"), ("12.50", "12.5")]
)
def test_a_number_takes_a_swedish_comma_and_groups(typed, kept):
    assert answers.parse(COST, typed, TODAY) == kept


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (COST, "gratis", "Skriv ett tal, till exempel 12 eller 12,5."),
        (COST, "1e3", "Skriv ett tal, till exempel 12 eller 12,5."),
        (COST, "NaN", "Skriv ett tal, till exempel 12 eller 12,5."),
        (COST, "1,234", "Skriv högst 2 decimaler."),
        (COST, "-1", "Skriv ett tal från 0 till 2000."),
        (COST, "2001", "Skriv ett tal från 0 till 2000."),
        (WHOLE, "1,5", "Skriv ett helt tal, till exempel 12."),
        (WHOLE, "0", "Skriv ett tal som är minst 1."),
    ],
)
def test_a_wrong_number_is_answered_with_what_to_write(field, typed, words):
    assert refusal(field, typed) == words


def test_a_choice_is_one_of_the_declared_ones():
    assert answers.parse(KIND, "visit", TODAY) == "visit"
    assert refusal(KIND, "annat") == "Välj typ av händelse."


def test_several_choices_are_kept_once_each():
    assert answers.parse(WHO, ["a", "c", "a"], TODAY) == "a,c"
    assert refusal(WHO, ["a", "x"]) == "Välj vilka."


@pytest.mark.parametrize("typed", ["yes", "no", "unknown"])
def test_a_yes_or_no_may_be_unknown(typed):
    assert answers.parse(DONE, typed, TODAY) == typed


def test_nothing_is_no_answer_and_a_required_question_says_what_to_do():
    assert answers.parse(LONG, "  ", TODAY) is None
    assert answers.parse(WHO, [], TODAY) is None
    assert refusal(LINE, "") == "Skriv rubrik."
    assert refusal(KIND, "") == "Välj typ av händelse."


def test_a_line_is_one_line_and_a_text_keeps_its_paragraphs():
    assert answers.parse(LINE, " ett \n två ", TODAY) == "ett två"
    assert answers.parse(LONG, "ett\r\n\r\ntvå", TODAY) == "ett\n\ntvå"


def test_too_long_a_text_is_not_cut_but_refused():
    assert refusal(LINE, "x" * 501) == "Korta texten till högst 500 tecken."
    assert answers.parse(LONG, "x" * 50_000, TODAY) == "x" * 50_000


@pytest.mark.parametrize(
    ("field", "kept", "words"),
    [
        (DAY, "2026-11-20", "20 november 2026"),
        (AT, "09:05", "09.05"),
        (KIND, "call", "Samtal"),
        (WHO, "a,c", "Anna, Cia"),
        (DONE, "no", "Nej"),
        (DONE, "unknown", "Vet inte ännu"),
        (COST, "1200.5", "1\u00a0200,5 kronor"),
        (LONG, "ett\ntvå", "ett\ntvå"),
        (LINE, "", ""),
        (KIND, "borttaget", "borttaget"),
        (DAY, "ur registret", "ur registret"),
        (COST, "ungefär 3", "ungefär 3"),
    ],
)
def test_an_answer_reads_as_words(field, kept, words):
    assert answers.shown(field, kept) == words


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_comes_back(day):
    assert answers.parse(DAY, day.isoformat(), TODAY) == day.isoformat()
    assert answers.typed(DAY, day.isoformat()) == [day.isoformat()]


@given(st.integers(-180, 180))
def test_a_day_without_a_year_is_the_nearest_one(days):
    meant = TODAY + timedelta(days=days)
    assert answers.parse(DAY, f"{meant.day}/{meant.month}", TODAY) == meant.isoformat()


@given(st.decimals(min_value=0, max_value=2000, places=2))
def test_a_kept_number_typed_again_is_the_same_number(number):
    kept = answers.parse(COST, str(number).replace(".", ","), TODAY)
    assert kept is not None
    assert answers.parse(COST, answers.typed(COST, kept), TODAY) == kept
