"""What the pages of a case say: one word for one thing, what was done, who sees what, and only what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import casework_nara_relation
from casework.core import activation, tasks
from casework.core.models import Case
from casework.core.permissions import OPERATOR
from casework.core.registry import Registry
from casework.web import case_rows, request
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words

SEVERAL = Registry({"nara_relation": casework_nara_relation})
"""An area with several kinds of case, of which the police may be told nothing."""


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


# Sharing --------------------------------------------------------------------------------------


def test_every_page_says_the_last_day_of_a_sharing_and_not_the_day_after(desk: Desk):
    case = desk.world.case("maja")
    desk.world.permit(case, until=date(2026, 12, 26))
    maja = desk.as_("maja")
    for part in ("", "/delning", "/atkomst"):
        said = words(maja.get(f"/arenden/{case}{part}"))
        assert "26 dec" in said and "27 dec" not in said, part
    assert "till och med 26 dec" in words(maja.get(f"/arenden/{case}"))


def test_everything_wrong_with_a_sharing_is_said_at_once(desk: Desk):
    maja, at = desk.as_("maja"), f"/arenden/{desk.world.case('maja')}/delning/ny"
    said = maja.error(maja.post(at, {"until": "day", "until_day": "2031-01-01"}))
    for fault in (
        "Välj minst ett skede som polisen får se.",
        "Välj hur polisen ska känna igen ärendet.",
        "Välj vilken grund uppgifterna lämnas på.",
        "Skriv vad polisen ska använda uppgifterna till.",
        "Skriv vem polisen ska kontakta: funktion och telefon.",
        "Läs förhandsvisningen och kryssa i att det stämmer.",
    ):
        assert said.count(fault) == 1, fault
    assert re.search(r"Välj en dag, senast \d+ \w+ 2027\.", said)


def test_the_page_that_takes_a_sharing_back_says_its_parts_in_rows(desk: Desk):
    case = desk.world.case("maja")
    shared = desk.world.permit(case).id
    page = desk.as_("maja").get(f"/arenden/{case}/delning/{shared}/aterkalla")
    rows = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>\s*(.*?)\s*</dd>", page.text, re.DOTALL))
    assert rows["Skeden"] == "Aktualiserad, initial bedömning, avslutad"  # as the case goes, not by letter
    assert (rows["Uppgifter"], rows["Person"], rows["Ändamål"]) == ("Inga", "Visas utan person", "Planera samverkan")


def test_the_share_page_has_one_button_that_shares(desk: Desk):
    page = desk.as_("maja").get(f"/arenden/{desk.world.case('maja')}/delning").text
    assert page.count("/delning/ny") == 1


def test_where_nothing_may_be_told_nobody_is_led_to_share(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    case = desk.world.case("maja")
    with desk.world.session() as session:
        kept = desk.world.get(session, case)
        kept.area, kept.case_type = "nara_relation", "vinr_utovare"
    monkeypatch.setattr(request, "registry", lambda: SEVERAL)
    page = desk.as_("maja").get(f"/arenden/{case}/delning")
    assert "/delning/ny" not in page.text
    assert "I det här ärendet finns inget som kan delas med polisen." in words(page)


# A consultation -------------------------------------------------------------------------------


def test_a_consultation_offers_no_sharing_and_no_person_and_leads_on_to_whom_it_is_about(desk: Desk):
    case = desk.world.case("maja", state="consultation")
    maja = desk.as_("maja")
    for part in ("", "/personer", "/delning"):
        page = maja.get(f"/arenden/{case}{part}").text
        assert "/delning/ny" not in page and "/personer/ny" not in page and "/skriv/note" not in page, part
        assert "/skriv/consent_note" not in page, part
    overview = maja.get(f"/arenden/{case}")
    assert f'href="/arenden/{case}/steg/register"' in overview.text and "Kan inte börja än" not in words(overview)
    assert "Låt ärendet vila" not in overview.text and "Överflytta" not in overview.text
    assert "Vem gäller ärendet?" in words(maja.get(f"/arenden/{case}/steg/register"))


# Steps and receipts ---------------------------------------------------------------------------


def test_a_step_is_called_by_what_it_does_and_the_receipt_says_where_the_case_stands(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/begin_assessment"
    said = words(maja.get(f"/arenden/{case}"))
    assert "Flytta ärendet vidare Inget ändras förrän du har bekräftat." in said and "Avsluta ärendet" in said
    assert "Nästa steg" not in said and "Vad händer nu" not in said
    done = maja.post(at, {"steg_version": hidden(maja.get(at), "steg_version")})
    assert "Ärendet är nu i skedet Initial bedömning." in words(maja.get(done.location))


def test_a_receipt_that_only_the_first_page_of_the_case_can_word_waits_for_it_and_breaks_no_other_page(desk: Desk):
    case = desk.world.case("maja")
    note = desk.world.sign("maja", case, "note", text="Ringde", heading="Samtal")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/begin_assessment"
    maja.post(at, {"steg_version": hidden(maja.get(at), "steg_version")})
    for part in ("/journal", "/uppgifter", "/uppgifter/note", f"/anteckning/{note}"):
        page = maja.get(f"/arenden/{case}{part}")
        assert page.status_code == 200 and "nu i skedet" not in words(page), part
    assert "Ärendet är nu i skedet Initial bedömning." in words(maja.get(f"/arenden/{case}"))
    at = f"/arenden/{case}/steg/protection.start_protection"
    done = maja.post(at, {"steg_version": hidden(maja.get(at), "steg_version")})
    assert "Akut skyddsbedömning pågår nu." in words(maja.get(done.location))


def test_a_question_to_a_decider_says_in_whole_swedish_what_it_is_about(desk: Desk):
    page = desk.as_("maja").get(f"/arenden/{desk.world.case('maja')}/steg/close/beslut")
    assert "Be om beslut om att avsluta ärendet" in words(page) and "Tillbaka till steget" in words(page)


def test_who_decides_is_told_on_the_day_that_it_is_done(desk: Desk):
    case = desk.world.case("maja")
    desk.world.take("maja", case, "begin_assessment")
    desk.world.sign("maja", case, "initial_assessment")
    maja, at = desk.as_("maja"), f"/arenden/{case}/steg/do_not_open"
    asked = {"account": desk.world.ids["fia"], "what": "Läs och besluta"}
    assert maja.post(f"{at}/beslut", asked).status_code == 303
    fia = desk.as_("fia")
    done = fia.post(at, {"steg_version": hidden(fia.get(at), "steg_version"), "steg_reason": "Inget behov"})
    assert done.location == "/min-dag" and "Beslutet är fattat." in words(fia.get(done.location))


def test_logging_out_is_told(desk: Desk):
    maja = desk.as_("maja")
    assert "Du är utloggad." in maja.get(maja.post("/logga-ut", page="/min-dag").location).text


# Writing --------------------------------------------------------------------------------------


def test_one_more_of_a_form_is_headed_and_signed_by_its_own_words(desk: Desk):
    case = desk.world.case("maja")
    page = desk.as_("maja").get(f"/arenden/{case}/skriv/consent_note")
    said = words(page)
    assert "Tillbaka till uppgifterna Nytt samtycke" in said and "Signera samtycket" in said
    assert "Till exempel 2027-05-31 eller 31/5." in said  # a consent holds for days to come
    assert re.search(r'value="slang"[^>]*hidden', page.text)  # there is no draft to throw away


def test_what_stands_in_the_forms_is_counted_in_words_and_can_be_changed(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "registration")
    for _n in range(2):
        desk.world.sign("maja", case, "consent_note")
    desk.world.sign("maja", case, "note")
    page = desk.as_("maja").get(f"/arenden/{case}/uppgifter")
    said = words(page)
    assert "Två, senast 24 nov av Maja Testlind" in said and "En, signerad 24 nov av Maja Testlind" in said
    assert re.search(rf'href="/arenden/{case}/skriv/registration">\s*Ändra', page.text)
    facts = re.search(r'href="([^"]*)">Ändra<span class="vh"> nyckel', desk.as_("maja").get(f"/arenden/{case}").text)
    assert facts is not None and f'id="{facts[1].rpartition("#")[2]}"' in page.text


@pytest.mark.parametrize("typed", ["2027-01-01", "i morgon"])
def test_what_has_happened_did_not_happen_in_the_future(desk: Desk, typed: str):
    maja, at = desk.as_("maja"), "/arenden/nytt?omrade=avhoppare&typ=avhopp&borjan="
    for begins, name in (("register", "received_date"), ("open_consultation", "date")):
        page = maja.get(at + begins)
        assert hidden(page, name) == "2026-11-24"  # most often it is today
        sent = dict(re.findall(r'type="hidden" [^>]*name="(\w+)" [^>]*value="([^"]*)"', page.text))
        sent |= {"omrade": "avhoppare", "typ": "avhopp", "borjan": begins, name: typed, "namn": "Kim", "skydd": "0"}
        sent |= {"enhet": desk.world.units["1881", "Vuxen"], "contact_type": "call", "theme": "leaving"}
        told = maja.error(maja.post("/arenden/nytt", sent | {"origin": "self"}, page=at + begins))
        assert "Välj en dag som inte ligger i framtiden." in told, begins


def test_what_somebody_wrote_is_said_to_be_kept_only_where_something_is(desk: Desk):
    maja, at = desk.as_("maja"), f"/arenden/{desk.world.case('maja')}/skriv/note"
    kept = "Det du redan har skrivit är kvar."
    assert kept not in maja.post(at, {"gor": "signera"}).text
    said = maja.post(at, {"gor": "signera", "text": "Något"})
    assert kept in said.text
    assert "Svara på frågan: Vad hände och vad sades?" in maja.error(maja.post(at, {"gor": "signera"}))


def test_an_entry_leads_to_the_one_before_and_the_one_after(desk: Desk):
    case = desk.world.case("maja")
    entries = []
    for _n in range(3):
        desk.world.clock.move(minutes=1)
        entries.append(desk.world.sign("maja", case, "note"))
    page = desk.as_("maja").get(f"/arenden/{case}/anteckning/{entries[1]}").text
    before, after = (f"/arenden/{case}/anteckning/{entries[nth]}" for nth in (0, 2))
    assert re.search(rf'href="{before}">.*?Föregående', page, re.DOTALL)
    assert re.search(rf'href="{after}">.*?Nästa', page, re.DOTALL)


# Who sees what --------------------------------------------------------------------------------


def test_the_log_tells_what_was_only_seen_once_a_day_and_can_leave_out_oneself(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven")
    sven, maja = desk.as_("sven"), desk.as_("maja")
    for _n in range(3):
        desk.world.clock.move(minutes=1)
        sven.get("/arenden?vem=alla")
        desk.world.clock.move(minutes=1)
        maja.get("/arenden")
    desk.world.clock.move(minutes=1)
    said = words(maja.get(f"/arenden/{case}/atkomst"))
    assert said.count("Såg ärendet i en lista, tre gånger") == 2 and "24 nov – 24 nov" not in said
    others = words(maja.get(f"/arenden/{case}/atkomst?visa=andra"))
    assert "Sven Provsson, handläggare Såg ärendet i en lista, tre gånger –" in others
    assert " Du " not in others.split("Har åtkomst")[0]


def test_lists_say_who_they_are_for(desk: Desk):
    maja, vilma = (words(desk.as_(who).get("/arenden")) for who in ("maja", "vilma"))
    assert "Du ser bara ärenden där du är namngiven." in maja and "Inga pågående ärenden" in maja
    assert "Du ser bara ärenden som du eller din enhet arbetar med." in vilma
    assert "Alla du har åtkomst till" in maja


def test_a_hit_opens_at_once_only_for_a_whole_number(desk: Desk):
    desk.world.case("maja", name="Gösta Exempelsson")
    maja = desk.as_("maja")
    assert maja.post("/sok", {"q": "Exempelsson"}).status_code == 200
    assert maja.post("/sok", {"q": "2026-0001"}).status_code == 303


def test_the_state_filter_has_every_label_once_in_an_area(desk: Desk):
    with desk.world.session() as session:
        activation.enable(session, desk.world.installation.registry, OPERATOR, "avhoppare")
    groups = re.findall(r"<optgroup.*?</optgroup>", desk.as_("maja").get("/arenden").text, re.DOTALL)
    labels = [re.findall(r">([^<]+)</option>", group) for group in groups]
    assert labels and all(len(group) == len(set(group)) for group in labels)


def test_the_kind_of_case_is_told_where_its_area_has_several(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(request, "registry", lambda: SEVERAL)
    with desk.app.app_context():
        told = case_rows.area_and_kind(Case(area="nara_relation", case_type="vinr_utovare"))
    assert told == "Våld i nära relation · våldsutövare"


def test_the_parts_of_a_case_count_its_journal(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note")
    page = desk.as_("maja").get(f"/arenden/{case}").text
    assert re.search(r'/journal">Journal <span class="meta">1</span>', page)


def test_a_task_for_today_is_marked_in_the_case_too(desk: Desk):
    case = desk.world.case("maja")
    with desk.world.acting("maja") as (session, actor):
        tasks.add(session, actor, case, "Ring", date(2026, 11, 24), actor.id)
    assert re.search(r'tag--soon">I dag', desk.as_("maja").get(f"/arenden/{case}").text)


def test_the_recipient_outside_is_shown_their_own_organisation_and_their_own_shortcuts(desk: Desk):
    page = desk.as_("erik").get("/delat").text
    assert "Byt kommun" not in page and "Kumla kommun" in page  # where the account is employed
    shortcuts = page.split('id="help"')[1].split("</dialog>")[0]
    assert "Ny anteckning" not in shortcuts and "Min dag" not in shortcuts and "Lås skärmen" in shortcuts
