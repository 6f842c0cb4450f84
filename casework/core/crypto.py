"""Sealing, wrapping and keyed digests: pure functions, no storage. The only file that touches the primitives.

A value is sealed with AES-256-GCM under a key derived for that value alone (HKDF-SHA256, 192-bit salt) together with
a key commitment; the place it lies in is bound as associated data, so that a sealed value opens nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import unicodedata
from typing import NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.core.errors import Broken

SUITE = b"\x01\x01"
"""Envelope 1, suite 1: HKDF-SHA256 + AES-256-GCM, key-committing."""
KEY_BYTES = 32
SALT, COMMITMENT, NONCE, BLOCK = 24, 32, 12, 64
HEADER = len(SUITE) + 2


class Secret:
    """A key in memory: never shown, never pickled."""

    __slots__ = ("_bytes",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise Broken("a key has the wrong length")
        self._bytes = raw

    def reveal(self) -> bytes:
        """The key's bytes, for this file and the root provider."""
        return self._bytes

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled")


class Sealed(NamedTuple):
    """A sealed value as it lies in the database. Its words come out only through ``vault``."""

    blob: bytes

    @property
    def key_version(self) -> int:
        """The version of the key that sealed it."""
        return int.from_bytes(self.blob[len(SUITE) : HEADER], "big")

    @property
    def digest(self) -> bytes:
        """SHA-256 of the ciphertext: what the audit remembers of a value."""
        return hashlib.sha256(self.blob).digest()

    def __repr__(self) -> str:
        return "<sealed>"


class Place(NamedTuple):
    """Where a sealed value lives. ``owner`` is the case, person or account whose key seals it."""

    municipality: str
    owner: str
    table: str
    row: str
    field: str
    version: int = 0


def new_key() -> Secret:
    """A fresh 256-bit key."""
    return Secret(os.urandom(KEY_BYTES))


def packed(*parts: str | bytes | int | None) -> bytes:
    """Parts joined so that no two lists give the same bytes: each with its length before it."""
    whole = bytearray()
    for part in parts:
        raw = b"" if part is None else part if isinstance(part, bytes) else str(part).encode()
        whole += struct.pack(">BI", part is not None, len(raw)) + raw
    return bytes(whole)


def seal(key: Secret, version: int, text: str, place: Place) -> Sealed:
    """Seal ``text`` so that it opens under ``key`` at ``place`` only. Short texts are padded to hide their length."""
    head = SUITE + version.to_bytes(2, "big")
    salt = os.urandom(SALT)
    bound = head + packed(*place)
    material = _derive(key, salt, bound)
    plain = text.encode()
    padded = plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)
    body = AESGCM(material.key).encrypt(material.nonce, padded, bound)
    return Sealed(head + salt + material.commitment + body)


def unseal(key: Secret, sealed: Sealed, place: Place) -> str:
    """The text that was sealed at ``place``; raises Broken if it was moved, altered or sealed under another key."""
    blob = sealed.blob
    if blob[: len(SUITE)] != SUITE:
        raise Broken("unknown seal")
    head, rest = blob[:HEADER], blob[HEADER:]
    bound = head + packed(*place)
    material = _derive(key, rest[:SALT], bound)
    if not hmac.compare_digest(material.commitment, rest[SALT : SALT + COMMITMENT]):
        raise Broken("the seal does not fit its place or its key")
    try:
        padded = AESGCM(material.key).decrypt(material.nonce, rest[SALT + COMMITMENT :], bound)
    except InvalidTag:
        raise Broken("the sealed value was altered") from None
    return padded[: padded.rindex(b"\x80")].decode()


def resealed(old: Secret, new: Secret, version: int, sealed: Sealed, place: Place) -> Sealed:
    """The same words at the same place under another key; nobody is given them."""
    return seal(new, version, unseal(old, sealed, place), place)


class _Material(NamedTuple):
    key: bytes
    nonce: bytes
    commitment: bytes


def _derive(key: Secret, salt: bytes, bound: bytes) -> _Material:
    info = b"value/v1|" + hashlib.sha256(bound).digest()
    okm = HKDF(SHA256(), KEY_BYTES + NONCE + COMMITMENT, salt, info).derive(key.reveal())
    return _Material(okm[:KEY_BYTES], okm[KEY_BYTES : KEY_BYTES + NONCE], okm[KEY_BYTES + NONCE :])


def wrap(outer: Secret, inner: Secret, context: bytes) -> bytes:
    """A key sealed under another key, bound to what it is for."""
    nonce = os.urandom(NONCE)
    return SUITE + nonce + AESGCM(outer.reveal()).encrypt(nonce, inner.reveal(), SUITE + context)


def unwrap(outer: Secret, wrapped: bytes, context: bytes) -> Secret:
    """The key that was wrapped for ``context``; raises Broken under another key, context or suite."""
    if wrapped[: len(SUITE)] != SUITE:
        raise Broken("unknown seal")
    nonce, body = wrapped[len(SUITE) : len(SUITE) + NONCE], wrapped[len(SUITE) + NONCE :]
    try:
        return Secret(AESGCM(outer.reveal()).decrypt(nonce, body, SUITE + context))
    except (InvalidTag, ValueError):  # the second for one cut so short that not even its nonce is whole
        raise Broken("the wrapped key does not open") from None


class Effort(NamedTuple):
    """How hard it is made to guess a passphrase: memory in KiB, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


def stretched(passphrase: str, salt: bytes, effort: Effort) -> Secret:
    """The key behind a passphrase, by Argon2id; slow on purpose."""
    plain = unicodedata.normalize("NFKC", passphrase).encode()
    argon = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=effort.passes, lanes=effort.lanes, memory_cost=effort.memory
    )
    return Secret(argon.derive(plain))


def mac(key: Secret, *parts: str | bytes | int | None) -> bytes:
    """A keyed digest of the parts: 32 bytes."""
    return hmac.digest(key.reveal(), packed(*parts), "sha256")


def digest(*parts: str | bytes | int | None) -> bytes:
    """A digest of the parts without a key: for what holds so many random bits that nobody guesses it."""
    return hashlib.sha256(packed(*parts)).digest()


def same(one: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one, other)


def blind(key: Secret, value: str, bits: int) -> int:
    """The first ``bits`` bits of a keyed digest: a hint where to look that proves nothing about equality."""
    return int.from_bytes(mac(key, "blind/v1", value)[:4], "big") >> (32 - bits)


def public_key(seed: Secret) -> bytes:
    """The public half of an Ed25519 key, whose private half is made from ``seed``."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()


def signature(seed: Secret, message: bytes) -> bytes:
    """An Ed25519 signature: anybody who has the public key can verify it."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).sign(message)


def is_signed(public: bytes, message: bytes, signed: bytes) -> bool:
    """Whether a signature on a message was made with the key that has this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True
