"""Every hook explains itself and has a test; generated pages are what the program makes of them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from casework.contract import hooks
from tests.house.files import python, text
from tests.house.generated import PAGES, hook_names


@pytest.mark.parametrize("name", hook_names())
def test_a_hook_explains_itself_in_one_sentence(name):
    said = inspect.getdoc(getattr(hooks, name)) or ""
    assert re.fullmatch(r"[^.\n]+\.", said), f"{name} says: {said!r}"


@pytest.mark.parametrize("name", hook_names())
def test_a_hook_has_a_test(name):
    wanted = f"test_hook_{name.removeprefix('casework_')}"
    tests = "\n".join(text(path) for path in python() if "tests" in path.parts)
    found = re.search(rf"def {wanted}(\b|_)", tests) is not None
    assert found, f"write {wanted}"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name):
    assert text(Path(name)) == PAGES[name](), "run: python3 dev.py docs"
