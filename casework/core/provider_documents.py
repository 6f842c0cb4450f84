"""What providers of identities publish: their own description and their keys, asked for in time, in size and seldom.

Nothing is asked but by TLS (or on this machine), no redirect is followed and no proxy of the account's is used. Keys
are kept an hour; a provider that has changed them meanwhile is asked again, once a minute at most.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from requests.adapters import HTTPAdapter

from casework.core import addresses

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3, 5, 10
LARGEST, PIECE = 256 * 1024, 16 * 1024
KEPT = timedelta(hours=1)
AGAIN = timedelta(minutes=1)
PATH = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ASYMMETRIC: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


class Unreachable(Exception):
    """The provider does not answer, or not as providers do. Nothing that it said is in here."""


class Bounded(HTTPAdapter):
    """Reads an answer only so far and so long, whatever the other side says about its length."""

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Send a request; raises an error of requests' own for an answer that is too large or takes too long."""
        ends = time.monotonic() + WHOLE_SECONDS
        options |= {"stream": True, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
        answer = super().send(request, **options)
        body = bytearray()
        while piece := answer.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends:
                answer.close()
                raise requests.exceptions.ChunkedEncodingError("the answer is too large or takes too long")
        answer._content, answer._content_consumed = bytes(body), True  # type: ignore[attr-defined]
        return answer


def bound(connection: requests.Session, ca_file: str | None) -> None:
    """Let a connection ask in our way only."""
    connection.trust_env = False
    connection.max_redirects = 0
    connection.verify = ca_file or True
    for scheme in ("https://", "http://"):
        connection.mount(scheme, Bounded())


@dataclass(frozen=True, slots=True)
class Published:
    """What a provider said at a moment."""

    description: Mapping[str, Any]
    keys: KeySet
    at: datetime

    def address(self, name: str) -> str:
        """An endpoint of the provider's."""
        return str(self.description[name])

    def says(self, name: str, value: object) -> bool:
        """Whether the provider lists a value, or says yes to something."""
        found = self.description.get(name)
        return value in found if isinstance(found, list) else found is value


class Documents:
    """What each provider published, kept for all threads of a process."""

    def __init__(self, ca_file: str | None = None) -> None:
        self.ca_file = ca_file
        self._known: dict[str, Published] = {}
        self._lock = threading.Lock()

    def of(self, issuer: str, now: datetime, *, newer_than: datetime | None = None) -> Published:
        """What the provider says; raises Unreachable. ``newer_than`` asks anew, unless that was done just now."""
        with self._lock:
            known = self._known.get(issuer)
        if known is not None and _is_fresh(known, now, newer_than):
            return known
        fresh = self._ask(issuer, now)
        with self._lock:
            self._known[issuer] = fresh
        return fresh

    def json(self, address: str, token: str | None = None) -> Mapping[str, Any]:
        """The object that an address answers with; raises Unreachable for anything else."""
        if not addresses.is_safe(address):
            raise Unreachable
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            with requests.Session() as connection:
                bound(connection, self.ca_file)
                answer = connection.get(address, headers=headers)
                found = answer.json() if answer.status_code == requests.codes.ok else None
        except (requests.RequestException, ValueError):
            raise Unreachable from None
        if not isinstance(found, Mapping):
            raise Unreachable
        return found

    def _ask(self, issuer: str, now: datetime) -> Published:
        description = self.json(issuer.rstrip("/") + PATH)
        if description.get("issuer") != issuer:  # else another one could speak for it
            raise Unreachable
        for name in ENDPOINTS:
            address = description.get(name)
            if not isinstance(address, str) or not addresses.is_safe(address):
                raise Unreachable
            if addresses.is_here(address) and not addresses.is_here(issuer):
                raise Unreachable
        methods = description.get("code_challenge_methods_supported", ["S256"])  # many do not say
        if "S256" not in methods:
            raise Unreachable
        return Published(description, _keys(self.json(description["jwks_uri"])), now)


def _is_fresh(known: Published, now: datetime, newer_than: datetime | None) -> bool:
    age = now - known.at
    enough = newer_than is None or known.at > newer_than or age < AGAIN
    return enough and timedelta(0) <= age < KEPT


def _keys(published: Mapping[str, Any]) -> KeySet:
    """The public keys that may sign; a secret shared by many, or one for encryption, is none."""
    listed = published.get("keys")
    keys = []
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        kind = ASYMMETRIC.get(str(one.get("kty")))
        if kind is None:
            continue
        try:
            keys.append(kind.import_key({name: value for name, value in one.items() if name != "d"}))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise Unreachable
    return KeySet([*keys])
