"""Texts that are nowhere else in the world, each put into one place: found anywhere else, they name the leak."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from casework.contract import Form, LongText, Sensitivity, Text
from casework.core.personal_numbers import PersonalNumber
from casework.testing import declared
from tests.cli.leaks import encodings
from tests.worlds import numbered

BLOCK, AROUND, MOST = 1 << 24, 300, 50
BORN = date(1983, 7, 29)
"""When everybody was born, so that all numbers begin alike; a day has ten that nobody has."""


@dataclass
class Canaries:
    """Makes them from a seed. They begin alike, so that one look finds all; ``made`` says where each was put."""

    seed: int
    made: dict[str, str] = field(default_factory=dict)
    numbers: list[PersonalNumber] = field(default_factory=list)

    def __post_init__(self) -> None:
        drawn = random.Random(self.seed)
        self.stem = "Q" + "".join(drawn.choices(string.ascii_lowercase + string.ascii_uppercase, k=11))
        self._tails = count(drawn.randrange(1000, 5000))

    def text(self, where: str) -> str:
        """A new one for a place."""
        made = f"{self.stem}{next(self._tails)}en"  # six signs, so that both ends fall alike in base64
        self.made[made] = where
        return made

    def number(self) -> PersonalNumber:
        """The number of a person whom nobody else here is."""
        assert len(self.numbers) < 10
        self.numbers.append(numbered(BORN, len(self.numbers)))
        return self.numbers[-1]

    def answers(self, form: Form, where: str) -> dict[str, str]:
        """An answer to every field of a form; each answer in words that is not declared open is one of ours."""
        ours = {
            one.name: self.text(f"{where}.{one.name}")
            for one in form.fields
            if isinstance(one, Text | LongText) and one.sensitivity > Sensitivity.OPEN
        }
        return declared.answers(form) | ours

    def all(self) -> dict[str, str]:
        """Every text and number, and where it was put."""
        short = [one.digits[2:] for one in self.numbers]
        return self.made | {text: "a number" for one in short for text in (one, f"{one[:6]}-{one[6:]}")}

    def found_in(self, files: Iterable[Path]) -> dict[str, list[str]]:
        """Which files hold any of them, in which encoding, and where it had been put."""
        stems = (self.stem, f"{BORN:%y%m%d}98", f"{BORN:%y%m%d}-98")
        wanted = {form: (name, stem) for stem in stems for form, name in distinct(stem).items()}
        whole = [(form, name, where) for text, where in self.all().items() for form, name in distinct(text).items()]
        found: dict[str, set[str]] = {}
        for file in files:
            for content in blocks(file):
                for form, (name, stem) in wanted.items():
                    for around in surroundings(content, form):
                        hit = {where for one, how, where in whole if how == name and one in around}
                        # The beginning of a reversed number falls elsewhere in base64 than the number does.
                        hit = hit or {where for one, _how, where in whole if one in around}
                        # A row of digits that only begins like a number is none.
                        if hit or stem == self.stem:
                            found.setdefault(file.name, set()).add(f"{name}: {', '.join(sorted(hit)) or 'cut off'}")
        return {file: sorted(hits) for file, hits in found.items()}


def surroundings(content: bytes, form: bytes) -> Iterator[bytes]:
    """What stands around each of the first places where a form stands."""
    place, seen = content.find(form), 0
    while place >= 0 and seen < MOST:
        yield content[max(0, place - AROUND) : place + AROUND]
        place, seen = content.find(form, place + AROUND), seen + 1


def distinct(text: str) -> dict[bytes, str]:
    """The encodings of a text that differ, each by the first of its names."""
    found: dict[bytes, str] = {}
    for name, form in encodings(text):
        found.setdefault(form, name)
    return found


def blocks(file: Path) -> Iterator[bytes]:
    """A file in parts that overlap, so that nothing is cut in two; its name counts as well."""
    yield file.name.encode()
    with file.open("rb") as opened:
        before = b""
        while part := opened.read(BLOCK):
            yield before + part
            before = part[-1000:]


def text_fields(form: Form) -> int:
    """How many fields of a form are written in words and kept sealed."""
    return sum(isinstance(one, Text | LongText) and one.sensitivity > Sensitivity.OPEN for one in form.fields)
