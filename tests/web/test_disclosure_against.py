"""The page of a disclosure says who has said no in the register, and asks why it is told all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.consenting import YES, ask, consented, parts, wanted
from tests.core.taking_part import everybody_consents, ready, sspf
from tests.core.test_sspf_consents import take
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.disclosure_desk import chosen, given, looked, made

WHY = "Faran för liv väger tyngre"


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


LEFT_OUT = "Inget om brodern får lämnas"


def test_what_a_consent_leaves_out_is_read_where_something_is_about_to_rest_on_it(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    consented(desk.world, case, note=LEFT_OUT)
    maja = desk.as_("maja")
    assert LEFT_OUT not in words(looked(maja, case, chosen(desk)))
    page = words(looked(maja, case, chosen(desk, ground="OSL_12_2", asked="OSL_12_2")))
    assert f"Undantag eller tillägg i samtycket från Gösta Exempelsson: {LEFT_OUT}" in page
    assert LEFT_OUT in words(maja.get(f"/arenden/{case}/delning/ny"))


def test_a_no_is_told_on_the_page_and_what_was_answered_is_kept(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja = desk.as_("maja")
    before = looked(maja, case, chosen(desk))
    assert "har sagt nej," not in before.text and 'data-part="despite" hidden' in before.text
    ask(desk.world, case, wanted(parts(desk.world, case, "subject")[0]), replace(YES, given=False))
    maja = desk.as_("maja")
    page = looked(maja, case, chosen(desk))
    assert "Gösta Exempelsson har sagt nej," in words(page) and 'data-part="despite">' in page.text
    refused = given(maja, case, chosen(desk))
    assert refused.status_code == 422 and "Skriv varför uppgifterna lämnas ändå." in maja.error(refused)
    assert given(maja, case, chosen(desk, despite=WHY)).status_code == 303
    shown = words(maja.get(f"/arenden/{case}/delning/utlamnande/{made(desk).id}"))
    assert WHY in shown
    assert WHY not in desk.as_("erik").get(f"/mottaget/{made(desk).id}").text


@pytest.mark.parametrize(("step", "how"), [("withdraw", "när ett nej antecknades"), ("escalate", "med ett steg")])
def test_what_a_step_ended_is_not_said_to_be_anybodys_no(databases: Databases, tmp_path: Path, step: str, how: str):
    for desk in case_desk.opened(databases, tmp_path, ready):
        case = sspf(desk.world)
        everybody_consents(desk.world, case)
        take(desk.world, case, step, "Vårdnadshavaren ringde")
        page = words(looked(desk.as_("maja"), case, chosen(desk)))
        assert page.count(f"upphörde {how}") == 3 and "har sagt nej," not in page
