"""An administrator who adds an account may say what the provider calls its person; nobody reads it again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import credentials, identity_providers
from casework.core.identity_providers import Wanted
from casework.core.models import Credential, Organisation
from casework.core.permissions import OPERATOR
from tests.openid_provider import NUMBER
from tests.web import case_desk
from tests.web.ways import account_of

ISSUER = "https://idp.example.se"
NEW = {"username": "ny.person", "name": "Ny Person", "identity": "19900101-9802"}


@pytest.fixture
def desk(databases, tmp_path):
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def provider_set(desk):
    with desk.world.session(None) as session:
        own = session.scalars(select(Organisation).where(Organisation.municipality_code == "1881")).one()
        wanted = Wanted(ISSUER, "hallpunkt", "secret_setting", "CASEWORK_OIDC_KUMLA", NUMBER)
        identity_providers.keep(session, OPERATOR, own, wanted)


def test_it_is_asked_for_only_where_the_municipality_has_a_sign_in_of_its_own(desk):
    assert "Identitet i kommunens inloggning" not in desk.as_("lo").get("/anvandare").text
    added = desk.as_("lo").post("/anvandare", NEW)
    assert "/valkommen/" in added.text  # what the form does not ask for is not taken


def test_an_account_is_bound_by_a_keyed_digest_and_gets_no_link(desk, provider_set):
    lo = desk.as_("lo")
    assert "Identitet i kommunens inloggning" in lo.get("/anvandare").text
    added = lo.post("/anvandare", NEW)
    assert added.status_code == 303 and "19900101" not in (added.location or "")
    shown = lo.get(added.location)
    assert "Personen loggar in med organisationens inloggning" in shown.text and "19900101" not in shown.text
    with desk.world.session(None) as session:
        account = account_of(session, "ny.person")
        row = session.scalars(select(Credential).where(Credential.account_id == account.id)).one()
        assert row.handle == credentials.identity_handle(session, ISSUER, NUMBER, "199001019802")
        assert (row.kind, row.verifier, row.secret) == ("identity", "", None)


def test_an_identity_is_refused_that_is_taken_or_cannot_be_one(desk, provider_set):
    lo = desk.as_("lo")
    assert "tolv siffror" in lo.error(lo.post("/anvandare", NEW | {"identity": "900101-9802"}))
    assert lo.post("/anvandare", NEW).status_code == 303
    again = lo.post("/anvandare", NEW | {"username": "en.annan", "identity": "199001019802"})
    assert "redan kopplad till ett konto" in lo.error(again)
    with desk.world.session(None) as session, pytest.raises(AssertionError):
        account_of(session, "en.annan")
