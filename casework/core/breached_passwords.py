"""The operator's list of passwords known from breaches: a sorted file of SHA-1 digests, searched without the network.

It is the file that "Have I Been Pwned" gives away for this (a line for each: forty hexadecimal signs, a colon, how
often). SHA-1 protects nothing here: it is the name under which the list keeps a password that everybody knows.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

from casework.contract.language import gettext as _
from casework.core.errors import Refused

LINE = re.compile(rb"[0-9A-F]{40}(:[0-9]+)?")
LONGEST_LINE = 80


class BreachedPasswords:
    """A list on disk; nothing of it, and nothing that is looked up, is kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> None:
        """Raise Refused unless the file is there and its first and last lines are digests in order."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                first, last = _line_at(file, 0), _line_at(file, max(0, size - LONGEST_LINE))
        except OSError:
            raise Refused.because(
                _("Listan över läckta lösenord kan inte läsas. Rätta CASEWORK_BREACHED_PASSWORDS eller ta bort den.")
            ) from None
        if not (LINE.fullmatch(first.upper()) and LINE.fullmatch(last.upper()) and first <= last):
            raise Refused.because(
                _("Listan över läckta lösenord är ingen sorterad lista med SHA-1. Hämta den som är ordnad efter hash.")
            )

    def holds(self, password: str) -> bool:
        """Whether the password stands in the list; raises Refused where the list cannot be read, rather than say no."""
        sought = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        try:
            with self.path.open("rb") as file:
                return _found(file, sought)
        except OSError:
            raise Refused.because(
                _("Lösenordet kan inte kontrolleras just nu. Försök igen om en stund, eller säg till supporten."),
                "password",
            ) from None


def _found(file: BinaryIO, sought: bytes) -> bool:
    """Halve the file until the line that begins at or after ``low`` is the one, or none is left."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        found = _line_at(file, middle)[: len(sought)].upper()
        if found == sought:
            return True
        if found and found < sought:
            low = middle + 1
        else:
            high = middle
    return False


def _line_at(file: BinaryIO, offset: int) -> bytes:
    """The first whole line that begins at or after an offset; empty at the end."""
    file.seek(max(0, offset - 1))
    if offset:
        file.readline(LONGEST_LINE)
    return file.readline(LONGEST_LINE).strip()
