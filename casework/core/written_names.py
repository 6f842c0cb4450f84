"""Whether two names, or a name and a text, may mean one person.

No employee's number is kept, so the name is all there is. Names are not always written whole, nor alike. What is
compared is without case, accents and signs that nobody sees; what joins two names may be a hyphen, an apostrophe, a
space or nothing; beside two whole names an initial is whoever begins so; a word may be divided at the end of a line.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection

NAMES = 2
"""How many names two people share, at the least, before they are taken for one although one of them has more."""
OF_ANOTHER = re.compile(r"\s+[A-ZÅÄÖÉÜØÆ]\w+")
"""What makes a given name another's: a surname after it."""
NAME = re.compile(r"[^\W_]+")
BROKEN = re.compile(r"(?<=\w)(?:-|\u00ad)+\s*\n\s*(?=\w)")
JOIN = re.compile(r"(?<=\w)[-'](?=\w)")
"""What some write inside a name and others leave out: Anna-Karin, O'Neill."""
JOINS = 3
"""So many of them are left out one by one; of more, all or none."""
SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u2018\u2019\u02bc\u00b4\u0060\u2032", "'")
)
"""Hyphens and apostrophes as programs and people write them."""
LINES = str.maketrans(dict.fromkeys("\r\u000b\u000c\u0085\u2028\u2029", "\n"))
ALIKE = str.maketrans({"æ": "a", "ø": "o", "ð": "d", "đ": "d", "ł": "l", "ı": "i"})
"""Letters of other languages that people write as these."""
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters that nobody sees, besides what Unicode counts as marks and formats."""


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one person's: the same, or one with a middle name or a surname more than the other."""
    return any(_are_one(one, two) for one, two in itertools.product(_ways(name), _ways(other)))


def _are_one(one: list[str], other: list[str]) -> bool:
    mine, theirs = _without_initials(one, other), _without_initials(other, one)
    if not mine or not theirs:
        return False
    return mine == theirs or (len(mine & theirs) >= NAMES and (mine <= theirs or theirs <= mine))


def _without_initials(names: list[str], other: list[str]) -> frozenset[str]:
    """Names without the initials that a name of the other's begins with, where whole names are left."""
    whole = frozenset(one for one in names if len(one) > 1 or not any(two.startswith(one) for two in other))
    return whole if len(whole) >= NAMES else frozenset(names)


def is_named(name: str, words: str) -> bool:
    """Whether a text that says who somebody is may mean whoever bears a name.

    Two of the names are as good as all of them, as between two names. Of one alone the surname is enough, for so a
    prosecutor is written; a given name is not where another's surname follows it.
    """
    said = [
        (_plain(one.group()), OF_ANOTHER.match(text, one.end()) is not None)
        for text in _texts(words)
        for one in NAME.finditer(text)
    ]
    return any(_is_meant([one for one in way if len(one) > 1], said) for way in _ways(name))


def _is_meant(theirs: list[str], said: Collection[tuple[str, bool]]) -> bool:
    """Whether names are among words, of each of which is said whether another's surname follows it."""
    shared = [(bare, others) for word, others in said if (bare := _bare(word, theirs)) in theirs]
    words = {word for word, _others in shared}
    whole = len(words) >= NAMES or (bool(theirs) and theirs[-1] in words)
    return whole or any(not others for _word, others in shared)


def is_written(name: str, words: str) -> bool:
    """Whether a text that tells of many people tells of whoever bears a name: by the surname and another of them."""
    rows = [NAME.findall(_plain(text)) for text in _texts(words)]
    said = {word for row in rows for word in (*row, *("".join(two) for two in itertools.pairwise(row)))}
    for way in _ways(name):
        theirs = [one for one in way if len(one) > 1]
        shared = {_bare(one, theirs) for one in said}.intersection(theirs)
        if len(shared) >= NAMES and theirs[-1] in shared:
            return True
    return False


def _ways(name: str) -> list[list[str]]:
    """The names that a name is made of, plain, in each way of writing what joins them, also as one word."""
    signs = _seen(name)
    places = [one.start() for one in JOIN.finditer(signs)]
    left_out = (
        (some for many in range(len(places) + 1) for some in itertools.combinations(places, many))
        if len(places) <= JOINS
        else ((), tuple(places))
    )
    ways = [NAME.findall(_plain("".join(one for at, one in enumerate(signs) if at not in some))) for some in left_out]
    return ways + [
        [*way[:at], way[at] + way[at + 1], *way[at + 2 :]]
        for way in ways
        for at in range(len(way) - 1)
        if len(way) > NAMES
    ]


def _texts(words: str) -> tuple[str, ...]:
    """A text as it is and with the words whole that are divided at the end of a line; each also without what joins."""
    lines = words.translate(SIGNS).translate(LINES)
    whole = [_seen(one) for one in dict.fromkeys((lines, BROKEN.sub("", lines)))]
    return tuple(dict.fromkeys(form for one in whole for form in (one, JOIN.sub("", one))))


def _seen(words: str) -> str:
    """Words composed, with one kind of hyphen and of apostrophe, and without signs that nobody sees."""
    composed = unicodedata.normalize("NFC", words.translate(SIGNS))
    return "".join(one for one in composed if unicodedata.category(one) not in {"Mn", "Cf"} and one not in UNSEEN)


def _bare(word: str, names: Collection[str]) -> str:
    """A word as the name that it is, also in the genitive."""
    return word[:-1] if word not in names and word.endswith("s") else word


def _plain(words: str) -> str:
    """Words as names in them are compared: without case, accents and rings."""
    signs = unicodedata.normalize("NFKD", words.casefold())
    return "".join(one for one in signs if unicodedata.category(one) not in {"Mn", "Cf"}).translate(ALIKE)
