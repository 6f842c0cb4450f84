"""From school to an SSPF case: a report, consent of everybody, partners who each see their part, and a withdrawal.

Tora reports a worry. Elin opens it, which is the receipt, and takes it into a case. Hedda asks two guardians and the
young person for consent and lets three partners take part. Then one guardian changes their mind: from the next request
on nobody sees anything of what rested on it.
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

YOUNG = Somebody("Nilo Fiktivsson", before.aged(16))
GUARDIANS = (
    Somebody("Alva Fiktivsson", before.aged(41), "guardian"),
    Somebody("Jonte Mockberg", before.aged(44), "guardian"),
)
WORRY = "Nilo har kommit sent eller inte alls i sex veckor. Han säger att äldre killar väntar på honom utanför hemmet."
ABSENCE = "Borta omkring två dagar i veckan sedan i oktober."
LEISURE = "Spelade innebandy till i våras."
PARTNERS = (
    ("tora.provander", "Tora Provander", ("Hur det går i ärendet", "Skolgång"), ABSENCE),
    ("sixten.dummy", "Sixten Dummy", ("Hur det går i ärendet", "Fritid"), LEISURE),
    ("erik.demosson", "Erik Demosson", ("Hur det går i ärendet",), "Tryggt hem från skolan"),
)


def test_around_a_young_person(town: Town, arrives: Callable[[str], Page], album: Album, console: list[str]) -> None:
    tora, elin = arrives("tora.provander"), arrives("elin.exempelsson")
    report(tora, album)
    take_into_a_case(elin, album)
    the_receipt_says_so(tora, album)
    assign(arrives("vilma.dummy"))
    hedda = arrives("hedda.mallstrom")
    case = open_the_case(hedda, album)
    name_the_guardians(hedda, case, album)
    ask_everybody(hedda, case, album)
    everybody_says_yes(hedda, case, album)
    write_what_is_known(hedda, case)
    let_partners_in(hedda, case, album)
    pages = {"tora.provander": tora} | {who: arrives(who) for who in ("sixten.dummy", "erik.demosson")}
    each_reads_their_part(pages, album)
    one_withdraws(hedda, case, album)
    nothing_is_left(pages, album)
    assert [message for message in console if "404" not in message] == []
    console.clear()  # the browser notes the pages that are there no more
    town.command("audit", "verify")
    town.command("access", "verify")


def report(page: Page, album: Album) -> None:
    page.get_by_role("link", name="Lämna över").click()
    page.get_by_role("link", name="Gör en orosanmälan").click()
    page.get_by_label("Barnets namn").fill(YOUNG.name)
    page.get_by_label("Barnets personnummer eller födelsedag").fill(YOUNG.number)
    page.get_by_label("Vad har hänt, och vad är oron?").fill(WORRY)
    page.get_by_role("group", name=re.compile("akut fara")).get_by_label("Nej").check()
    page.get_by_role("group", name=re.compile("Vet vårdnadshavarna")).get_by_label("Ja").check()
    page.get_by_label("Kontakt").fill("Kurator, elevhälsan, 019-000 00 02")
    album.picture(page, "young-1-report")
    page.get_by_role("button", name="Lämna orosanmälan till socialtjänsten").click()
    assert "Skickat till socialtjänsten. Det här är ditt kvitto." in page.locator("main").inner_text()
    album.picture(page, "young-2-receipt")


def take_into_a_case(page: Page, album: Album) -> None:
    """Sender and time alone, until it is opened; what it begins with is filled in from the report."""
    page.reload()
    page.get_by_role("link", name=re.compile("^Inkorg")).click()
    page.get_by_role("link", name="Orosanmälan").click()
    assert WORRY not in page.content() and YOUNG.name not in page.content()
    album.look(page)
    page.get_by_role("button", name="Öppna och kvittera").click()
    assert WORRY in page.locator("main").inner_text()
    album.look(page)
    page.get_by_role("link", name="Nytt ärende: Föreslå ungdom").click()
    assert page.get_by_label("Namn", exact=True).input_value() == YOUNG.name
    page.get_by_label("Inget skydd").check()
    page.get_by_label("Vem tog initiativet?").select_option(label="Skolan")
    page.get_by_role("group", name=re.compile("Behövs en orosanmälan")).get_by_label("Ja, den är gjord").check()
    page.get_by_label("När gjordes orosanmälan?").fill(before.in_days(0))
    page.get_by_role("group", name=re.compile("alla vårdnadshavare")).get_by_label("Ja").check()
    page.get_by_label("Enhet").select_option(label="Barn- och ungdomsenheten")
    album.look(page)
    page.get_by_role("button", name="Registrera ärendet och ta emot").click()
    assert "Mottagen." in page.locator("main").inner_text()


def the_receipt_says_so(page: Page, album: Album) -> None:
    page.reload()
    text = page.locator("main").inner_text()
    assert "Mottagen" in text and "mottagning" in text and "SSPF" not in text
    album.look(page)


def assign(page: Page) -> None:
    page.get_by_role("link", name="Ärenden", exact=True).click()
    page.locator("table tbody a").first.click()
    page.get_by_role("link", name=re.compile("Tilldela")).first.click()
    hedda = page.locator("[name=account] option", has_text="Hedda Mallström").get_attribute("value")
    page.locator("[name=account]").select_option(hedda)
    page.get_by_role("button", name=re.compile("Tilldela")).click()
    assert "Hedda Mallström" in page.locator("main").inner_text()


def open_the_case(page: Page, album: Album) -> str:
    """The address of the case, in which the report lies."""
    page.get_by_role("link", name="Ärenden", exact=True).click()
    page.locator("main tbody a").first.click()
    page.wait_for_url(re.compile(r"/arenden/[\w-]{22}$"))
    album.look(page)
    case = page.url
    page.get_by_role("navigation", name="Ärendets delar").get_by_role("link", name="Inkommet").click()
    page.get_by_role("link", name="Orosanmälan").click()
    assert WORRY in page.locator("main").inner_text()
    album.look(page)
    return case


def name_the_guardians(page: Page, case: str, album: Album) -> None:
    page.goto(case)
    page.get_by_role("navigation", name="Ärendets delar").get_by_role("link", name="Personer").click()
    for one in GUARDIANS:
        page.get_by_role("link", name="Lägg till en person").click()
        page.get_by_label("Vårdnadshavare").check()
        page.get_by_label("Personnummer").fill(one.number)
        page.get_by_label("Namn", exact=True).fill(one.name)
        page.get_by_label("Inget skydd").check()
        album.look(page)
        page.get_by_role("button", name="Lägg till personen").click()
    step(page, case, "Informera och begär samtycke")


def ask_everybody(page: Page, case: str, album: Album) -> None:
    page.goto(f"{case}/delning")
    page.get_by_role("link", name=re.compile("^Samtycken i registret")).click()
    page.get_by_role("link", name="Be om samtycke").click()
    for one in (YOUNG, *GUARDIANS):
        page.get_by_label(re.compile(f"^{one.name}")).check()
    for agency in ("Skolan", "Fritidsverksamheten", "Polisen"):
        page.get_by_label(agency).check()
    for kind in ("Hur det går i ärendet", "Skolgång", "Fritid"):
        page.get_by_label(kind, exact=True).check()
    page.get_by_label("Gäller till och med").fill(before.in_days(90))
    album.picture(page, "young-3-ask")
    page.locator("main .btn--go").click()
    assert "samtycket är efterfrågat" in page.locator("main").inner_text()


def everybody_says_yes(page: Page, case: str, album: Album) -> None:
    """Each person's answer is their own; only once all have said yes is there a consent."""
    for one in (YOUNG, *GUARDIANS):
        page.goto(f"{case}/samtycken")
        assert page.get_by_role("row", name="Alla samtycker till").get_by_text("Inget än").count() == 3
        page.get_by_role("link", name=re.compile(f"^Visa samtycket från {one.name}")).click()
        page.get_by_role("link", name="Registrera svaret").click()
        page.get_by_label("Ja, samtycker").check()
        page.get_by_label("Skriftligt").check()
        page.get_by_label("Legitimation", exact=True).check()
        album.look(page)
        page.get_by_role("button", name="Registrera svaret").click()
        assert "Samtycket är registrerat." in page.locator("main").inner_text()
    page.goto(f"{case}/samtycken")
    assert page.get_by_role("row", name="Alla samtycker till").get_by_text("Inget än").count() == 0
    album.picture(page, "young-4-consents")
    step(page, case, "Registrera att samtycket är klart")


