"""Swedish personal and coordination numbers, in every way they are written, made into twelve digits.

The check digit is ``personnummer``'s; its exceptions carry the number and never leave this file. Coordination numbers
add 60 to the day (lag 2022:1697). Rules for years: ``shared/data/README.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Its public check refuses unknown days, so the digit alone is asked of it.
from personnummer.personnummer import _luhn

_WRITTEN = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})([-+–]?)(\d{3})(\d)")
COORDINATION = 60
CENTURY = 100


class Fault(StrEnum):
    """Why a text is no number."""

    NO_NUMBER = "no_number"
    WRONG_CHECK = "wrong_check"


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A number in twelve digits, and the birth date in it, or None for one without a true calendar day."""

    digits: str
    birth_date: date | None

    def __repr__(self) -> str:
        return "<personal number>"

    @property
    def shown(self) -> str:
        """The number as people read it: twelve digits with a hyphen."""
        return f"{self.digits[:8]}-{self.digits[8:]}"


def parse(text: str, today: date) -> PersonalNumber | Fault:
    """The number a text means on a day; any separator and blanks are taken, ten digits mean the latest past birth."""
    plain = re.sub(r"[\s\u00a0.]", "", text)
    found = _WRITTEN.fullmatch(plain)
    if found is None:
        return Fault.NO_NUMBER if not re.search(r"\d", plain) else Fault.WRONG_CHECK
    century, year, month, day, separator, serial, check = found.groups()
    if serial == "000" or _luhn(f"{year}{month}{day}{serial}") != int(check):
        return Fault.WRONG_CHECK
    whole_year = int(century + year) if century else _full_year(int(year), int(month), int(day), separator, today)
    digits = f"{whole_year:04d}{month}{day}{serial}{check}"
    born = _birth_date(whole_year, int(month), int(day))
    if born is None and int(day) != COORDINATION:  # a coordination number may leave the day unknown
        return Fault.WRONG_CHECK
    return PersonalNumber(digits, born)


def _full_year(year: int, month: int, day: int, separator: str, today: date) -> int:
    """The latest year with these two digits whose birthday is not in the future; a hundred earlier after a plus."""
    whole = today.year - (today.year - year) % CENTURY
    born = _birth_date(whole, month, day) or date(whole, 1, 1)
    if born > today:
        whole -= CENTURY
    return whole - CENTURY if separator == "+" else whole


def _birth_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day - COORDINATION if day > COORDINATION else day)
    except ValueError:
        return None
