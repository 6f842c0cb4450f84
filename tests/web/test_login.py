"""Signing in and out: one answer for unknown and wrong, waits that grow, every act in the chain."""

from __future__ import annotations

from casework.core import accounts, audit_verification
from casework.core.models import InstallationEvent, Throttle, WebSession
from casework.core.permissions import OPERATOR
from tests.web.conftest import PASSWORD


def acts(installation):
    with installation.session(None) as session:
        rows = session.query(InstallationEvent).order_by(InstallationEvent.lane, InstallationEvent.seq).all()
        return [(row.action, row.outcome) for row in rows]


def account_of(session, username):
    account = accounts.find(session, username)
    assert account is not None
    return account


def test_a_right_password_opens_a_session(visitor):
    answer = visitor.sign_in()
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Maja Testlind" in visitor.get("/hem").text


def test_signing_in_gives_a_new_cookie(visitor):
    visitor.get("/logga-in")
    before = visitor.cookie
    visitor.sign_in()
    assert before is not None
    assert visitor.cookie != before


def test_an_unknown_name_and_a_wrong_password_get_the_same_page(new_visitor):
    one, other = new_visitor(), new_visitor()
    wrong = one.sign_in("maja.testlind", "fel lösenord helt och hållet")
    unknown = other.sign_in("finns.inte", "fel lösenord helt och hållet")
    assert wrong.status_code == unknown.status_code == 422
    assert one.error(wrong) == other.error(unknown) != ""


def test_the_user_name_is_kept_and_the_password_is_not(visitor):
    page = visitor.sign_in("maja.testlind", "fel lösenord helt och hållet").text
    assert 'value="maja.testlind"' in page
    assert "fel lösenord" not in page


def test_after_five_wrong_guesses_the_right_password_must_wait(visitor, clock):
    for _ in range(5):
        visitor.sign_in(password="fel")
    assert visitor.sign_in().status_code == 429
    clock.forward(seconds=2)
    assert visitor.sign_in().status_code == 303


def test_the_wait_doubles(visitor, clock):
    for _ in range(5):
        visitor.sign_in(password="fel")
    for seconds in (1, 2, 4):
        clock.forward(seconds=seconds)
        visitor.sign_in(password="fel")
    clock.forward(seconds=7)
    assert visitor.sign_in().status_code == 429
    clock.forward(seconds=1)
    assert visitor.sign_in().status_code == 303


def test_a_stranger_elsewhere_does_not_lock_a_colleague_out(new_visitor):
    stranger, maja = new_visitor(), new_visitor()
    for _ in range(20):
        stranger.post(
            "/logga-in",
            {"username": "maja.testlind", "password": "x"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
        )
    assert maja.sign_in().status_code == 303


def test_a_name_that_does_not_exist_waits_like_one_that_does(visitor):
    for _ in range(5):
        visitor.sign_in("finns.inte", "fel")
    assert visitor.sign_in("finns.inte", "fel").status_code == 429


def test_the_table_of_waits_names_nobody(visitor, installation):
    visitor.sign_in(password="fel")
    with installation.session(None) as session:
        digests = [row.digest for row in session.query(Throttle).all()]
    assert digests
    assert all(len(digest) == 64 for digest in digests)


def test_every_sign_in_is_in_a_chain_that_holds(visitor, installation):
    visitor.sign_in(password="fel")
    visitor.sign_in("finns.inte", "fel")
    visitor.sign_in()
    visitor.post("/logga-ut", page="/hem")
    done = acts(installation)
    assert done.count(("sign_in:failed", "denied")) == 2
    assert done.count(("sign_in:done", "done")) == 1
    assert done.count(("session:ended", "done")) == 1
    with installation.session(None) as session:
        assert audit_verification.faults(session) == []


def test_signing_out_ends_the_session_and_clears_the_browser(maja, installation):
    cookie = maja.cookie
    answer = maja.post("/logga-ut", page="/hem")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    (taken_back,) = answer.headers.getlist("Set-Cookie")
    assert taken_back.startswith("session=;") and "Max-Age=0" in taken_back
    assert maja.cookie is None
    assert maja.client.get_cookie("device") is not None  # the browser stays known: no stranger makes its owner wait
    maja.client.set_cookie("session", cookie)
    assert maja.get("/hem").location == "/logga-in"


def test_a_disabled_account_is_out_at_once(maja, installation):
    with installation.session(None) as session:
        accounts.disable(session, OPERATOR, account_of(session, "maja.testlind"))
    assert maja.get("/hem").location == "/logga-in"
    assert maja.sign_in().status_code == 422


def test_a_one_time_link_lets_its_bearer_choose_a_password_once(visitor, installation):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, "vilma.dummy"))
    chosen = "tolv gröna stolar i rad"
    link = f"/valkommen/{token}"
    short = visitor.post(link, {"password": "kort", "again": "kort"})
    assert short.status_code == 422
    assert "minst 15 tecken" in visitor.error(short)
    assert visitor.post(link, {"password": chosen, "again": chosen}).location == "/logga-in"
    assert visitor.get(link).status_code == 404
    assert visitor.sign_in("vilma.dummy", chosen).status_code == 303


def test_two_different_passwords_are_not_saved(visitor, installation):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, "vilma.dummy"))
    answer = visitor.post(f"/valkommen/{token}", {"password": "tolv gröna stolar i rad", "again": "något annat"})
    assert "Skriv samma lösenord en gång till." in visitor.error(answer)
    assert visitor.get(f"/valkommen/{token}").status_code == 200


def test_no_cookie_lies_in_the_database(maja, installation):
    with installation.session(None) as session:
        rows = session.query(WebSession).all()
        assert all(maja.cookie not in f"{row.digest}{row.data}" for row in rows)


def test_a_sign_in_from_another_site_is_refused(visitor):
    answer = visitor.post(
        "/logga-in", {"username": "maja.testlind", "password": PASSWORD}, headers={"Origin": "https://ond.example"}
    )
    assert answer.status_code == 400
    assert visitor.get("/hem").location == "/logga-in"
