from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import activation
from casework.core.models import AuditEvent
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.worlds import KUMLA, LAXA, REGISTRY


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def is_on(desk: Desk, code: str) -> bool:
    with desk.world.session(code) as session:
        return activation.is_enabled(session, "avhoppare")


def test_the_matrix_says_what_is_on_since_when_and_by_whom(desk: Desk):
    said = words(desk.as_("lo").get("/moduler"))
    assert "Avhoppare" in said and "Kumla" in said and "Laxå" in said
    assert said.count("På") == 2 and "sedan 24 nov" in said and "av Driften" in said


def test_switching_off_and_on_is_a_confirmed_decision_for_one_municipality(desk: Desk):
    lo, at = desk.as_("lo"), f"/moduler/avhoppare?kommun={LAXA}"
    unsure = lo.post(at)
    assert "Kryssa i att kommunen har beslutat det." in lo.error(unsure) and is_on(desk, LAXA)
    off = lo.post(at, {"sure": "y"})
    assert off.status_code == 303 and off.location == "/moduler"
    assert not is_on(desk, LAXA) and is_on(desk, KUMLA)
    said = words(lo.get("/moduler"))
    assert "Modulen är av." in said and "av Lo Provander" in said
    assert "Slå på Avhoppare i Laxå" in words(lo.get(at))


def test_an_area_is_on_when_another_administrator_of_the_municipality_has_approved(desk: Desk):
    lo, at = desk.as_("lo"), f"/moduler/avhoppare?kommun={LAXA}"
    lo.post(at, {"sure": "y"})
    desk.world.clock.move(minutes=1)
    assert lo.post(at, {"sure": "y", "reason": "Beslut SON 2026-0871"}).status_code == 303
    said = words(lo.get("/moduler"))
    assert not is_on(desk, LAXA) and "Modulen är inte på än." in said and "väntar på godkännande" in said
    assert "Väntar på godkännande av Leo Förvaltarsson." in words(lo.get(at))
    assert "väntar redan på godkännande" in lo.error(lo.post(at, {"sure": "y"}))
    leo = desk.as_("leo")
    assert "Inget väntar på dig" in words(leo.get("/godkannanden"))  # in Kumla
    leo.post("/kommun", {"kommun": LAXA}, page="/moduler")
    page = leo.get("/godkannanden")
    assert "Slå på Avhoppare i Laxå" in words(page) and "Beslut SON 2026-0871" in words(page)
    (approve,) = set(re.findall(r'action="(/godkannanden/[\w-]{22})"', page.text))
    assert leo.post(approve, {"decision": "grant", "seen": hidden(page, "seen")}).status_code == 303
    assert is_on(desk, LAXA) and "av Lo Provander" in words(leo.get("/moduler"))


def test_what_it_entails_comes_from_the_declaration_and_holds_no_figure_from_a_case(desk: Desk):
    lo, at = desk.as_("lo"), f"/moduler/avhoppare?kommun={KUMLA}"
    before = words(lo.get(at))
    focus = REGISTRY.areas["avhoppare"]
    fields = [field for kind in focus.case_types for form in kind.forms for field in form.fields]
    assert f"{sum(1 for field in fields if field.sensitivity == 2)} frågor" in before
    assert focus.legal_basis in before and "Polisen" in before and "Polisens avhopparärende" in before
    for _n in range(3):
        desk.world.sign("maja", desk.world.case("maja"), "note")
    assert words(lo.get(at)) == before


def test_a_municipality_or_an_area_that_is_not_ones_own_is_missing(desk: Desk):
    lo = desk.as_("lo")
    assert lo.get("/moduler/avhoppare?kommun=1861").status_code == 404
    assert lo.get("/moduler/finns-inte").status_code == 404
    assert desk.as_("maja").get("/moduler").status_code == 404


@pytest.mark.parametrize("at", ["/moduler/finns-inte", "/moduler/avhoppare?kommun=1861"])
def test_what_is_missing_leaves_a_denial_without_the_words_of_the_address(desk: Desk, at: str):
    assert desk.as_("lo").get(at).status_code == 404
    with desk.world.session() as session:
        denied = session.scalars(select(AuditEvent).where(AuditEvent.outcome == "denied")).all()
    lo = desk.world.ids["lo"]
    assert [(one.actor_id, one.object_kind, one.object_id, one.detail) for one in denied] == [
        (lo, "area", "", '{"rule":"missing"}')
    ]


def test_no_figure_from_cases_and_no_case_is_reached_from_the_pages(desk: Desk):
    desk.world.case("maja", name="Gösta Exempelsson")
    page = desk.as_("lo").get("/moduler").text
    assert "Exempelsson" not in page and "2026-0001" not in page
    assert not re.search(r"/arenden", page)
