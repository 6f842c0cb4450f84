"""One's own ways in and sessions: each change is confirmed first, ends the other sessions and is told their owner."""

from __future__ import annotations

import hashlib
import re

import pytest

from casework.core import accounts, credentials, organisations
from casework.core.models import InstallationEvent, Membership
from casework.core.permissions import OPERATOR
from tests.web.conftest import KUMLA, PASSWORD
from tests.web.ways import Telephone, account_of, give_app, recovery_codes

HOME = "/din-inloggning"
NEW = "tolv gröna stolar i rad"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def cheap(quick):
    """Passwords that cost little work."""


def ways(installation, username="maja.testlind"):
    with installation.session(None) as session:
        return {row.kind: row.id for row in credentials.of(session, account_of(session, username).id)}


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    "path", ["losenord", "app", "passkey", "koder", "x/ta-bort"], ids=["password", "app", "passkey", "codes", "remove"]
)
def test_nothing_is_changed_before_it_is_confirmed(maja, clock, path):
    clock.forward(minutes=6)
    assert maja.get(f"{HOME}/{path}").location == "/bekrafta"
    assert maja.post("/bekrafta", {"password": PASSWORD}).location == f"{HOME}/{path}"


def test_a_session_is_not_ended_before_it_is_confirmed(maja, new_visitor, clock):
    other = new_visitor()
    other.sign_in()
    clock.forward(minutes=6)
    there = {"Referer": f"http://localhost{HOME}"}
    assert maja.post(f"{HOME}/sessioner/avsluta", {}, page=HOME, headers=there).location == "/bekrafta"
    assert other.get("/hem").status_code == 200
    assert maja.post("/bekrafta", {"password": PASSWORD}).location.startswith(HOME)
    assert maja.post(f"{HOME}/sessioner/avsluta", {}, page=HOME).location == HOME
    assert other.get("/hem").location == "/logga-in"


def test_an_app_is_added_by_the_code_it_shows_and_then_asked_for(maja, new_visitor, clock, installation):
    phone = Telephone.reads(clock, maja.get(f"{HOME}/app").text)
    wrong = maja.post(f"{HOME}/app", {"one_time_code": "000000"})
    assert wrong.status_code == 422 and "Koden stämmer inte" in maja.error(wrong)
    assert set(ways(installation)) == {"password"}
    done = maja.post(f"{HOME}/app", {"one_time_code": phone.code()})
    assert len(recovery_codes(done.text)) == 10
    page = said(maja.get(HOME).text)
    assert "Engångskoder från en app" in page and "10 koder kvar." in page
    other = new_visitor()
    assert other.sign_in().location == "/logga-in/andra-steget"
    assert other.post("/logga-in/andra-steget", {"one_time_code": phone.code()}).location == "/"


def test_a_second_app_gives_no_new_recovery_codes(maja, clock, installation):
    for _ in range(2):
        phone = Telephone.reads(clock, maja.get(f"{HOME}/app").text)
        last = maja.post(f"{HOME}/app", {"one_time_code": phone.code()})
    assert last.location == HOME and "8 koder" not in maja.get(HOME).text


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(maja, new_visitor, installation):
    other = new_visitor()
    other.sign_in()
    page = f"{HOME}/losenord"
    for fields, field in (
        ({"password_now": "fel", "password": NEW, "again": NEW}, "Lösenordet stämmer inte."),
        ({"password_now": PASSWORD, "password": "kort", "again": "kort"}, "minst 15 tecken"),
        ({"password_now": PASSWORD, "password": NEW, "again": "annat"}, "Skriv samma lösenord"),
    ):
        answer = maja.post(page, fields)
        assert answer.status_code == 422 and field in maja.error(answer)
    assert other.get("/hem").status_code == 200
    assert maja.post(page, {"password_now": PASSWORD, "password": NEW, "again": NEW}).location == HOME
    assert other.get("/hem").location == "/logga-in" and maja.get("/hem").status_code == 200
    assert new_visitor().sign_in().status_code == 422
    assert new_visitor().sign_in(password=NEW).status_code == 303


def test_a_change_is_told_its_owner_once(maja, installation, new_visitor):
    maja.post(f"{HOME}/losenord", {"password_now": PASSWORD, "password": NEW, "again": NEW})
    line = "Ett sätt att logga in på ditt konto har ändrats."
    assert line in maja.get(HOME).text
    assert line not in maja.get(HOME).text
    with installation.session(None) as session:
        acts = [row.action for row in session.query(InstallationEvent).all()]
    assert acts.count("way_in:added") == 1


