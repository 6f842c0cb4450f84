"""What a command has looked at, in words: right, worth a thought, or wrong and in the way of serving."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing looked at: whether it is as it should be, what to know about it, and whether that calls for thought.

    ``stops`` says whether the pages are not served while it is wrong.
    """

    right: bool
    words: str
    notable: bool = False
    stops: bool = False

    @property
    def mark(self) -> str:
        """How it is marked in the list."""
        return "FEL" if not self.right else "OBS" if self.notable else "ok "


def well(words: str) -> Finding:
    """Something that is as it should be."""
    return Finding(right=True, words=words)


def notable(words: str) -> Finding:
    """Something that may be meant so."""
    return Finding(right=True, words=words, notable=True)


def wrong(words: str) -> Finding:
    """Something to mend, while the pages may be served."""
    return Finding(right=False, words=words)


def unsafe(words: str) -> Finding:
    """Something without which no page is served."""
    return Finding(right=False, words=words, stops=True)
