from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import carrying, entries, vault
from casework.core.actions import Action
from casework.core.models import AuditEvent, Entry, Value
from tests.answers import ANSWERS
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.worlds import REGISTRY

TYPED = {
    "event_date": "i går",
    "event_time": "1530",
    "event_type": "call",
    "heading": "Samtal om boendet",
    "text": "Vi pratade om boendet.",
    "seal_entry": "nej",
}


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def drafts(desk: Desk, case: str) -> list[Entry]:
    with desk.world.session() as session:
        return list(session.scalars(select(Entry).where(Entry.case_id == case, Entry.state == "draft")).all())


def signed(desk: Desk, case: str) -> list[Entry]:
    with desk.world.session() as session:
        return list(session.scalars(select(Entry).where(Entry.case_id == case, Entry.state == "signed")).all())


def test_a_note_is_written_and_signed_and_stands_in_the_journal(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    assert 'value="2026-11-24"' in maja.get(address).text
    answer = maja.post(address, TYPED | {"gor": "signera"})
    assert answer.status_code == 303 and answer.location == f"/arenden/{case}/journal"
    journal = maja.get(answer.location)
    assert "Signerat och klart" in journal.text and "Samtal om boendet" in words(journal)
    assert "23 nov" in words(journal) and "15.30" in words(journal)
    assert "Signerat och klart" not in maja.get(answer.location).text  # a receipt is told once


def test_errors_are_told_above_and_at_the_field_and_nothing_typed_is_lost(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    answer = maja.post(
        address, TYPED | {"event_time": "snart", "heading": "", "assessment": "Oroande", "gor": "signera"}
    )
    assert answer.status_code == 422
    assert "Skriv tiden så här: 15.30." in maja.error(answer) and "Skriv rubrik." in maja.error(answer)
    for typed in ("i går", "snart", "Vi pratade om boendet.", "Oroande"):
        assert typed in answer.text
    assert "<title>Fel: " in answer.text and 'aria-invalid="true"' in answer.text
    assert signed(desk, case) == []


def test_a_draft_is_kept_as_it_was_typed_and_seen_by_its_author_only(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    answer = maja.post(address, {"heading": "Halvfärdig", "event_time": "snart", "gor": "spara", "version": "0"})
    assert answer.status_code == 303
    journal = maja.get(answer.location)
    assert (
        "Utkast" in words(journal) and "Halvfärdig" in words(journal) and "Bara du kan se utkastet." in words(journal)
    )
    again = maja.get(address)
    assert "Halvfärdig" in again.text and 'value="snart"' in again.text and "Utkast sparat" in again.text
    desk.world.name(case, "sven", "co_officer")
    sven = desk.as_("sven")
    assert "Halvfärdig" not in sven.get(f"/arenden/{case}/journal").text
    assert "Halvfärdig" not in sven.get(address).text


def test_signing_takes_the_draft_away(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    maja.post(address, TYPED | {"gor": "spara", "version": "0"})
    maja.post(address, TYPED | {"gor": "signera", "version": "1"})
    assert drafts(desk, case) == [] and len(signed(desk, case)) == 1


def test_the_script_saves_a_draft_and_learns_its_version(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    first = maja.post(f"{address}/utkast", {"heading": "Ett", "version": "0"}, page=address)
    assert (first.status_code, first.json, first.headers["X-Draft-Version"]) == (
        200,
        {"saved": "09.00", "version": 1},
        "1",
    )
    second = maja.post(f"{address}/utkast", {"heading": "Två", "version": "1"}, page=address)
    assert second.json is not None and second.json["version"] == 2
    stale = maja.post(f"{address}/utkast", {"heading": "Tre", "version": "1"}, page=address)
    assert stale.status_code == 409
    assert "Två" in maja.get(address).text


def test_the_script_makes_no_draft_of_nothing(desk: Desk):
    case = desk.world.case("maja")
    address = f"/arenden/{case}/skriv/note"
    desk.as_("maja").post(f"{address}/utkast", {"heading": " ", "version": "0"}, page=address)
    assert drafts(desk, case) == []


@pytest.mark.parametrize("form", ["note", "registration"])
def test_a_save_by_the_script_that_comes_after_the_signing_makes_no_draft(desk: Desk, form: str):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/{form}"
    shown = hidden(maja.get(address), "shown_at")
    desk.world.clock.move(seconds=5)
    fields = TYPED | ANSWERS["registration"] | {"shown_at": shown, "version": "0"}
    assert maja.post(address, fields | {"gor": "signera"}).status_code == 303
    assert maja.post(f"{address}/utkast", fields, page=address).status_code == 409
    assert drafts(desk, case) == []


def test_a_draft_saved_on_two_pages_asks_which_text_to_keep(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    maja.post(address, {"heading": "Från den andra fliken", "gor": "spara", "version": "0"})
    clash = maja.post(address, {"heading": "Från den här fliken", "gor": "spara", "version": "0"})
    assert clash.status_code == 422
    assert "Utkastet är ändrat på ett annat ställe" in words(clash) and "Från den andra fliken" in words(clash)
    assert 'value="Från den här fliken"' in clash.text
    kept = maja.post(address, {"heading": "Från den här fliken", "gor": "spara", "version": hidden(clash, "version")})
    assert kept.status_code == 303 and "Från den här fliken" in maja.get(address).text


def test_a_draft_is_thrown_away_after_being_asked_once(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    asked = maja.post(address, {"heading": "Slängs", "gor": "slang", "version": "0"})
    assert asked.status_code == 303 and asked.location == f"{address}/slang"
    assert "Vill du slänga utkastet?" in maja.get(asked.location).text and len(drafts(desk, case)) == 1
    gone = maja.post(asked.location, {"begun_on": ""})
    assert gone.status_code == 303 and drafts(desk, case) == []
    assert maja.get(asked.location).status_code == 303


def test_a_note_is_corrected_and_both_texts_can_be_read(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "note", text="Klockan 14")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note?rattar={first}"
    page = maja.get(address)
    assert "Rätta anteckningen" in page.text and "Klockan 14" in page.text
    fields = TYPED | {"text": "Klockan 13", "begun_on": hidden(page, "begun_on"), "gor": "signera"}
    assert maja.post(f"/arenden/{case}/skriv/note", fields).status_code == 303
    old = maja.get(f"/arenden/{case}/anteckning/{first}")
    assert "Den här texten är rättad." in words(old)
    newest = next(entry for entry in signed(desk, case) if entry.corrects_id == first)
    shown = words(maja.get(f"/arenden/{case}/anteckning/{newest.id}"))
    assert shown.index("Klockan 13") < shown.index("Tidigare versioner") < shown.index("Klockan 14")


def test_a_form_filled_in_once_is_changed_from_what_it_holds(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "registration")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/registration"
    page = maja.get(address)
    assert "Vill lämna gänget" in page.text
    fields = ANSWERS["registration"] | {"origin": "police", "begun_on": hidden(page, "begun_on"), "gor": "signera"}
    answer = maja.post(address, fields)
    assert answer.location == f"/arenden/{case}/uppgifter/registration"
    assert "Polisen" in words(maja.get(answer.location))


def test_what_somebody_signed_meanwhile_is_told_and_the_text_is_kept(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "registration")
    desk.world.name(case, "sven", "co_officer")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/registration"
    page = maja.get(address)
    desk.world.clock.move(minutes=2)
    theirs = desk.world.sign("sven", case, "registration", corrects=first, matter="Svens version")
    fields = ANSWERS["registration"] | {"matter": "Majas version", "gor": "signera"}
    clash = maja.post(address, fields | {"begun_on": hidden(page, "begun_on")})
    assert clash.status_code == 422 and "Majas version" in clash.text
    assert "Någon annan har ändrat uppgifterna medan du skrev" in words(clash)
    assert "Sven Provsson signerade 24 nov 09.02" in words(clash)
    assert f'href="/arenden/{case}/anteckning/{theirs}"' in clash.text
    assert maja.post(address, fields | {"begun_on": hidden(clash, "begun_on")}).status_code == 303
    with desk.world.acting("maja") as (session, _actor):
        now = entries.current(session, desk.world.get(session, case), "registration")
        assert len(now) == 1 and now[0].corrects_id == theirs


def test_a_draft_begun_before_somebody_signed_says_so_when_it_is_taken_up(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "registration")
    desk.world.name(case, "sven", "co_officer")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/registration"
    begun = hidden(maja.get(address), "begun_on")
    maja.post(address, {"matter": "Majas utkast", "begun_on": begun, "gor": "spara", "version": "0"})
    theirs = desk.world.sign("sven", case, "registration", corrects=first)
    page = maja.get(address)
    assert "Sven Provsson signerade" in words(page) and "Majas utkast" in page.text
    assert hidden(page, "begun_on") == theirs
    fields = ANSWERS["registration"] | {"matter": "Majas utkast", "gor": "signera"}
    assert maja.post(address, fields | {"begun_on": theirs}).status_code == 303
    assert drafts(desk, case) == []


def test_a_correction_of_what_is_already_corrected_follows_on_the_latest(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "note")
    second = desk.world.sign("maja", case, "note", corrects=first, text="Rättad en gång")
    page = desk.as_("maja").get(f"/arenden/{case}/skriv/note?rattar={first}")
    assert hidden(page, "begun_on") == second and "Rättad en gång" in page.text


def test_what_is_typed_when_the_screen_locks_is_there_after_unlocking(desk: Desk):
    case = desk.world.case("maja")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/note"
    token = maja.token(address)
    desk.world.clock.move(minutes=16)
    locked = maja.post(address, TYPED | {"heading": "Skrevs när det låste sig", "gor": "signera"}, token=token)
    assert locked.status_code == 303
    back = maja.unlock()
    assert back.location.startswith(address)
    assert "Skrevs när det låste sig" in maja.get(back.location).text


# Sealed answers that the author may not see -----------------------------------------------------


def values(desk: Desk, entry_id: str) -> dict[str, Value]:
    with desk.world.session() as session:
        return {one.field: one for one in session.scalars(select(Value).where(Value.entry_id == entry_id)).all()}


def opened(desk: Desk, case: str, entry_id: str, field: str) -> str:
    """A sealed answer in words, past every rule."""
    from dataclasses import replace

    from casework.core import access
    from casework.core.permissions import Permission

    with desk.world.acting("maja") as (session, actor):
        _case, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
        rule = replace(decision, unsealed=frozenset({(entry_id, field)}))
        value = session.get(Value, (session.municipality, entry_id, field))
        assert value is not None
        return vault.open_answer(rule, desk.world.entry(session, entry_id), value)


def test_a_sealed_answer_left_empty_is_carried_over_unseen(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "threat", threat_summary="Hemligt hot")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/threat"
    page = maja.get(f"{address}?rattar={first}")
    assert "Hemligt hot" not in page.text and "Lämna tomt så behålls den." in page.text
    locked = hidden(page, "locked_fields")
    assert "threat_summary" in locked and "protection_need" not in locked
    answer = maja.post(address, {"protection_need": "no", "begun_on": first, "locked_fields": locked, "gor": "signera"})
    assert answer.status_code == 303
    newest = next(entry.id for entry in signed(desk, case) if entry.corrects_id == first)
    assert opened(desk, case, newest, "threat_summary") == "Hemligt hot"
    before, after = values(desk, first)["threat_summary"], values(desk, newest)["threat_summary"]
    assert before.sealed is not None and after.sealed is not None and before.sealed.blob != after.sealed.blob
    assert after.sensitivity == before.sensitivity
    with desk.world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == Action.SEALED_CARRIED)).all()
        assert any("threat_summary" in row.detail for row in rows) and "Hemligt" not in str([r.detail for r in rows])


def test_a_sealed_answer_that_is_written_anew_replaces_the_old(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "threat", threat_summary="Gammalt hot")
    maja, address = desk.as_("maja"), f"/arenden/{case}/skriv/threat"
    locked = hidden(maja.get(f"{address}?rattar={first}"), "locked_fields")
    fields = {"protection_need": "yes", "threat_summary": "Nytt hot", "begun_on": first, "locked_fields": locked}
    assert maja.post(address, fields | {"gor": "signera"}).status_code == 303
    newest = next(entry.id for entry in signed(desk, case) if entry.corrects_id == first)
    assert opened(desk, case, newest, "threat_summary") == "Nytt hot"


def test_what_was_sealed_as_a_whole_is_never_carried_into_the_open(desk: Desk):
    case = desk.world.case("maja")
    first = desk.world.sign("maja", case, "note", sealed=True, text="Hemligt samtal")
    with desk.world.acting("maja") as (session, actor):
        answers = {"event_date": "2026-11-24", "event_type": "call", "heading": "Ny rubrik"}
        newest = carrying.sign(
            session, REGISTRY, actor, case, "note", answers, sealed=False, corrects_id=first, locked=["text"]
        )
    assert newest.sealed and {one.sensitivity for one in values(desk, newest.id).values()} == {2}
    assert opened(desk, case, newest.id, "text") == "Hemligt samtal"
