"""Before what must not be done in somebody else's name, one confirms who one is, and nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import browser_sessions, credentials, one_time_codes
from casework.core.models import HeldForm, InstallationEvent, Unsealing
from tests.core.test_one_time_codes import code_at
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.conftest import PASSWORD
from tests.web.test_unsealing import asked

CONFIRM = "/bekrafta"


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def threat(desk: Desk) -> tuple[str, str]:
    case = desk.world.case("maja")
    return case, desk.world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")


def confirmed(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    with desk.world.session(None) as session:
        query = select(InstallationEvent).where(InstallationEvent.action == "identity:confirmed")
        return [(row.outcome, json.loads(row.detail)) for row in session.scalars(query).all()]


def test_a_fresh_sign_in_is_proof_enough_for_five_minutes(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    desk.world.clock.move(minutes=4, seconds=59)
    assert maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page).location == page
    desk.world.clock.move(minutes=5)
    assert maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page).location == CONFIRM


def test_a_sealed_answer_stays_shut_until_its_reader_has_confirmed_and_the_reason_is_not_lost(
    desk: Desk, threat: tuple[str, str]
):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    desk.world.clock.move(minutes=6)
    typed = asked(entry, page, reason="other", words="Rättegången i dag")
    assert maja.post(f"/arenden/{case}/visa", typed, page=page).location == CONFIRM
    with desk.world.session() as session:
        assert session.scalars(select(Unsealing)).all() == []
    shown = maja.get(CONFIRM)
    assert "Det du skrev är sparat." in shown.text and 'name="password"' in shown.text
    before = maja.cookie
    back = maja.post(CONFIRM, {"password": PASSWORD})
    assert back.location.startswith(f"/arenden/{case}/visa?kvar=") and maja.cookie != before
    form = maja.get(back.location)
    assert 'value="Rättegången i dag"' in form.text and 'selected value="other"' in form.text
    assert maja.post(f"/arenden/{case}/visa", typed, page=back.location).location == page
    assert "Hotad av tidigare vänner" in maja.get(page).text
    assert confirmed(desk) == [("done", {"methods": ["password"]})]
    with desk.world.session(None) as session:
        assert session.query(HeldForm).count() == 0


def test_confirming_gives_a_new_cookie_and_the_old_one_opens_nothing(desk: Desk):
    maja = desk.as_("maja")
    old = maja.cookie
    assert maja.post(CONFIRM, {"password": PASSWORD}).status_code == 303
    assert old is not None and maja.cookie != old and maja.get("/min-dag").status_code == 200
    with desk.world.session(None) as session:
        assert browser_sessions.found(session, old) is None


def test_a_wrong_password_confirms_nothing_and_guesses_must_wait(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    desk.world.clock.move(minutes=6)
    maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    for _ in range(5):
        answer = maja.post(CONFIRM, {"password": "fel"})
        assert answer.status_code == 422 and 'value="fel"' not in answer.text
    assert "Vänta en stund" in maja.error(maja.post(CONFIRM, {"password": PASSWORD}))
    assert maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page).location == CONFIRM
    assert confirmed(desk) == []
    desk.world.clock.move(seconds=2)
    assert maja.post(CONFIRM, {"password": PASSWORD}).status_code == 303


def test_who_has_a_second_factor_confirms_by_it_and_not_by_the_password(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    secret = one_time_codes.new_secret()
    with desk.world.session(None) as session:
        credentials.add_app(session, desk.world.ids["maja"], secret, 0)
    desk.world.clock.move(minutes=6)
    maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    assert 'name="password"' not in maja.get(CONFIRM).text
    assert maja.post(CONFIRM, {"password": PASSWORD}).status_code == 422
    code = code_at(secret, desk.world.clock.now)
    assert maja.post(CONFIRM, {"one_time_code": code}).location.startswith(f"/arenden/{case}/visa?kvar=")
    assert confirmed(desk) == [("done", {"methods": ["totp"]})]
    with desk.world.session(None) as session:
        held = session.query(HeldForm).count()
    assert held == 1  # the reason; never the code


def test_unlocking_with_the_password_alone_is_no_confirmation_where_there_is_more(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    with desk.world.session(None) as session:
        credentials.add_app(session, desk.world.ids["maja"], one_time_codes.new_secret(), 0)
    desk.world.clock.move(minutes=20)
    maja.get(page)
    assert maja.unlock().status_code == 303
    assert maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page).location == CONFIRM


def test_sealing_again_asks_nothing(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    maja, page = desk.as_("maja"), f"/arenden/{case}/journal"
    maja.post(f"/arenden/{case}/visa", asked(entry, page), page=page)
    desk.world.clock.move(minutes=4, seconds=59)
    desk.world.clock.move(seconds=1)
    assert maja.post(f"/arenden/{case}/forsegla", {"back": page}, page=page).location == page


def test_the_page_without_an_errand_confirms_and_leads_to_the_start(desk: Desk):
    maja = desk.as_("maja")
    assert "Det du skrev är sparat" not in words(maja.get(CONFIRM))
    assert maja.post(CONFIRM, {"password": PASSWORD}).location == "/"


def test_only_who_may_open_it_is_asked_to_confirm(desk: Desk, threat: tuple[str, str]):
    case, entry = threat
    fia = desk.as_("fia")
    desk.world.clock.move(minutes=6)
    assert fia.get(f"/arenden/{case}/visa").status_code == 404
    answer = fia.post(f"/arenden/{case}/visa", asked(entry, "/"), page="/arenden")
    assert answer.location == CONFIRM  # whoever may open sealed answers at all; whether here is told after, as ever
    fia.post(CONFIRM, {"password": PASSWORD})
    assert fia.post(f"/arenden/{case}/visa", asked(entry, "/"), page="/arenden").status_code == 404
