"""What is put on paper, in words: plain values that know nothing of cases, rights or keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MASK = "█████"
"""What stands in a text where a passage was taken out; on paper a black field. The passage itself never gets here."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is told: what it is called, and its words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs under one heading."""

    heading: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was left out, in words that do not give it away, with the law and the reason for it."""

    what: str
    law: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mark:
    """That a print is for work only: who made it and when, in words, on every page."""

    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A disclosure as a letter: from whom, to whom, on which ground, what is told and what is said not to be."""

    on: date
    sender: str
    recipient: str
    reference: str
    facts: tuple[Part, ...]
    sections: tuple[Section, ...]
    withheld: tuple[Withheld, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """What somebody is asked to agree to, to be signed by hand.

    ``giver`` signs; ``about`` is whose information it is, the same words if it is the giver's own. ``agencies`` may be
    told ``kinds`` of information, from ``valid_from`` until ``valid_until``, all in words.
    """

    on: date
    municipality: str
    reference: str
    giver: str
    about: str
    purpose: str
    agencies: tuple[str, ...]
    kinds: tuple[str, ...]
    valid_from: str
    valid_until: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a case for one recipient; ``title`` says which kind of copy and names nobody."""

    on: date
    title: str
    facts: tuple[Part, ...]
    sections: tuple[Section, ...]
    notice: str = ""
    withheld: tuple[Withheld, ...] = ()
    digest: str = ""
