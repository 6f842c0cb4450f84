"""Signing in by one's organisation's provider, a real one on loopback: the same session as any other way in gives."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from casework.core import accounts, departures, organisations, session_rows
from casework.core.models import Credential, Departure, WebSession
from casework.core.permissions import OPERATOR
from tests.openid_provider import NUMBERS
from tests.web.errands import FINISH, Errand, connect, denials
from tests.web.test_second_step import acts
from tests.web.ways import account_of

MAJA = "maja.testlind"


def raw(installation, statement):
    """What somebody with the database's password does."""
    with installation.session(None) as session:
        session.connection().execute(text(statement))


def test_the_sign_in_page_offers_it_where_it_is_set_up_and_nowhere_else(installation, data_dir, provider, new_strict):
    assert "Logga in med Kumla" not in new_strict().get("/logga-in").text
    connect(installation, data_dir, provider)
    page = new_strict().get("/logga-in").text
    assert "Logga in med Kumla kommun" in page and 'name="password"' in page
    connect(installation, data_dir, provider, disabled=True)
    assert "Logga in med Kumla" not in new_strict().get("/logga-in").text


def test_somebody_signs_in_whole_and_the_record_says_which_way(errand, kumla, bound, installation):
    signed_in = errand.signs_in(kumla, "maja")
    assert (signed_in.status_code, signed_in.location) == (303, "/")
    assert "Maja Testlind" in errand.browser.get("/hem").text
    assert acts(installation, "sign_in:done") == [("done", {"methods": ["identity"]})]
    with installation.session(None) as session:
        row = session.scalars(select(WebSession).where(WebSession.stage == "full")).one()
    assert row.methods == "identity" and row.proven_at is not None
    assert errand.browser.client.get_cookie("__Host-oidc") is None
    cookie = errand.browser.client.get_cookie("__Host-session")
    assert cookie.same_site == "Strict" and cookie.http_only and cookie.secure
    assert errand.browser.client.get_cookie("__Host-device") is not None
    assert errand.browser.get("/din-inloggning/losenord").status_code == 200  # the proof is of now


def test_the_errand_s_cookie_is_lax_short_and_says_nothing(errand, kumla):
    left = errand.browser.post(f"/logga-in/organisation/{kumla}", page="/logga-in")
    (line,) = [one for one in left.headers.getlist("Set-Cookie") if one.startswith("__Host-oidc")]
    assert "Max-Age=600" in line and "SameSite=Lax" in line
    assert "Secure" in line and "HttpOnly" in line and "Path=/" in line and "Domain" not in line
    assert left.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("change", [{"disabled": True}, {"claim": "sub"}])
def test_a_provider_that_vouches_no_more_ends_the_sessions_that_began_by_its_word(
    errand, kumla, bound, installation, data_dir, provider, change
):
    with installation.session(None) as session:
        vilma = account_of(session, "vilma.dummy").id
        session_rows.begin(session, {}, vilma, stage="full", methods="password+totp")
    errand.signs_in(kumla, "maja")
    assert errand.browser.get("/hem").status_code == 200
    connect(installation, data_dir, provider, **change)
    assert errand.browser.get("/hem").location == "/logga-in"
    with installation.session(None) as session:
        assert [one.methods for one in session_rows.live(session, vilma)] == ["password+totp"]  # another way in


def test_a_proof_from_this_morning_opens_no_step_up(errand, kumla, bound):
    assert errand.signs_in(kumla, "maja+auth-time-old").location == "/"
    assert errand.browser.get("/hem").status_code == 200
    assert errand.browser.get("/din-inloggning/losenord").location == "/bekrafta"


@pytest.mark.parametrize(
    "user",
    ["maja+nonce", "maja+issuer", "maja+audience", "maja+acr-low", "maja+expired", "maja+none", "maja+signature",
     "lage", "vilma", ""],
)  # fmt: skip
def test_whatever_does_not_hold_gets_the_one_page(errand, kumla, bound, installation, user, new_strict):
    refused = errand.signs_in(kumla, user)
    assert refused.status_code == 422
    unasked = new_strict().get("/logga-in/tillbaka?code=x&state=y")
    assert refused.data == unasked.data and "Det gick inte att logga in" in refused.text
    assert "Hemlig text" not in refused.text and "access_denied" not in refused.text
    assert errand.browser.get("/hem").location == "/logga-in"
    assert len(denials(installation)) == 1 and acts(installation, "sign_in:done") == []


