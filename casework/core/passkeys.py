"""Passkeys (WebAuthn): what the browser is asked, and whether its answer holds. The only file that knows the library.

The person is always verified by the device (a PIN, a finger), so that a passkey is two factors in one. No attestation
is asked for: which make of device somebody has is none of our business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, exceptions, parse_authentication_credential_json
from webauthn.helpers.decode_credential_public_key import DecodedRSAPublicKey, decode_credential_public_key
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

RSA_BITS = 3072
"""The shortest RSA key with 128 bits of strength. RSA is not left out of what is asked for: browsers warn of that."""
LONGEST = 20_000
"""Characters of a browser's answer that are looked at."""
LONGEST_HANDLE = 1400


@dataclass(frozen=True, slots=True)
class Site:
    """Whom passkeys are made for: the name of the host, and the address its pages have."""

    rp_id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: its own id, its public key, and how often it says it was used."""

    handle: str
    public_key: str
    counter: int


class NotProven(Exception):
    """The browser's answer does not hold; it says no more, since nobody is told why."""


def creation(site: Site, account_id: str, username: str, name: str, known: list[str]) -> tuple[str, str]:
    """What the browser is asked to make, as JSON, and the challenge to keep."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=account_id.encode(),
        user_name=username,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def question(site: Site, allowed: list[str]) -> tuple[str, str]:
    """What the browser is asked to prove, as JSON, and the challenge to keep; with nothing allowed, any passkey."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        allow_credentials=_descriptors(allowed) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def made(site: Site, answer: str, challenge: str) -> Made:
    """The passkey a browser made; raises NotProven where the answer does not fit the challenge, site or person."""
    try:
        verified = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError):
        raise NotProven from None
    handle = bytes_to_base64url(verified.credential_id)
    if len(handle) > LONGEST_HANDLE or not is_strong(verified.credential_public_key):
        raise NotProven
    return Made(handle, bytes_to_base64url(verified.credential_public_key), verified.sign_count)


def is_strong(public_key: bytes) -> bool:
    """Whether a passkey's public key has 128 bits of strength: an RSA key of 2048 bits has not."""
    key = decode_credential_public_key(public_key)
    return not isinstance(key, DecodedRSAPublicKey) or int.from_bytes(key.n, "big").bit_length() >= RSA_BITS


def handle_of(answer: str) -> tuple[str, str | None]:
    """Which passkey an answer says it is from, and whose it says that is; raises NotProven for what cannot be read."""
    try:
        read = parse_authentication_credential_json(_read(answer))
        owner = read.response.user_handle
        return read.id, None if owner is None else owner.decode("ascii")
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError):
        raise NotProven from None


def proven(site: Site, answer: str, challenge: str, public_key: str, counter: int) -> int:
    """How often the passkey says it was used now; raises NotProven for a wrong answer and a counter that went back."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=counter,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError):
        raise NotProven from None
    return verified.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise NotProven
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise NotProven
    return read


def _descriptors(handles: list[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(handle)) for handle in handles]
