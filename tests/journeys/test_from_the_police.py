"""From the police to social services: a report, its receipt, passed on, put into a case, and word back.

Erik reports a worry about a child. Whoever takes it in cannot know that there is a case: she passes it to the lead, who
puts it there. The officer tells Erik the one thing that the law lets him know; that there was a case he never learns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.journeys import before
from tests.journeys.album import Album
from tests.journeys.before import Somebody
from tests.journeys.conftest import Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHILD = Somebody("Tuva Påhittdotter", before.aged(14))
WORRY = "Tuva var ensam vid stationen klockan två i natt, kraftigt påverkad. Hon ville inte säga vem hon väntade på."


def test_from_the_police_to_social_services(
    town: Town, arrives: Callable[[str], Page], album: Album, console: list[str]
) -> None:
    _case, number = before.case(
        town,
        "hedda.mallstrom",
        area="barn_unga",
        case_type="sspf",
        state="mapping",
        people=[CHILD],
        written={},
    )
    erik, elin, vilma, hedda = (
        arrives(who) for who in ("erik.demosson", "elin.exempelsson", "vilma.dummy", "hedda.mallstrom")
    )
    report(erik, album)
    open_and_pass_on(elin, album)
    put_into_the_case(vilma, album, number)
    tell_the_reporter(hedda, album)
    the_reporter_reads_it(erik, album, number)
    assert console == []
    town.command("audit", "verify")
    town.command("access", "verify")


def report(page: Page, album: Album) -> None:
    """The duty to report, and a receipt at once."""
    page.get_by_role("link", name="Lämna över").click()
    album.look(page)
    page.get_by_role("link", name="Gör en orosanmälan").click()
    album.look(page)
    page.get_by_role("link", name="Kumla", exact=True).click()
    assert "Till socialtjänsten i Kumla." in page.locator("main").inner_text()
    page.get_by_label("Barnets namn").fill(CHILD.name)
    page.get_by_label("Barnets personnummer eller födelsedag").fill(CHILD.born.isoformat())
    page.get_by_label("Vad har hänt, och vad är oron?").fill(WORRY)
    page.get_by_role("group", name=re.compile("akut fara")).get_by_label("Nej").check()
    page.get_by_role("group", name=re.compile("Vet vårdnadshavarna")).get_by_label("Ja").check()
    page.get_by_label("Kontakt").fill("Områdespolis, 000-114 00 00")
    page.get_by_label("Jag vill veta om en utredning inleds").check()
    page.get_by_role("button", name="Lämna orosanmälan till socialtjänsten").click()
    assert "Skickat till socialtjänsten. Det här är ditt kvitto." in page.locator("main").inner_text()
    album.look(page)


def open_and_pass_on(page: Page, album: Album) -> None:
    page.get_by_role("link", name=re.compile("^Inkorg")).click()
    album.look(page)
    page.get_by_role("link", name="Orosanmälan").click()
    assert WORRY not in page.content() and CHILD.name not in page.content()
    page.get_by_role("button", name="Öppna och kvittera").click()
    assert WORRY in page.locator("main").inner_text()
    page.get_by_role("link", name="Skicka vidare till en kollega").click()
    page.get_by_label("Kollega").select_option(label="Vilma Dummy")
    album.look(page)
    page.locator("main .btn--go").click()
    assert "Din kollega har den i sin inkorg nu." in page.locator("main").inner_text()


def put_into_the_case(page: Page, album: Album, number: str) -> None:
    page.reload()
    page.get_by_role("link", name=re.compile("^Inkorg")).click()
    page.get_by_role("link", name="Orosanmälan").click()
    album.picture(page, "from-police-1-opened")
    page.get_by_role("link", name="Lägg det i ett ärende som finns").click()
    page.get_by_label("Ärendenummer").fill(number)
    album.look(page)
    page.locator("main .btn--go").click()
    assert CHILD.name in page.get_by_role("region", name="Ärendet").inner_text()
    album.look(page)
    page.get_by_role("button", name="Ja, lägg det i ärendet").click()
    assert "Mottagen. Den ligger i ärendet nu." in page.locator("main").inner_text()
    assert WORRY not in page.content()


def tell_the_reporter(page: Page, album: Album) -> None:
    """The officer is told that something was put into the case, and answers within the law."""
    page.reload()
    assert "Ett ärende du arbetar i har fått något nytt" in page.locator("main").inner_text()
    album.look(page)
    page.get_by_role("link", name="Ärenden", exact=True).click()
    page.locator("main tbody a").first.click()
    page.get_by_role("navigation", name="Ärendets delar").get_by_role("link", name="Inkommet").click()
    album.look(page)
    page.get_by_role("link", name="Orosanmälan").click()
    page.get_by_label("En utredning har inletts.", exact=True).check()
    album.picture(page, "from-police-2-feedback")
    page.get_by_role("button", name="Lämna återkopplingen").click()
    assert "Den som anmälde ser beskedet nu." in page.locator("main").inner_text()


def the_reporter_reads_it(page: Page, album: Album, number: str) -> None:
    page.reload()
    text = page.locator("main").inner_text()
    assert "En utredning har inletts." in text and "Mottagen" in text
    for secret in (number, "Hedda", "SSPF", "Kartläggning"):
        assert secret not in page.content(), secret
    album.picture(page, "from-police-3-answer")
