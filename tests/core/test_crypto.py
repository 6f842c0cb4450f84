"""Sealing: what is sealed opens at its place under its key, and nowhere else."""

from __future__ import annotations

import itertools
import json
import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from casework.core import crypto
from casework.core.crypto import Place, Sealed, Secret
from casework.core.errors import Broken

VECTORS = Path(__file__).parent.parent / "data" / "vectors.json"
KEY = Secret(bytes(range(32)))
OTHER_KEY = Secret(bytes(range(1, 33)))
PLACE = Place("1881", "case", "answers", "entry", "text", 3)
ELSEWHERE = [
    PLACE._replace(municipality="1860"),
    PLACE._replace(owner="another"),
    PLACE._replace(table="persons"),
    PLACE._replace(row="another"),
    PLACE._replace(field="heading"),
    PLACE._replace(version=4),
    Place("1881", "casea", "nswers", "entry", "text", 3),
]


@given(st.text(max_size=300), st.integers(0, 65535))
def test_what_was_sealed_comes_out_again(text, version):
    sealed = crypto.seal(KEY, version, text, PLACE)
    assert crypto.unseal(KEY, sealed, PLACE) == text
    assert sealed.key_version == version


@given(st.text(max_size=30), st.text(max_size=30))
def test_short_texts_have_one_length_when_sealed(one, other):
    short = [text for text in (one, other) if len(text.encode()) < 60]
    assert len({len(crypto.seal(KEY, 1, text, PLACE).blob) for text in short}) <= 1


def test_the_same_text_is_never_sealed_the_same_twice():
    assert crypto.seal(KEY, 1, "x", PLACE).blob != crypto.seal(KEY, 1, "x", PLACE).blob


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_value_moved_elsewhere_does_not_open(place):
    sealed = crypto.seal(KEY, 1, "hemligt", PLACE)
    with pytest.raises(Broken):
        crypto.unseal(KEY, sealed, place)


def test_a_value_altered_in_any_byte_does_not_open():
    sealed = crypto.seal(KEY, 1, "hemligt", PLACE)
    for place in range(len(sealed.blob)):
        altered = bytearray(sealed.blob)
        altered[place] ^= 1
        with pytest.raises(Broken):
            crypto.unseal(KEY, Sealed(bytes(altered)), PLACE)


@given(st.integers(0, 200))
def test_a_value_cut_short_does_not_open(length):
    sealed = crypto.seal(KEY, 1, "hemligt", PLACE)
    with pytest.raises(Broken):
        crypto.unseal(KEY, Sealed(sealed.blob[: min(length, len(sealed.blob) - 1)]), PLACE)


def test_a_value_does_not_open_under_another_key():
    with pytest.raises(Broken, match="key"):
        crypto.unseal(OTHER_KEY, crypto.seal(KEY, 1, "hemligt", PLACE), PLACE)


def test_a_value_is_bound_to_one_key_even_where_the_cipher_is_not():
    # AES-GCM alone lets somebody make one ciphertext that opens under two keys; the commitment is what refuses.
    sealed = crypto.seal(KEY, 1, "hemligt", PLACE)
    head, salt = sealed.blob[: crypto.HEADER], sealed.blob[crypto.HEADER : crypto.HEADER + crypto.SALT]
    bound = head + crypto.packed(*PLACE)
    other = crypto._derive(OTHER_KEY, salt, bound)
    body = AESGCM(other.key).encrypt(other.nonce, b"annat\x80" + bytes(58), bound)
    mine = sealed.blob[crypto.HEADER + crypto.SALT :][: crypto.COMMITMENT]
    with pytest.raises(Broken):
        crypto.unseal(OTHER_KEY, Sealed(head + salt + mine + body), PLACE)
    assert crypto.unseal(OTHER_KEY, Sealed(head + salt + other.commitment + body), PLACE) == "annat"


def test_a_wrapped_key_opens_under_its_key_and_for_its_purpose_only():
    wrapped = crypto.wrap(KEY, OTHER_KEY, b"case")
    assert crypto.unwrap(KEY, wrapped, b"case").reveal() == OTHER_KEY.reveal()
    altered = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    for outer, body, purpose in ((OTHER_KEY, wrapped, b"case"), (KEY, wrapped, b"person"), (KEY, altered, b"case")):
        with pytest.raises(Broken):
            crypto.unwrap(outer, body, purpose)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5), st.integers(0, 99)), max_size=4))
def test_no_two_lists_of_parts_are_packed_alike(parts):
    for cut in range(len(parts)):
        joined = [*parts[:cut], "".join(map(str, parts[cut : cut + 2])), *parts[cut + 2 :]]
        if [None if one is None else str(one) for one in joined] != [None if p is None else str(p) for p in parts]:
            assert crypto.packed(*joined) != crypto.packed(*parts)


def test_a_key_is_never_shown_or_pickled():
    assert repr(KEY) == str(KEY) == f"{KEY}" == "<secret>"
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    assert repr(crypto.seal(KEY, 1, "hemligt", PLACE)) == "<sealed>"


def test_a_key_of_the_wrong_length_is_no_key():
    with pytest.raises(Broken):
        Secret(b"short")


def test_a_blind_hint_keeps_as_many_bits_as_asked():
    hints = {crypto.blind(KEY, f"1994081798{n:02d}", 8) for n in range(100)}
    assert max(hints) < 256 and len(hints) > 50
    assert crypto.blind(KEY, "x", 8) == crypto.blind(KEY, "x", 8) != crypto.blind(OTHER_KEY, "x", 8)


# What was sealed by an earlier version must open for ever: these were written once and are never made again.
def vectors() -> dict[str, object]:
    sealed = [
        {
            "text": text,
            "place": list(place),
            "version": version,
            "blob": crypto.seal(KEY, version, text, place).blob.hex(),
        }
        for text, place, version in (
            ("", PLACE, 1),
            ("Gösta Exempelsson", Place("1881", "person", "persons", "person", "name", 1), 1),
            ("Hotad av tidigare vänner. " * 20, PLACE, 513),
        )
    ]
    return {
        "key": KEY.reveal().hex(),
        "sealed": sealed,
        "wrapped": {
            "context": b"case".hex(),
            "key": OTHER_KEY.reveal().hex(),
            "blob": crypto.wrap(KEY, OTHER_KEY, b"case").hex(),
        },
        "mac": crypto.mac(KEY, "row/v1", b"\x00\x01", None, 7).hex(),
        "blind": crypto.blind(KEY, "199408179894", 8),
    }


def test_frozen_values_open_and_are_sealed_again_byte_for_byte(monkeypatch):
    frozen = json.loads(VECTORS.read_text("utf-8"))
    key = Secret(bytes.fromhex(frozen["key"]))
    for one in frozen["sealed"]:
        sealed = Sealed(bytes.fromhex(one["blob"]))
        assert crypto.unseal(key, sealed, Place(*one["place"])) == one["text"]
    counter = itertools.count()
    monkeypatch.setattr("os.urandom", lambda length: bytes((next(counter) % 256,)) * length)
    made = vectors()
    assert made == {name: frozen[name] for name in made}
