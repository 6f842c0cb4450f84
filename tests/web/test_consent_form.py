"""The consent form printed from the register: what is asked for and nothing else, while there is something to sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from casework.core import consent_register
from casework.core.actions import Action
from casework.core.consent_register import Answer
from casework.core.models import CasePerson
from tests.core.consenting import child, parts, wanted
from tests.core.copies import events, subject
from tests.databases import Databases
from tests.paper.sheets import read, squeezed
from tests.web import case_desk
from tests.web.case_desk import Desk
from tests.web.consent_desk import at
from tests.worlds import World


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    return desk.world.case("maja", name="Gösta Exempelsson")


def drafted(world: World, case: str, giver: str = "", **asked: Any) -> str:
    giver = giver or subject(world, case)
    with world.acting("maja") as (session, maja):
        return consent_register.draft(session, maja, case, wanted(giver, **asked)).id


def test_the_form_holds_what_is_asked_for_and_its_name_tells_nothing(desk: Desk, case: str):
    consent = drafted(desk.world, case, note="Inte om min bror", agencies=("police",))
    maja, own = desk.as_("maja"), at(case, consent)
    desk.world.sign("maja", case, "note", text="Ringde om boendet")
    assert f'href="{own}/blankett"' in maja.get(own).text
    answer = maja.get(f"{own}/blankett")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="samtyckesblankett.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    found = read(answer.data)
    for words in ("Gösta Exempelsson", "Polisen", "Inte om min bror", "Maja Testlind", "Namnteckning", "2026-0001"):
        assert squeezed(words) in found, words
    assert "Skolan" not in found and "Arbetsutskrift" not in found and "Ringde" not in found
    assert any(consent in str(one.detail) for one in events(desk.world, Action.CONSENT_FORM_PRINTED))


def test_there_is_no_form_for_what_is_answered(desk: Desk, case: str):
    consent = drafted(desk.world, case)
    with desk.world.acting("maja") as (session, maja):
        consent_register.request(session, maja, case, consent)
    browser, own = desk.as_("maja"), at(case, consent)
    assert browser.get(f"{own}/blankett").status_code == 200
    with desk.world.acting("maja") as (session, maja):
        consent_register.answer(session, maja, case, consent, Answer(given=True, how="written", identity="document"))
    assert browser.get(f"{own}/blankett").status_code == 404 and "/blankett" not in browser.get(own).text


def test_who_since_may_not_know_of_the_case_gets_no_form(desk: Desk):
    case = child(desk.world, 15)
    guardian = parts(desk.world, case, "guardian")[0]
    consent = drafted(desk.world, case, guardian, part="guardian")
    with desk.world.session() as session:
        session.execute(update(CasePerson).where(CasePerson.person_id == guardian).values(may_not_know=True))
    browser, own = desk.as_("maja"), at(case, consent)
    assert browser.get(f"{own}/blankett").status_code == 404 and "/blankett" not in browser.get(own).text


def test_a_reader_prints_no_form(desk: Desk, case: str):
    consent = drafted(desk.world, case)
    desk.world.name(case, "sven")
    sven = desk.as_("sven")
    assert sven.get(at(case, consent)).status_code == 200
    assert sven.get(f"{at(case, consent)}/blankett").status_code == 404
