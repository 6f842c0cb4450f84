"""The pages of a handover: a report from the school, its receipt, the inbox, the case it goes into, what is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import case_people, handover_feedback, handover_steps
from casework.core.models import Handover
from casework.core.registration import Identified
from tests.answers import ANSWERS
from tests.core.handing import CHILD, GIVEN, WORRY, Hand
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import Browser
from tests.worlds import KUMLA, LAXA, VUXEN, personal_number

SECRET = (CHILD, CHILD.split()[1], WORRY, GIVEN["child_number"], "Pia Partnersson")
SENT = GIVEN | {"aterkoppling": "y"}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def fill(browser: Browser, path: str, fields: dict[str, str]) -> dict[str, str]:
    """What a page's form sends: its own name, where it goes, and what is filled in."""
    page = browser.get(path)
    return {name: hidden(page, name) for name in ("token", "place")} | fields


def reported(desk: Desk) -> tuple[Browser, str]:
    """Pia, who has sent a report by its form, and the report's id."""
    pia = desk.as_("pia")
    done = pia.post("/orosanmalan", fill(pia, "/orosanmalan", SENT))
    assert done.status_code == 303
    return pia, done.location.removeprefix("/skickat/")


def begun(desk: Desk, ida: Browser, sent: str) -> str:
    """The path of the form of a new case, with what it sends."""
    page = ida.get(f"/inkorg/{sent}")
    found = re.search(rf'href="(/inkorg/{sent}/nytt-arende/[^"]+)"', page.text)
    assert found is not None
    return found[1]


def test_a_report_has_its_receipt_at_once_with_number_and_time(desk: Desk):
    pia, sent = reported(desk)
    page = words(pia.get(f"/skickat/{sent}"))
    with desk.world.session() as session:
        reference = session.get_one(Handover, (KUMLA, sent)).reference
    assert "Skickat till socialtjänsten. Det här är ditt kvitto." in page
    assert "tagit emot" not in page and "Mottagen" not in page  # nobody there has looked at it yet
    assert reference in page and "24 nov 09.00" in page and "Inte öppnad än" in page and WORRY in page


def test_a_form_sent_again_by_the_same_tab_gives_the_same_receipt(desk: Desk):
    pia = desk.as_("pia")
    fields = fill(pia, "/orosanmalan", SENT)
    assert len({pia.post("/orosanmalan", fields).location for _n in range(2)}) == 1


def test_it_goes_to_the_municipality_that_the_page_named_whatever_another_tab_has_chosen_since(desk: Desk):
    erik = desk.as_("erik")
    page = "/orosanmalan?kommun=1881"
    assert "Till socialtjänsten i Kumla." in words(erik.get(page))
    fields = fill(erik, page, SENT)
    assert "Till socialtjänsten i Laxå." in words(erik.get("/orosanmalan?kommun=1860"))
    done = erik.post("/orosanmalan", fields, page="/installningar")
    assert done.status_code == 303
    assert Hand(desk.world).row(done.location.removeprefix("/skickat/")).municipality == KUMLA
    elsewhere = erik.post("/orosanmalan", fields | {"place": "1882"}, page="/installningar")
    assert elsewhere.status_code == 422
    rows = desk.world.listed  # nothing of it stands in Laxå either
    assert rows("inga", LAXA) == [] and "Inget väntar" in words(desk.as_("inga").get("/inkorg"))


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(desk: Desk):
    pia = desk.as_("pia")
    page = pia.post("/orosanmalan", fill(pia, "/orosanmalan", {"worry": WORRY, "child_number": "2001-01-01"}))
    assert page.status_code == 422
    assert WORRY in page.text and 'href="#child_name"' in page.text and 'href="#danger-0"' in page.text
    page = pia.post("/orosanmalan", fill(pia, "/orosanmalan", SENT | {"child_number": "2001-01-01"}))
    assert page.status_code == 422 and "Personen har fyllt 18 år." in words(page)


def test_the_inbox_and_every_line_about_it_tell_sender_and_time_and_no_name(desk: Desk):
    """Defect 2 of other systems: a preview, a notice or a letter that tells whom it is about."""
    _pia, sent = reported(desk)
    ida = desk.as_("ida")
    for path in ("/min-dag", "/inkorg", f"/inkorg/{sent}", "/att-lasa"):
        shown = ida.get(path)
        assert shown.status_code == 200
        assert [one for one in SECRET if one in shown.text] == [], path
    page = words(ida.get("/inkorg"))
    assert "Orosanmälan Skolan, Skola. 24 nov 09.00" in page
    assert 'Inkorg <span class="count">1</span>' in ida.get("/inkorg").text
    assert WORRY not in str(ida.get("/inkorg").headers)


