"""Sealed files: what goes in comes out, and nothing else does, whatever is done to the file between."""

from __future__ import annotations

import io
import os
import stat

import pytest

from casework.core import streams
from casework.core.errors import Broken

SIZES = [0, 1, streams.CHUNK - 1, streams.CHUNK, streams.CHUNK + 1, 3 * streams.CHUNK]


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    private = tmp_path_factory.mktemp("offline") / "backup.key"
    public = streams.make_pair(private)
    return streams.private_key(private), streams.public_key(public)


@pytest.fixture
def sealed(pair, tmp_path):
    def seal(content: bytes, label: str = "data") -> bytes:
        path = tmp_path / "file"
        with path.open("w+b") as file:
            writer = streams.SealingWriter(file, pair[1], label)
            for start in range(0, len(content), 10_000):
                writer.write(content[start : start + 10_000])
            writer.finish()
            assert b"".join(streams.reread(file, writer.key, label)) == content
        return bytes(path.read_bytes())

    return seal


def opened(pair, blob: bytes, label: str = "data") -> bytes:
    return b"".join(streams.opened(io.BytesIO(blob), pair[0], label))


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read_again(pair, sealed, size):
    content = os.urandom(size)
    assert opened(pair, sealed(content)) == content


def test_the_offline_key_is_its_owners_alone_and_is_never_written_over(tmp_path):
    private = tmp_path / "backup.key"
    streams.make_pair(private)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        streams.make_pair(private)


@pytest.mark.parametrize("place", [0, 3, 5, 50, 84, 90, streams.CHUNK + 90, -20, -1])
def test_one_flipped_byte_anywhere_is_refused(pair, sealed, place):
    blob = bytearray(sealed(os.urandom(2 * streams.CHUNK)))
    blob[place] ^= 1
    with pytest.raises(Broken):
        opened(pair, bytes(blob))


@pytest.mark.parametrize("kept", [0, 4, 84, 100, 84 + streams.CHUNK + 16, -1, -16, -17])
def test_a_file_cut_short_anywhere_is_refused(pair, sealed, kept):
    with pytest.raises(Broken):
        opened(pair, sealed(os.urandom(2 * streams.CHUNK + 5))[:kept])


def test_chunks_that_change_places_are_refused(pair, sealed):
    blob, whole = sealed(os.urandom(3 * streams.CHUNK)), streams.CHUNK + streams.TAG
    head = len(streams.MAGIC) + streams.ENCAPSULATED
    moved = blob[:head] + blob[head + whole : head + 2 * whole] + blob[head : head + whole] + blob[head + 2 * whole :]
    assert len(moved) == len(blob)
    with pytest.raises(Broken):
        opened(pair, moved)


def test_something_added_at_the_end_is_refused(pair, sealed):
    with pytest.raises(Broken):
        opened(pair, sealed(b"x") + b"more")


def test_another_key_and_another_kind_of_file_do_not_open(pair, sealed, tmp_path):
    streams.make_pair(tmp_path / "other.key")
    blob = sealed(b"x")
    with pytest.raises(Broken):
        b"".join(streams.opened(io.BytesIO(blob), streams.private_key(tmp_path / "other.key"), "data"))
    with pytest.raises(Broken):
        opened(pair, blob, "keys")


@pytest.mark.parametrize("text", ["", "no key", "AAAA", "x" * 44])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(Broken):
        streams.public_key(text)
