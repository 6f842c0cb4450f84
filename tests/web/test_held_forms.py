"""Nothing typed is lost: not when the screen locked, the session ended, the page was too old, or the program failed."""

from __future__ import annotations

import re

import pytest

from casework.core import held_forms
from casework.core.models import HeldForm
from tests.web.conftest import KUMLA, PASSWORD

TYPED = {"heading": "Samtal om boendet", "text": "Alex vill flytta före jul"}
PAGE = "/prov/anteckning"


def held(installation):
    with installation.session(None) as session:
        return session.query(HeldForm).count()


def shows(page):
    return TYPED["heading"] in page.text and TYPED["text"] in page.text


def test_a_form_sent_to_a_locked_session_is_there_after_unlocking(maja, clock, installation):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    assert maja.post(PAGE, TYPED, token=token).location == "/last"
    assert "Det du skrev är sparat." in maja.get("/last").text
    back = maja.unlock().location
    page = maja.get(back)
    assert back.startswith(f"{PAGE}?kvar=")
    assert shows(page)
    assert "Det du skrev är kvar. Läs igenom och spara igen." in page.text
    assert held(installation) == 1


def test_a_form_sent_again_is_held_no_longer(maja, clock, installation):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    maja.post(PAGE, TYPED, token=token)
    page = maja.get(maja.unlock().location)
    (kept,) = re.findall(r'name="kvar"[^>]*value="([^"]+)"', page.text)
    assert maja.post(PAGE, {**TYPED, "kvar": kept}).location == "/prov/klart"
    assert held(installation) == 0


def test_a_held_form_that_is_refused_again_stays_held(maja, clock, installation):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    maja.post(PAGE, TYPED, token=token)
    kept = maja.unlock().location.split("kvar=")[1]
    again = maja.post(PAGE, {"heading": "nekas", "kvar": kept})
    assert again.status_code == 422
    assert kept in again.text
    assert held(installation) == 1


def test_a_form_sent_to_an_ended_session_is_there_after_signing_in(maja, clock):
    token = maja.token(PAGE)
    clock.forward(hours=11)
    assert maja.post(PAGE, TYPED, token=token).location == "/logga-in"
    assert "Det du skrev är sparat." in maja.get("/logga-in").text
    assert shows(maja.get(maja.sign_in().location))


def test_what_was_typed_is_found_in_another_browser_too(maja, new_visitor, clock):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    maja.post(PAGE, TYPED, token=token)
    other = new_visitor()
    assert shows(other.get(other.sign_in().location))


def test_a_form_with_an_old_token_is_shown_again(maja):
    answer = maja.post(PAGE, TYPED, token="gammal")
    assert answer.location.startswith(f"{PAGE}?kvar=")
    assert shows(maja.get(answer.location))


def test_what_waits_on_a_page_that_one_may_no_longer_reach_stands_in_nobodys_way(maja, new_visitor, installation):
    maja.post(PAGE, TYPED, token="gammal")
    with installation.session(None) as session:
        account_id = session.query(HeldForm.account_id).scalar()
        held_forms.release(session, account_id, PAGE)
        held_forms.hold(session, account_id, f"/arenden/{'A' * 22}", TYPED.items())
    other = new_visitor()
    going = other.sign_in().location
    assert "kvar=" in going
    assert other.get(going).location == "/"
    assert held(installation) == 0
    assert "kvar=" not in new_visitor().sign_in().location


def test_somebody_else_never_sees_it(maja, new_visitor, clock):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    maja.post(PAGE, TYPED, token=token)
    back = maja.unlock().location
    vilma = new_visitor()
    vilma.sign_in("vilma.dummy")
    assert vilma.get(back).status_code == 200
    assert not shows(vilma.get(back))


def test_who_takes_over_the_browser_does_not_see_it(maja, clock):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    maja.post(PAGE, TYPED, token=token)
    assert maja.sign_in("vilma.dummy").location == "/"
    assert not shows(maja.get(PAGE))


def test_it_is_shown_on_its_own_page_only(maja):
    kept = maja.post(PAGE, TYPED, token="gammal").location.split("kvar=")[1]
    assert not shows(maja.get(f"/installningar?kvar={kept}"))


def test_it_is_kept_for_a_day(maja, clock):
    back = maja.post(PAGE, TYPED, token="gammal").location
    clock.forward(hours=23, minutes=59)
    maja.sign_in()
    assert shows(maja.get(back))
    clock.forward(minutes=2)
    assert not shows(maja.get(back))


def test_a_draft_saved_by_script_to_a_locked_session_comes_back_on_its_page(maja, clock):
    clock.forward(minutes=20)
    script = {"X-Requested-With": "fetch", "X-Page": PAGE}
    assert maja.client.post(f"{PAGE}/utkast", data=TYPED, headers=script).status_code == 401
    assert shows(maja.get(maja.unlock().location))


