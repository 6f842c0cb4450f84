"""From social services to the police: an officer gives facts on a ground, the lead decides, the liaison reads them.

Maja fears that somebody of nineteen is about to be drawn into a crime. She chooses what the police may read and sees it
beside her, Vilma decides, Erik reads exactly that and nothing else of the case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.journeys import before
from tests.journeys.album import NARROW, Album
from tests.journeys.before import Somebody
from tests.journeys.conftest import Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "Robin Övningsmark"
SEEN = "Tre äldre bekanta väntade utanför bostaden i går kväll och ville att Robin skulle följa med till Örebro."


def test_from_social_services_to_the_police(
    town: Town, arrives: Callable[[str], Page], album: Album, console: list[str]
) -> None:
    begin(town)
    maja, vilma, erik = (arrives(who) for who in ("maja.testlind", "vilma.dummy", "erik.demosson"))
    nothing_is_there_yet(erik, album)
    choose_and_look(maja, album)
    ask_for_the_decision(maja, album)
    decide(vilma, album)
    give(maja, album)
    read(erik, album)
    the_receipt_is_seen(maja)
    assert console == []
    town.command("audit", "verify")
    town.command("access", "verify")


def begin(town: Town) -> None:
    note = {"event_type": "call", "event_date": before.in_days(0), "heading": "Samtal om i går kväll", "text": SEEN}
    before.case(
        town,
        "maja.testlind",
        area="avhoppare",
        case_type="avhopp",
        state="active",
        people=[Somebody(NAME, before.aged(19))],
        written={"note": note, "police_status": {"police_status": "ongoing"}},
    )


def nothing_is_there_yet(page: Page, album: Album) -> None:
    assert "Inget väntar på dig" in page.locator("main").inner_text()
    album.look(page)
    page.get_by_role("link", name="Mottagna uppgifter").click()
    nothing = "Inget från Askersund, Hallsberg, Kumla eller Laxå går att läsa just nu."
    assert nothing in page.locator("main").inner_text()
    album.look(page)


def choose_and_look(page: Page, album: Album) -> None:
    """To whom, what and why: nothing is chosen beforehand, and what the police will see stands beside it."""
    page.locator("#sok").fill(NAME)
    page.locator("#sok").press("Enter")
    page.locator("main tbody a").first.click()
    page.get_by_role("navigation", name="Ärendets delar").get_by_role("link", name="Delning").click()
    album.look(page)
    page.get_by_role("link", name="Lämna ut uppgifter").click()
    assert page.locator("[name=facts]:checked").count() == 0
    page.get_by_label("Vem ska få uppgifterna?").select_option(label="Polisen: Erik Demosson")
    page.get_by_role("checkbox", name=re.compile("^Namn")).check()
    page.locator("summary", has_text="Anteckning,").click()
    page.get_by_role("checkbox", name=re.compile("^Vad hände")).check()
    page.get_by_label("Vad ska mottagaren använda uppgifterna till?").fill(
        "Förebygga att Robin dras in i ett brott i helgen"
    )
    page.get_by_label("På vilken grund?").select_option(
        label="Ung under 21: risk för brottslig verksamhet, OSL 10 kap. 18 a §"
    )
    page.get_by_label("Vilka konkreta omständigheter visar risken?").fill(
        "Tre personer ur det tidigare nätverket sökte upp Robin."
    )
    page.get_by_label(re.compile("^Varför är det inte olämpligt")).fill(
        "Robin vet om det och vill ha hjälp. Stödet fortsätter."
    )
    page.get_by_label("Insatser som påverkas", exact=True).fill("Inga. Veckans möten ligger kvar.")
    page.locator("summary", has_text="Frågor som grunden kan ställa").click()
    page.get_by_role("group", name=re.compile("Gäller det ett brott")).get_by_label(re.compile("befaras")).check()
    page.get_by_role("group", name=re.compile("Kan någon lida men")).get_by_label("Nej").check()
    page.get_by_label("Hur har du prövat sekretessen?").fill(
        "Uppgiften behövs för att polisen ska kunna finnas på plats."
    )
    page.get_by_label("Till och med vilken dag kan mottagaren läsa dem?").fill(before.in_days(14))
    page.get_by_role("button", name="Förhandsgranska").click()
    preview = page.get_by_role("region", name=re.compile("mottagaren")).inner_text()
    assert NAME in preview and SEEN in preview and "Avhoppare" not in preview
    album.picture(page, "police-1-choose")


def ask_for_the_decision(page: Page, album: Album) -> None:
    page.get_by_label("Vem ska besluta?").select_option(label="Vilma Dummy")
    page.get_by_label(re.compile("^Jag har läst förhandsvisningen")).check()
    page.get_by_role("button", name="Lämna till beslut").click()
    assert "väntar på beslut" in page.locator("main").inner_text()
    album.look(page)


def decide(page: Page, album: Album) -> None:
    page.reload()
    page.get_by_role("link", name="Ett utlämnande väntar på ditt beslut.").click()
    album.look(page)
    page.locator("main .rows a").first.click()
    assert SEEN in page.locator("main").inner_text()
    album.picture(page, "police-2-decide")
    page.get_by_role("button", name=re.compile("^Beslut")).click()
    assert "Beslutat." in page.locator("main").inner_text()


def give(page: Page, album: Album) -> None:
    page.reload()
    page.get_by_role("button", name=re.compile("^Lämna")).click()
    assert "Uppgifterna är lämnade." in page.locator("main").inner_text()
    album.picture(page, "police-3-given")


def read(page: Page, album: Album) -> None:
    """Exactly what was chosen, and nothing that tells of the rest of the case."""
    page.get_by_role("link", name="Start").click()
    assert "En sak väntar på dig" in page.locator("main").inner_text()
    assert NAME not in page.content() and SEEN not in page.content()
    album.picture(page, "police-4-waits")
    page.get_by_role("link", name="Uppgifter att läsa").click()
    text = page.locator("main").inner_text()
    assert NAME in text and SEEN in text
    for secret in ("Avhoppare", "2026-0", "Samtal om i går kväll", "Pågående insatser", "Uppgiften behövs"):
        assert secret not in page.content(), secret
    album.picture(page, "police-5-read")
    album.picture(page, "police-5-read-phone", width=NARROW, scheme="dark")


def the_receipt_is_seen(page: Page) -> None:
    page.reload()
    assert "Först öppnat" in page.locator("main").inner_text()
    assert "Inte öppnat" not in page.locator("main").inner_text()
