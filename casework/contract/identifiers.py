"""Finds what obviously tells who somebody is, in a text that must not tell. For every plugin with a consultation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from casework.contract.language import gettext as _

NUMBER_REFUSAL = _("Ta bort numret. Det ser ut som ett personnummer eller ett telefonnummer.")
MAIL_REFUSAL = _("Ta bort e-postadressen. Den kan visa vem frågan gäller.")

_MAIL = re.compile(r"(?<![^\s@<>])[^\s@<>]+@[^\s@<>]+\.\w{2,}")
_INTERIM = re.compile(r"(?<!\d)\d{6} ?[-+\u2010-\u2015]? ?[A-ZÅÄÖ][A-ZÅÄÖ\d]\d{2}(?!\w)")
# A birth date, in a coordination number with 60 added to the day, and the four digits after it. A text with letters
# right beside the number, or with any sign between its parts, still holds the number.
_BORN = r"(?<!\d)(?:1[89]|20)?\d{2}[-–./ ]?(?:0[1-9]|1[0-2])[-–./ ]?(?:[06][1-9]|[1278]\d|[39][01])"
_FOUR = r"(?P<four>\d{4})(?!\d|[-–./:]\d)"
_WHOLE = re.compile(
    rf"(?P<born>{_BORN})(?P<between>[\W_]{{0,4}}(?:(?:nr|nummer)[\W_]{{0,3}})?){_FOUR}(?!\s*(?:kr\b|kronor|sek\b|tkr\b|:-|%))",
    re.IGNORECASE,
)
_LAST_FOUR = re.compile(
    rf"(?:(?:fyra|4)\s+(?:sista|siffror)|sista\s+(?:fyra|4))\D{{0,25}}(?<!\d){_FOUR}"
    r"|(?<!\d)\d{4}(?!\d)\D{0,25}(?:(?:fyra|4)\s+sista|sista\s+(?:fyra|4))",
    re.IGNORECASE,
)
# What is made of digits in any ordinary text and tells nothing: it is taken out before phone numbers are looked for.
_THOUSANDS = r"\d{1,3}(?: \d{3})+"
_CLOCK = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_HARMLESS = re.compile(
    rf"(?<!\d)(?:(?:{_THOUSANDS}|\d+)\s*[-–]\s*)?(?:{_THOUSANDS}|\d+)\s*(?:kr\b|kronor|sek\b|tkr\b|:-|%)"
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
    r"|(?<!\d)\d{1,2}[/.]\d{1,2}[-/. ]{1,2}(?:19|20)\d{2}(?!\d)"
    rf"|(?<!\d){_CLOCK}(?:\s*[-–]\s*{_CLOCK})?(?!\d)"
    r"|\bkl\.?\s*\d{2,4}(?:\s*[-–]\s*\d{2,4})?(?!\d)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ ()/+\u2010-\u2015-]*\d){6,}")
_DOTTED_PHONE = re.compile(r"(?<![\d.])0\d{1,3}(?:\.\d{2,4}){2,}(?!\d)")
_LONG = 10
"""As many digits in a row as a personal number has without its century; nothing else in ordinary text has them."""
_TIGHT = frozenset({"", "-", "+", "–", "."})


def identifier_in(text: str) -> str | None:
    """Why a text must be changed: it holds a personal number, a phone number or an e-mail address; None for neither."""
    plain = _plain(text)
    if _MAIL.search(plain):
        return MAIL_REFUSAL
    if _INTERIM.search(plain) or any(_whole_numbers(plain)) or _LAST_FOUR.search(plain):
        return NUMBER_REFUSAL
    rest = _HARMLESS.sub(" . ", plain)
    for run in _DIGITS.findall(rest):
        if run.startswith(("+", "0")) or sum(map(str.isdigit, run)) >= _LONG:
            return NUMBER_REFUSAL
    return NUMBER_REFUSAL if _DOTTED_PHONE.search(rest) else None


def _plain(text: str) -> str:
    """The text as it is read: other kinds of digits and blanks made ordinary, invisible signs left out."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in normal if unicodedata.category(sign) != "Cf")


def _whole_numbers(plain: str) -> Iterator[str]:
    for found in _WHOLE.finditer(plain):
        digits = re.sub(r"\D", "", found["born"])[-6:] + found["four"]
        # "2026-11-20, 2027": after a date and a pause, a year is a year unless the check digit says otherwise.
        is_year = found["between"] not in _TIGHT and found["four"][:2] in {"19", "20"}
        if not is_year or _checks(digits):
            yield digits


def _checks(ten: str) -> bool:
    """Whether the last of ten digits is the check digit of the nine before it (Luhn)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0