def test_a_form_without_a_page_of_its_own_comes_back_where_it_lay(maja, clock):
    clock.forward(minutes=20)
    maja.client.post(f"{PAGE}/utkast", data=TYPED, headers={"Referer": f"http://localhost{PAGE}"})
    assert maja.unlock().location.startswith(f"{PAGE}?kvar=")


@pytest.mark.parametrize("heading", ["sprängs", "krock", "nekas"])
def test_whatever_goes_wrong_the_text_is_still_there(maja, heading):
    page = maja.post(PAGE, {**TYPED, "heading": heading})
    back = re.search(rf'href="({PAGE}\?kvar=[^"]+)"', page.text)
    shown = maja.get(back[1]).text if back else page.text
    assert TYPED["text"] in shown
    assert heading in shown


def test_nothing_typed_lies_in_an_address_a_log_or_in_the_clear(maja, clock, installation, caplog, filled):
    token = maja.token(PAGE)
    clock.forward(minutes=20)
    answer = maja.post(PAGE, TYPED, token=token)
    maja.post("/last", {"password": PASSWORD})
    seen = f"{answer.headers}{caplog.text}"
    assert "boendet" not in seen
    with installation.session(None) as session:
        assert all(b"boendet" not in row.body.blob for row in session.query(HeldForm).all())


def test_a_held_form_opens_for_its_own_account_only_even_if_the_row_is_moved(maja, installation):
    kept = maja.post(PAGE, TYPED, token="gammal").location.split("kvar=")[1]
    with installation.session(None) as session:
        row = session.get(HeldForm, kept)
        other = "somebody-else-22-chars"
        assert held_forms.take(session, other, PAGE, kept) is None
        place = row.path
        assert held_forms.take(session, row.account_id, place, kept) is not None
        row.path = "/prov/klart"
        assert held_forms.take(session, row.account_id, "/prov/klart", kept) is None
        row.path = place


def test_passwords_are_never_held(maja, clock, installation):
    clock.forward(minutes=20)
    maja.client.post(PAGE, data={"new_password": "hemligt", "heading": "x"})
    with installation.session(None) as session:
        row = session.query(HeldForm).one()
        fields = held_forms.take(session, row.account_id, PAGE, row.id)
    assert fields == [("heading", "x")]


def test_a_page_of_another_site_cannot_fill_a_form(maja, installation):
    answer = maja.client.post(PAGE, data=TYPED, headers={"Origin": "https://ond.example"})
    assert answer.status_code == 400
    assert held(installation) == 0


def test_a_refused_deed_leaves_no_record_of_having_been_done(maja, installation):
    from casework.core.models import AuditEvent

    maja.post(PAGE, {"heading": "nekas"})
    with installation.session(KUMLA) as session:
        assert session.query(AuditEvent).filter_by(action="entry:signed").count() == 0
    maja.post(PAGE, {"heading": "går bra"})
    with installation.session(KUMLA) as session:
        assert session.query(AuditEvent).filter_by(action="entry:signed").count() == 1


def test_a_page_sent_in_whole_leaves_nothing_of_it_held_whatever_was_typed_there_before(maja, installation):
    maja.post(PAGE, TYPED, token="gammal")
    maja.post(PAGE, {**TYPED, "heading": "En annan rubrik"}, token="gammal")
    assert held(installation) == 2
    assert maja.post(PAGE, TYPED).location == "/prov/klart"
    assert held(installation) == 0


def test_what_was_typed_is_forgotten_after_a_day(maja, new_visitor, clock, installation):
    maja.post(PAGE, TYPED, token="gammal")
    clock.forward(hours=25)
    new_visitor().sign_in("vilma.dummy")
    assert held(installation) == 0


def test_a_form_that_was_drawn_for_another_municipality_does_nothing_and_comes_back_there_with_its_words(maja):
    drawn = re.search(r'name="drawn_for"[^>]*value="([^"]+)"', maja.get(PAGE).text)
    assert drawn is not None and maja.get("/prov/klart").text == drawn[1]
    other = next(code for code in ("1860", "1881") if code != drawn[1])
    maja.post("/kommun", {"kommun": other, "drawn_for": drawn[1]}, page="/hem")  # in another tab
    assert maja.get("/prov/klart").text == other
    answer = maja.post(PAGE, {**TYPED, "drawn_for": drawn[1]})
    assert answer.location.startswith(f"{PAGE}?kvar="), "it was not taken in"
    assert shows(maja.get(answer.location))
    assert maja.get("/prov/klart").text == drawn[1]
    assert maja.post(PAGE, {**TYPED, "drawn_for": drawn[1]}).location == "/prov/klart"


def test_a_script_of_a_stale_tab_does_not_choose_a_municipality(maja):
    drawn = maja.get("/prov/klart").text
    other = next(code for code in ("1860", "1881") if code != drawn)
    maja.post("/kommun", {"kommun": other}, page="/hem")
    answer = maja.post(PAGE, {**TYPED, "drawn_for": drawn}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 400 and maja.get("/prov/klart").text == other
