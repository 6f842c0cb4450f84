"""Sessions: locked when idle, ended after a working day, and the municipality somebody works in."""

from __future__ import annotations

import json

from casework.core import municipality_settings
from casework.core.models import HeldForm, WebSession
from tests.web.conftest import KUMLA, LAXA, PASSWORD


def rows(installation):
    with installation.session(None) as session:
        return [row for row in session.query(WebSession).all() if row.account_id]


def test_nobody_gets_in_without_signing_in(visitor):
    for path in ("/hem", "/installningar", "/prov/klart", "/finns-inte"):
        assert (visitor.get(path).status_code, visitor.get(path).location) == (303, "/logga-in"), path


def test_an_idle_session_locks_and_keeps_its_row(maja, clock, installation):
    clock.forward(minutes=15)
    assert maja.get("/hem").location == "/last"
    row = rows(installation)[0]
    assert row.locked_at is not None
    assert row.ended_at is None


def test_a_session_in_use_does_not_lock(maja, clock):
    for _ in range(4):
        clock.forward(minutes=14)
        assert maja.get("/hem").status_code == 200


def test_being_seen_is_written_at_most_once_a_minute(maja, clock, installation):
    maja.get("/hem")
    before = rows(installation)[0].seen_at
    clock.forward(seconds=59)
    maja.get("/hem")
    assert rows(installation)[0].seen_at == before
    clock.forward(seconds=1)
    maja.get("/hem")
    assert rows(installation)[0].seen_at == clock.now


def test_the_municipality_decides_how_long_idle_is(visitor, clock, installation):
    with installation.session(KUMLA) as session:
        municipality_settings.choose(session, "idle_minutes", 30)
    visitor.sign_in()
    visitor.post("/kommun", {"kommun": KUMLA}, page="/hem")
    clock.forward(minutes=29)
    assert visitor.get("/hem").status_code == 200


def test_after_ten_hours_the_session_ends_however_busy(maja, clock):
    for _ in range(43):
        clock.forward(minutes=14)
        maja.get("/hem")
    assert maja.get("/hem").location == "/logga-in"


def test_the_lock_page_shows_the_person_and_nothing_else(maja, clock):
    clock.forward(minutes=20)
    page = maja.get("/last")
    assert "Maja Testlind" in page.text
    assert "Huvudmeny" not in page.text


def test_unlocking_goes_back_to_the_page_under_a_new_cookie(maja, clock):
    clock.forward(minutes=20)
    before = maja.cookie
    maja.get("/prov/anteckning?flik=2")
    answer = maja.unlock()
    assert (answer.status_code, answer.location) == (303, "/prov/anteckning?flik=2")
    assert maja.cookie != before
    assert maja.get("/prov/anteckning").status_code == 200


def test_a_wrong_password_leaves_the_lock_shut(maja, clock):
    clock.forward(minutes=20)
    maja.get("/hem")
    assert maja.unlock("fel").status_code == 422
    assert maja.get("/hem").location == "/last"


def test_guessing_at_the_lock_must_wait_too(maja, clock):
    clock.forward(minutes=20)
    for _ in range(5):
        maja.unlock("fel")
    assert maja.unlock().status_code == 429


def test_the_button_locks_and_the_page_is_found_again(maja):
    answer = maja.post("/las", page="/hem", headers={"Referer": "http://localhost/installningar"})
    assert answer.location == "/last"
    assert maja.get("/hem").location == "/last"
    assert maja.unlock().location == "/hem"


def test_somebody_else_may_sign_in_at_the_lock_and_does_not_get_the_others_page(maja, clock):
    clock.forward(minutes=20)
    maja.get("/installningar")
    assert maja.sign_in("vilma.dummy").location == "/"
    assert "Vilma Dummy" in maja.get("/hem").text


def test_a_script_is_told_that_the_session_is_locked(maja, clock):
    clock.forward(minutes=20)
    answer = maja.client.post("/session/kvar", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401


def test_the_ping_keeps_the_session_open(maja, clock):
    token = maja.token("/hem")
    for _ in range(3):
        clock.forward(minutes=14)
        answer = maja.client.post("/session/kvar", headers={"X-Requested-With": "fetch", "X-CSRFToken": token})
        assert answer.status_code == 204
    assert maja.get("/hem").status_code == 200


def test_the_municipality_can_be_changed_to_one_with_a_post(maja):
    assert maja.get("/prov/klart").text == KUMLA
    maja.post("/kommun", {"kommun": LAXA}, page="/hem")
    assert maja.get("/prov/klart").text == LAXA


def test_a_municipality_without_a_post_cannot_be_chosen(visitor):
    visitor.sign_in("vilma.dummy")
    visitor.post("/kommun", {"kommun": LAXA}, page="/hem")
    assert visitor.get("/prov/klart").text == KUMLA


def test_a_page_of_sections_reads_every_municipality_by_itself(maja):
    assert maja.get("/prov/alla").text == f"Kumla:{KUMLA} Laxå:{LAXA}"


def test_who_has_no_post_gets_a_quiet_page(visitor):
    visitor.sign_in("utan.uppdrag")
    assert visitor.get("/").location == "/hem"
    assert "inget uppdrag" in visitor.get("/hem").text
    assert "inget uppdrag" in visitor.get("/prov/anteckning").text
    assert visitor.get("/prov/alla").status_code == 404


def test_the_row_holds_tokens_and_nothing_of_the_person(maja, installation):
    maja.get("/prov/anteckning")
    maja.get("/prov/klart")
    data = json.loads(rows(installation)[0].data)
    assert set(data) <= {"csrf_token", "municipality", "idle_minutes", "next"}


def test_shortcuts_can_be_switched_off(maja):
    assert 'data-keys="off"' not in maja.get("/hem").text
    maja.post("/installningar", {})
    assert 'data-keys="off"' in maja.get("/hem").text
    maja.post("/installningar", {"shortcuts": "y"})
    assert 'data-keys="off"' not in maja.get("/hem").text


def test_the_cookie_is_ours_alone(visitor):
    cookie = visitor.post("/logga-in", {"username": "maja.testlind", "password": PASSWORD}).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_an_address_somebody_typed_a_name_or_a_number_into_is_kept_nowhere(maja, clock, installation):
    clock.forward(minutes=20)
    for typed in ("/arenden/19920329-9889", "/arenden/Tim.Skissgren/journal", "/Tim.Skissgren"):
        assert maja.get(typed).location == "/last"
        maja.post(typed, {"heading": "x"})
    kept = [row.data for row in rows(installation)]
    assert not any("1992" in data or "Skissgren" in data for data in kept)
    with installation.session(None) as session:
        assert [row.path for row in session.query(HeldForm).all()] == []


def test_after_unlocking_one_is_where_one_was_going(maja, clock):
    clock.forward(minutes=20)
    maja.get("/installningar")
    assert maja.unlock().location == "/installningar"
