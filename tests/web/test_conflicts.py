from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import teams
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def blocked(desk: Desk, who: str = "sven") -> tuple[str, str]:
    case = desk.world.case("maja")
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, desk.world.ids[who])
    return case, f"/arenden/{case}/team/jav"


def test_a_block_is_lifted_on_screen_with_a_reason(desk: Desk):
    case, at = blocked(desk)
    vilma = desk.as_("vilma")
    assert f'href="{at}"' in vilma.get(f"/arenden/{case}/team").text
    page = vilma.get(at)
    assert "Spärrad 24 nov av Vilma Dummy." in words(page)
    (lift,) = re.findall(rf'href="({at}/[^"]+/hav)"', page.text)
    assert "Häv spärren för Sven Provsson" in words(vilma.get(lift))
    assert "Skriv varför spärren hävs." in vilma.error(vilma.post(lift, {"reason": " "}))
    done = vilma.post(lift, {"reason": "Det var en annan Sven"})
    assert (done.status_code, done.location) == (303, at)
    said = words(vilma.get(at))
    assert "Spärren är hävd." in said and "Det var en annan Sven" in said and "Hävd 24 nov av Vilma Dummy." in said
    assert vilma.get(lift).status_code == 303  # there is nothing left to lift
    assert "Ingen är spärrad." in words(vilma.get(f"/arenden/{case}/team"))
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 404


def test_blocks_are_shown_to_who_may_assign_the_case_only(desk: Desk):
    case, at = blocked(desk)
    maja = desk.as_("maja")
    assert maja.get(at).status_code == 404
    assert "jäv" not in words(maja.get(f"/arenden/{case}/team")).casefold()
    for who in ("sven", "berta", "ida", "lo", "greta"):
        assert desk.as_(who).get(at).status_code == 404, who


def test_a_case_without_blocks_says_so(desk: Desk):
    case = desk.world.case("maja")
    assert "Ingen är spärrad" in words(desk.as_("vilma").get(f"/arenden/{case}/team/jav"))
