"""How many steps, clicks and keys it takes to give facts to the police in a real browser, in the two ways there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from casework.core.models import Disclosure
from tests.core.consenting import child
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.disclosure_hand import Hand, answers, begun, drawn, figures, finished, signed_in, told


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_an_officer_who_knows_the_case_gives_facts_in_few_steps(page: Page, desk: Desk, serve: Callable[..., str]):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.sign("maja", case, "police_status")
    address = serve(desk.app)
    hand = begun(page, desk, address, case)
    drawn(page, "Gösta Exempelsson")
    hand.write("#purpose", "Avbryta rattfylleri")
    answers(hand, "OSL_10_19", ())
    seen = finished(hand, "Kör nu, berusad. Fara för andra väger tyngre")
    assert "Uppgifterna är lämnade" in page.inner_text("main")
    with desk.world.session() as session:
        sent = session.scalars(select(Disclosure)).one()
    assert sent.state == "performed" and told(page) == seen
    figures(hand, "alone, OSL 10:19")
    page.context.clear_cookies()
    signed_in(page, address, "erik")
    page.goto(f"{address}/mottaget/{sent.id}")
    assert told(page) == seen and ("Personen", "Namn", "Gösta Exempelsson") in seen


def test_on_the_ground_about_the_young_it_takes_an_officer_few_steps_and_a_decider_fewer(
    page: Page, desk: Desk, serve: Callable[..., str]
):
    """The second measured way: OSL 10:18 a, which somebody else decides; all the officer's steps are counted."""
    case, address = child(desk.world, 19, guardians=0), serve(desk.app)
    hand = begun(page, desk, address, case)
    hand.write("#purpose", "Förebygga brott")
    hand.click("summary:has-text('Frågor som grunden kan ställa')")
    hand.click("label[for='committed-0']")
    answers(hand, "OSL_10_18A", ("Värvas av gäng i centrum", "Insatsen störs inte", "Inga"))
    hand.choose("#decider", desk.world.ids["fia"])
    seen = finished(hand, "Risken väger tyngre")
    with desk.world.session() as session:
        sent = session.scalars(select(Disclosure)).one()
    assert sent.state == "assessed"
    url = page.url
    page.context.clear_cookies()
    signed_in(page, address, "fia")
    page.goto(f"{address}/")
    decider = Hand(page)
    decider.go("a[href='/utlamnanden']", "**/utlamnanden")
    decider.go("main a[href^='/utlamnanden/']", "**/utlamnanden/*")
    assert told(page) == seen
    decider.go("button[value=grant]", "**/utlamnanden")
    figures(decider, "decider, OSL 10:18 a")
    page.context.clear_cookies()
    signed_in(page, address, "maja")
    page.goto(url)
    hand.go("main form .btn--go", "**/utlamnande/*")
    page.wait_for_selector("text=Uppgifterna är lämnade")
    figures(hand, "officer, OSL 10:18 a")
    with desk.world.session() as session:
        assert session.scalars(select(Disclosure)).one().state == "performed"
    page.context.clear_cookies()
    signed_in(page, address, "erik")
    page.goto(f"{address}/mottaget/{sent.id}")
    assert told(page) == seen
