"""A protected child, and a guardian who must not know, when the file is asked for.

The guardian asks first, and is refused as a recipient. The child asks for their own file: the page warns, offers nobody
who may not know of the case, takes two people, and what is handed over does not name the guardian.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.journeys import before
from tests.journeys.album import Album
from tests.journeys.before import Somebody
from tests.journeys.conftest import PASSWORD, Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHILD = Somebody("Vera Skyddsson", before.aged(17), protection=2)
BLOCKED = Somebody("Roland Hotander", before.aged(46), "guardian", may_not_know=True)
OTHER = Somebody("Siri Skyddsson", before.aged(43), "guardian")
NOTE = "Vera berättade att Roland Hotander har letat efter henne i skolan. Hon vill inte att han vet något."


def test_a_protected_person_asks_for_the_file(
    town: Town, arrives: Callable[[str], Page], album: Album, console: list[str]
) -> None:
    note = {"event_type": "call", "event_date": before.in_days(0), "heading": "Samtal i skolan", "text": NOTE}
    case, _number = before.case(
        town,
        "hedda.mallstrom",
        area="nara_relation",
        case_type="vinr_barn",
        state="preliminary",
        people=[CHILD, BLOCKED, OTHER],
        written={"note": note},
    )
    hedda, vilma = arrives("hedda.mallstrom"), arrives("vilma.dummy")
    address = f"{town.url}/arenden/{case}"
    the_case_warns(hedda, address, album)
    the_guardian_is_refused(hedda, address, album)
    order(hedda, address, album)
    approve(vilma, album)
    hand_over(hedda, address, album)
    assert [message for message in console if "422" not in message] == []
    console.clear()  # the browser notes what was refused
    town.command("audit", "verify")
    town.command("access", "verify")


def the_case_warns(page: Page, case: str, album: Album) -> None:
    page.goto(case)
    assert "Skyddad folkbokföring" in page.get_by_role("region", name="Sekretess").inner_text()
    page.get_by_role("navigation", name="Ärendets delar").get_by_role("link", name="Personer").click()
    text = page.locator("main").inner_text()
    assert f"{BLOCKED.name} är vårdnadshavare men får inte veta att ärendet finns." in text
    album.look(page)


def the_guardian_is_refused(page: Page, case: str, album: Album) -> None:
    """Somebody who must not know is refused as a recipient, also where they are only named in words."""
    page.goto(f"{case}/delning")
    page.get_by_role("link", name="Lämna ut uppgifter").click()
    page.get_by_label("Vem ska få uppgifterna?").select_option(
        label="En enskild eller ett företag, någon utan konto här"
    )
    page.get_by_label("Vem hos mottagaren?").fill(f"{BLOCKED.name}, vårdnadshavare")
    page.get_by_role("checkbox", name=re.compile("^Skede")).check()
    page.get_by_label("Vad ska mottagaren använda uppgifterna till?").fill("Han vill veta hur det går")
    page.get_by_label("På vilken grund?").select_option(label="Sekretessprövning: står klart utan men, OSL 26 kap. 1 §")
    page.get_by_role("button", name="Förhandsgranska").click()
    for box in page.locator("[data-reply]:not([hidden]) textarea").all():
        box.fill("Han ringde och frågade.")
    page.get_by_role("group", name=re.compile("Kan någon lida men")).get_by_label(re.compile("Ja eller kanske")).check()
    page.get_by_label("Hur har du prövat sekretessen?").fill("Behöver prövas av enhetschefen.")
    page.get_by_role("group", name="Skyddade personer").get_by_role("checkbox").check()
    page.get_by_label(re.compile("^Jag har läst förhandsvisningen")).check()
    page.get_by_role("button", name=re.compile("^Lämna")).click()
    said = page.locator("main").inner_text()
    assert page.title().startswith("Fel:") and "Den personen får inte få veta något om ärendet." in said
    assert page.get_by_label("Vem hos mottagaren?").input_value() == f"{BLOCKED.name}, vårdnadshavare"
    album.picture(page, "protected-1-refused")


def order(page: Page, case: str, album: Album) -> None:
    """The warnings stand before the form, and the list of recipients leaves out who must not know."""
    page.goto(f"{case}/atkomst")
    page.get_by_role("link", name="Lämna ut en kopia").click()
    confirm(page)
    text = page.locator("main").inner_text()
    assert (
        f"{BLOCKED.name} är vårdnadshavare men får inte veta att ärendet finns." in text
        and "skyddad folkbokföring" in text
    )
    offered = page.get_by_label("Mottagare", exact=True).inner_text()
    assert CHILD.name in offered and BLOCKED.name not in offered
    tested_for = page.locator("main").get_by_role("link").all_inner_texts()  # what is given item by item, to a party
    assert {CHILD.name, OTHER.name} <= set(tested_for) and BLOCKED.name not in tested_for
    page.get_by_label("Registerutdrag till personen som ärendet gäller").check()
    page.get_by_label("Mottagare", exact=True).select_option(label=f"{CHILD.name}, personen som ärendet gäller")
    page.get_by_label("Hur har du prövat sekretessen?").fill("Uppgifterna är Veras egna. Pappan får inte veta något.")
    page.get_by_label("Jag har kontrollerat vem mottagaren är.").check()
    page.get_by_label(re.compile("^Varför")).fill("Vera har bett om sina uppgifter.")
    album.picture(page, "protected-2-order")
    page.get_by_role("button", name="Beställ kopian").click()
    assert "Kopian väntar på godkännande. Inget har lämnats ut än." in page.locator("main").inner_text()


def approve(page: Page, album: Album) -> None:
    page.reload()
    page.get_by_role("link", name=re.compile("^Att godkänna")).click()
    album.look(page)
    page.locator("main button[value=grant]").first.click()
    confirm(page)
    if page.locator("main button[value=grant]").count():
        page.locator("main button[value=grant]").first.click()


def hand_over(page: Page, case: str, album: Album) -> None:
    page.goto(f"{case}/kopia")
    page.get_by_role("button", name="Visa kopian – loggas").click()
    text = page.locator("main").inner_text()
    assert CHILD.name in text and "letat efter henne i skolan" in text
    for secret in ("Hotander", "Roland", BLOCKED.number):
        assert secret not in page.content(), secret
    album.picture(page, "protected-3-copy")


def confirm(page: Page) -> None:
    """Show that one is who one is, where the page asks for it."""
    if page.get_by_role("heading", name="Bekräfta att det är du").count():
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/bekrafta" not in url)
