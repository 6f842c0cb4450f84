"""What a real provider answers is believed only where every part of it holds; each fault is made in the provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from casework.core import openid
from casework.core.openid import Answer, Errand, NotProven, Peer
from casework.core.provider_documents import Documents, Unreachable
from tests.openid_provider import BACK, LOA3, NUMBER, NUMBERS, SECRET, Provider

ORIGIN = "https://localhost"
COOKIE = "kakan-som-webblasaren-har-med-sig"


class Walk:
    """One browser's way to the provider and back."""

    def __init__(self, provider: Provider, **peer: object) -> None:
        self.provider = provider
        self.peer = Peer(provider.issuer, "hallpunkt", SECRET, NUMBER, (LOA3,), ("number",))
        self.peer = replace(self.peer, **peer)  # type: ignore[arg-type]
        self.documents, self.back, self.errand = Documents(), ORIGIN + BACK, Errand.of(COOKIE)
        self.now = datetime.now(UTC)

    def leave(self, *, anew: bool = False) -> str:
        return openid.departure(self.documents, self.peer, self.errand, self.back, self.now, anew=anew)

    def answer(self, user: str, **options: bool) -> Answer:
        query = parse_qs(urlsplit(self.provider.answers(self.leave(**options), user)).query)
        return Answer(query.get("code", [""])[0], query["state"][0], query.get("iss", [None])[0], "error" in query)

    def prove(self, answer: Answer, since: datetime | None = None) -> openid.Proven:
        since = since or self.now - openid.DAY
        now = datetime.now(UTC)
        return openid.prove(self.documents, self.peer, self.errand, answer, self.back, now, since=since)

    def refused(self, answer: Answer, **options: datetime) -> str:
        with pytest.raises(NotProven) as told:
            self.prove(answer, **options)
        return told.value.rule


@pytest.fixture
def walk(provider):
    return Walk(provider)


def test_the_browser_is_sent_with_pkce_a_nonce_and_the_level_that_is_demanded(walk):
    asked = {name: one[0] for name, one in parse_qs(urlsplit(walk.leave()).query).items()}
    assert asked["response_type"] == "code" and asked["redirect_uri"] == ORIGIN + BACK
    assert asked["code_challenge_method"] == "S256" and asked["code_challenge"] not in {"", walk.errand.verifier}
    assert asked["nonce"] == walk.errand.nonce and asked["state"] == walk.errand.state
    assert asked["acr_values"] == LOA3 and asked["max_age"] == "36000" and "prompt" not in asked
    assert walk.errand.verifier not in walk.leave()
    anew = parse_qs(urlsplit(walk.leave(anew=True)).query)
    assert anew["max_age"] == ["0"] and anew["prompt"] == ["login"]


def test_a_proof_names_the_person_by_the_claim_and_says_when(walk):
    proven = walk.prove(walk.answer("maja"))
    assert proven.value == NUMBERS["maja"]
    assert timedelta(0) <= datetime.now(UTC) - proven.at < timedelta(seconds=20)


def test_a_provider_that_keeps_claims_for_its_user_info_is_asked_there(start_provider):
    walk = Walk(start_provider(ORIGIN, claims=False))
    assert "claims=" not in walk.leave()
    assert walk.prove(walk.answer("vilma")).value == NUMBERS["vilma"]


def test_we_may_sign_with_a_key_of_our_own_instead_of_a_shared_secret(provider):
    walk = Walk(provider, client_id="hallpunkt-nyckel", secret=provider.key)
    assert walk.prove(walk.answer("maja")).value == NUMBERS["maja"]


def test_the_subject_is_enough_where_that_is_agreed_on(provider):
    walk = Walk(provider, claim="sub", scopes=())
    assert walk.prove(walk.answer("maja")).value == "maja"


