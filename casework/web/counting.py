"""Figures in running text: in words up to twelve (ui/guide.md 9)."""

from __future__ import annotations

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
FIRST = 2
"""What ``WORDS`` begin with: none and one are told by the sentence itself."""


def in_words(count: int) -> str:
    """``två`` to ``tolv``; figures for the rest."""
    place = count - FIRST
    return language.translate(WORDS[place]) if 0 <= place < len(WORDS) else language.number(count)