def test_an_acute_report_is_marked_and_comes_first(desk: Desk):
    reported(desk)
    pia = desk.as_("pia")
    desk.world.clock.move(minutes=5)
    pia.post("/orosanmalan", fill(pia, "/orosanmalan", SENT | {"danger": "yes"}))
    ida = desk.as_("ida")
    assert "En akut orosanmälan har kommit in till inkorgen." in words(ida.get("/att-lasa"))
    page = ida.get("/inkorg")
    shown = words(page)
    assert shown.index("24 nov 09.05") < shown.index("Akut Inte öppnad") < shown.index("24 nov 09.00")
    assert shown.count("Akut Inte öppnad") == 1 and [one for one in SECRET if one in page.text] == []
    assert "En akut orosanmälan" not in words(ida.get("/att-lasa"))


def test_opening_is_a_click_that_the_sender_sees_and_a_look_at_the_address_is_none(desk: Desk):
    pia, sent = reported(desk)
    ida = desk.as_("ida")
    ida.get(f"/inkorg/{sent}")
    assert "Inte öppnad än" in words(pia.get(f"/skickat/{sent}"))
    opened = ida.post(f"/inkorg/{sent}/oppna", page=f"/inkorg/{sent}")
    assert (opened.status_code, opened.location) == (303, f"/inkorg/{sent}")
    assert WORRY in words(ida.get(f"/inkorg/{sent}"))
    assert "24 nov 09.00, mottagning" in words(pia.get(f"/skickat/{sent}"))


def test_a_new_case_begins_with_its_person_filled_in_and_keeps_the_report(desk: Desk):
    pia, sent = reported(desk)
    ida = desk.as_("ida")
    ida.post(f"/inkorg/{sent}/oppna", page=f"/inkorg/{sent}")
    path = begun(desk, ida, sent)
    page = ida.get(path)
    assert f'value="{CHILD}"' in page.text and f'value="{GIVEN["child_number"]}"' in page.text and WORRY in page.text
    fields = {name: hidden(page, name) for name in ("token", "omrade", "typ", "borjan")}
    fields |= {"personnummer": GIVEN["child_number"], "namn": CHILD, "skydd": "0"}
    fields |= {"enhet": desk.world.units[KUMLA, VUXEN]} | ANSWERS["registration"]
    done = ida.post(path, fields)
    assert done.status_code == 303, words(done)
    kept = desk.as_("ida").get(f"{done.location}/inkommet/{sent}")
    assert WORRY in words(kept)
    assert "Mottagen 24 nov 09.00" in words(pia.get(f"/skickat/{sent}"))
    assert ida.get(f"/inkorg/{sent}").status_code == 404  # the case alone keeps it
    again = ida.post(path, fields, page="/inkorg")
    assert again.status_code == 303  # the same form, sent once more, begins no second case
    assert "Någon annan hann före" in words(ida.get(again.location))


def test_the_sender_reads_why_it_was_not_taken_on(desk: Desk):
    erik, ida = desk.as_("erik"), desk.as_("ida")
    sent = Hand(desk.world).open(Hand(desk.world).question("erik"))
    path = f"/inkorg/{sent}/tacka-nej"
    assert 'name="words"' not in ida.get(path).text  # social services write nothing freely to the sender
    page = ida.post(path, fill(ida, path, {"code": "unclear", "phone": "Hon är känd här"}))
    assert page.status_code == 422 and "Skriv bara ett telefonnummer" in words(page)
    chosen = {"code": "wrong_recipient", "phone": "019-00 00 00", "account": desk.world.ids["ida"]}
    assert ida.post(path, fill(ida, path, chosen)).status_code == 303
    told = words(erik.get(f"/skickat/{sent}"))
    assert "Det hör inte hit. Skicka det till rätt mottagare. Ida Intagslund, 019-00 00 00" in told
    assert "Det finns ett besked om något som du har skickat." in words(erik.get("/att-lasa"))


def test_a_tab_from_before_it_was_taken_on_says_so_and_writes_nothing(desk: Desk):
    _pia, sent = reported(desk)
    ida, fia, hand = desk.as_("ida"), desk.as_("fia"), Hand(desk.world)
    ida.post(f"/inkorg/{sent}/oppna", page=f"/inkorg/{sent}")
    hand.pass_on(sent, "fia")
    path = f"/inkorg/{sent}/bedomning"
    stale = fill(fia, path, {"code": "unknown", "words": "Vem gäller det?"})
    assert hand.begin(sent) is not None
    page = fia.post(path, stale, page="/inkorg")
    assert page.status_code == 422
    assert "Någon annan ändrade det här medan du skrev" in words(page) and "Vem gäller det?" in page.text
    assert fia.get(path).status_code == fia.get(f"/inkorg/{sent}").status_code == 404
    assert hand.row(sent).state == "accepted"


