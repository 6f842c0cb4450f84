"""Passwords: Argon2id verifiers, and which passwords are too weak to choose."""

from __future__ import annotations

import os
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from casework.contract.language import gettext as _
from casework.core.errors import Refused

MINIMUM, MAXIMUM = 15, 128
"""Characters of a password that is the only factor (NIST SP 800-63B-4)."""
BESIDE_ANOTHER = 12
"""Characters of a password that never lets anybody in by itself."""
WORD, VARIETY = 3, 5
"""A name shorter than this many letters is not looked for; fewer different signs than this are too few."""
DEMONSTRATION = "vinter-lykta-kanot-9"
"""The demonstration's, printed for everybody to read; nobody may choose it."""
MEMORY_KIB, PASSES, LANES = 65536, 3, 1
SALT_BYTES = 16
COMMON = (
    "lösenord password qwerty abc123 123456 sommar vinter höst vår januari kommun förvaltning socialtjänst polis "
    "hållpunkt casework hallsberg kumla askersund laxå"
).split()


def verifier(password: str) -> str:
    """An Argon2id string from which the password cannot be had back."""
    return _argon(os.urandom(SALT_BYTES)).derive_phc_encoded(_normal(password))


def fits(password: str, verifier_: str | None) -> bool:
    """Whether the password is the one behind the verifier; does the same work when there is none."""
    try:
        Argon2id.verify_phc_encoded(_normal(password), verifier_ or _NOBODY)
    except InvalidKey:
        return False
    return verifier_ is not None


def require_strong(password: str, username: str, name: str, least: int = MINIMUM) -> None:
    """Raise Refused for a password that is short, common or made of the user's own names."""
    if len(password) < least:
        raise Refused.because(
            _("Välj ett lösenord med minst 15 tecken. Några ord efter varandra är lätta att minnas.")
            if least == MINIMUM
            else _("Välj ett lösenord med minst 12 tecken. Några ord efter varandra är lätta att minnas."),
            "password",
        )
    if len(password) > MAXIMUM:
        raise Refused.because(_("Välj ett lösenord med högst 128 tecken."), "password")
    plain = _normal(password).decode().casefold()
    own = [part for part in (*username.replace(".", " ").split(), *name.split()) if len(part) >= WORD]
    rest = plain
    for word in (*COMMON, *(part.casefold() for part in own)):
        rest = rest.replace(word, "")
    if len(rest) < least // 2 or len(set(rest)) < VARIETY or plain == DEMONSTRATION:
        raise Refused.because(
            _("Lösenordet är för lätt att gissa. Använd ord som inte har med dig eller arbetet att göra."), "password"
        )


def _argon(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()


_NOBODY = _argon(bytes(SALT_BYTES)).derive_phc_encoded(b"nobody")