def test_the_last_way_in_cannot_be_removed(maja, installation, clock):
    page = f"{HOME}/{ways(installation)['password']}/ta-bort"
    answer = maja.post(page)
    assert answer.status_code == 422 and "Det är ditt enda sätt att logga in." in maja.error(answer)
    give_app(installation, clock, "maja.testlind")
    assert maja.post(page).status_code == 422  # an app alone is no way in
    app = f"{HOME}/{ways(installation)['totp']}/ta-bort"
    assert maja.post(app).location == HOME
    assert set(ways(installation)) == {"password"}


def test_where_it_is_demanded_the_last_second_factor_stays(new_strict, installation, clock):
    phone = give_app(installation, clock, "maja.testlind")
    maja = new_strict()
    maja.sign_in()
    maja.code(phone.code())
    for kind in ("totp", "password"):
        answer = maja.post(f"{HOME}/{ways(installation)[kind]}/ta-bort")
        assert answer.status_code == 422 and "enda sätt" in maja.error(answer)
    give_app(installation, clock, "maja.testlind")
    assert maja.post(f"{HOME}/{ways(installation)['totp']}/ta-bort").location == HOME


def test_nobody_removes_a_colleague_s_way_in(maja, installation, clock):
    give_app(installation, clock, "vilma.dummy")
    theirs = ways(installation, "vilma.dummy")["totp"]
    page = f"{HOME}/{theirs}/ta-bort"
    assert maja.get(page).location == HOME
    maja.post(page, page=f"{HOME}/losenord")
    assert ways(installation, "vilma.dummy")["totp"] == theirs


def test_own_sessions_are_told_apart_in_plain_words_and_ended_one_by_one(new_visitor, clock):
    here, telephone = new_visitor(), new_visitor()
    here.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    telephone.client.environ_base["HTTP_USER_AGENT"] = IPHONE
    telephone.sign_in()
    clock.forward(minutes=3)
    here.sign_in()
    page = said(here.get(HOME).text)
    assert "Firefox på Windows Den här Inloggad sedan 24 nov 09.03." in page
    assert "Safari på iPhone Inloggad sedan 24 nov 09.00." in page
    (name,) = re.findall(r'name="name" value="([0-9a-f]{22})"', here.get(HOME).text)
    assert here.post(f"{HOME}/sessioner/avsluta", {"name": name}, page=HOME).location == HOME
    assert telephone.get("/hem").location == "/logga-in"
    assert "Safari" not in here.get(HOME).text and here.get("/hem").status_code == 200


def test_more_than_two_sessions_are_a_note_and_no_limit(maja, new_visitor):
    for _ in range(2):
        new_visitor().sign_in()
    assert "Du är inloggad på fler än två ställen." in maja.get(HOME).text
    maja.post(f"{HOME}/sessioner/avsluta", {}, page=HOME)
    assert "fler än två" not in maja.get(HOME).text


def test_nobody_ends_a_colleague_s_session(maja, new_visitor, installation):
    vilma = new_visitor()
    vilma.sign_in("vilma.dummy")
    theirs = hashlib.sha256((vilma.cookie or "").encode()).hexdigest()[:22]
    maja.post(f"{HOME}/sessioner/avsluta", {"name": theirs}, page=HOME)
    assert vilma.get("/hem").status_code == 200


def test_every_session_ends_with_a_post(maja, installation):
    with installation.session(KUMLA) as session:
        mine = account_of(session, "maja.testlind").id
        organisations.end_membership(session, OPERATOR, session.query(Membership).filter_by(account_id=mine).one())
    assert maja.get("/hem").location == "/logga-in"


def test_every_session_ends_when_the_account_is_disabled_half_ones_too(maja, new_visitor, installation, clock):
    give_app(installation, clock, "maja.testlind")
    half = new_visitor()
    half.sign_in()
    with installation.session(None) as session:
        accounts.disable(session, OPERATOR, account_of(session, "maja.testlind"))
    assert maja.get("/hem").location == "/logga-in"
    assert half.get("/logga-in/andra-steget").location == "/logga-in"


def test_new_codes_make_the_old_ones_void(maja, installation, clock):
    phone = Telephone.reads(clock, maja.get(f"{HOME}/app").text)
    old = recovery_codes(maja.post(f"{HOME}/app", {"one_time_code": phone.code()}).text)
    new = recovery_codes(maja.post(f"{HOME}/koder").text)
    assert len(new) == 10 and not set(new) & set(old)
    with installation.session(None) as session:
        mine = account_of(session, "maja.testlind").id
        assert credentials.use_code(session, mine, old[0]) is None


def test_who_has_no_post_may_see_to_their_sign_in_too(visitor):
    visitor.sign_in("utan.uppdrag")
    assert "Så loggar du in" in visitor.get(HOME).text
