from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import emergencies, reading, teams
from casework.core.actions import Action
from casework.core.models import AuditEvent, Entry, Unsealing
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def threat(desk: Desk) -> tuple[str, str]:
    """A case of Maja's, and a threat written in it."""
    case = desk.world.case("maja")
    return case, desk.world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")


def asked(entry: str, back: str, **changed: str) -> dict[str, str]:
    return {"entry": entry, "field": "threat_summary", "back": back, "reason": "contact", "words": ""} | changed


def test_a_sealed_answer_is_shown_for_five_minutes_after_a_reason(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}"
    shut = maja.get(page)
    assert "Hotad av" not in shut.text and "Visa" in words(shut) and "– loggas" in words(shut)
    answer = maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    assert answer.status_code == 303 and answer.location == page
    shown = maja.get(page)
    assert "Hotad av tidigare vänner" in shown.text
    assert "Du öppnade 09.00. Förseglas igen 09.05." in words(shown)
    assert 'data-seals-in="300"' in shown.text
    desk.world.clock.move(minutes=5)
    assert "Hotad av" not in maja.get(page).text


def test_only_who_opened_it_sees_it_and_only_that_answer(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    other = desk.world.sign("maja", case, "threat", threat_summary="Ett annat hot")
    desk.world.name(case, "sven", may_unseal=True)
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    assert "Ett annat hot" not in maja.get(page).text and other
    assert "Hotad av" not in desk.as_("sven").get(page).text


def test_it_can_be_sealed_again_before_the_time(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}"
    maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    assert "Försegla nu" in maja.get(page).text
    answer = maja.post(f"/arenden/{case}/forsegla", {"back": page}, page=page)
    assert answer.location == page and "Hotad av" not in maja.get(page).text


def test_without_a_reason_it_is_asked_for_at_its_field(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}"
    answer = maja.post(f"/arenden/{case}/visa", asked(entry, page, reason=""), page=page)
    assert answer.status_code == 422 and "Välj varför du behöver se uppgiften." in maja.error(answer)
    assert 'id="reason-fel"' in answer.text and f'value="{page}"' in answer.text
    own = maja.post(f"/arenden/{case}/visa", asked(entry, page, reason="other"), page=page)
    assert own.status_code == 422 and 'id="words-fel"' in own.text
    done = maja.post(f"/arenden/{case}/visa", asked(entry, page, reason="other", words="Rättegången i dag"), page=page)
    assert done.status_code == 303
    with desk.world.session() as session:
        kept = session.scalars(select(Unsealing)).all()
        assert len(kept) == 1 and kept[0].reason is not None
        details = str([row.detail for row in session.scalars(select(AuditEvent)).all()])
        assert "Rättegången" not in details


def test_the_way_back_leads_nowhere_else(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}"
    other = desk.world.case("maja")
    for away in ("https://example.org/", "//example.org", "/konton", f"/arenden/{other}", f"/arenden/{case}/../x", ""):
        answer = maja.post(f"/arenden/{case}/visa", asked(entry, away), page=page)
        assert answer.location == f"/arenden/{case}", away


def test_who_is_not_named_for_sealed_answers_is_not_offered_to_open_them(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    desk.world.name(case, "sven")
    sven, page = desk.as_("sven"), f"/arenden/{case}/anteckning/{entry}"
    shown = sven.get(page)
    assert "Förseglad" in words(shown) and "loggas" not in words(shown)
    answer = sven.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    assert answer.status_code == 422 and "Be enhetschefen" in answer.text
    assert "Hotad av" not in sven.get(page).text


def test_who_is_no_longer_named_for_sealed_answers_sees_none_from_then_on(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    desk.world.name(case, "ulf", may_unseal=True)
    ulf, page = desk.as_("ulf"), f"/arenden/{case}/anteckning/{entry}"
    ulf.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    assert "Hotad av tidigare vänner" in ulf.get(page).text
    with desk.world.acting("vilma") as (session, vilma):
        found = teams.members(session, desk.world.get(session, case))
        teams.end(session, vilma, case, next(one.id for one, who in found if who.username == "ulf"))
    desk.world.name(case, "ulf", may_unseal=False)
    assert "Hotad av" not in ulf.get(page).text


def test_a_draft_does_not_keep_open_what_was_opened_for_a_few_minutes(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    desk.world.clock.move(minutes=1)
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}"
    maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    at = f"/arenden/{case}/skriv/threat"
    written = f"{at}?rattar={entry}"
    shown = maja.get(written)
    assert "Hotad av tidigare vänner" in shown.text
    locked = hidden(shown, "locked_fields")
    typed = {"protection_need": "no", "threat_summary": "Hotad av tidigare vänner", "no_go_areas": "Torget"}
    about = {"begun_on": entry, "locked_fields": locked, "version": "0"}
    assert maja.post(f"{at}/utkast", typed | about, page=written).json == {"saved": "09.01", "version": 1}
    again = maja.get(written).text
    assert "Hotad av tidigare vänner" in again and "Torget" in again
    desk.world.clock.move(minutes=5)
    late = maja.get(written)
    assert "Hotad av" not in late.text and "Torget" in late.text
    assert "threat_summary" in hidden(late, "locked_fields")
    # What the page still shows when its time is out is no more kept than before, and what is sealed is carried over.
    assert maja.post(f"{at}/utkast", typed | about | {"version": "1"}, page=written).status_code == 200
    assert "Hotad av" not in maja.get(written).text
    about["locked_fields"] = hidden(late, "locked_fields")
    sent = {"protection_need": "no", "threat_summary": "", "gor": "signera"}
    assert maja.post(at, sent | about).status_code == 303
    with desk.world.session() as session:
        newest = session.scalars(select(Entry.id).where(Entry.corrects_id == entry, Entry.state == "signed")).one()
    with desk.world.acting("maja") as (session, actor):
        reading.unseal(session, actor, case, newest, "threat_summary", "contact", "")
    assert "Hotad av tidigare vänner" in maja.get(f"/arenden/{case}/anteckning/{newest}").text


def test_a_draft_tells_nothing_of_a_sealed_answer_that_was_not_opened(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    desk.world.clock.move(minutes=1)
    maja, at = desk.as_("maja"), f"/arenden/{case}/skriv/threat"
    written = f"{at}?rattar={entry}"
    locked = hidden(maja.get(written), "locked_fields")
    guess = {"threat_summary": "Hotad av tidigare vänner", "begun_on": entry, "locked_fields": locked, "version": "0"}
    assert maja.post(f"{at}/utkast", guess, page=written).status_code == 200
    assert "Hotad av tidigare vänner" in maja.get(written).text  # as it was typed, whether it is right or not


def test_a_note_sealed_as_a_whole_is_opened_for_one_reason(desk: Desk):
    case = desk.world.case("maja")
    entry = desk.world.sign("maja", case, "note", sealed=True, heading="Hemlig rubrik", text="Hemlig text")
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    shut = maja.get(page)
    assert "Förseglad anteckning" in words(shut) and "Hemlig" not in shut.text
    maja.post(f"/arenden/{case}/visa", asked(entry, page, field="*"), page=page)
    shown = words(maja.get(page))
    assert "Hemlig rubrik" in shown and "Hemlig text" in shown and "Förseglas igen 09.05." in shown
    with desk.world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == Action.SEALED_OPENED)).all()
        assert sum("unsealing" in row.detail for row in rows) == 1


def test_a_correction_that_is_sealed_seals_what_it_corrects(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "note", heading="Hembesök", text="Bor på Storgatan 1")
    second = desk.world.sign("maja", case, "note", corrects=first, heading="Hembesök", text="Bor på Storgatan 1 A")
    last = desk.world.sign("maja", case, "note", corrects=second, sealed=True, text="Bor på Storgatan 1 A")
    desk.world.name(case, "ulf", "reader", may_unseal=False)
    with desk.world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm i natt")
    pages = [f"/arenden/{case}/journal", *(f"/arenden/{case}/anteckning/{one}" for one in (first, second, last))]
    for who in ("maja", "ulf", "jon"):
        browser = desk.as_(who)
        assert not any("Storgatan" in browser.get(page).text for page in pages), who
    maja = desk.as_("maja")
    maja.post(f"/arenden/{case}/visa", asked(first, pages[1], field="*"), page=pages[1])
    assert "Storgatan 1" in maja.get(pages[1]).text and "Storgatan 1 A" not in maja.get(pages[2]).text


def test_what_is_open_or_foreign_cannot_be_unsealed(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    other = desk.world.case("maja")
    maja, page = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}"
    for case_id, wanted in ((other, entry), (case, "finns-inte")):
        answer = maja.post(f"/arenden/{case_id}/visa", asked(wanted, page), page=page)
        assert answer.status_code == 404
    assert maja.post(f"/arenden/{case}/visa", asked(entry, page, field="*"), page=page).status_code == 404
    assert desk.as_("fia").post(f"/arenden/{case}/visa", asked(entry, page), page="/arenden").status_code == 404


def test_the_address_alone_leads_back_to_the_case(desk: Desk, threat: tuple[str, str]):
    case, _entry = threat
    assert desk.as_("maja").get(f"/arenden/{case}/visa").location == f"/arenden/{case}"
