"""What a provider publishes is taken only from itself, by TLS or on this machine, in time, in size and seldom."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey, OctKey

from casework.core import addresses, provider_documents
from casework.core.provider_documents import PATH, Documents, Unreachable

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Published:
    """A server of this machine that publishes what a test wants, and counts how often it is asked."""

    def __init__(self, serve) -> None:
        self.issuer = serve(self)
        self.asked: list[str] = []
        self.said: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        self.keys: list[object] = [ECKey.generate_key("P-256", private=False).as_dict()]
        self.status, self.more = "200 OK", b""

    def __call__(self, environ, start):
        self.asked.append(environ["PATH_INFO"])
        body = {PATH: self.said, "/jwks": {"keys": self.keys}}.get(environ["PATH_INFO"], {})
        start(self.status, [("Content-Type", "application/json"), ("Location", f"{self.issuer}{PATH}")])
        return [json.dumps(body).encode(), self.more]


@pytest.fixture
def published(serve):
    return Published(serve)


def test_it_is_asked_once_an_hour(published):
    documents = Documents()
    for minutes in (0, 1, 59):
        assert documents.of(published.issuer, NOW + timedelta(minutes=minutes)).keys.keys
    assert published.asked == [PATH, "/jwks"]
    documents.of(published.issuer, NOW + timedelta(minutes=60))
    assert len(published.asked) == 4


def test_keys_that_are_not_known_are_asked_for_once_a_minute_at_most(published):
    documents = Documents()
    known = documents.of(published.issuer, NOW)
    documents.of(published.issuer, NOW + timedelta(seconds=59), newer_than=known.at)
    assert len(published.asked) == 2
    documents.of(published.issuer, NOW + timedelta(seconds=60), newer_than=known.at)
    assert len(published.asked) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://idp.example.org"},
        {"issuer": None},
        {"token_endpoint": "http://idp.example.org/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"code_challenge_methods_supported": ["plain"]},
    ],
    ids=["issuer", "no-issuer", "plain", "script", "file", "no-token", "no-pkce"],
)
def test_a_document_with_a_fault_is_none(published, change):
    published.said |= change
    with pytest.raises(Unreachable):
        Documents().of(published.issuer, NOW)


def test_a_secret_or_a_key_for_encryption_signs_nothing(published):
    fit = published.keys[0]
    published.keys = [OctKey.generate_key(256).as_dict(), fit | {"use": "enc"}, {"kty": "RSA"}, "?", fit]
    assert [key.key_type for key in Documents().of(published.issuer, NOW).keys] == ["EC"]
    published.keys = published.keys[:-1]
    with pytest.raises(Unreachable):
        Documents().of(published.issuer, NOW)


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "500 Internal Server Error"])
def test_no_redirect_is_followed_and_no_error_page_is_read(published, status):
    published.status = status
    with pytest.raises(Unreachable):
        Documents().of(published.issuer, NOW)
    assert published.asked == [PATH]


def test_an_answer_without_end_is_not_read_to_its_end(published):
    published.more = b" " * provider_documents.LARGEST
    with pytest.raises(Unreachable):
        Documents().of(published.issuer, NOW)


def test_an_answer_that_takes_too_long_is_given_up(published, monkeypatch):
    monkeypatch.setattr(provider_documents, "WHOLE_SECONDS", -1)
    with pytest.raises(Unreachable):
        Documents().of(published.issuer, NOW)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://idp.example.se", True),
        ("http://127.0.0.1:4000", True),
        ("http://localhost", True),
        ("http://[::1]:1", True),
        ("http://idp.example.se", False),
        ("http://127.0.0.1.example.se", False),
        ("https://name:word@idp.example.se", False),
        ("https://", False),
        ("https://[", False),
        ("ftp://127.0.0.1", False),
        ("", False),
    ],
)
def test_an_address_is_asked_by_tls_or_on_this_machine(address, safe):
    assert addresses.is_safe(address) is safe
