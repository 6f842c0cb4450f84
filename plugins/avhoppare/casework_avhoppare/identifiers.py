"""Finds what obviously tells who somebody is, in a text that must not tell."""

import re

from casework.contract import gettext as _

DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
INTERIM_NUMBER = re.compile(r"(?<!\d)\d{6}[ ]?[-+\u2010-\u2015]?[ ]?[A-ZÅÄÖ][A-ZÅÄÖ\d]\d{2}(?!\w)")
DIGITS = re.compile(r"(?<!\w)\+?\d(?:[ \u00a0()/+\u2010-\u2015-]*\d){6,}(?!\w)")
LENGTHS_OF_A_PERSONAL_NUMBER = (10, 12)

NUMBER_REFUSAL = _("Ta bort numret. Det ser ut som ett personnummer eller ett telefonnummer.")
MAIL_REFUSAL = _("Ta bort e-postadressen. Den kan visa vem frågan gäller.")


def identifier_in(text: str) -> str | None:
    """Why a text must be changed: it holds a personal number, a phone number or an e-mail address."""
    if MAIL.search(text):
        return MAIL_REFUSAL
    if INTERIM_NUMBER.search(text):
        return NUMBER_REFUSAL
    for run in DIGITS.findall(DATE.sub(" . ", text)):
        length = sum(map(str.isdigit, run))
        if run.startswith(("+", "0")) or length in LENGTHS_OF_A_PERSONAL_NUMBER:
            return NUMBER_REFUSAL
    return None