def test_a_closed_account_is_refused_with_the_same_page(errand, kumla, bound, installation, new_strict):
    with installation.session(None) as session:
        account_of(session, MAJA).disabled_at = session.now
    closed = errand.signs_in(kumla, "maja")
    unasked = new_strict().get(FINISH)
    assert (closed.status_code, closed.data) == (unasked.status_code, unasked.data) == (422, closed.data)
    assert denials(installation) == ["identity"]


def test_disabling_an_account_takes_its_identity_away(errand, kumla, bound, installation):
    with installation.session(None) as session:
        accounts.disable(session, OPERATOR, account_of(session, MAJA))
        assert session.scalars(select(Credential).where(Credential.kind == "identity")).all() == []


def test_a_provider_vouches_for_its_own_organisation_only(errand, kumla, bound, installation):
    with installation.session(None) as session:
        other = organisations.organisation(session, "Polismyndigheten", agency="police")
        account_of(session, MAJA).organisation_id = other.id
    assert errand.signs_in(kumla, "maja").status_code == 422
    assert denials(installation) == ["identity"]


def test_an_address_that_anybody_can_call_writes_nothing_into_the_record(new_strict, kumla, installation):
    for path in ("/logga-in/tillbaka", "/logga-in/tillbaka?code=x&state=y", "/logga-in/tillbaka?error=x", FINISH):
        assert new_strict().get(path).status_code == 422
    assert denials(installation) == []


def test_somebody_who_was_sent_away_once_cannot_fill_the_record(errand, kumla, installation):
    errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in")
    kept = errand.browser.client.get_cookie("__Host-oidc").value
    for _ in range(5):
        errand.browser.client.set_cookie("__Host-oidc", kept, secure=True)
        assert errand.brought("/logga-in/tillbaka?code=x&state=y").status_code == 422
    assert denials(installation) == ["oidc_unasked"]


def test_an_answer_is_taken_in_once(errand, kumla, bound, installation):
    address = errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in")
    path = errand.provider.answers(address, "maja")
    assert errand.brought(path).status_code == 200
    errand.browser.client.set_cookie("kept", errand.browser.client.get_cookie("__Host-oidc").value, secure=True)
    assert errand.brought(path).status_code == 422
    errand.browser.client.set_cookie("__Host-oidc", errand.browser.client.get_cookie("kept").value, secure=True)
    assert errand.browser.get(FINISH).location == "/"
    errand.browser.client.set_cookie("__Host-oidc", errand.browser.client.get_cookie("kept").value, secure=True)
    assert errand.browser.get(FINISH).status_code == 422
    assert denials(installation) == ["oidc_unasked"]


def test_an_answer_meant_for_another_browser_is_not_taken_in(errand, kumla, bound, new_strict, provider, clock):
    victim = Errand(new_strict(), provider, clock)
    victim.leaves(f"/logga-in/organisation/{kumla}", "/logga-in")
    address = errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in")
    path = provider.answers(address, "maja")
    assert victim.brought(path).status_code == 422  # neither the state ...
    mine = re.search(r"state=([^&]+)", path)[1]  # type: ignore[index]
    theirs = victim.leaves(f"/logga-in/organisation/{kumla}", "/logga-in")
    state = re.search(r"state=([^&]+)", theirs)[1]  # type: ignore[index]
    assert victim.brought(path.replace(mine, state)).status_code == 422  # ... nor the code, under the right state
    assert victim.browser.get("/hem").location == "/logga-in"


