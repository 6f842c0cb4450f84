"""Signing in in two steps, as in production: half-way in, nothing opens; set-up comes before anything else."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from casework.core import accounts, browser_sessions, credentials, passwords
from casework.core.models import Credential, InstallationEvent, WebSession
from casework.core.permissions import OPERATOR
from casework.settings import Settings
from tests.web.ways import Telephone, account_of, give_app, recovery_codes

STEP, SET_UP = "/logga-in/andra-steget", "/logga-in/satt-upp"


@pytest.fixture
def phone(installation, clock):
    return give_app(installation, clock, "maja.testlind")


def acts(installation, action):
    with installation.session(None) as session:
        rows = session.query(InstallationEvent).filter_by(action=action).all()
        return [(row.outcome, json.loads(row.detail)) for row in rows]


def test_password_and_code_sign_in_and_each_step_has_a_cookie_of_its_own(new_strict, phone, installation):
    maja = new_strict()
    maja.get("/logga-in")
    cookies = [maja.cookie]
    assert maja.sign_in().location == STEP
    cookies.append(maja.cookie)
    page = maja.get(STEP).text
    assert "Maja Testlind" in page and "Huvudmeny" not in page
    assert maja.code(phone.code()).location == "/"
    cookies.append(maja.cookie)
    assert None not in cookies and len(set(cookies)) == 3
    assert maja.get("/hem").status_code == 200
    assert acts(installation, "sign_in:done") == [("done", {"methods": ["password", "totp"]})]
    for old in cookies[:2]:
        maja.client.set_cookie("__Host-session", old, secure=True)
        assert maja.get("/hem").location == "/logga-in"


def test_half_way_in_nothing_opens(new_strict, phone, strict, installation):
    maja = new_strict()
    maja.sign_in()
    csrf = maja.token(STEP)
    half = maja.cookie
    opened = {
        "asset", "enrolment.enrol", "enrolment.make_passkey", "lock.lock", "lock.locked", "lock.unlock", "login.show",
        "login.sign_in", "login.by_passkey", "login.sign_out", "organisation.back", "organisation.enrol",
        "organisation.finish", "organisation.sign_in", "organisation.unlock", "passkeys.make", "passkeys.prove",
        "second_step.prove", "second_step.set_up", "start.health", "start.security",
        "violations.csp",
    }  # fmt: skip
    with strict.test_request_context():
        rules = [rule for rule in strict.url_map.iter_rules() if rule.endpoint not in opened]
        adapter = strict.url_map.bind("localhost")
        paths = [
            (method, adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "x"), method=method))
            for rule in rules
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]
    assert len(paths) > 60
    for method, path in paths:
        answer = maja.client.open(path, method=method, data={"csrf_token": csrf})
        assert (answer.status_code, answer.location) == (303, "/logga-in"), path
    assert maja.client.post("/session/kvar", headers={"X-Requested-With": "fetch"}).status_code == 401
    for path in (SET_UP, "/last"):
        assert maja.get(path).location in {"/logga-in", "/"}
    assert maja.post("/passkey/ny", page=STEP).status_code == 404
    assert maja.cookie == half
    with installation.session(None) as session:
        assert browser_sessions.found(session, half or "").holder is None  # type: ignore[union-attr]


def test_a_wrong_code_leaves_the_door_shut_and_a_code_is_good_once(new_strict, phone):
    maja = new_strict()
    maja.sign_in()
    wrong = maja.code("000000")
    assert wrong.status_code == 422 and "Koden stämmer inte" in maja.error(wrong)
    code = phone.code()
    assert maja.code(code).location == "/"
    other = new_strict()
    other.sign_in()
    assert other.code(code).status_code == 422
    assert other.code(phone.code()).location == "/"


def test_the_second_step_waits_for_a_quarter_of_an_hour(new_strict, phone, clock):
    maja = new_strict()
    maja.sign_in()
    clock.forward(minutes=15)
    assert maja.get(STEP).location == "/logga-in"
    assert maja.client.post(STEP, data={"one_time_code": phone.code()}).status_code in {303, 400}
    assert maja.get("/hem").location == "/logga-in"


def test_after_five_wrong_codes_the_right_one_must_wait(new_strict, phone, clock):
    maja = new_strict()
    maja.sign_in()
    for _ in range(5):
        maja.code("000000")
    code = phone.code()
    clock.forward(seconds=-29)
    assert maja.code(code).status_code == 429
    clock.forward(seconds=29)
    assert maja.code(code).status_code == 303


def test_nobody_learns_whether_an_account_has_a_second_factor_or_exists(new_strict, phone, installation, clock):
    give_app(installation, clock, "vilma.dummy")
    with installation.session(None) as session:
        accounts.disable(session, OPERATOR, account_of(session, "lo.provander"))
        credentials.remove(session, credentials.of(session, account_of(session, "utan.uppdrag").id))
    pages = set()
    for who in ("maja.testlind", "vilma.dummy", "lo.provander", "utan.uppdrag", "finns.inte"):
        answer = new_strict().sign_in(who, "fel lösenord helt och hållet")
        shown = re.sub(r'value="[\w.-]{60,}"', "", answer.text).replace(who, "")
        pages.add((answer.status_code, shown, tuple(sorted(dict(answer.headers).keys() - {"Set-Cookie"}))))
    assert len(pages) == 1


def test_whoever_has_no_second_factor_sets_one_up_before_anything_else(new_strict, clock, installation):
    maja = new_strict()
    assert maja.sign_in().location == SET_UP
    for path in ("/", "/hem", "/min-dag", "/din-inloggning", STEP):
        assert maja.get(path).location == "/logga-in"
    phone = Telephone.reads(clock, maja.get(SET_UP).text)
    wrong = maja.post(SET_UP, {"one_time_code": "000000"})
    assert wrong.status_code == 422 and maja.get("/hem").location == "/logga-in"
    assert Telephone.reads(clock, wrong.text).secret == phone.secret
    half, done = maja.cookie, maja.post(SET_UP, {"one_time_code": phone.code()})
    assert len(recovery_codes(done.text)) == 10 and done.headers["Cache-Control"] == "no-store"
    assert maja.cookie != half and maja.get("/hem").status_code == 200
    assert recovery_codes(maja.get("/din-inloggning").text) == []
    assert [detail["kind"] for _outcome, detail in acts(installation, "way_in:added")] == ["totp"]
    again = new_strict()
    assert again.sign_in().location == STEP and again.code(phone.code()).location == "/"


def test_a_recovery_code_opens_once(new_strict, clock):
    maja = new_strict()
    maja.sign_in()
    phone = Telephone.reads(clock, maja.get(SET_UP).text)
    codes = recovery_codes(maja.post(SET_UP, {"one_time_code": phone.code()}).text)
    for code, status in ((codes[0], 303), (codes[0], 422), (codes[1].lower().replace("-", " "), 303)):
        other = new_strict()
        other.sign_in()
        assert other.code(code).status_code == status
    assert "8 koder kvar." in other.get("/din-inloggning").text


def test_the_picture_holds_the_secret_and_no_style(new_strict, clock):
    maja = new_strict()
    maja.sign_in()
    page = maja.get(SET_UP).text
    drawn = re.search(r'<svg class="qr".*?</svg>', page, re.DOTALL)
    assert drawn and "style=" not in drawn[0] and len(re.findall(r"M\d+ \d+h1v1h-1z", drawn[0])) > 300
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page)


def test_a_link_leads_over_a_password_of_twelve_signs_to_the_second_step(new_strict, installation, clock):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, "vilma.dummy"))
    vilma, link = new_strict(), f"/valkommen/{token}"
    assert "Minst 12 tecken." in vilma.get(link).text
    assert vilma.post(link, {"password": "elva tecken", "again": "elva tecken"}).status_code == 422
    assert vilma.post(link, {"password": "tolv tecken!", "again": "tolv tecken!"}).location == SET_UP
    assert vilma.get("/hem").location == "/logga-in" and new_strict().get(link).status_code == 404
    phone = Telephone.reads(clock, vilma.get(SET_UP).text)
    assert len(recovery_codes(vilma.post(SET_UP, {"one_time_code": phone.code()}).text)) == 10
    assert "Vilma Dummy" in vilma.get("/hem").text


def test_a_link_left_half_way_is_gone_on_with_by_signing_in(new_strict, installation):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, "vilma.dummy"))
    new_strict().post(f"/valkommen/{token}", {"password": "tolv tecken!", "again": "tolv tecken!"})
    assert new_strict().sign_in("vilma.dummy", "tolv tecken!").location == SET_UP


def test_a_reset_takes_every_factor_and_device_away(new_strict, phone, installation):
    maja = new_strict()
    maja.sign_in()
    maja.code(phone.code())
    with installation.session(None) as session:
        accounts.invite(session, OPERATOR, account_of(session, "maja.testlind"))
    assert maja.get("/hem").location == "/logga-in" and maja.sign_in().status_code == 422
    with installation.session(None) as session:
        mine = account_of(session, "maja.testlind").id
        assert session.query(Credential).filter_by(account_id=mine).count() == 0


def test_where_it_is_not_demanded_an_account_s_own_second_factor_is_asked_for_all_the_same(visitor, new_visitor, phone):
    assert visitor.sign_in().location == STEP
    assert visitor.get("/hem").location == "/logga-in"
    assert visitor.post(STEP, {"one_time_code": phone.code()}).location == "/"
    assert new_visitor().sign_in("vilma.dummy").location == "/"


def test_the_demonstration_and_only_it_lets_the_password_alone_in(settings, monkeypatch):
    assert not settings.second_factor_demanded and replace(settings, demo=False).second_factor_demanded
    for said, demanded in (("", True), ("demanded", True), ("nonsens", True), ("optional", False)):
        environ = {"CASEWORK_SECOND_FACTOR": said} if said else {}
        assert Settings.read(settings.data, environ).second_factor_demanded is demanded


def test_what_was_typed_before_the_session_ended_is_found_after_the_second_step(new_strict, phone, clock):
    maja = new_strict()
    maja.sign_in()
    maja.code(phone.code())
    clock.forward(hours=11)
    assert maja.get("/installningar").location == "/logga-in"
    assert maja.sign_in().location == STEP
    assert maja.code(phone.code()).location == "/installningar"


def test_too_many_at_once_are_asked_to_come_back(new_strict, installation, monkeypatch):
    from contextlib import ExitStack

    with ExitStack() as busy:
        monkeypatch.setattr("casework.core.turns.PATIENCE", 0.01)
        for _ in range(installation.turns.places):
            busy.enter_context(installation.turns.taken())
        for _ in range(6):
            answer = new_strict().sign_in()
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
    assert "Vänta några sekunder" in answer.text
    assert new_strict().sign_in().status_code == 303


def test_a_password_longer_than_sixty_four_signs_is_taken_whole(installation, quick):
    long = "en lång ramsa som ingen annan än jag kan komma på att skriva här, inte ens baklänges"
    verifier = passwords.verifier(long)
    assert passwords.fits(long, verifier) and not passwords.fits(long[:-1], verifier)


def test_no_row_of_a_half_session_outlives_its_hour(new_strict, phone, clock, installation):
    new_strict().sign_in()
    clock.forward(hours=2)
    maja = new_strict()
    maja.sign_in()
    maja.code(phone.code())
    with installation.session(None) as session:
        assert {row.stage for row in session.query(WebSession).all() if row.account_id} == {"full"}
