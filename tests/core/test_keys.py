"""Keys: made once, opened under the right root only, gone for good when they are destroyed."""

from __future__ import annotations

import base64
import os
import pickle

import pytest
from sqlalchemy import select, update

from casework.core import cases, crypto, entries, keys, opened_keys, organisations, vault
from casework.core.errors import Broken, Destroyed, KeyMissing, KeyWrong
from casework.core.keys import Keyring
from casework.core.models import CaseKey, MunicipalityKey
from casework.core.opened_keys import Key
from casework.core.roots import FileRoot
from tests.worlds import KEY_FILE, KUMLA, LAXA


@pytest.fixture
def another_root(world, tmp_path):
    return FileRoot.make(tmp_path / "another.key")


def test_another_installations_key_file_is_refused(world, another_root):
    with world.session(None) as session:
        world.installation.keyring.check(session)
    wrong = Keyring(another_root)
    with pytest.raises(KeyWrong), world.session(None) as session:
        wrong.check(session)
    with world.session(None) as session:
        session.info["keyring"] = wrong
        with pytest.raises(KeyWrong):
            organisations.found_installation(session)


def test_under_another_root_nothing_opens_and_nothing_is_written(world, another_root):
    case = world.case()
    with world.session(KUMLA) as session:
        session.info["keyring"] = Keyring(another_root)
        with pytest.raises(Broken):
            keys.of(session).case(session, case, "case")


def test_founding_an_installation_again_changes_no_key(world):
    with world.session(None) as session:
        before = keys.of(session).installation(session, "audit").secret.reveal()
    with world.session(None) as session:
        organisations.found_installation(session)
    world.installation.keyring.forget()
    with world.session(None) as session:
        assert keys.of(session).installation(session, "audit").secret.reveal() == before


def test_a_missing_key_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(KeyMissing, match=r"nothing\.key"):
        FileRoot(tmp_path / "nothing.key")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    FileRoot.make(tmp_path / KEY_FILE)
    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(KeyWrong, match="chmod 600"):
        FileRoot(tmp_path / KEY_FILE)


@pytest.mark.parametrize("held", [b"", b"not base64!", base64.b64encode(b"short"), base64.b64encode(bytes(33))])
def test_a_file_that_holds_no_key_is_refused(tmp_path, held):
    path = tmp_path / KEY_FILE
    path.write_bytes(held)
    path.chmod(0o600)
    with pytest.raises(KeyWrong, match="does not hold a key"):
        FileRoot(path)


def test_a_key_file_is_made_for_its_owner_only_and_never_overwritten(tmp_path):
    FileRoot.make(tmp_path / KEY_FILE)
    if os.name == "posix":
        assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        FileRoot.make(tmp_path / KEY_FILE)


def test_one_municipalitys_keys_do_not_open_another(world):
    with world.session(KUMLA) as session:
        row = session.scalars(select(MunicipalityKey).where(MunicipalityKey.purpose == "main")).one()
        wrapped = row.wrapped
    with world.session(LAXA) as session:  # past the objects: the program itself would not write such a row
        swapped = update(MunicipalityKey).where(MunicipalityKey.municipality == LAXA, MunicipalityKey.purpose == "main")
        session.connection().execute(swapped.values(wrapped=wrapped))
    world.installation.keyring.forget()
    with pytest.raises(Broken), world.session(LAXA) as session:
        keys.of(session).municipality(session, "blind")


def test_one_cases_key_does_not_open_another_case(world):
    one, other = world.case(), world.case()
    with world.session() as session:
        stolen = session.get(CaseKey, (KUMLA, one, "case", 1))
        session.get(CaseKey, (KUMLA, other, "case", 1)).wrapped = stolen.wrapped
    world.installation.keyring.forget()
    with pytest.raises(Broken), world.session() as session:
        keys.of(session).case(session, other, "case")


def test_destroying_one_class_of_a_cases_keys_destroys_what_it_sealed_and_nothing_else(world):
    case = world.case()
    place = world.sign("maja", case, "relocation")
    note = world.sign("maja", case, "note")
    with world.session() as session:
        keys.of(session).destroy_case(session, case, "sealed_place")
    with pytest.raises(Broken), world.session() as session:
        keys.of(session).case(session, case, "sealed_place")
    with world.acting("maja") as (session, maja):
        _case, decision = cases.open_case(session, maja, case, "journal")
        assert entries.answers_of(decision, world.entry(session, note))["heading"] == "Samtal"
        assert entries.answers_of(decision, world.entry(session, place)) == {}


def test_a_destroyed_key_is_gone_even_if_somebody_opened_it_before_the_destruction_was_committed(world):
    case = world.case()
    keyring = world.installation.keyring
    session = world.installation.open(KUMLA)
    keyring.destroy_case(session, case)
    # Another request that began earlier may put the opened key back into the cache now.
    keyring.opened.keep(Key(1, crypto.new_key(), world.clock()), KUMLA, "case", case, "case", None)
    session.commit()
    session.close()
    with pytest.raises(Broken), world.session() as session:
        keyring.case(session, case, "case")


def test_a_destroyed_persons_name_can_never_be_read_again(world):
    case = world.case()
    with world.session() as session:
        keys.of(session).destroy_person(session, world.get(session, case).subject_id)
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "overview")
        assert cases.subject(decision, opened) == (opened.subject_id, None, vault.GONE, None, 0)
        with pytest.raises(Destroyed):
            keys.of(session).person(session, str(opened.subject_id))


def test_a_rollback_brings_a_destroyed_key_back(world):
    case = world.case()
    session = world.installation.open(KUMLA)
    keys.of(session).destroy_case(session, case)
    session.rollback()
    session.close()
    with world.session() as session:
        assert keys.of(session).case(session, case, "case").version == 1


def test_opened_keys_rest_in_a_cache_that_does_not_grow_without_end(world, monkeypatch):
    monkeypatch.setattr(opened_keys, "CACHE", 5)
    keyring = world.installation.keyring
    for _nth in range(3):
        world.case(None)
    assert len(keyring.opened) <= 5
    keyring.forget()
    assert len(keyring.opened) == 0


def test_many_persons_keys_are_opened_with_one_question(world, monkeypatch):
    ids = [world.case() for _nth in range(3)]
    world.installation.keyring.forget()
    with world.session() as session:
        persons = [world.get(session, one).subject_id for one in ids]
        keys.of(session).municipality(session, "main", 1)
        asked, real = [], session.scalars

        def scalars(query: object) -> object:
            asked.append(query)
            return real(query)

        monkeypatch.setattr(session, "scalars", scalars)
        keys.of(session).open_persons(session, persons)
        for person in persons:
            keys.of(session).person(session, person)
    assert len(asked) == 1


def test_no_key_is_pickled_or_shown(world):
    with world.session() as session:
        key = keys.of(session).municipality(session, "audit")
    assert "<secret>" in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_every_case_has_a_key_for_each_class_of_retention(world):
    case = world.case()
    with world.session() as session:
        assert set(session.scalars(select(CaseKey.retention).where(CaseKey.case_id == case))) == {
            "case",
            "child",
            "sealed_place",
        }
