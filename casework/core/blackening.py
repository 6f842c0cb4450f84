"""Blacking out of a text: who else is named in it, however that is written, and passages somebody chose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from casework.core.vault import Identity

Black = Callable[[str], str]
BLACKED = "█████"
"""What stands where something was blacked out, however long it was."""
SHORTEST = 2
"""Letters from which a part of a name is blacked out."""


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
    # A name may stand in the genitive.
    found = "|".join([*(f"{re.escape(word)}s?" for word in longest_first), *map(_however_written, sorted(numbers))])
    of_others = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)
    return lambda words: of_others.sub(BLACKED, composed(words))


def mentions(one: Identity, words: str) -> bool:
    """Whether a text names somebody, by any name of theirs that is no initial, or by their number."""
    black = blackener([one], [])
    return black is not nothing and black(words) != composed(words)


def _words(one: Identity) -> Iterable[str]:
    for part in re.findall(r"\w+", composed(one.name)):
        if len(part) >= SHORTEST:
            yield from {part.lower(), part.casefold()}  # folded, ß is ss: either way of writing it is found


def _however_written(number: str) -> str:
    """The pattern of a number with or without its century, and with any dashes and blanks between its parts."""
    between = r"[\s+\-./\u2010-\u2015\u2212]{0,3}"
    parts = [re.escape(number[start:end]) for start, end in ((0, 2), (2, 4), (4, 6), (6, 8), (8, None))]
    return f"(?:{parts[0]})?{between.join(parts[1:])}"


def masked(words: str, passages: Sequence[str]) -> str:
    """The words with every place of every passage replaced, also where they overlap."""
    text = composed(words)
    kept, at = [], 0
    for start, end in _spans(text, passages):
        kept += [text[at:start], BLACKED]
        at = end
    return "".join([*kept, text[at:]])


def composed(words: str) -> str:
    """A text with each letter as one sign, no unseen ones and plain line ends: however typed, it is found."""
    lines = unicodedata.normalize("NFC", words).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if unicodedata.category(sign) != "Cf")


def found(words: str, passages: Sequence[str]) -> bool:
    """Whether there are passages, and each of them stands in the words."""
    text = composed(words)
    return bool(passages) and all(one.strip() and composed(one) in text for one in passages)


def _spans(text: str, passages: Sequence[str]) -> list[tuple[int, int]]:
    """Where the passages stand, joined where they meet."""
    places = []
    for passage in map(composed, passages):
        at = text.find(passage) if passage.strip() else -1
        while at >= 0:
            places.append((at, at + len(passage)))
            at = text.find(passage, at + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
