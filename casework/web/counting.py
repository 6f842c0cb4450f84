"""Figures: in running text in words up to twelve (ui/guide.md 9), and as the hidden fields of our forms hold them."""

from __future__ import annotations

import re

from casework.contract import gettext as _
from casework.web import language

WORDS = (
    _("två"),
    _("tre"),
    _("fyra"),
    _("fem"),
    _("sex"),
    _("sju"),
    _("åtta"),
    _("nio"),
    _("tio"),
    _("elva"),
    _("tolv"),
)
_FIGURE = re.compile(r"[0-9]{1,15}")
FIRST = 2
"""What ``WORDS`` begin with: none and one are told by the sentence itself."""


def in_words(count: int) -> str:
    """``två`` to ``tolv``; figures for the rest."""
    place = count - FIRST
    return language.translate(WORDS[place]) if 0 <= place < len(WORDS) else language.number(count)


def read(figure: str | None) -> int:
    """The figure that a field of ours holds; 0 for anything that is none, however long or in whatever digits."""
    return int(figure) if figure and _FIGURE.fullmatch(figure) else 0
