"""What nobody may guess holds at least 128 random bits and never comes twice, however many ask at once."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from webauthn.helpers import encode_cbor

from casework.core import accounts, crypto, known_devices, one_time_codes, passkeys, session_rows
from casework.core.db import new_id
from casework.core.passkeys import Site
from casework.core.permissions import OPERATOR

SITE = Site("localhost", "https://localhost", "Hållpunkt")
MADE: dict[str, Callable[[], str]] = {
    "session": session_rows.new_cookie,
    "device": known_devices.new_cookie,
    "row": new_id,
    "challenge to make": lambda: passkeys.creation(SITE, "maja", "maja", "Maja", [])[1],
    "challenge to prove": lambda: passkeys.question(SITE, [])[1],
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_it_holds_128_bits_or_more_and_never_comes_twice(make):
    with ThreadPoolExecutor(8) as many:
        made = list(many.map(lambda _nth: make(), range(400)))
    assert len(set(made)) == len(made)
    for one in made:
        raw = base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))
        assert len(raw) >= 16
    bits = [sum(byte.bit_count() for byte in base64.urlsafe_b64decode(one + "==")) for one in made]
    # A generator that leaves bits unset would show in the mean of 400: 64 of 128, give or take six deviations.
    size = 8 * len(base64.urlsafe_b64decode(made[0] + "=="))
    assert abs(sum(bits) / len(bits) - size / 2) < 6 * math.sqrt(size) / 2 / math.sqrt(len(bits))


def test_keys_secrets_of_apps_and_recovery_codes_are_as_long(world):
    assert len({crypto.new_key().reveal() for _ in range(100)}) == 100
    assert len(base64.b32decode(one_time_codes.new_secret())) == 20
    code = one_time_codes.new_recovery_code().replace("-", "")
    assert len(code) * math.log2(len(one_time_codes.ALPHABET)) >= 112  # what a plain digest of it asks for
    with world.session(None) as session:
        link = accounts.invite(session, OPERATOR, world.account(session, "maja"))
    assert len(base64.urlsafe_b64decode(link + "=")) == 32


@pytest.mark.parametrize(("bits", "strong"), [(2048, False), (3072, True)])
def test_a_passkey_s_key_must_have_128_bits_of_strength(bits, strong):
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    key = {1: 3, 3: -257, -1: numbers.n.to_bytes(bits // 8, "big"), -2: numbers.e.to_bytes(3, "big")}
    assert passkeys.is_strong(encode_cbor(key)) is strong
    assert passkeys.is_strong(encode_cbor({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}))  # P-256
