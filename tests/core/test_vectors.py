"""Every format that is kept for years: what was written once opens for ever, and with one bit changed never.

The bytes in ``vectors.json`` were written once and are never made again. A new suite or a new version of a format gets
vectors of its own beside these.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework.core import accounts, audit, crypto, passphrase_root, roots, session_rows
from casework.core.audit import Event
from casework.core.crypto import Effort, Place, Sealed, Secret
from casework.core.errors import Broken, Locked
from casework.core.roots import FileRoot

FROZEN = json.loads((Path(__file__).parent.parent / "data" / "vectors.json").read_text("utf-8"))
KEY = Secret(bytes.fromhex(FROZEN["key"]))
OTHER_KEY = Secret(bytes.fromhex(FROZEN["wrapped"]["key"]))
PASSPHRASE = "vinter lykta kanot nio älvar"
LIGHT = Effort(memory=64, passes=1, lanes=1)
CONTEXT = crypto.packed("1881", "main", 1)
EVENT = Event(
    at=datetime(2026, 11, 24, 8, 0, 0, 7, tzinfo=UTC),
    actor_id="maja",
    actor_role="case_officer",
    action="case:opened",
    outcome="done",
    object_kind="case",
    object_id="Zx4",
    case_id="Zx4",
    detail='{"page":"journal"}',
    content=bytes(range(32)),
    cases=("Zx4", "aB1"),
)


def altered(raw: bytes) -> Iterator[bytes]:
    """The bytes with each bit changed once, one after another, and each way to cut them short."""
    for place, bit in itertools.product(range(len(raw)), range(8)):
        yield raw[:place] + bytes([raw[place] ^ (1 << bit)]) + raw[place + 1 :]
    for length in range(len(raw)):
        yield raw[:length]


def key_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def made(folder: Path) -> dict[str, object]:
    """Every format of this file, from random bytes that are not random."""
    plain = base64.b64encode(KEY.reveal()).decode()
    root = FileRoot(key_file(folder / "installation.key", plain.encode() + b"\n"))
    wrapped = root.wrap(OTHER_KEY, CONTEXT)
    row = audit.row_hash(("1881", 2, 7), EVENT, audit.digest_of(EVENT.cases))
    chained = audit.chained(audit.GENESIS, row)
    return {
        "root_file": {"line": plain, "wrapped": wrapped.hex(), "root": root.root_of(wrapped)},
        "passphrase_file": {"content": passphrase_root.sealed_file(OTHER_KEY, PASSPHRASE).decode()},
        "audit": {
            "cases": (audit.digest_of(EVENT.cases) or b"").hex(),
            "row": row.hex(),
            "installation_row": audit.row_hash((None, 0, 1), EVENT, None).hex(),
            "chain": chained.hex(),
            "mac": crypto.mac(KEY, "row/v1", chained).hex(),
            "head": audit.head_mac(KEY, "1881", 2, 7, chained).hex(),
            "installation_head": audit.head_mac(KEY, None, 0, 1, chained).hex(),
        },
        "macs": {
            "form_token": crypto.mac(KEY, "form-token/v1").hex(),
            "root_check": roots.check_value(KEY),
            "search": crypto.mac(KEY, "search/v1", "gösta").hex(),
            "throttle": crypto.mac(KEY, "throttle/v1", "account", "maja", "192.0.2.1").hex(),
        },
        "cookie": session_rows.digest("mtcdXuGpXUtQ0-6u4uCg0w"),
        "enrolment": accounts.link_digest("mtcdXuGpXUtQ0-6u4uCg0w"),
    }


def test_every_format_is_written_again_byte_for_byte(monkeypatch, tmp_path):
    counter = itertools.count()
    monkeypatch.setattr("os.urandom", lambda length: bytes((next(counter) % 256,)) * length)
    now = made(tmp_path)
    monkeypatch.setattr(passphrase_root, "EFFORT", LIGHT)
    now["passphrase_file_light"] = {"content": passphrase_root.sealed_file(OTHER_KEY, PASSPHRASE).decode()}
    assert now == {name: FROZEN[name] for name in now}


@pytest.mark.parametrize("nth", range(len(FROZEN["sealed"])))
def test_a_frozen_value_opens_and_no_altered_one_does(nth):
    one = FROZEN["sealed"][nth]
    blob, place = bytes.fromhex(one["blob"]), Place(*one["place"])
    assert crypto.unseal(KEY, Sealed(blob), place) == one["text"]
    for other in altered(blob):
        with pytest.raises(Broken):
            crypto.unseal(KEY, Sealed(other), place)


def test_a_frozen_wrapped_key_opens_and_no_altered_one_does():
    blob, context = bytes.fromhex(FROZEN["wrapped"]["blob"]), bytes.fromhex(FROZEN["wrapped"]["context"])
    assert crypto.unwrap(KEY, blob, context).reveal() == OTHER_KEY.reveal()
    for other in altered(blob):
        with pytest.raises(Broken):
            crypto.unwrap(KEY, other, context)


@pytest.mark.parametrize("suite", [b"\x00\x01", b"\x01\x00", b"\x01\x02", b"\x02\x01", b"\xff\xff"])
def test_an_unknown_suite_is_an_error_and_never_another_way_to_open(suite):
    value, wrapped = FROZEN["sealed"][1], bytes.fromhex(FROZEN["wrapped"]["blob"])
    with pytest.raises(Broken, match="unknown seal"):
        crypto.unseal(KEY, Sealed(suite + bytes.fromhex(value["blob"])[2:]), Place(*value["place"]))
    with pytest.raises(Broken, match="unknown seal"):
        crypto.unwrap(KEY, suite + wrapped[2:], bytes.fromhex(FROZEN["wrapped"]["context"]))


def test_what_a_frozen_key_file_wrapped_opens_and_nothing_altered_does(tmp_path):
    line, wrapped = FROZEN["root_file"]["line"].encode(), bytes.fromhex(FROZEN["root_file"]["wrapped"])
    root = FileRoot(key_file(tmp_path / "installation.key", line))
    assert root.unwrap(wrapped, CONTEXT).reveal() == OTHER_KEY.reveal()
    assert root.root_of(wrapped) == FROZEN["root_file"]["root"]
    for other in altered(wrapped):
        with pytest.raises(Broken):
            root.unwrap(other, CONTEXT)
    with pytest.raises(Broken):
        root.unwrap(wrapped, crypto.packed("1881", "main", 2))
    for other in altered(line):
        with pytest.raises((Broken, Locked)):
            FileRoot(key_file(tmp_path / "other.key", other)).unwrap(wrapped, CONTEXT)


def test_a_frozen_file_under_a_passphrase_opens(tmp_path):
    path = key_file(tmp_path / "installation.key.sealed", FROZEN["passphrase_file"]["content"].encode())
    assert "m=262144,t=3,p=4" in FROZEN["passphrase_file"]["content"]
    root = passphrase_root.PassphraseRoot(path, PASSPHRASE)
    assert root.root_of(b"") == f"file+passphrase:{roots.check_value(OTHER_KEY)}"


def test_no_altered_file_under_a_passphrase_opens():
    content = FROZEN["passphrase_file_light"]["content"].encode()
    assert passphrase_root.sealed_key(content, PASSPHRASE).reveal() == OTHER_KEY.reveal()
    assert passphrase_root.sealed_key(content.rstrip(b"\n"), PASSPHRASE).reveal() == OTHER_KEY.reveal()
    for other in altered(content.rstrip(b"\n")):
        with pytest.raises(Locked):
            passphrase_root.sealed_key(other, PASSPHRASE)
    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.title()):
        with pytest.raises(Locked):
            passphrase_root.sealed_key(content, wrong)


def test_a_record_altered_in_any_column_has_another_digest():
    frozen = bytes.fromhex(FROZEN["audit"]["row"])
    cases = audit.digest_of(EVENT.cases)
    for name in Event.__slots__:
        if name != "cases":
            value = getattr(EVENT, name)
            changed = value.replace(microsecond=8) if name == "at" else value[:-1]
            fields = {one: getattr(EVENT, one) for one in Event.__slots__} | {name: changed}
            assert audit.row_hash(("1881", 2, 7), Event(**fields), cases) != frozen, name
    for place in (("1860", 2, 7), ("1881", 1, 7), ("1881", 2, 8), (None, 2, 7)):
        assert audit.row_hash(place, EVENT, cases) != frozen
    assert audit.row_hash(("1881", 2, 7), EVENT, audit.digest_of(["Zx4"])) != frozen


def test_a_mac_fits_its_words_and_its_key_only():
    chained = bytes.fromhex(FROZEN["audit"]["chain"])
    for name in ("mac", "head"):
        frozen = bytes.fromhex(FROZEN["audit"][name])
        assert not any(crypto.same(other, frozen) for other in altered(frozen))
    assert crypto.mac(OTHER_KEY, "row/v1", chained).hex() != FROZEN["audit"]["mac"]
    assert audit.head_mac(KEY, "1881", 2, 8, chained).hex() != FROZEN["audit"]["head"]