def test_it_is_taken_back_until_somebody_opens_it(desk: Desk):
    pia, sent = reported(desk)
    form = fill(pia, f"/skickat/{sent}", {})
    Hand(desk.world).open(sent)
    late = pia.post(f"/skickat/{sent}/ta-tillbaka", form, page=f"/skickat/{sent}")
    assert late.status_code == 303 and "Den är redan öppnad." in words(pia.get(late.location))
    _pia, other = reported(desk)
    done = pia.post(f"/skickat/{other}/ta-tillbaka", fill(pia, f"/skickat/{other}", {}), page=f"/skickat/{other}")
    assert done.status_code == 303 and "Tillbakatagen. Ingen har läst den." in words(pia.get(done.location))
    assert "Tillbakatagen" not in words(desk.as_("ida").get("/inkorg"))


def test_who_reported_is_told_what_they_may_know(desk: Desk):
    pia, sent = reported(desk)
    hand, case_id = Hand(desk.world), desk.world.case("maja")
    hand.open(sent)
    ida = desk.as_("ida")
    path = f"/inkorg/{sent}/skicka-vidare"
    assert ida.post(path, fill(ida, path, {"account": desk.world.ids["maja"]})).status_code == 303
    maja = desk.as_("maja")
    path = f"/inkorg/{sent}/lagg-i-arende"
    refused = maja.post(path, fill(maja, path, {"number": "2026-9999"}))
    assert refused.status_code == 422 and "Skriv numret på ett öppet ärende" in words(refused)
    with desk.world.session() as session:
        number = desk.world.get(session, case_id).number
    shown = maja.post(path, fill(maja, path, {"number": number}))
    assert (shown.status_code, shown.location) == (303, f"{path}/{case_id}")
    asked = maja.get(shown.location)
    assert "Ärendet gäller Gösta Exempelsson" in words(asked) and CHILD in asked.text and number in asked.text
    assert hand.row(sent).state == "opened"  # nothing has moved yet
    assert maja.post(shown.location, fill(maja, shown.location, {})).status_code == 303
    assert "Återkoppling begärd" in words(maja.get(f"/arenden/{case_id}/inkommet"))
    page, owed = f"/arenden/{case_id}/inkommet/{sent}", "Lämna återkoppling till den som anmälde"
    day = maja.get("/min-dag")
    assert owed in words(day) and f'href="{page}"' in day.text
    assert maja.post(page, {"code": "opened"}).status_code == 303
    assert owed not in words(maja.get("/min-dag"))
    assert "En utredning har inletts." in words(pia.get(f"/skickat/{sent}"))
    assert "En utredning har inletts." in words(maja.get(page))


def test_the_officer_is_warned_of_a_reporter_who_may_not_know_and_may_only_note_that_none_is_given(desk: Desk):
    _pia, sent = reported(desk)
    hand, case_id = Hand(desk.world), desk.world.case("maja")
    hand.open(sent)
    with desk.world.acting("ida") as (session, ida):
        handover_steps.pass_on(session, ida, sent, desk.world.ids["maja"])
    hand.add(sent, case_id)
    maja, page = desk.as_("maja"), f"/arenden/{case_id}/inkommet/{sent}"
    assert 'name="code"' in maja.get(page).text
    with desk.world.acting("maja") as (session, actor):
        who = Identified(personal_number(41).digits, "Pia Lovisa Partnersson", 0)
        case_people.add(session, actor, case_id, who, "counterpart", may_not_know=True)
    shown = maja.get(page)
    offered = re.findall(r'<input[^>]*name="code"[^>]*>', shown.text)
    assert len(offered) == 1 and 'value="unsuitable"' in offered[0] and handover_feedback.KEPT_AWAY in words(shown)
    late = maja.post(page, {"code": "opened"})
    assert late.status_code == 422 and handover_feedback.KEPT_AWAY in words(late)


def test_a_deputy_is_named_on_its_page_and_ended_there(desk: Desk):
    vilma = desk.as_("vilma")
    fields = {"absent": desk.world.ids["ida"], "deputy": desk.world.ids["sven"], "first": "i dag", "last": "2026-11-30"}
    wrong = vilma.post("/inkorg/ersattare", fields | {"last": "2027-11-30"})
    assert wrong.status_code == 422 and "högst tre månader" in words(wrong)
    assert vilma.post("/inkorg/ersattare", fields).status_code == 303
    ida, line = desk.as_("ida"), "Din chef har utsett en ersättare som får din inkorg."
    assert line in words(ida.get("/att-lasa"))
    assert "Sven Provsson för Ida" in words(ida.get("/inkorg/ersattare"))
    assert line not in words(ida.get("/att-lasa"))
    _pia, _sent = reported(desk)
    sven = desk.as_("sven")
    assert "Du är ersättare." in words(sven.get("/inkorg"))
    ending = re.search(r'action="(/inkorg/ersattare/[^"]+/avsluta)"', vilma.get("/inkorg/ersattare").text)
    assert ending is not None
    assert sven.post(ending[1], page="/inkorg/ersattare").status_code == 404
    assert vilma.post(ending[1], page="/inkorg/ersattare").status_code == 303
    assert "Inget väntar" in words(sven.get("/inkorg"))
