"""The pages of a journey: each is looked at by the accessibility checker, and pictured when somebody asks for that.

``CASEWORK_PICTURES=1 python3 dev.py test tests/journeys`` writes ``docs/journeys/*.png``; nothing else does.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "journeys"
WANTED = os.environ.get("CASEWORK_PICTURES") == "1"
WIDE, NARROW = 1280, 390
TALLEST = 1400
COLOURS = 96
HEAVIEST = 80_000
"""How many bytes a picture may be."""


@dataclass
class Album:
    """What a journey looks at. ``taken`` are the names of its pictures."""

    axe: Callable[[Page], list[str]]
    is_first: bool
    taken: list[str] = field(default_factory=list)

    def look(self, page: Page) -> None:
        """A page that no picture is of: nothing for the accessibility checker to find, and nothing beside the edge."""
        assert self.axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    def picture(
        self, page: Page, name: str, *, width: int = WIDE, scheme: Literal["light", "dark"] = "light", at: str = ""
    ) -> None:
        """A page that the docs show, in a width and a colour scheme; ``at`` is the text that it is scrolled to."""
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        self.look(page)
        self.taken.append(name)
        if WANTED and self.is_first:
            _keep(_shot(page, at), name)
        page.set_viewport_size({"width": WIDE, "height": 800})
        page.emulate_media(color_scheme="light")


def _shot(page: Page, at: str) -> bytes:
    if at:
        page.get_by_text(at).first.evaluate("el => window.scrollTo(0, el.getBoundingClientRect().top + scrollY - 60)")
        return page.screenshot(caret="hide", animations="disabled")
    page.evaluate("window.scrollTo(0, 0)")
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    width = int(page.evaluate("innerWidth"))
    page.set_viewport_size({"width": width, "height": tall})
    return page.screenshot(caret="hide", animations="disabled")


def _keep(shot: bytes, name: str) -> None:
    """Write a picture with a palette, so that it is small: its commonest colours as they are, the others near them."""
    FOLDER.mkdir(exist_ok=True)
    whole = Image.open(io.BytesIO(shot)).convert("RGB")
    counted: list[Any] = sorted(whole.getcolors(whole.width * whole.height) or [], reverse=True)[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _count, colour in counted for part in colour])
    where = FOLDER / f"{name}.png"
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(where, optimize=True)
    assert where.stat().st_size < HEAVIEST, f"{name} is too heavy"
