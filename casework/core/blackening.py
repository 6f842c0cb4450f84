"""Blacking out of a text: who else is named in it, however that is written, and passages somebody chose.

A text is compared as it is read and not as it is typed: without case, unseen signs, accents that people leave out, and
breaks of a line; what is found so is blacked out where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from casework.core.vault import Identity

Black = Callable[[str], str]
Span = tuple[int, int]
BLACKED = "█████"
"""What stands where something was blacked out, however long it was."""
SHORTEST = 2
"""Letters from which a part of a name is blacked out."""
PLAIN_FROM = 6
"""Letters from which a name is found without its rings and dots too: a shorter one would be another word."""
DIGITS_FROM = 5
"""Digits from which a chosen passage is a number, which is found in every way of writing it."""
WITH_CENTURY = 12
DASH = r"\-\u2010-\u2015\u2212"
IN_WORD = rf"(?:[{DASH}]\s*|[^\S\n]*\n\s*)?"
"""What may stand between two letters of a name: nothing, a hyphen, or where its line was broken."""
IN_NUMBER = rf"[\s+./,:_'()\u2019{DASH}]{{0,3}}"
"""What may stand between two digits of a number."""
GENITIVE = r"(?:[':\u2019]?s)?"
NOT_IN_WORD, NOT_IN_NUMBER = r"(?<![^\W\d_]){}(?![^\W\d_])", r"(?<!\d){}(?!\d)"
ABROAD = rf"(?:(?:\+|00)\s*46{IN_NUMBER}(?:\(0\){IN_NUMBER})?|0{IN_NUMBER})?"
"""How a telephone number begins in Sweden: from abroad, at home, or with neither written."""
OWN_LETTERS = "åäö"
ALIKE = str.maketrans({"æ": "ä", "ø": "ö", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n"})
PLAIN = str.maketrans(OWN_LETTERS, "aao")


class Folded(NamedTuple):
    """A text as it is compared, and for each of its signs the place of the one that it comes from."""

    words: str
    places: list[int]


def nothing(words: str) -> str:
    """Blacks out nothing."""
    return words


def blackener(people: Iterable[Identity], told: Iterable[Identity]) -> Black:
    """What blacks out whatever names somebody of the case who is not among those told."""
    people, told = list(people), list(told)
    names = {word for one in people for word in _words(one)} - {word for one in told for word in _words(one)}
    numbers = {one.number for one in people if one.number} - {one.number for one in told}
    if not names | numbers:
        return nothing
    longest_first = sorted(names, key=lambda word: (-len(word), word))
    in_words = "|".join(IN_WORD.join(map(re.escape, word)) + GENITIVE for word in longest_first)
    in_numbers = "|".join(map(_however_written, sorted(numbers)))
    found = [(NOT_IN_WORD, in_words), (NOT_IN_NUMBER, in_numbers)]
    patterns = "|".join(around.format(f"(?:{inner})") for around, inner in found if inner)
    of_others = re.compile(patterns)
    return lambda words: _blacked(composed(words), _found(of_others, folded(composed(words))))


def mentions(one: Identity, words: str) -> bool:
    """Whether a text names somebody, by any name of theirs that is no initial, or by their number."""
    return hides(blackener([one], []), words)


def hides(black: Black, words: str | None) -> bool:
    """Whether something of a text is blacked out."""
    return black is not nothing and words is not None and black(words) != composed(words)


def masked(words: str, passages: Sequence[str]) -> str:
    """The words with every place of every passage replaced, also where they overlap, and a number however written."""
    text = composed(words)
    return _blacked(text, (span for passage in passages for span in _places(text, passage)))


def composed(words: str) -> str:
    """A text with each letter as one sign, no unseen ones and plain line ends: however typed, it is found."""
    lines = unicodedata.normalize("NFC", words).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if unicodedata.category(sign) != "Cf" and not _is_unseen(sign))


def folded(words: str) -> Folded:
    """A composed text as it is compared with another."""
    signs, places = [], []
    for place, sign in enumerate(words):
        for one in _fold(sign):
            signs.append(one)
            places.append(place)
    return Folded("".join(signs), places)


def found(words: str, passages: Sequence[str]) -> bool:
    """Whether there are passages, and each of them stands in the words."""
    text = composed(words)
    return bool(passages) and all(next(_places(text, one), None) is not None for one in passages)


def _is_unseen(sign: str) -> bool:
    """Whether it joins or varies other signs and is nothing by itself."""
    return sign == "\u034f" or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _fold(sign: str) -> Iterator[str]:
    for one in unicodedata.normalize("NFKC", sign).casefold().translate(ALIKE):
        if one in OWN_LETTERS:
            yield one
        else:  # an accent is often left out, and a mark by itself hides no letter
            bare = unicodedata.normalize("NFD", one)
            yield from (part for part in bare if not unicodedata.category(part).startswith("M"))


def _words(one: Identity) -> Iterable[str]:
    """The parts of a name, as they are compared: each by itself, and those with a hyphen between them as one."""
    name = folded(composed(one.name)).words
    joined = (re.sub(rf"[{DASH}]", "", whole) for whole in name.split())
    for part in {*re.findall(r"[^\W_]+", name), *(word for whole in joined for word in re.findall(r"[^\W_]+", whole))}:
        if len(part) >= SHORTEST:
            yield part
        if len(part) >= PLAIN_FROM:
            yield part.translate(PLAIN)


def _however_written(number: str) -> str:
    """The pattern of a number with or without its century, and with any dashes and blanks between its digits."""
    century, rest = IN_NUMBER.join(number[:2]), IN_NUMBER.join(number[2:])
    return f"(?:{century}{IN_NUMBER})?{rest}"


def _places(text: str, passage: str) -> Iterator[Span]:
    """Where a passage stands in a composed text: as it was copied, and a number in any other way of writing it."""
    wanted = folded(composed(passage)).words.strip()
    if not wanted:
        return
    as_it_stands = r"\s+".join(map(re.escape, wanted.split()))
    among = folded(text)
    yield from _found(re.compile(as_it_stands), among)
    digits = re.sub(r"\D", "", wanted)
    if len(digits) >= DIGITS_FROM and re.fullmatch(rf"(?:\d|[\s+./,:_'()\u2019{DASH}])+", wanted):
        yield from _found(re.compile(NOT_IN_NUMBER.format(f"(?:{_as_number(wanted, digits)})")), among)


def _as_number(wanted: str, digits: str) -> str:
    """The pattern of a chosen number: a personal number with and without century, a telephone's with any beginning."""
    if len(digits) == WITH_CENTURY and digits[:2] in {"19", "20"}:
        return _however_written(digits)
    home = re.sub(r"^(?:0046|46(?=\d{7})|0)0?", "", digits) if wanted.lstrip("( ")[:1] in {"+", "0"} else digits
    return ABROAD + IN_NUMBER.join(home or digits)


def _found(pattern: re.Pattern[str], among: Folded) -> Iterator[Span]:
    for one in pattern.finditer(among.words):
        if one.end() > one.start():
            yield among.places[one.start()], among.places[one.end() - 1] + 1


def _blacked(text: str, spans: Iterable[Span]) -> str:
    """A text with what stands in some places blacked out, joined where they meet, with the marks on their last sign."""
    kept, at = [], 0
    for start, end in _joined(spans):
        kept += [text[at:start], BLACKED]
        at = end
        while at < len(text) and unicodedata.category(text[at]).startswith("M"):
            at += 1
    return "".join([*kept, text[at:]])


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
