"""A municipality's main key rotated while everybody works: nothing is lost, and nothing of the old key is left."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from casework.core import accounts, audit_verification, cases, entries, keys, opened_keys
from casework.core.errors import Broken, Conflict, Destroyed
from casework.core.installation import Installation
from casework.core.key_operations import listing, rotation
from casework.core.keys import Keyring
from casework.core.models import AuditEvent, CaseKey, MunicipalityKey, PersonKey
from casework.core.roots import FileRoot
from tests.worlds import KEY_FILE, KUMLA, LAXA, World

pytestmark = pytest.mark.usefixtures("operated_alone")  # with two administrators: test_key_orders


@pytest.fixture
def other(world):
    """Another process of the installation: the same database and key file, its own cache."""
    ring = Keyring(FileRoot(world.database.data_dir / KEY_FILE))
    return Installation(world.installation.engine, ring, world.installation.registry, world.clock)


def readable(world: World, installation: Installation, case: str, note: str) -> str:
    """What somebody reads of a note and of its person, in a process."""
    with installation.session(KUMLA, world.ids["maja"]) as session:
        actor = accounts.actor(session, world.account(session, "maja"))
        opened, decision = cases.open_case(session, actor, case, "journal")
        person = cases.subject(decision, opened)
        assert person is not None
        return f"{entries.answers_of(decision, world.entry(session, note))['heading']} {person.name}"


def mains(world: World, code: str = KUMLA) -> dict[int, tuple[str, int]]:
    with world.session(code) as session:
        rows = session.scalars(select(MunicipalityKey).where(MunicipalityKey.purpose == "main")).all()
        return {row.version: (row.status, len(row.wrapped)) for row in rows}


def hanging(world: World, code: str = KUMLA) -> set[int]:
    with world.session(code) as session:
        return {
            version
            for model in (CaseKey, PersonKey, MunicipalityKey)
            for version in session.scalars(select(model.main_version).distinct()).all()
            if version is not None
        }


def test_everything_moves_to_the_new_main_key_and_the_old_one_is_destroyed(world, other):
    case = world.case()
    note = world.sign("maja", case, "note")
    words = readable(world, other, case, note)
    purposes = {}
    with world.session() as session:
        for purpose in ("audit", "blind", "search", "review"):
            purposes[purpose] = keys.of(session).municipality(session, purpose).secret.reveal()
    done = rotation.rotate(world.installation, KUMLA)
    assert (done.version, done.destroyed) == (2, [1])
    assert done.moved == 6 + 3 + 1
    assert mains(world) == {1: ("destroyed", 0), 2: ("enabled", 62)} and hanging(world) == {2}
    assert mains(world, LAXA) == {1: ("enabled", 62)}
    assert readable(world, other, case, note) == readable(world, world.installation, case, note) == words
    with world.session() as session:  # they are wrapped anew, not made anew: no index and no MAC changes
        for purpose, secret in purposes.items():
            assert keys.of(session).municipality(session, purpose).secret.reveal() == secret
        assert audit_verification.faults(session) == []


def test_each_step_is_remembered_and_the_destroyed_version_leaves_a_tombstone(world):
    world.case()
    rotation.rotate(world.installation, KUMLA)
    with world.session() as session:
        query = select(AuditEvent.action, AuditEvent.object_id).where(AuditEvent.action.startswith("keys:"))
        assert session.execute(query.order_by(AuditEvent.seq)).all() == [
            ("keys:ordered", KUMLA),
            ("keys:rotated", "main:2"),
            ("keys:rewrapped", "main:2"),
            ("keys:disabled", "main:1"),
            ("keys:destroyed", "main:1"),
        ]


def test_the_old_main_key_opens_nothing_any_more(world):
    world.case()
    rotation.rotate(world.installation, KUMLA)
    with world.session() as session, pytest.raises(Destroyed):
        keys.of(session).municipality(session, "main", 1)


def test_what_is_new_hangs_on_the_new_main_key_at_once_in_every_process(world, other):
    world.case()
    with other.session(KUMLA) as session:
        keys.of(session).municipality(session, "main")
    with world.session() as session:
        assert rotation.begin(session) == 2
    with other.session(KUMLA) as session:
        assert keys.of(session).newest_main(session).version == 2


@pytest.mark.parametrize("broken_off_after", ["begin", "one batch", "moving", "disabling"])
def test_a_rotation_that_was_broken_off_is_taken_up_again(world, other, monkeypatch, broken_off_after):
    monkeypatch.setattr(rotation, "BATCH", 3)
    ids = [world.case() for _nth in range(3)]
    note = world.sign("maja", ids[0], "note")
    words = readable(world, other, ids[0], note)
    with world.session() as session:
        rotation.begin(session)
    if broken_off_after != "begin":
        with world.session() as session:
            assert rotation.move(session) == 3
    if broken_off_after in {"moving", "disabling"}:
        for _batch in range(10):
            with world.session() as session:
                rotation.move(session)
    if broken_off_after == "disabling":
        with world.session() as session:
            assert rotation.disable(session)
    world.installation.keyring.forget()
    assert readable(world, world.installation, ids[0], note) == words == readable(world, other, ids[0], note)
    done = rotation.rotate(world.installation, KUMLA)
    assert done.version == 2 and mains(world) == {1: ("destroyed", 0), 2: ("enabled", 62)}
    assert hanging(world) == {2} and readable(world, other, ids[0], note) == words


def test_a_main_key_on_which_something_hangs_is_never_disabled_or_destroyed(world):
    world.case()
    with world.session() as session:
        rotation.begin(session)
    with world.session() as session:
        assert not rotation.disable(session)
        assert rotation.destroy(session) == []
    assert mains(world) == {1: ("enabled", 62), 2: ("enabled", 62)}


def test_rotating_again_and_again_counts_on_and_reuses_no_version(world):
    case = world.case()
    note = world.sign("maja", case, "note")
    for version in (2, 3, 4):
        assert rotation.rotate(world.installation, KUMLA).version == version
    assert mains(world) == {1: ("destroyed", 0), 2: ("destroyed", 0), 3: ("destroyed", 0), 4: ("enabled", 62)}
    assert readable(world, world.installation, case, note).startswith("Samtal")


def test_somebody_who_read_a_key_just_before_it_was_moved_finds_it_again(world, other, monkeypatch):
    case = world.case()
    with other.session(KUMLA) as session:
        row = session.scalars(select(CaseKey).where(CaseKey.case_id == case, CaseKey.retention == "case")).one()
        session.commit()  # what was read stays in hand; only then everything is moved and the old key destroyed
        rotation.rotate(world.installation, KUMLA)
        assert row.main_version == 1
        assert other.keyring._under_main(session, row).version == 1
        assert row.main_version == 2


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_somebody_who_is_wrapping_by_the_old_main_key_is_waited_for(world):
    world.case()
    writing = world.installation.open(KUMLA)
    keys.of(writing).newest_main(writing)
    with world.session() as session:
        rotation.begin(session)
    finished = threading.Event()

    def turn() -> None:
        rotation.rotate(world.installation, KUMLA)
        finished.set()

    turning = threading.Thread(target=turn)
    turning.start()
    assert not finished.wait(0.5)
    assert mains(world)[1][0] == "enabled"
    writing.commit()
    writing.close()
    turning.join(20)
    assert finished.is_set() and mains(world)[1] == ("destroyed", 0)


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_two_rotations_at_once_make_one_new_main_key(world):
    world.case()
    gate, done = threading.Barrier(2), []

    def turn() -> None:
        gate.wait()
        done.append(rotation.rotate(world.installation, KUMLA).version)

    threads = [threading.Thread(target=turn) for _nth in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(done) == 2 and hanging(world) == {max(done)}
    assert sum(status == "enabled" for status, _length in mains(world).values()) == 1


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_keys_that_are_held_all_the_time_are_said_to_be(world, monkeypatch):
    monkeypatch.setattr(rotation, "PATIENCE", 2)
    monkeypatch.setattr(rotation, "PAUSE", 0.01)
    case = world.case()
    writing = world.installation.open(KUMLA)
    keys.of(writing).case_to_seal(writing, case, "case")
    with pytest.raises(Conflict):
        rotation.rotate(world.installation, KUMLA)
    writing.rollback()
    writing.close()
    rotation.rotate(world.installation, KUMLA)
    assert hanging(world) == {2}


def test_a_municipality_without_a_main_key_is_not_rotated(world):
    with world.session() as session:
        for row in session.scalars(select(MunicipalityKey).where(MunicipalityKey.purpose == "main")).all():
            row.status = "disabled"
    with pytest.raises(Broken):
        rotation.rotate(world.installation, KUMLA)


def test_an_opened_key_is_used_for_five_minutes_and_no_longer(world, other):
    case = world.case()
    with other.session(KUMLA) as session:
        keys.of(session).case(session, case, "sealed_place")
    with world.session() as session:
        keys.of(session).destroy_case(session, case, "sealed_place")
    world.clock.move(minutes=4, seconds=59)
    with other.session(KUMLA) as session:  # so long another process may go on with what it had opened
        keys.of(session).case(session, case, "sealed_place")
    world.clock.move(seconds=1)
    with other.session(KUMLA) as session, pytest.raises(Destroyed):
        keys.of(session).case(session, case, "sealed_place")


def test_nothing_new_is_sealed_under_a_key_that_another_process_destroyed(world, other):
    case = world.case()
    with other.session(KUMLA) as session:
        assert keys.of(session).case_to_seal(session, case, "sealed_place").version == 1
    with world.session() as session:
        keys.of(session).destroy_case(session, case, "sealed_place")
    with other.session(KUMLA) as session:
        fresh = keys.of(session).case_to_seal(session, case, "sealed_place")
        assert fresh.version == 2
        assert keys.of(session).case(session, case, "sealed_place", 2).secret.reveal() == fresh.secret.reveal()


def test_a_key_whose_root_was_asked_long_ago_does_not_live_on_under_a_younger_one(world):
    case = world.case()
    ring = world.installation.keyring
    ring.forget()
    with world.session() as session:
        ring.municipality(session, "main", 1)
    world.clock.move(minutes=4)
    with world.session() as session:
        assert session.now - ring.case(session, case, "case").since == opened_keys.AGE * 4 / 5


def test_the_list_of_keys_counts_what_hangs_on_them_and_shows_no_key(world):
    cases_ = [world.case() for _nth in range(2)]
    with world.session() as session:
        rotation.begin(session)
    world.clock.move(days=3)
    with world.session() as session:
        keys.of(session).destroy_case(session, cases_[0], "sealed_place")
    installation, kumla, _laxa = listing.of_installation(world.installation)
    assert [(one.purpose, one.version, one.status) for one in installation.versions] == [
        ("accounts", 1, "enabled"),
        ("audit", 1, "enabled"),
        ("checkpoint", 1, "enabled"),
        ("identity", 1, "enabled"),
    ]
    first, second = kumla.versions[:2]
    assert (first.purpose, first.version, first.cases, first.persons, first.age_days) == ("main", 1, 5, 2, 3)
    assert (second.version, second.cases, second.persons) == (2, 0, 0)
    assert {one.main for one in kumla.versions[2:]} == {1} and kumla.destroyed == 1
    assert str(first.root).startswith("file:") and first.root == installation.versions[0].root
    with world.session() as session:
        wrapped = session.scalars(select(MunicipalityKey.wrapped)).all()
        assert session.scalar(select(func.count()).where(AuditEvent.action == "keys:listed")) == 1
    assert not any(one.hex() in repr(kumla) or str(one) in repr(kumla) for one in wrapped)