def write_what_is_known(page: Page, case: str) -> None:
    page.goto(f"{case}/skriv/school")
    page.get_by_label(re.compile("^Skola( |$)")).fill("Mockskolan")
    page.get_by_label("Frånvaro").fill(ABSENCE)
    sign(page)
    page.goto(f"{case}/skriv/leisure")
    page.get_by_label("Fritid och föreningar").fill(LEISURE)
    sign(page)
    page.goto(f"{case}/skriv/plan")
    page.get_by_label("Vad vill ni uppnå?").fill("Tryggt hem från skolan och tillbaka på alla lektioner.")
    page.get_by_label("Vad säger den unga själv?").fill("Vill inte gå hem själv på fredagar.")
    page.get_by_label("Nästa uppföljning").fill(before.in_days(21))
    sign(page)


def let_partners_in(page: Page, case: str, album: Album) -> None:
    """Somebody by name, for kinds of facts; what they will see stands beside it before they see anything."""
    for _who, name, kinds, words in PARTNERS:
        page.goto(f"{case}/deltagare")
        page.get_by_role("link", name="Låt någon delta").click()
        page.get_by_label(re.compile(f"^{name}")).check()
        for kind in kinds:
            page.get_by_label(kind, exact=True).check()
        page.get_by_label("Till och med").fill(before.in_days(60))
        page.get_by_role("button", name="Förhandsgranska").click()
        assert words in page.get_by_role("region", name="Så här ser deltagaren det").inner_text()
        if name == "Tora Provander":
            album.picture(page, "young-5-let-in")
        page.get_by_role("button", name="Låt personen delta").click()
        assert "Personen deltar nu" in page.locator("main").inner_text()
    album.picture(page, "young-6-matrix")