FAULTS = {
    "nonce": "oidc_nonce",
    "no-nonce": "oidc_nonce",
    "issuer": "oidc_iss",
    "audience": "oidc_aud",
    "audiences": "oidc_aud",
    "party": "oidc_azp",
    "expired": "oidc_exp",
    "old": "oidc_iat",
    "future": "oidc_iat",
    "acr-low": "oidc_acr",
    "no-acr": "oidc_acr",
    "acr-list": "oidc_acr",
    "auth-time-older": "oidc_auth_time",
    "no-auth-time": "oidc_auth_time",
    "at-hash": "oidc_at_hash",
    "number-list": "oidc_claim",
    "signature": "oidc_signature",
    "unknown-key": "oidc_signature",
    "none": "oidc_signature",
    "none-signed": "oidc_signature",
    "hmac": "oidc_signature",
    "hmac-key": "oidc_signature",
    "own-key": "oidc_signature",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_one_fault_proves_nothing(walk, fault):
    assert walk.refused(walk.answer(f"maja+{fault}")) == FAULTS[fault]


def test_a_person_with_a_lower_level_proves_nothing(walk):
    assert walk.refused(walk.answer("lage")) == "oidc_acr"


@pytest.mark.parametrize("fault", ["huge", "garbage", "moved"])
def test_a_provider_that_answers_otherwise_than_providers_do_is_out_of_reach(walk, fault):
    answer = walk.answer(f"maja+{fault}")
    with pytest.raises(Unreachable):
        walk.prove(answer)


def test_whoever_is_asked_anew_must_prove_it_then(walk):
    old = walk.answer("maja+auth-time-old", anew=True)
    assert walk.refused(old, since=walk.now) == "oidc_auth_time"
    assert walk.prove(walk.answer("maja", anew=True), since=walk.now).value == NUMBERS["maja"]


def test_a_code_is_good_once(walk):
    answer = walk.answer("maja")
    walk.prove(answer)
    assert walk.refused(answer) == "oidc_code"


def test_a_code_that_another_browser_was_given_is_no_code_here(provider):
    mine, theirs = Walk(provider), Walk(provider)
    theirs.errand = Errand.of("en annan webbläsares kaka")
    stolen = theirs.answer("vilma")
    assert mine.refused(stolen) == "oidc_code"


def test_a_code_for_another_client_is_no_code_here(provider):
    other = Walk(provider, client_id="nagon-annan")
    assert Walk(provider).refused(other.answer("maja")) == "oidc_code"


@pytest.mark.parametrize("issuer", ["https://idp.example.org", "", None])
def test_an_answer_that_says_it_is_from_somebody_else_is_not_looked_at(walk, issuer):
    answer = replace(walk.answer("maja"), issuer=issuer)
    assert walk.refused(answer) == "oidc_response_issuer"


def test_somebody_who_turns_back_at_the_provider_has_proven_nothing(walk):
    assert walk.refused(walk.answer("")) == "oidc_refused"


def test_a_wrong_secret_gets_no_token(provider):
    walk = Walk(provider, secret="fel hemlighet")
    assert walk.refused(walk.answer("maja")) == "oidc_code"


def test_a_provider_that_has_changed_its_keys_is_asked_for_them_again_once_a_minute_at_most(start_provider):
    walk = Walk(start_provider(ORIGIN))
    walk.prove(walk.answer("maja"))
    answer = walk.answer("maja+new-key")
    assert walk.refused(answer) == "oidc_signature"  # the keys were fetched a moment ago
    known = walk.documents.of(walk.peer.issuer, walk.now)
    walk.documents._known[walk.peer.issuer] = replace(known, at=known.at - timedelta(minutes=2))
    assert walk.prove(walk.answer("maja+new-key")).value == NUMBERS["maja"]
    assert walk.refused(walk.answer("maja")) == "oidc_signature"  # the old key is no more


@pytest.mark.parametrize(
    ("claim", "typed", "kept"),
    [
        (NUMBER, " 19900101-9802 ", "199001019802"),
        (NUMBER, "9001019802", None),
        (NUMBER, "19900101٩802", None),
        ("sub", " Maja ", "Maja"),
        ("sub", "två\nrader", None),
        ("sub", "", None),
        ("https://id.oidc.se/claim/orgAffiliation", "SE2120001975-1@2120001975", "SE2120001975-1@2120001975"),
    ],
)
def test_a_claim_is_compared_in_one_form(claim, typed, kept):
    if kept is None:
        with pytest.raises(ValueError, match=r"^no "):
            openid.plain(claim, typed)
    else:
        assert openid.plain(claim, typed) == kept
