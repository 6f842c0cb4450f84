"""OpenID Connect: where a browser is sent to prove who somebody is, and whether what it brings back holds.

Code flow with PKCE. Authlib speaks the protocol; what it does not ask (assurance level, time of the proof, who
answers) is asked here. Nobody is told why something did not hold: the rule's name goes into the record only.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import ECKey

from casework.core.provider_documents import Documents, Published, Unreachable, bound

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""What tokens may be signed with: never a secret shared with the provider, and never nothing."""
LEEWAY = timedelta(seconds=60)
YOUNG = timedelta(minutes=10)
"""How old a token may be when it is brought."""
DAY = timedelta(hours=10)
"""How long ago somebody may have proven who they are to the provider, where nothing else is asked: a working day."""
LONGEST, LONGEST_VALUE = 4096, 200
SUBJECT = "sub"
PERSONAL_NUMBERS = (
    "https://id.oidc.se/claim/personalIdentityNumber",
    "https://id.oidc.se/claim/coordinationNumber",
    "personalIdentityNumber",
)
DIGITS = 12


class NotProven(Exception):
    """What came back does not hold; ``rule`` says why, for the record only."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Peer:
    """A provider as we know it: who it is, who we are there, by which claim it names people and how sure it must be.

    ``secret`` is a text, or a private key where we sign instead.
    """

    issuer: str
    client_id: str
    secret: str | ECKey
    claim: str
    acr: tuple[str, ...]
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Errand:
    """What binds an answer to the browser that left: all of it follows from the browser's cookie, nothing is kept."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, cookie: str) -> Errand:
        """The errand of a cookie: 256 bits each, of which none tells another."""
        made = (hashlib.sha256(f"{name}/v1\0{cookie}".encode()).digest() for name in ("state", "nonce", "verifier"))
        return cls(*(urlsafe_b64encode(one).decode().rstrip("=") for one in made))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser brings back in the address: nothing of it is trusted yet."""

    code: str
    state: str
    issuer: str | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom the provider names by the claim that was agreed on, and when they proved it there."""

    value: str
    at: datetime


def plain(claim: str, value: str) -> str:
    """A claim's value as it is compared; raises ValueError for one that cannot be it."""
    value = value.strip()
    if claim in PERSONAL_NUMBERS:
        value = value.replace("-", "").replace(" ", "")
        if len(value) != DIGITS or not (value.isascii() and value.isdigit()):
            raise ValueError("no personal number of twelve digits")
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        raise ValueError("no value of a claim")
    return value


def departure(documents: Documents, peer: Peer, errand: Errand, back: str, now: datetime, *, anew: bool) -> str:
    """The address that a browser is sent to; ``anew`` asks the person even if the provider knows them already."""
    published = documents.of(peer.issuer, now)
    asked: dict[str, str] = {
        "nonce": errand.nonce,
        "acr_values": " ".join(peer.acr),
        "max_age": "0" if anew else str(int(DAY.total_seconds())),
        "ui_locales": "sv",
    }
    if anew:
        asked["prompt"] = "login"
    if published.says("claims_parameter_supported", True):
        asked["claims"] = json.dumps({"id_token": _wanted(peer)})
    with _client(peer, published, documents, back) as client:
        address, _state = client.create_authorization_url(
            published.address("authorization_endpoint"), state=errand.state, code_verifier=errand.verifier, **asked
        )
    return str(address)


def prove(
    documents: Documents, peer: Peer, errand: Errand, answer: Answer, back: str, now: datetime, *, since: datetime
) -> Proven:
    """Whom an answer names; raises NotProven, or Unreachable where the provider does not say.

    ``since`` is the earliest moment at which they may have proven it.
    """
    if answer.refused or not answer.code or len(answer.code) > LONGEST:
        raise NotProven("oidc_refused")
    published = documents.of(peer.issuer, now)
    said = published.says("authorization_response_iss_parameter_supported", True)
    if answer.issuer != peer.issuer and (said or answer.issuer is not None):
        raise NotProven("oidc_response_issuer")
    given = _exchanged(documents, published, peer, errand, answer.code, back)
    claims = _claims(documents, published, peer, given["id_token"], now)
    _require_ours(claims, peer, errand, given.get("access_token"), now)
    at = _require_assured(claims, peer, now, since)
    value = claims.get(peer.claim)
    if value is None and given.get("access_token"):
        value = _user_info(documents, published, claims, str(given["access_token"])).get(peer.claim)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise NotProven("oidc_claim")
    try:
        return Proven(plain(peer.claim, value), at)
    except ValueError:
        raise NotProven("oidc_claim") from None