def each_reads_their_part(pages: dict[str, Page], album: Album) -> None:
    for who, _name, _kinds, words in PARTNERS:
        page = pages[who]
        page.reload()
        page.get_by_role("link", name="Delat med mig").click()
        page.get_by_role("link", name="Ärenden jag deltar i").click()
        assert YOUNG.name not in page.content()
        album.look(page)
        page.get_by_role("link", name=re.compile("^Referens")).click()
        text = page.locator("main").inner_text()
        assert YOUNG.name in text and words in text and "Tryggt hem från skolan" in text
        for secret in (WORRY, *(one for one in (ABSENCE, LEISURE) if one != words), "2026-0", "Fiktivsson, Alva"):
            assert secret not in page.content(), (who, secret)
        album.look(page)
    album.picture(pages["tora.provander"], "young-7-school-reads")
    album.picture(pages["sixten.dummy"], "young-8-recreation-reads", width=NARROW, scheme="dark")


def one_withdraws(page: Page, case: str, album: Album) -> None:
    """What stops is said before it is done."""
    page.goto(f"{case}/samtycken")
    page.get_by_role("link", name=re.compile(f"^Visa samtycket från {GUARDIANS[1].name}")).click()
    page.get_by_role("link", name="Återkalla samtycket").click()
    assert (
        page.locator("main").inner_text().count("deltar") + page.locator("main").inner_text().count("Deltagande") >= 3
    )
    album.picture(page, "young-9-withdraw")
    page.get_by_role("button", name=re.compile("Återkalla")).click()
    assert "Samtycket är återkallat." in page.locator("main").inner_text()
    page.goto(f"{case}/deltagare")
    assert "Ingen från en annan verksamhet deltar i ärendet." in page.locator("main").inner_text()
    album.look(page)


def nothing_is_left(pages: dict[str, Page], album: Album) -> None:
    """The same address, and the list, of each who took part: nothing, and not a word of why."""
    for who, _name, _kinds, words in PARTNERS:
        page = pages[who]
        page.reload()
        assert words not in page.content() and YOUNG.name not in page.content(), who
        assert "Antingen finns den inte" in page.locator("main").inner_text()
        page.goto(re.sub(r"/deltar/.*", "/deltar", page.url))
        nothing = r"Du deltar inte i något ärende i ([\w, ]+, )?Kumla( eller Laxå)? just nu\."
        assert re.search(nothing, page.locator("main").inner_text())
        album.look(page)


def sign(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Signera")).click()
    page.wait_for_url(lambda url: "/skriv/" not in url)


def step(page: Page, case: str, name: str) -> None:
    """Take a step of the case from its first page."""
    page.goto(case)
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name=name).click()
    page.wait_for_url(lambda url: "/steg/" not in url)
