"""Invented people: test surnames, and personal numbers with the birth numbers 980–989 that nobody has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

FIRST = (
    "Alex Sami Nova Kim Robin Charlie Noor Tim Mika Elis Juno Lova Melker Tuva Ismael Vera Jasmin Oskar Leila Malte "
    "Stina Yusuf Hedda Ruben Saga Amir Tyra Loke Maryam Vidar"
).split()
LAST = (
    "Provberg Exempelsson Mallström Påhittdotter Övningsmark Skissgren Låtsasson Testgren Fiktell Mönsterlund "
    "Utkastius Hittepå"
).split()


def invented(seed: int, adults: bool = True) -> Iterator[tuple[str, str]]:
    """Names and twelve-digit numbers of people who do not exist, the same ones every time."""
    chance = random.Random(seed)  # noqa: S311 invented people need no secrecy
    youngest, oldest = (date(2004, 1, 1), date(1970, 1, 1)) if adults else (date(2014, 1, 1), date(2009, 1, 1))
    taken: set[str] = set()
    while True:
        born = oldest + timedelta(days=chance.randrange((youngest - oldest).days))
        digits = f"{born:%Y%m%d}{chance.randrange(980, 990)}"
        number = digits + check_digit(digits[2:])
        if number not in taken:
            taken.add(number)
            yield f"{chance.choice(FIRST)} {chance.choice(LAST)}", number


def check_digit(nine: str) -> str:
    """The last digit of a personal number (Luhn)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    return str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)  # noqa: PLR2004 the digits of a two-digit number
