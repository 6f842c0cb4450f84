"""The part of an agreement's file that says who proves identities for whom: set by the operator, and by nobody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casework.core import identity_providers, marks
from casework.core.identity_providers import LOA3
from casework.core.models import IdentityProvider, InstallationEvent
from tests.cli.conftest import EXAMPLE

PROVIDER = """
[[identity_provider]]
organisation = "Kumla kommun"
issuer = "https://idp.kumla.example.se"
client_id = "hallpunkt"
client_secret_setting = "CASEWORK_OIDC_KUMLA"
"""


@pytest.fixture
def set_up(casework, tmp_path):
    """Run the set-up with this about the sign-in."""

    def run(content, code=0):
        file = tmp_path / "kommuner.toml"
        file.write_text(EXAMPLE.read_text("utf-8") + content, "utf-8")
        return casework("setup", file, code=code)

    return run


def rows(casework):
    with casework.installation() as installation, installation.session(None) as session:
        found = session.scalars(select(IdentityProvider)).all()
        assert all(marks.is_genuine(session, one) for one in found)
        query = select(InstallationEvent).where(InstallationEvent.action == "provider:set")
        said = session.scalars(query.order_by(InstallationEvent.seq)).all()
        return found, [json.loads(one.detail)["disabled"] for one in said], identity_providers.offered(session)


def test_a_provider_is_set_once_and_becomes_what_the_file_says(casework, set_up):
    assert "Kumla kommun: inloggningstjänsten är inställd." in set_up(PROVIDER).output
    assert "Allt fanns redan" in set_up(PROVIDER).output
    (row,), said, offered = rows(casework)
    assert (row.claim, tuple(row.acr.split()), row.secret_at) == ("sub", LOA3, "CASEWORK_OIDC_KUMLA")
    assert said == [False] and [one.name for one in offered] == ["Kumla kommun"]
    set_up(PROVIDER + 'claim = "https://id.oidc.se/claim/orgAffiliation"\nacr = ["loa4"]\nscopes = ["a", "b"]\n')
    (row,), said, offered = rows(casework)
    assert (row.claim, row.acr, row.scopes) == ("https://id.oidc.se/claim/orgAffiliation", "loa4", "a b")
    set_up(PROVIDER + "disabled = true\n")
    (row,), said, offered = rows(casework)
    assert said == [False, False, True] and offered == [] and row.disabled_at is not None


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("https://idp", "http://idp", "issuer: skriv en adress som börjar med https://"),
        ("https://idp", "https://user:word@idp", "issuer: skriv en adress som börjar med https://"),
        (".example.se", ".example.se/?x=1", "issuer: skriv en adress som börjar med https://"),
        ("CASEWORK_OIDC_KUMLA", "HOME", "namnet ska börja med CASEWORK_OIDC_"),
        ("client_secret_setting", "client_secret", "client_secret: okänt ord i filen"),
        ('client_secret_setting = "CASEWORK_OIDC_KUMLA"', 'client_secret_file = "hemlig"', "skriv hela sökvägen"),
        ('client_id = "hallpunkt"', 'client_id = "hallpunkt"\nclient_key_file = "/x"', "skriv ett av: "),
        ("Kumla kommun", "Sumpens kommun", "organisation: organisationen finns inte"),
        ('client_id = "hallpunkt"', 'client_id = "hallpunkt"\nacr = ["en två"]', "acr: skriv varje värde för sig"),
    ],
)
def test_a_fault_in_it_is_told_with_its_place_and_nothing_is_done(casework, set_up, before, after, fault):
    told = set_up(PROVIDER.replace(before, after), code=1)
    assert fault in told.output and "identity_provider" in told.output
    assert rows(casework)[0] == []


def test_an_organisation_has_one_provider(set_up):
    assert "står två gånger" in set_up(PROVIDER + PROVIDER, code=1).output


def test_on_this_machine_a_provider_may_go_without_tls(casework, set_up):
    set_up(PROVIDER.replace("https://idp.kumla.example.se", "http://127.0.0.1:4000"))
    assert len(rows(casework)[0]) == 1
