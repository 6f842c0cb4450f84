"""Another root for everything while everybody works: each row says which root it is under, and opens all the time."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from casework.core import accounts, audit_verification, cases, crypto, entries, keys, passphrase_root, roots
from casework.core.crypto import Effort
from casework.core.errors import Broken, KeyMissing, Locked, Refused
from casework.core.installation import Installation
from casework.core.key_operations import rewrapping, rotation
from casework.core.keys import Keyring
from casework.core.models import AuditEvent, InstallationEvent, InstallationKey, MunicipalityKey
from casework.core.passphrase_root import PassphraseRoot
from casework.core.roots import FileRoot, Surroundings
from tests.worlds import KEY_FILE, KUMLA, LAXA

pytestmark = pytest.mark.usefixtures("operated_alone")  # with two administrators: test_key_orders

SEALED = "file+passphrase"


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    monkeypatch.setattr(passphrase_root, "EFFORT", Effort(memory=64, passes=1, lanes=1))


@pytest.fixture
def surroundings(world):
    return Surroundings(world.database.data_dir / KEY_FILE, {}, lambda new: "vinter lykta kanot nio älvar")


@pytest.fixture
def opened(world, surroundings):
    """Another process, with these providers chosen."""

    def open_(*names: str) -> Installation:
        ring = Keyring(roots.opened(names, surroundings))
        return Installation(world.installation.engine, ring, world.installation.registry, world.clock)

    return open_


def under(world) -> set[str]:
    """The roots that everything lies under."""
    found = set()
    for code in (None, KUMLA, LAXA):
        with world.session(code) as session:
            model = InstallationKey if code is None else MunicipalityKey
            query = select(model.root)
            query = query if code is None else query.where(MunicipalityKey.purpose == "main")
            found |= {str(root).rpartition(":")[0] for root in session.scalars(query)}
    return found


def heading(world, installation, case, note) -> str:
    with installation.session(KUMLA, world.ids["maja"]) as session:
        actor = accounts.actor(session, world.account(session, "maja"))
        _case, decision = cases.open_case(session, actor, case, "journal")
        return entries.answers_of(decision, world.entry(session, note))["heading"]


def test_everything_moves_to_another_provider_and_opens_there_alone(world, opened, surroundings):
    case = world.case()
    note = world.sign("maja", case, "note")
    PassphraseRoot.made(surroundings)
    working, reader = opened("file", SEALED), opened("file", SEALED)
    assert heading(world, reader, case, note) == "Samtal"
    done = rewrapping.rewrap(working, SEALED)
    assert (done.moved, done.all) == (6, 6)
    assert under(world) == {SEALED} and rewrapping.in_use(working) == {SEALED}
    assert heading(world, reader, case, note) == "Samtal"
    world.clock.move(minutes=6)  # now what the reader had opened is old: it asks the new root
    assert heading(world, reader, case, note) == "Samtal"
    surroundings.key_file.unlink()
    assert heading(world, opened(SEALED), case, note) == "Samtal"
    with opened(SEALED).session(None) as session:
        assert audit_verification.faults(session) == []


def test_each_move_is_remembered_where_the_key_belongs(world, opened, surroundings):
    PassphraseRoot.made(surroundings)
    rewrapping.rewrap(opened("file", SEALED), SEALED)
    with world.session(None) as session:
        query = select(InstallationEvent.action, InstallationEvent.object_id)
        found = session.execute(query.where(InstallationEvent.action.startswith("keys:"))).all()
        moved = [("keys:rewrapped", f"{purpose}:1") for purpose in ("accounts", "audit", "checkpoint", "identity")]
        assert found == [("keys:ordered", ""), *moved]
    with opened(SEALED).session(KUMLA) as session:
        query = select(AuditEvent.object_id, AuditEvent.detail).where(AuditEvent.action == "keys:rewrapped")
        (object_id, detail) = session.execute(query).one()
        assert object_id == "main:1" and '"root":"file-passphrase:' in detail


def test_a_move_that_was_broken_off_opens_everywhere_and_is_taken_up_again(world, opened, surroundings, monkeypatch):
    case = world.case()
    note = world.sign("maja", case, "note")
    PassphraseRoot.made(surroundings)
    reader = opened("file", SEALED)
    rows = rewrapping._rows(world.installation)
    for upto in range(len(rows)):
        working = opened("file", SEALED)
        code, place, _root = rows[upto]
        assert rewrapping._move(working, code, place, working.keyring.roots.named(SEALED))
        world.clock.move(minutes=6)
        assert heading(world, reader, case, note) == "Samtal"
        assert heading(world, opened("file", SEALED), case, note) == "Samtal"
        assert under(world) == ({SEALED} if upto == len(rows) - 1 else {"file", SEALED})
    assert rewrapping.rewrap(opened("file", SEALED), SEALED).moved == 0


def test_there_and_back_again(world, opened, surroundings):
    PassphraseRoot.made(surroundings)
    rewrapping.rewrap(opened("file", SEALED), SEALED)
    surroundings.key_file.unlink()
    FileRoot.make(surroundings.key_file)
    assert rewrapping.rewrap(opened(SEALED, "file"), "file").moved == 6
    assert under(world) == {"file"}
    assert rewrapping.rewrap(opened("file"), "file").moved == 0


def test_a_new_key_in_the_key_file_takes_over_and_the_old_one_is_taken_out(world, opened, surroundings):
    case = world.case()
    note = world.sign("maja", case, "note")
    old = surroundings.key_file.read_bytes()
    reader = opened("file")
    assert heading(world, reader, case, note) == "Samtal"
    assert rewrapping.rewrap(opened("file"), "file", renew=True).moved == 6
    assert surroundings.key_file.read_bytes() not in {old, b""} and surroundings.key_file.read_bytes().count(b"\n") == 1
    world.clock.move(minutes=6)
    assert heading(world, reader, case, note) == heading(world, opened("file"), case, note) == "Samtal"
    surroundings.key_file.write_bytes(old)
    with pytest.raises(Locked), world.session(None) as session:
        opened("file").keyring.check(session)


def test_a_new_key_that_was_broken_off_before_everything_was_moved_is_used_by_the_next_attempt(opened, surroundings):
    FileRoot(surroundings.key_file).renew()
    both = surroundings.key_file.read_bytes().splitlines()
    assert rewrapping.rewrap(opened("file"), "file", renew=True).moved == 6
    assert surroundings.key_file.read_bytes().splitlines() == both[1:]


def test_a_main_key_made_while_the_root_is_changed_is_not_left_under_the_old_one(world, opened):
    case = world.case()
    note = world.sign("maja", case, "note")
    moving = threading.Thread(target=rewrapping.rewrap, args=(opened("file"), "file"), kwargs={"renew": True})
    with world.session() as session:
        version = rotation.begin(session)  # wrapped by the root there was, and not committed yet
        moving.start()
        moving.join(5)
    moving.join()
    rotation.rotate(opened("file"), KUMLA)
    assert heading(world, opened("file"), case, note) == "Samtal"
    with opened("file").session(KUMLA) as session:
        assert keys.of(session).municipality(session, "main").version == version


def test_only_the_key_file_gets_a_new_key_from_here(opened, surroundings):
    PassphraseRoot.made(surroundings)
    with pytest.raises(Refused):
        rewrapping.rewrap(opened("file", SEALED), SEALED, renew=True)


def test_a_provider_that_was_not_chosen_is_not_moved_to(world):
    with pytest.raises(KeyMissing):
        rewrapping.rewrap(world.installation, SEALED)
    assert under(world) == {"file"}


def test_a_root_that_does_not_give_a_key_back_gets_none(world, opened, surroundings, monkeypatch):
    PassphraseRoot.made(surroundings)
    monkeypatch.setattr(PassphraseRoot, "unwrap", lambda self, wrapped, context: crypto.new_key())
    with pytest.raises(Broken, match="give the key back"):
        rewrapping.rewrap(opened("file", SEALED), SEALED)
    assert under(world) == {"file"}


def test_rows_from_before_they_said_so_are_opened_and_named_by_the_next_move(world, opened):
    for code in (None, KUMLA):
        with world.session(code) as session:
            for row in session.scalars(select(InstallationKey if code is None else MunicipalityKey)).all():
                row.root = None
    world.case()
    assert rewrapping.in_use(world.installation) == {"file"}
    with opened("file").session(KUMLA) as session:
        keys.of(session).municipality(session, "audit")
    assert rewrapping.rewrap(opened("file"), "file").moved == 5
    assert under(world) == {"file"}


def test_rotation_and_moving_go_together(world, opened, surroundings):
    PassphraseRoot.made(surroundings)
    both = opened("file", SEALED)
    rotation.rotate(both, KUMLA)
    rewrapping.rewrap(both, SEALED)
    rotation.rotate(opened(SEALED), KUMLA)
    assert under(world) == {"file", SEALED}  # the destroyed version still says what it once lay under
    assert rewrapping.in_use(both) == {SEALED}


def test_no_key_is_made_over_what_lies_under_lost_ones(world):
    with world.installation.engine.begin() as connection:  # past the program, which would have to record it
        connection.exec_driver_sql("DELETE FROM installation_keys")
    with pytest.raises(KeyMissing) as error, world.session(None) as session:
        keys.of(session).found_installation(session, session.now)
    assert error.value.fault == "gone"
    with pytest.raises(KeyMissing), world.session(KUMLA) as session:
        keys.of(session).found_municipality(session)
