"""Numbers in every written form become the same twelve digits; wrong ones are turned away without being repeated."""

from __future__ import annotations

from datetime import date

import personnummer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.personal_numbers import Fault, PersonalNumber, parse

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(1927, 1, 1), TODAY)


def check_digit(nine: str) -> int:
    """The check digit of nine digits, by the book: doubled every second, digits summed."""
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(nine)]
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def number(born: date, serial: int, added: int = 0) -> str:
    nine = f"{born:%y%m}{born.day + added:02d}{serial:03d}"
    return f"{born:%Y}"[:2] + nine + str(check_digit(nine))


@pytest.mark.parametrize(
    "written",
    [
        "199408179894",
        "19940817-9894",
        "940817-9894",
        "9408179894",
        "1994 0817 9894",
        " 19940817-9894 ",
        "940817 9894",
        "19940817\u00a09894",
        "940817–9894",
    ],
)
def test_every_written_form_means_the_same(written):
    found = parse(written, TODAY)
    assert isinstance(found, PersonalNumber)
    assert (found.digits, found.birth_date, found.shown) == ("199408179894", date(1994, 8, 17), "19940817-9894")


@given(DAYS, st.integers(1, 999), st.booleans())
def test_what_personnummer_accepts_is_accepted_and_means_the_same_day(born, serial, coordination):
    digits = number(born, serial, 60 if coordination else 0)
    theirs, ours = personnummer.personnummer.parse(digits), parse(digits, TODAY)
    assert isinstance(ours, PersonalNumber)
    assert ours.birth_date == born == theirs.get_date()
    assert ours.digits == theirs.format(True)


@given(DAYS, st.integers(1, 999), st.integers(1, 9))
def test_a_wrong_check_digit_is_refused_like_personnummer_does(born, serial, off):
    digits = number(born, serial)
    wrong = digits[:-1] + str((int(digits[-1]) + off) % 10)
    assert not personnummer.personnummer.valid(wrong)
    assert parse(wrong, TODAY) is Fault.WRONG_CHECK


@given(DAYS, st.integers(1, 999))
def test_ten_digits_mean_the_latest_birth_that_is_past(born, serial):
    found = parse(number(born, serial)[2:], TODAY)
    assert isinstance(found, PersonalNumber) and found.birth_date is not None
    assert found.birth_date <= TODAY
    assert found.birth_date.year > TODAY.year - 101


def test_a_plus_means_a_hundred_years_earlier():
    digits = number(date(1925, 3, 4), 981)[2:]
    late, early = parse(f"{digits[:6]}-{digits[6:]}", TODAY), parse(f"{digits[:6]}+{digits[6:]}", TODAY)
    assert isinstance(late, PersonalNumber) and isinstance(early, PersonalNumber)
    assert (late.digits[:4], early.digits[:4]) == ("2025", "1925")


def test_a_coordination_number_may_leave_the_day_unknown():
    nine = "900160981"
    found = parse(f"19{nine}{check_digit(nine)}", TODAY)
    assert isinstance(found, PersonalNumber)
    assert found.birth_date is None


@pytest.mark.parametrize("text", ["", "  ", "saknas", "okänt", "-"])
def test_no_number_is_no_number(text):
    assert parse(text, TODAY) is Fault.NO_NUMBER


@pytest.mark.parametrize("text", ["19940817", "19941317-9894", "940817-98940", "19900160000", "1994-08-17 9894 x"])
def test_what_cannot_be_a_number_is_wrong(text):
    assert parse(text, TODAY) is Fault.WRONG_CHECK


def test_a_number_never_shows_itself():
    assert "9894" not in repr(parse("199408179894", TODAY))
