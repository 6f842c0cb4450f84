"""Enrolling, confirming, unlocking and adding a way in by one's organisation's provider, a real one on loopback."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from casework.core import accounts, credentials
from casework.core.models import Credential
from casework.core.permissions import OPERATOR
from tests.openid_provider import NUMBERS
from tests.web.errands import FINISH, Errand, bind
from tests.web.test_second_step import acts
from tests.web.ways import account_of

MAJA = "maja.testlind"


def test_a_one_time_link_makes_the_identity_a_way_in(errand, kumla, installation, new_strict):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, MAJA))
    page = f"/valkommen/{token}"
    assert "Logga in med Kumla kommun" in errand.browser.get(page).text
    address = errand.leaves(f"{page}/organisation", page)
    assert "prompt=login" in address  # whoever was signed in there last may be a colleague
    assert errand.comes_back(address, "maja").status_code == 200
    assert errand.browser.get(FINISH).location == "/"
    assert errand.browser.get("/hem").status_code == 200
    assert errand.browser.get(page).status_code == 404
    with installation.session(None) as session:
        row = session.scalars(select(Credential).where(Credential.account_id == account_of(session, MAJA).id)).one()
    assert row.kind == "identity" and len(row.handle) == 64 and NUMBERS["maja"] not in row.handle
    assert acts(installation, "way_in:added") == [("done", {"kind": "identity"})]
    assert Errand(new_strict(), errand.provider, errand.clock).signs_in(kumla, "maja").location == "/"


def test_an_identity_belongs_to_one_account(errand, kumla, bound, installation):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, "vilma.dummy"))
    page = f"/valkommen/{token}"
    assert errand.goes(f"{page}/organisation", page, "maja").status_code == 422
    assert errand.browser.get(page).status_code == 200  # the link is not used up


def test_a_password_beside_an_identity_signs_nobody_in_and_sets_nothing_up(new_strict, kumla, bound):
    maja = new_strict()
    assert maja.sign_in().location == "/logga-in/andra-steget"
    assert "logga in med din organisation" in maja.get("/logga-in/andra-steget").text
    assert maja.get("/logga-in/satt-upp").location == "/logga-in"


def confirming(errand, kumla):
    """Signed in, and asked to confirm."""
    errand.signs_in(kumla, "maja+auth-time-old")
    assert errand.browser.get("/din-inloggning/losenord").location == "/bekrafta"
    page = errand.browser.get("/bekrafta").text
    assert "Bekräfta med Kumla kommun" in page


def test_confirming_asks_the_provider_anew_and_leads_on(errand, kumla, bound, installation):
    confirming(errand, kumla)
    before = errand.browser.cookie
    address = errand.leaves("/bekrafta/organisation", "/bekrafta")
    assert "prompt=login" in address and "max_age=0" in address
    back = errand.comes_back(address, "maja")
    assert back.status_code == 200
    assert errand.browser.get(FINISH).location == "/din-inloggning/losenord"
    assert errand.browser.cookie != before
    assert acts(installation, "identity:confirmed") == [("done", {"methods": ["identity"]})]


@pytest.mark.parametrize("user", ["maja+auth-time-old", "vilma"])
def test_an_old_proof_or_somebody_else_s_confirms_nothing(errand, kumla, bound, installation, provider, user):
    bind(installation, provider, "vilma.dummy", "vilma")
    confirming(errand, kumla)
    assert errand.goes("/bekrafta/organisation", "/bekrafta", user).status_code == 422
    assert acts(installation, "identity:confirmed") == []
    assert errand.browser.get("/din-inloggning/losenord").location == "/bekrafta"


def test_a_confirmation_counts_in_the_session_it_was_asked_in_only(errand, kumla, bound, clock, new_strict, provider):
    confirming(errand, kumla)
    back = errand.comes_back(errand.leaves("/bekrafta/organisation", "/bekrafta"), "maja")
    assert back.status_code == 200
    taken = errand.browser.client.get_cookie("__Host-oidc").value
    other = Errand(new_strict(), provider, clock)
    other.signs_in(kumla, "maja+auth-time-old")
    other.browser.client.set_cookie("__Host-oidc", taken, secure=True)
    assert other.browser.get(FINISH).status_code == 422
    assert other.browser.get("/din-inloggning/losenord").location == "/bekrafta"


def test_a_locked_screen_opens_by_it_for_its_own_person(errand, kumla, bound, installation, provider):
    bind(installation, provider, "vilma.dummy", "vilma")
    errand.signs_in(kumla, "maja")
    errand.browser.post("/las", page="/hem")
    page = errand.browser.get("/last").text
    assert "Lås upp med Kumla kommun" in page
    assert errand.goes("/last/organisation", "/last", "vilma").status_code == 422
    assert errand.browser.get("/hem").location == "/last"
    assert errand.goes("/last/organisation", "/last", "maja").status_code == 303
    assert errand.browser.get("/hem").status_code == 200
    assert acts(installation, "session:unlocked") == [("done", {"methods": ["identity"]})]


def test_somebody_signed_in_otherwise_adds_it_and_removes_it(errand, kumla, installation, clock, new_strict):
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, account_of(session, MAJA))
    page = f"/valkommen/{token}"
    errand.goes(f"{page}/organisation", page, "maja")
    own = errand.browser.get("/din-inloggning").text
    assert "Din organisations inloggning" in own and "Lägg till inloggning med" not in own
    way = re.search(r"/din-inloggning/([\w-]{22})/ta-bort", own)[1]  # type: ignore[index]
    last = errand.browser.post(f"/din-inloggning/{way}/ta-bort")
    assert last.status_code == 422 and "enda sätt" in last.text
    errand.browser.post("/din-inloggning/losenord", {"password": "sju gröna elefanter", "again": "sju gröna elefanter"})
    with installation.session(None) as session:
        credentials.add_app(session, account_of(session, MAJA).id, "JBSWY3DPEHPK3PXP", 0)
    assert errand.browser.post(f"/din-inloggning/{way}/ta-bort").location == "/din-inloggning"
    assert "Lägg till inloggning med Kumla kommun" in errand.browser.get("/din-inloggning").text
    added = errand.goes("/din-inloggning/organisation", "/din-inloggning/organisation", "maja")
    assert added.location == "/din-inloggning"
    assert "Nu kan du logga in på det nya sättet" in errand.browser.get("/din-inloggning").text
    assert Errand(new_strict(), errand.provider, clock).signs_in(kumla, "maja").location == "/"
