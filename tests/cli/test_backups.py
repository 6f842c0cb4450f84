"""The drill: a copy, everything lost, everything back elsewhere; and what was destroyed stays destroyed."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import select, update

from casework.core.db import connect
from casework.core.models import Case, Restoration
from tests.cli import stored
from tests.cli.conftest import DATA, IMPORT, Casework
from tests.databases import Databases
from tests.worlds import MORNING

REGISTER = DATA / "avhoppare-register.csv"


@pytest.fixture
def copy(casework, tmp_path):
    """An installation with cases, its copy, its checkpoints, and what only its owner has elsewhere."""
    casework("import", REGISTER, *IMPORT, "--report", tmp_path / "report.json")
    public = casework("backup-key", "--to", tmp_path / "offline.key").stdout
    (tmp_path / "backup.pub").write_text(public, "utf-8")
    (tmp_path / "copies").mkdir()
    said = casework("backup", "--to", tmp_path / "copies", "--recipient", tmp_path / "backup.pub")
    assert "kontrollästa" in said.stdout
    return tmp_path


@pytest.fixture
def elsewhere(casework, databases: Databases, tmp_path):
    """Another machine: an empty database of the same kind, and the root key brought by hand."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with databases.empty(casework.database.kind, folder) as database:
        shutil.copy2(casework.settings.key_file, folder / "installation.key")
        yield Casework(database)


def files(folder):
    (data,), (keys,) = (folder / "copies").glob("*.data"), (folder / "copies").glob("*.keys")
    return data, keys, "--identity", folder / "offline.key"


def test_everything_comes_back_opens_and_verifies(casework, copy, elsewhere):
    said = elsewhere("restore", *files(copy), "--without-checkpoints").stdout
    assert "Databasen är öppen igen." in said
    with casework.installation() as one, elsewhere.installation() as other:
        before, after = stored.cases(one), stored.cases(other)
    assert len(after) == 17
    assert [(case.number, case.name, case.entries) for case in after] == [
        (case.number, case.name, case.entries) for case in before
    ]
    for command in (("audit", "verify"), ("audit", "verify", "--rows"), ("access", "verify"), ("check",)):
        elsewhere(*command)


def test_what_was_destroyed_after_the_copy_does_not_come_back(casework, copy, elsewhere):
    casework("audit", "checkpoint", "--to", copy / "points.jsonl")
    casework("import", "--undo", copy / "report.json")
    casework("audit", "checkpoint", "--to", copy / "points.jsonl")
    said = elsewhere("restore", *files(copy), "--checkpoints", copy / "points.jsonl").stdout
    assert "Förstörda på nytt: 17 ärenden" in said
    with elsewhere.installation() as installation:
        assert stored.cases(installation) == []
    elsewhere("audit", "verify", "--rows")


def test_one_must_say_whether_there_are_checkpoints(copy, elsewhere):
    elsewhere("restore", *files(copy), code=2)


def test_checkpoints_of_another_installation_open_nothing(casework, copy, elsewhere, databases):
    casework("audit", "checkpoint", "--to", copy / "points.jsonl")
    text = (copy / "points.jsonl").read_text("utf-8")
    (copy / "points.jsonl").write_text(text.replace('"origin":"', '"origin":"0'), "utf-8")
    assert "stämmer inte" in elsewhere("restore", *files(copy), "--checkpoints", copy / "points.jsonl", code=1).stderr
    assert "inte förstört på nytt" in elsewhere("check", code=1).stderr
    assert "inte förstört på nytt" in elsewhere("serve", "--port", "0", code=1).stderr


def test_a_restored_database_is_closed_until_it_is_released(copy, elsewhere):
    elsewhere("restore", *files(copy), "--without-checkpoints")
    with elsewhere.installation() as installation, installation.session(None) as session:
        session.execute(update(Restoration).values(released_at=None))
    assert "inte förstört på nytt" in elsewhere("audit", "verify", code=1).stderr


def test_a_mark_that_somebody_lifted_by_hand_lets_nothing_be_served(casework, copy, elsewhere):
    casework("audit", "checkpoint", "--to", copy / "points.jsonl")
    text = (copy / "points.jsonl").read_text("utf-8")
    (copy / "points.jsonl").write_text(text.replace('"origin":"', '"origin":"0'), "utf-8")
    elsewhere("restore", *files(copy), "--checkpoints", copy / "points.jsonl", code=1)
    engine = connect(elsewhere.settings.database_url)
    with engine.begin() as connection:
        connection.execute(update(Restoration).values(released_at=MORNING))
    engine.dispose()
    assert "inte förstört på nytt" in elsewhere("serve", "--port", "0", code=1).stderr
    assert "restorations" in elsewhere("audit", "verify", "--rows", code=1).stderr


def test_nothing_is_restored_over_something_or_without_the_root_key(casework, copy, elsewhere):
    assert "inte tom" in casework("restore", *files(copy), "--without-checkpoints", code=1).stderr
    elsewhere.settings.key_file.unlink()
    elsewhere("restore", *files(copy), "--without-checkpoints", code=1)


def test_a_copy_can_be_read_through_without_restoring_it(copy, elsewhere):
    assert "Kopian är hel" in elsewhere("restore", *files(copy), "--check").stdout
    data, *_rest = files(copy)
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 1
    data.write_bytes(bytes(content))
    assert "stämmer inte" in elsewhere("restore", *files(copy), "--check", code=1).stderr


def test_the_offline_key_is_asked_for_and_never_written_over(casework, copy):
    assert "finns redan" in casework("backup-key", "--to", copy / "offline.key", code=1).stderr
    assert "--recipient" in casework("backup", "--to", copy / "copies", code=1).stderr
    (copy / "no.pub").write_text("hej", "utf-8")
    assert (
        "ingen öppen nyckel"
        in casework("backup", "--to", copy / "copies", "--recipient", copy / "no.pub", code=1).stderr
    )


def test_no_name_or_number_lies_readable_in_a_copy(casework, copy):
    with casework.installation() as installation, installation.session("1881") as session:
        numbers = session.scalars(select(Case.number)).all()
    for path in files(copy)[:2]:
        content = path.read_bytes()
        assert not any(number.encode() in content for number in numbers)