def _wanted(peer: Peer) -> dict[str, Any]:
    wanted: dict[str, Any] = {"acr": {"essential": True, "values": list(peer.acr)}, "auth_time": {"essential": True}}
    return wanted if peer.claim == SUBJECT else wanted | {peer.claim: {"essential": True}}


def _client(peer: Peer, published: Published, documents: Documents, back: str) -> OAuth2Session:
    signs = isinstance(peer.secret, ECKey)
    method = "private_key_jwt" if signs else "client_secret_basic"
    if not signs and not published.says("token_endpoint_auth_methods_supported", method):
        listed = published.description.get("token_endpoint_auth_methods_supported")
        method = "client_secret_post" if isinstance(listed, list) and "client_secret_post" in listed else method
    client = OAuth2Session(
        peer.client_id,
        peer.secret,
        token_endpoint_auth_method=method,
        scope=" ".join(dict.fromkeys(("openid", *peer.scopes))),
        redirect_uri=back,
        code_challenge_method="S256",
    )
    if signs:
        client.register_client_auth_method(PrivateKeyJWT(published.address("token_endpoint"), alg="ES256"))
    bound(client, documents.ca_file)
    return client


def _exchanged(
    documents: Documents, published: Published, peer: Peer, errand: Errand, code: str, back: str
) -> Mapping[str, Any]:
    """The provider's tokens for a code."""
    with _client(peer, published, documents, back) as client:
        try:
            given = client.fetch_token(
                published.address("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=errand.verifier,
            )
        except AuthlibBaseError:
            raise NotProven("oidc_code") from None
        except (requests.RequestException, ValueError, TypeError, KeyError, AttributeError):
            raise Unreachable from None
    if not isinstance(given, Mapping) or not isinstance(given.get("id_token"), str):
        raise NotProven("oidc_token")
    return given


def _claims(documents: Documents, published: Published, peer: Peer, token: str, now: datetime) -> CodeIDToken:
    """What a token says, if the provider signed it; keys that are not known yet are asked for once."""
    for found in (published, None):
        known = found or documents.of(peer.issuer, now, newer_than=published.at)
        try:
            read = jwt.decode(token, known.keys, algorithms=ALGORITHMS)
            return CodeIDToken(read.claims, read.header)
        except (JoseError, ValueError, TypeError):
            continue
    raise NotProven("oidc_signature")


def _require_ours(claims: CodeIDToken, peer: Peer, errand: Errand, access_token: object, now: datetime) -> None:
    """Raise NotProven unless the token is from this provider, for us, about this errand, and of now."""
    claims.options = {"iss": {"essential": True, "value": peer.issuer}}
    claims.params = {
        "client_id": peer.client_id,
        "nonce": errand.nonce,
        "access_token": access_token if isinstance(access_token, str) else None,
        "max_age": DAY,
    }
    if claims.get("aud") not in (peer.client_id, [peer.client_id]):
        raise NotProven("oidc_aud")
    if not isinstance(claims.get("nonce"), str):
        raise NotProven("oidc_nonce")
    try:
        claims.validate(int(now.timestamp()), int(LEEWAY.total_seconds()))
    except ClaimError as error:
        raise NotProven(f"oidc_{error.claim.partition(',')[0]}") from None
    except (JoseError, ValueError, TypeError):
        raise NotProven("oidc_token") from None
    if _moment(claims, "iat") < now - YOUNG:
        raise NotProven("oidc_iat")


def _require_assured(claims: CodeIDToken, peer: Peer, now: datetime, since: datetime) -> datetime:
    """When it was proven; raises NotProven where that was too long ago, or was not sure enough."""
    if claims.get("acr") not in peer.acr:
        raise NotProven("oidc_acr")
    at = _moment(claims, "auth_time")
    if not since - LEEWAY <= at <= now + LEEWAY:
        raise NotProven("oidc_auth_time")
    return min(at, now)


def _moment(claims: CodeIDToken, name: str) -> datetime:
    value = claims.get(name)
    try:
        if not isinstance(value, bool) and isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise NotProven(f"oidc_{name}")


def _user_info(documents: Documents, published: Published, claims: CodeIDToken, token: str) -> Mapping[str, Any]:
    """What the provider says about the same person where it is asked for more; nothing where it cannot be asked."""
    address = published.description.get("userinfo_endpoint")
    if not isinstance(address, str):
        return {}
    said = documents.json(address, token)
    return said if said.get(SUBJECT) == claims.get(SUBJECT) else {}
