"""A long file sealed in chunks to an offline key: cut short, reordered or altered, it does not open.

One random key a file, encapsulated by HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM) to the public key of whoever
may restore; then chunks of 64 KiB under AES-256-GCM, whose nonce is the chunk's number and whether it is the last.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from casework.core.errors import Broken

PrivateKey: TypeAlias = X25519PrivateKey
PublicKey: TypeAlias = X25519PublicKey
MAGIC = b"CWB\x01"
"""Envelope 1: the only one there is."""
CHUNK, TAG, ENCAPSULATED = 64 * 1024, 16, 80
KEY_BYTES, COUNTER = 32, 11
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def make_pair(private: Path) -> str:
    """Make an offline key in a new file with mode 0600; its public half in text. Never overwrites a file."""
    key = X25519PrivateKey.generate()
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key.private_bytes_raw()) + b"\n")
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def public_key(text: str) -> X25519PublicKey:
    """The public key of a text; raises Broken for anything else."""
    return X25519PublicKey.from_public_bytes(_decoded(text.encode()))


def private_key(file: Path) -> X25519PrivateKey:
    """The offline key in a file; raises Broken where there is none."""
    return X25519PrivateKey.from_private_bytes(_decoded(file.read_bytes()))


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read, under its name only once it is whole."""
    draft = path.with_name(path.name + ".part")
    draft.touch(mode=0o600, exist_ok=False)
    try:
        with draft.open("w+b") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class SealingWriter:
    """Seals what is written into a file, chunk by chunk. ``label`` says what the file is, and is bound to it."""

    def __init__(self, file: IO[bytes], recipient: X25519PublicKey, label: str) -> None:
        self._file, self._label, self._number, self._waiting = file, label.encode(), 0, bytearray()
        self.key = os.urandom(KEY_BYTES)
        self._sealer = AESGCM(self.key)
        file.write(MAGIC + _SUITE.encrypt(self.key, recipient, info=MAGIC + self._label))

    def write(self, content: bytes) -> None:
        """Seal content; a whole chunk is kept back until it is known whether it is the last."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Seal the last chunk and see to it that the file is on the disk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._file.flush()
        os.fsync(self._file.fileno())

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._sealer.encrypt(_nonce(self._number, last=last), chunk, self._label))
        self._number += 1


def opened(file: IO[bytes], key: X25519PrivateKey, label: str) -> Iterator[bytes]:
    """The content of a sealed file in order; raises Broken at the first chunk that is not what was written."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Broken("not a sealed file of this program")
    try:
        file_key = _SUITE.decrypt(file.read(ENCAPSULATED), key, info=MAGIC + label.encode())
    except (InvalidTag, ValueError):
        raise Broken("the file was sealed to another key, or is another kind of file") from None
    yield from _chunks(file, file_key, label)


def reread(file: IO[bytes], file_key: bytes, label: str) -> Iterator[bytes]:
    """The content of a file that was just written, under the key it was written with; raises Broken like ``opened``."""
    file.seek(len(MAGIC) + ENCAPSULATED)
    yield from _chunks(file, file_key, label)


def _chunks(file: IO[bytes], file_key: bytes, label: str) -> Iterator[bytes]:
    opener, bound = AESGCM(file_key), label.encode()
    number, sealed = 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield opener.decrypt(_nonce(number, last=not following), sealed, bound)
        except (InvalidTag, ValueError):
            raise Broken("the file was cut short or altered") from None
        if not following:
            return
        number, sealed = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(COUNTER, "big") + bytes([last])


def _decoded(text: bytes) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise Broken("not a key")
    return raw
