"""Root providers: chosen by name, opened with what the surroundings say, locked where something is wrong."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from casework.core import crypto, passphrase_root, roots
from casework.core.crypto import Effort
from casework.core.errors import Broken, KeyMissing, KeyWrong, Locked, Refused
from casework.core.passphrase_root import PassphraseRoot
from casework.core.roots import FileRoot, Roots, Surroundings

PASSPHRASE = "vinter lykta kanot nio älvar"
OWNERS_ONLY = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
CONTEXT = crypto.packed("1881", "main", 1)


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    monkeypatch.setattr(passphrase_root, "EFFORT", Effort(memory=64, passes=1, lanes=1))


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "installation.key"


def written(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return str(path)


def said(key_file: Path, words: str | None = PASSPHRASE, **options: str) -> Surroundings:
    """Surroundings in which somebody at the terminal says these words, or in which nobody is there."""
    return Surroundings(key_file, options, None if words is None else lambda new: words)


def fault(error: pytest.ExceptionInfo[Locked]) -> str:
    return error.value.fault


class TestFile:
    """The key file."""

    def test_a_key_that_is_taken_away_while_we_run_is_missed_at_once(self, key_file):
        root = FileRoot.make(key_file)
        wrapped = root.wrap(crypto.new_key(), CONTEXT)
        key_file.unlink()
        for attempt in (lambda: root.unwrap(wrapped, CONTEXT), lambda: root.wrap(crypto.new_key(), CONTEXT)):
            with pytest.raises(KeyMissing) as error:
                attempt()
            assert fault(error) == "missing"

    @OWNERS_ONLY
    def test_a_key_that_is_opened_to_others_while_we_run_is_used_no_more(self, key_file):
        root = FileRoot.make(key_file)
        wrapped = root.wrap(crypto.new_key(), CONTEXT)
        key_file.chmod(0o604)
        with pytest.raises(KeyWrong) as error:
            root.unwrap(wrapped, CONTEXT)
        assert fault(error) == "readable_by_others"

    def test_a_file_with_several_keys_opens_under_each_and_wraps_under_the_last(self, key_file):
        root = FileRoot.make(key_file)
        key = crypto.new_key()
        first = root.wrap(key, CONTEXT)
        old = root.root_of(first)
        root.renew()
        second = root.wrap(key, CONTEXT)
        assert root.root_of(second) != old and key_file.read_bytes().count(b"\n") == 2
        assert root.unwrap(first, CONTEXT).reveal() == root.unwrap(second, CONTEXT).reveal() == key.reveal()
        assert key_file.stat().st_mode & 0o777 == 0o600 or os.name == "nt"
        assert root.retire() == 1
        with pytest.raises(Broken):
            root.unwrap(first, CONTEXT)
        assert root.unwrap(second, CONTEXT).reveal() == key.reveal()
        assert root.retire() == 0

    @pytest.mark.skipif(os.name != "posix", reason="a folder cannot be written through elsewhere")
    def test_the_folder_is_written_through_after_each_change_of_the_file(self, key_file, monkeypatch):
        seen, fsync = [], os.fsync

        def noted(descriptor):
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                seen.append(sorted(path.name for path in key_file.parent.iterdir()))
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", noted)
        root = FileRoot.make(key_file)
        assert seen[-1] == ["installation.key"]
        for change in (root.renew, root.retire):
            seen.clear()
            change()
            assert seen[-1] == ["installation.key"]

    def test_a_new_key_that_waits_to_be_used_is_new_enough(self, key_file):
        root = FileRoot.make(key_file)
        root.renew()
        waiting = root.root_of(b"")
        root.renew()
        assert root.root_of(b"") == waiting

    def test_what_was_left_of_a_change_that_was_broken_off_does_no_harm(self, key_file):
        root = FileRoot.make(key_file)
        written(key_file.with_name("installation.key.new"), "half")
        root.renew()
        assert sorted(path.name for path in key_file.parent.iterdir()) == ["installation.key"]


class TestPassphrase:
    """The key file under a passphrase."""

    def test_it_opens_under_its_passphrase_and_holds_neither_that_nor_the_key(self, key_file):
        root = PassphraseRoot.made(said(key_file))
        wrapped = root.wrap(crypto.new_key(), CONTEXT)
        path = passphrase_root.path_of(said(key_file))
        again = PassphraseRoot.opened(said(key_file))
        assert again.unwrap(wrapped, CONTEXT).reveal() == root.unwrap(wrapped, CONTEXT).reveal()
        assert again.root_of(wrapped) == root.root_of(wrapped)
        content = path.read_bytes()
        assert PASSPHRASE.encode() not in content and root._open().reveal() not in content
        assert path.stat().st_mode & 0o777 == 0o600 or os.name == "nt"

    def test_another_passphrase_is_wrong(self, key_file):
        PassphraseRoot.made(said(key_file))
        with pytest.raises(KeyWrong) as error:
            PassphraseRoot.opened(said(key_file, "vinter lykta kanot tio älvar"))
        assert fault(error) == "passphrase"

    def test_the_passphrase_may_come_from_a_file_that_only_its_owner_reads(self, key_file, tmp_path):
        PassphraseRoot.made(said(key_file))
        named = {passphrase_root.PASSPHRASE_FILE: written(tmp_path / "phrase", PASSPHRASE + "\n")}
        PassphraseRoot.opened(said(key_file, None, **named))
        (tmp_path / "phrase").unlink()
        with pytest.raises(KeyMissing) as error:
            PassphraseRoot.opened(said(key_file, None, **named))
        assert (fault(error), error.value.provider) == ("missing", passphrase_root.PASSPHRASE_FILE)

    @OWNERS_ONLY
    def test_a_file_with_the_passphrase_that_others_may_read_is_refused(self, key_file, tmp_path):
        PassphraseRoot.made(said(key_file))
        named = {passphrase_root.PASSPHRASE_FILE: written(tmp_path / "phrase", PASSPHRASE, 0o640)}
        with pytest.raises(KeyWrong) as error:
            PassphraseRoot.opened(said(key_file, None, **named))
        assert (fault(error), error.value.provider) == ("readable_by_others", passphrase_root.PASSPHRASE_FILE)

    def test_the_passphrase_may_come_through_a_descriptor(self, key_file):
        PassphraseRoot.made(said(key_file))
        for words, opens in ((PASSPHRASE, True), ("annat", False)):
            reading, writing = os.pipe()
            os.write(writing, words.encode() + b"\n")
            os.close(writing)
            surroundings = said(key_file, None, **{passphrase_root.PASSPHRASE_FD: str(reading)})
            if opens:
                PassphraseRoot.opened(surroundings)
            else:
                with pytest.raises(KeyWrong):
                    PassphraseRoot.opened(surroundings)

    @pytest.mark.parametrize("descriptor", ["", "x", "-1", "987654"])
    def test_a_descriptor_that_is_none_is_refused(self, key_file, descriptor):
        PassphraseRoot.made(said(key_file))
        with pytest.raises(KeyMissing) as error:
            PassphraseRoot.opened(said(key_file, None, **{passphrase_root.PASSPHRASE_FD: descriptor}))
        assert fault(error) == "descriptor"

    def test_without_anybody_to_say_it_nothing_opens(self, key_file):
        PassphraseRoot.made(said(key_file))
        with pytest.raises(KeyMissing) as error:
            PassphraseRoot.opened(said(key_file, None))
        assert fault(error) == "nobody_to_ask"

    def test_a_passphrase_that_is_easy_to_guess_makes_no_file(self, key_file):
        with pytest.raises(Refused):
            PassphraseRoot.made(said(key_file, "sommar2026"))
        assert not passphrase_root.path_of(said(key_file)).exists()

    def test_a_sealed_file_is_never_overwritten(self, key_file):
        PassphraseRoot.made(said(key_file))
        with pytest.raises(FileExistsError):
            PassphraseRoot.made(said(key_file))

    @pytest.mark.parametrize("change", ["gone", "other"])
    def test_a_file_that_is_taken_away_or_changed_while_we_run_is_used_no_more(self, key_file, change):
        root = PassphraseRoot.made(said(key_file))
        wrapped = root.wrap(crypto.new_key(), CONTEXT)
        path = passphrase_root.path_of(said(key_file))
        path.unlink()
        if change == "other":
            PassphraseRoot.made(said(key_file))
        with pytest.raises(Locked) as error:
            root.unwrap(wrapped, CONTEXT)
        assert fault(error) == {"gone": "missing", "other": "changed"}[change]

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "AAAA",
            "casework-root/v2 argon2id m=64,t=1,p=1 AAAA AAAA",
            "casework-root/v1 scrypt m=64,t=1,p=1 AAAA AAAA",
            "casework-root/v1 argon2id m=64,t=1,p=1 AAA AAAA",
            "casework-root/v1 argon2id m=99999999,t=1,p=1 AAAA AAAA",
            "casework-root/v1 argon2id m=64,t=99,p=1 AAAA AAAA",
        ],
    )
    def test_a_file_that_is_no_sealed_key_is_damaged(self, key_file, content):
        written(passphrase_root.path_of(said(key_file)), content)
        with pytest.raises(KeyWrong) as error:
            PassphraseRoot.opened(said(key_file))
        assert fault(error) == "damaged"

    def test_it_is_hard_to_guess(self):
        from tests.core.test_vectors import FROZEN

        assert FROZEN["passphrase_file"]["content"].startswith("casework-root/v1 argon2id m=262144,t=3,p=4 ")


class TestChoosing:
    """Several providers at once."""

    def test_each_kind_is_found_by_its_entry_point(self):
        assert roots.kind("file") is FileRoot
        assert roots.kind("file+passphrase") is PassphraseRoot
        with pytest.raises(KeyMissing) as error:
            roots.kind("sten")
        assert fault(error) == "unknown"

    def test_a_provider_without_its_library_is_said_to_lack_one(self, monkeypatch):
        from importlib.metadata import EntryPoint

        points = [EntryPoint("hsm", "casework.no_such_module:Root", roots.GROUP)]
        monkeypatch.setattr(roots, "entry_points", lambda group: points)
        with pytest.raises(KeyMissing) as error:
            roots.kind("hsm")
        assert fault(error) == "library"

    def test_a_strangers_provider_serves_as_ours_do(self, monkeypatch, key_file):
        from importlib.metadata import EntryPoint

        points = [EntryPoint("own", "casework.core.roots:FileRoot", roots.GROUP)]
        monkeypatch.setattr(roots, "entry_points", lambda group: points)
        FileRoot.make(key_file)
        assert roots.opened(["own"], said(key_file)).first.name == "file"

    def test_the_first_wraps_and_each_opens_what_it_wrapped(self, key_file):
        plain, sealed = FileRoot.make(key_file), PassphraseRoot.made(said(key_file))
        key = crypto.new_key()
        one = Roots(plain).wrap(key, CONTEXT)
        both = roots.opened(["file+passphrase", "file"], said(key_file))
        two = both.wrap(key, CONTEXT)
        assert one.root.startswith("file:") and two.root.startswith("file+passphrase:")
        assert two.root == sealed.root_of(two.blob)
        assert both.unwrap(one.root, one.blob, CONTEXT).reveal() == key.reveal()
        assert both.unwrap(two.root, two.blob, CONTEXT).reveal() == key.reveal()
        assert both.unwrap(None, one.blob, CONTEXT).reveal() == key.reveal()
        with pytest.raises(Broken):
            both.unwrap(None, one.blob, crypto.packed("1860", "main", 1))

    def test_a_provider_that_was_not_chosen_opens_nothing(self, key_file):
        FileRoot.make(key_file)
        wrapped = Roots(PassphraseRoot.made(said(key_file))).wrap(crypto.new_key(), CONTEXT)
        with pytest.raises(KeyMissing) as error:
            roots.opened(["file"], said(key_file)).unwrap(wrapped.root, wrapped.blob, CONTEXT)
        assert (fault(error), error.value.provider) == ("not_chosen", "file+passphrase")

    def test_a_later_provider_may_be_made_after_the_start(self, key_file):
        FileRoot.make(key_file)
        chosen = roots.opened(["file", "file+passphrase"], said(key_file))
        wrapped = Roots(PassphraseRoot.made(said(key_file))).wrap(crypto.new_key(), CONTEXT)
        assert chosen.unwrap(wrapped.root, wrapped.blob, CONTEXT)

    def test_the_first_provider_must_be_there_from_the_start(self, key_file):
        with pytest.raises(KeyMissing):
            roots.opened(["file", "file+passphrase"], said(key_file))
