"""Codes that are good once: those of an authenticator app (TOTP, RFC 6238), and recovery codes kept on paper."""

from __future__ import annotations

import base64
import os
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS, STEP = 6, 30
SECRET_BYTES = 20
SLOW, FAST = timedelta(seconds=10), timedelta(seconds=5)
"""How much later a code may be typed, and how much a telephone's clock may be ahead."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without the letters that are taken for others."""
GROUPS, LETTERS = 5, 5
RECOVERY_CODES = 10
_ALIKE = str.maketrans("OIL", "011", " -–")


def new_secret() -> str:
    """A fresh secret for an authenticator app, as it is typed: 160 bits in base 32."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def address(secret: str, username: str, issuer: str) -> str:
    """What the square picture says to an authenticator app."""
    return _generator(secret).get_provisioning_uri(username, issuer)


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The time step a code belongs to; None for a wrong code, and for a step that is not after the last one used."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        return None
    generator = _generator(secret)
    steps = {int((now + shift).timestamp()) // STEP for shift in (-SLOW, timedelta(0), FAST)}
    fitting = [
        step for step in sorted(steps) if secrets.compare_digest(generator.generate(step * STEP), typed.encode())
    ]
    return next((step for step in fitting if step > last), None)


def new_recovery_code() -> str:
    """A recovery code of 125 random bits, in groups that can be written down."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))


def plain_recovery_code(typed: str) -> str | None:
    """A typed recovery code as it is compared, or None where it cannot be one."""
    code = typed.upper().translate(_ALIKE)
    return code if len(code) == GROUPS * LETTERS and set(code) <= set(ALPHABET) else None


def _generator(secret: str) -> TOTP:
    # SHA-1 is what every authenticator app speaks; as a MAC under a random key it has no known weakness.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303 see above
