"""The administrator's pages of the grounds: what applies, and demanding more of one, never less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from casework.core.grounds import catalogue, tightening
from casework.core.grounds.ground import Decider
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.test_grounds import signed_in
from tests.worlds import KUMLA, LAXA

TODAY = date(2026, 11, 24)
EVERY_LEVEL = [(ground.code, level) for ground in catalogue.current(TODAY) for level in Decider]


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def level(desk: Desk, code: str, at: str = KUMLA) -> Decider:
    with desk.world.session(at) as session:
        return tightening.demands(session, code, TODAY).level


def test_every_ground_is_listed_with_what_applies_and_whose_demand_it_is(desk: Desk):
    lo = desk.as_("lo")
    page = lo.get("/grunder")
    assert set(re.findall(r'href="/grunder/(\w+)"', page.text)) == {one.code for one in catalogue.current(TODAY)}
    sent = {"level": "U", "consult": "y", "four_eyes": "y", "begins": "2026-11-24"}
    done = lo.post("/grunder/OSL_10_18A", sent)
    assert (done.status_code, done.location) == (303, "/grunder")
    assert "Sparat. Det gäller från den dag du valde." in words(lo.get("/grunder"))
    said = words(lo.get("/grunder/OSL_10_18A"))
    assert "Beslutar: förste socialsekreterare." in said and "Beslutar: utskott. En jurist ska rådfrågas." in said
    assert "sedan 24 nov, bestämt av Lo Provander" in re.sub(r"\s+", " ", said)
    assert level(desk, "OSL_10_18A", LAXA) is Decider.FS


def test_what_comes_later_is_said_with_its_day(desk: Desk):
    lo = desk.as_("lo")
    lo.post("/grunder/OSL_10_2", {"level": "FS", "off": "y", "begins": "2026-12-01"})
    said = re.sub(r"\s+", " ", words(lo.get("/grunder/OSL_10_2")))
    assert "Från 1 dec Grunden får inte användas. bestämt av Lo Provander" in said
    assert level(desk, "OSL_10_2") is Decider.FS


def test_each_level_of_each_ground_is_taken_or_refused_in_words(desk: Desk):
    lo = desk.as_("lo")
    token = lo.token("/grunder/OSL_10_2")
    for code, wanted in EVERY_LEVEL:
        ground = catalogue.find(code, TODAY)
        sent: dict[str, Any] = {"level": wanted.value, "begins": "2026-11-24"} | (
            {"consult": "y"} if ground.consult else {}
        )
        desk.world.clock.move(milliseconds=1)
        page = lo.post(f"/grunder/{code}", sent, token=token)
        if wanted in tightening.levels(ground):
            assert page.status_code == 303 and level(desk, code) is wanted, (code, wanted)
        else:
            assert page.status_code == 422 and 'id="level-fel"' in page.text, (code, wanted)
            assert ("inte sänka" in lo.error(page)) is (ground.decider is not Decider.OTHER), (code, wanted)


@pytest.mark.parametrize(
    ("code", "sent", "field", "fault"),
    [
        ("OSL_10_2", {"level": ""}, "level", "Välj vem som beslutar."),
        ("OSL_10_2", {"level": "kung"}, "level", "höja beslutsnivån, men inte sänka den"),
        ("OSL_10_2", {"begins": ""}, "begins", "Skriv från vilken dag"),
        ("OSL_10_2", {"begins": "snart"}, "begins", "Skriv datumet så här"),
        ("OSL_10_2", {"begins": "2026-11-23"}, "begins", "Välj i dag eller en senare dag."),
        ("OSL_10_15A", {"level": "EC"}, "consult", "kräver att en jurist rådfrågas"),
        ("SOL_19_1", {"level": "H", "off": "y"}, "off", "Grunden kan inte stängas av."),
    ],
)
def test_what_would_loosen_or_cannot_be_meant_is_said_at_its_field(desk: Desk, code, sent, field, fault):
    lo = desk.as_("lo")
    page = lo.post(f"/grunder/{code}", {"level": "FS", "begins": "2026-11-24", "four_eyes": "y"} | sent)
    assert page.status_code == 422 and fault in lo.error(page)
    assert f'id="{field}-fel"' in page.text and re.search(r'<input checked id="four_eyes"', page.text)
    with desk.world.session() as session:
        assert not any(one.tightened for one in tightening.in_force(session, TODAY).values())


def test_what_the_law_owes_somebody_offers_no_switch(desk: Desk):
    lo = desk.as_("lo")
    assert 'name="off"' not in lo.get("/grunder/SOL_19_1").text
    assert 'name="off"' in lo.get("/grunder/OSL_10_2").text


def test_a_ground_that_is_not_there_and_a_page_that_is_not_ones_own_are_missing(desk: Desk):
    assert desk.as_("lo").get("/grunder/OSL_10_28").status_code == 404
    for who in ("maja", "vilma", "greta", "erik"):
        assert desk.as_(who).get("/grunder").status_code == 404, who


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_the_pages_are_accessible(desk: Desk, page, axe, console, serve, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    address = signed_in(desk, page, serve, "lo")
    page.goto(f"{address}/grunder")
    found = axe(page)
    page.click('a[href="/grunder/OSL_10_18A"]')
    found += axe(page)
    page.check("#level-2")
    page.click("text=Spara kraven")
    assert "Sparat." in page.inner_text("main")
    page.goto(f"{address}/grunder/OSL_10_18A")
    found += axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == [] and console == []
