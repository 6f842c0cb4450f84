"""The pictures of the docs: each is there, small, and taken by a step of a journey; none is left over."""

from __future__ import annotations

import re

from PIL import Image

from tests.journeys.album import FOLDER, HEAVIEST

JOURNEYS = sorted(FOLDER.parents[1].glob("tests/journeys/test_*.py"))
TOLD = (FOLDER.parent / "journeys.md").read_text("utf-8")


def taken() -> list[str]:
    return [
        name for path in JOURNEYS for name in re.findall(r'album\.picture\([^,]+, "([\w-]+)"', path.read_text("utf-8"))
    ]


def named() -> list[str]:
    return re.findall(r"\]\(journeys/([\w-]+)\.png\)", TOLD)


def test_every_picture_of_the_docs_is_there_and_taken_by_a_step_of_a_journey():
    there = {path.stem for path in FOLDER.iterdir()}
    assert len(named()) > 10 and len(named()) == len(set(named()))
    assert set(named()) == set(taken()) == there
    assert len(taken()) == len(set(taken()))


def test_a_picture_is_small_and_says_in_words_what_it_shows():
    for name in named():
        path = FOLDER / f"{name}.png"
        with Image.open(path) as picture:
            assert picture.mode == "P", name
        assert path.stat().st_size < HEAVIEST, name
    assert all(len(words) > 5 for words in re.findall(r"!\[([^\]]*)\]", TOLD))


def test_the_docs_name_every_journey_and_how_pictures_are_taken():
    journeys = [
        path.name
        for path in JOURNEYS
        if "album.picture(" in path.read_text("utf-8") and path.name != "test_pictures.py"
    ]
    assert all(f"tests/journeys/{name}" in TOLD for name in journeys) and len(journeys) == 4
    assert "CASEWORK_PICTURES=1 python3 dev.py test tests/journeys" in TOLD
