"""What the words of a register mean: protection, states, backgrounds, reasons and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from casework.contract.fields import Choice

STATES: Mapping[str, str] = {
    "aktualiserad": "received",
    "aktualiserat": "received",
    "utredning": "investigation",
    "pågår": "active",
    "pågående": "active",
    "uppföljning": "followup",
    "vilande": "paused",
    "avslutad": "closed",
    "avslutat": "closed",
}
ENVIRONMENTS: Mapping[str, str] = {
    "gäng": "gang",
    "extremism": "extremism",
    "heder": "honour",
    "mc": "mc",
    "annan": "other",
    "annat": "other",
}
REASONS: Mapping[str, str] = {
    "mål uppnått": "mal_uppnatt",
    "målen uppnådda": "mal_uppnatt",
    "egen begäran": "egen_begaran",
    "på egen begäran": "egen_begaran",
    "flyttat": "flyttat",
    "överflyttat": "overflyttat",
    "återgått": "atergatt",
    "avbrutit överenskommelse": "avbrutit_overenskommelse",
    "häktad": "haktad_domd",
    "dömd": "haktad_domd",
    "häktad/dömd": "haktad_domd",
    "häktad eller dömd": "haktad_domd",
    "avliden": "avliden",
    "ej behov": "ej_behov",
    "inget behov": "ej_behov",
    "personsäkerhet övertagit": "personsakerhet_overtagit",
}
NONE, CONFIDENTIAL, PROTECTED = 0, 1, 2


class Protection(NamedTuple):
    """A protection level, and whether the words for it were understood."""

    level: int
    clear: bool


def plain(text: str) -> str:
    """A word without regard to case, blanks around it and how its accents are coded."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).rstrip(".")


def protection(text: str) -> Protection:
    """The protection level a cell means; what is not understood counts as sekretessmarkering."""
    word = plain(text)
    if word in {"", "nej"}:
        return Protection(NONE, clear=True)
    if word.startswith("sekretess"):
        return Protection(CONFIDENTIAL, clear=True)
    if word.startswith("skyddad folkb"):
        return Protection(PROTECTED, clear=True)
    return Protection(CONFIDENTIAL, clear=False)


def chosen(field: Choice, text: str, words: Mapping[str, str]) -> str | None:
    """The choice of a field that a text means, by the register's words or by the choice's own label."""
    word = plain(text)
    named = words.get(word)
    return next((name for name, label in field.choices if name == named or plain(label) == word), None)


def full_name(name: str, first: str = "", last: str = "") -> str:
    """A name as it is said: first name and surname; "Efternamn, Förnamn" is turned round."""
    if not name.strip():
        whole = f"{first} {last}"
    elif name.count(",") == 1:
        surname, given = name.split(",")
        whole = f"{given} {surname}"
    else:
        whole = name
    return " ".join(re.sub(r"\s+", " ", unicodedata.normalize("NFC", whole)).split())
