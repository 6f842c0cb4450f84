from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import case_log as log
from casework.core import entries, reading
from casework.core.actions import Action
from casework.core.permissions import Role
from casework.web import act_words
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_every_act_and_every_role_has_words():
    assert set(act_words.WORDS) == set(Action)
    assert set(act_words.ROLES) == set(Role)


def test_the_log_says_who_did_what_in_plain_words(desk: Desk):
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note")
    desk.world.take("maja", case, "begin_assessment")
    desk.world.name(case, "sven")
    desk.world.clock.move(minutes=1)
    desk.as_("sven").get(f"/arenden/{case}")
    said = words(desk.as_("maja").get(f"/arenden/{case}/atkomst"))
    assert "Sven Provsson, handläggare Öppnade översikten" in said
    assert "Du" in said and "Signerade: anteckning" in said
    assert "Tog ett steg i ärendet: påbörja initial bedömning" in said
    assert "Namngav någon i ärendet" in said
    assert not re.search(r"\b[a-z_]+:[a-z_]+\b", said)  # no code is shown


def test_an_opened_seal_tells_the_field_and_the_reason_in_the_officers_words(desk: Desk):
    case = desk.world.case("maja")
    entry = desk.world.sign("maja", case, "threat")
    with desk.world.acting("maja") as (session, maja):
        sealed = [
            v.field for v in entries.values_of(session, [desk.world.entry(session, entry)])[entry] if v.sensitivity == 2
        ]
        reading.unseal(session, maja, case, entry, sealed[0], "other", "Ska förbereda ett möte")
    said = words(desk.as_("maja").get(f"/arenden/{case}/atkomst"))
    assert "Öppnade en förseglad uppgift: " in said and "Ska förbereda ett möte" in said


def test_the_page_says_who_has_access_and_why(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven", "reader")
    desk.world.permit(case)
    said = words(desk.as_("maja").get(f"/arenden/{case}/atkomst")).split("Har åtkomst")[1]
    assert "Maja Testlind Handläggare" in said and "Sven Provsson Läsare" in said
    assert "Polisen Bara delad status, till och med 1 feb 2027" in said
    assert "Enhetschefen Ser att ärendet finns, inte vad som står i det" in said


def test_older_events_are_on_the_next_page_and_none_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "PAGE", 8)
    case = desk.world.case("maja")
    for _n in range(6):
        desk.world.clock.move(minutes=1)
        desk.world.sign("maja", case, "note")
    desk.world.clock.move(minutes=1)
    maja, at, seen = desk.as_("maja"), f"/arenden/{case}/atkomst", ""
    for _page in range(5):
        page = maja.get(at).text
        seen += words(page)
        older = re.search(r'href="([^"]*fore=[^"]*)"[^>]*>Äldre händelser', page)
        if older is None:
            break
        at = older[1].replace("&amp;", "&")
    assert seen.count("Signerade: anteckning") == 6
    assert "Registrerade ärendet" in seen


def test_a_made_up_place_in_the_log_is_the_beginning(desk: Desk):
    case = desk.world.case("maja")
    assert desk.as_("maja").get(f"/arenden/{case}/atkomst?fore=2026-11-24").status_code == 200