def test_nobody_takes_longer_than_ten_minutes_there_or_two_here(errand, kumla, bound, clock, installation):
    address = errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in")
    path = errand.provider.answers(address, "maja")
    clock.forward(minutes=10)
    assert errand.brought(path).status_code == 422
    clock.forward(minutes=-10)
    back = errand.comes_back(errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in"), "maja")
    assert back.status_code == 200
    clock.forward(minutes=2)
    assert errand.browser.get(FINISH).status_code == 422
    with installation.session(None) as session:
        assert len(session.scalars(select(Departure)).all()) == 1  # the one that nothing came of; the next one sweeps


def test_a_duplicated_parameter_is_not_taken_in(errand, kumla, bound):
    path = errand.provider.answers(errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in"), "maja")
    assert errand.brought(f"{path}&code=x").status_code == 422


def test_a_provider_that_does_not_answer_is_said_in_plain_words(new_strict, installation, data_dir, provider, clock):
    nobody = replace(provider, issuer="http://127.0.0.1:9")
    kumla = connect(installation, data_dir, nobody)
    down = new_strict().post(f"/logga-in/organisation/{kumla}", page="/logga-in")
    assert down.status_code == 503 and "svarar inte" in down.text and "127.0.0.1" not in down.text


def test_a_secret_that_others_may_read_is_not_used(new_strict, installation, data_dir, provider, kumla, clock):
    (data_dir / "oidc.secret").chmod(0o644)
    assert new_strict().post(f"/logga-in/organisation/{kumla}", page="/logga-in").status_code == 503


@pytest.mark.parametrize("change", ["issuer = 'https://idp.example.org'", "acr = 'loa1'", "secret_at = '/x'"])
def test_a_provider_altered_past_the_program_vouches_for_nobody(errand, kumla, bound, installation, change):
    raw(installation, f"UPDATE identity_providers SET {change}")
    assert "Logga in med Kumla" not in errand.browser.get("/logga-in").text
    assert errand.browser.post(f"/logga-in/organisation/{kumla}", page="/logga-in").status_code == 422
    assert ("denied", {"rule": "mark"}) in acts(installation, "forgery:refused")


def test_an_identity_or_a_departure_written_past_the_program_opens_nothing(errand, kumla, bound, installation):
    back = errand.comes_back(errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in"), "vilma")
    assert back.status_code == 200
    raw(installation, "UPDATE departures SET identity = (SELECT handle FROM credentials WHERE kind = 'identity')")
    assert errand.browser.get(FINISH).status_code == 422
    vilmas = "(SELECT id FROM accounts WHERE username = 'vilma.dummy')"
    raw(installation, f"UPDATE credentials SET account_id = {vilmas} WHERE kind = 'identity'")
    assert errand.signs_in(kumla, "maja").status_code == 422
    assert [rule for _outcome, rule in acts(installation, "forgery:refused")] == [{"rule": "mark"}] * 2


def test_what_is_kept_on_the_way_tells_nobody_anything(errand, kumla, bound, installation):
    back = errand.comes_back(errand.leaves(f"/logga-in/organisation/{kumla}", "/logga-in"), "maja")
    assert back.status_code == 200
    cookie = errand.browser.client.get_cookie("__Host-oidc").value
    with installation.session(None) as session:
        row = session.scalars(select(Departure)).one()
        kept = [str(getattr(row, column.key)) for column in Departure.__table__.columns]
    assert not any(cookie in one or NUMBERS["maja"] in one for one in kept)


def test_who_sends_browser_after_browser_away_waits_and_who_comes_back_does_not_count(
    errand, kumla, bound, installation, new_strict, clock, monkeypatch
):
    monkeypatch.setattr(departures, "AT_AN_ADDRESS", 3)
    at = f"/logga-in/organisation/{kumla}"
    for _nth in range(5):
        assert errand.signs_in(kumla, "maja").status_code == 303
        errand.browser.client.delete_cookie("__Host-session")
    answers = [new_strict().post(at, page="/logga-in").status_code for _nth in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    with installation.session(None) as session:
        assert len(session.scalars(select(Departure)).all()) == 3
    clock.now += departures.LONGEST_WAIT
    assert new_strict().post(at, page="/logga-in").status_code == 200
