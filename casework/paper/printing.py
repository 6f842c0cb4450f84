"""From words to a PDF in memory, by our own templates and nothing else.

What is printed reaches a template as JSON, so nothing in it is ever read as markup. The compiler is told to refuse
whatever is not PDF/A-2a and PDF/UA-1. It sees our fonts, and of files only the templates; it writes none.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from casework.paper.documents import ConsentForm, Copy, Letter, Mark
from casework.paper.signs import printable

HERE = Path(__file__).parent
TEMPLATES, FONTS = HERE / "templates", HERE / "fonts"
STANDARDS: typst.PDFStandards = ["a-2a", "ua-1"]
"""Readable in a hundred years, and by who cannot see."""


class NotPrinted(Exception):
    """A document could not be made; says which template and never what was in it."""


def disclosure_letter(letter: Letter, mark: Mark | None = None) -> bytes:
    """The letter that goes along with a disclosure, as a PDF; with a mark it is a print for work."""
    return _printed("letter", letter, mark)


def consent_form(form: ConsentForm, mark: Mark | None = None) -> bytes:
    """The form by which somebody consents with a signature, as a PDF."""
    return _printed("consent", form, mark)


def copy(made: Copy, mark: Mark | None = None) -> bytes:
    """A copy of a case, as a PDF; with a mark it is a print for work."""
    return _printed("copy", made, mark)


def _printed(template: str, document: Letter | ConsentForm | Copy, mark: Mark | None) -> bytes:
    told = _ready(asdict(document) | {"mark": None if mark is None else asdict(mark)})
    try:  # the time is the document's own day: the same document is the same bytes, today and later
        made = typst.compile(
            TEMPLATES / f"{template}.typ",
            root=TEMPLATES,
            font_paths=_fonts(),
            format="pdf",
            sys_inputs={"data": json.dumps(told)},
            pdf_standards=STANDARDS,
            timestamp=datetime.combine(document.on, time(), UTC),
        )
    except typst.TypstError:
        raise NotPrinted(template) from None  # its message quotes what was to be printed
    if not isinstance(made, bytes):
        raise NotPrinted(template)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Ours and those within Typst: whatever else the machine has must not change a print."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


def _ready(value: Any) -> Any:
    """What a template is given: every text as it can be printed, days in digits."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _ready(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_ready(one) for one in value]
    return value if value is None else value.isoformat()
