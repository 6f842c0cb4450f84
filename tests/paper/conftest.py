"""The programs that look into PDFs."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import missing


@pytest.fixture(autouse=True)
def programs() -> None:
    """Poppler and qpdf, which Debian has; CI installs them."""
    if not all(map(shutil.which, ("qpdf", "pdffonts", "pdfinfo", "pdftotext"))):
        missing("no qpdf or poppler on this machine: apt-get install qpdf poppler-utils")
