"""``casework export``: a copy that was ordered in a case, sealed to its recipient, once; and opened by nobody else."""

from __future__ import annotations

import json
import stat
import zipfile

import pytest
from sqlalchemy import select

from casework.core.models import AuditEvent, CaseExport
from tests.cli import stored
from tests.cli.conftest import DATA, IMPORT
from tests.cli.ordered import ordered

KUMLA = "1881"
REGISTER = DATA / "avhoppare-register.csv"


@pytest.fixture
def archive(casework, tmp_path):
    """A folder with a recipient's pair of keys, and an installation with cases."""
    casework("import", REGISTER, *IMPORT)
    public = casework("backup-key", "--to", tmp_path / "archive.key").stdout
    (tmp_path / "archive.pub").write_text(public, "utf-8")
    return tmp_path


def export(casework, number, folder, *more, code=0):
    to = folder / "copy.cwx"
    sealed = more or ("--recipient", folder / "archive.pub")
    return casework("export", "case", number, "--municipality", KUMLA, "--to", to, *sealed, code=code)


def handed_out(casework) -> list[CaseExport]:
    with casework.installation() as installation, installation.session(KUMLA) as session:
        found = session.scalars(select(CaseExport).where(CaseExport.handed_out_at.is_not(None))).all()
        session.expunge_all()
        return list(found)


def test_an_ordered_copy_is_sealed_to_its_recipient_and_opened_whole_by_nobody_else(casework, archive):
    number = ordered(casework, KUMLA)
    assert "Kopian är skriven" in export(casework, number, archive).stdout
    copy, opened = archive / "copy.cwx", archive / "opened.zip"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with casework.installation() as installation:
        name = next(one.name for one in stored.cases(installation) if one.case.number == number)
    assert not any(word.encode() in copy.read_bytes() for word in (number, name, "case.json"))
    assert "hel" in casework("export", "open", copy, "--identity", archive / "archive.key", "--to", opened).stdout
    assert stat.S_IMODE(opened.stat().st_mode) == 0o600
    with zipfile.ZipFile(opened) as files:
        content = json.loads(files.read("case.json"))
    assert (content["number"], content["recipient"], content["purpose"]) == (number, name, "extract")
    assert content["entries"]
    casework("backup-key", "--to", archive / "other.key")
    refused = casework("export", "open", copy, "--identity", archive / "other.key", "--to", archive / "x", code=1)
    assert "kan inte öppnas" in refused.stderr and not (archive / "x").exists()
    damaged = bytearray(copy.read_bytes())
    damaged[-20] ^= 1
    copy.write_bytes(bytes(damaged))
    casework("export", "open", copy, "--identity", archive / "archive.key", "--to", archive / "x", code=1)
    assert not (archive / "x").exists()


def test_it_is_remembered_as_handed_out_into_a_file_and_the_record_stays_whole(casework, archive):
    export(casework, ordered(casework, KUMLA), archive)
    (made,) = handed_out(casework)
    assert made.handed_out_as == "file"
    with casework.installation() as installation, installation.session(KUMLA) as session:
        query = select(AuditEvent).where(AuditEvent.action == "export:handed_out", AuditEvent.detail.contains("file"))
        (row,) = session.scalars(query).all()
        assert (row.actor_id, row.case_id) == (made.ordered_by, made.case_id)
    casework("audit", "verify", "--rows")


def test_nothing_is_handed_out_that_was_not_ordered_or_twice(casework, archive):
    number = ordered(casework, KUMLA)
    with casework.installation() as installation:
        other = next(one.case.number for one in stored.cases(installation) if one.case.number != number)
    for wrong in (other, "2099-0001", "Gösta"):
        refused = export(casework, wrong, archive, code=1)
        assert "Ingen kopia av ärendet väntar" in refused.stderr and wrong not in refused.stderr
    export(casework, number, archive)
    assert "finns redan" in export(casework, number, archive, code=1).stderr
    (archive / "copy.cwx").unlink()
    assert "Ingen kopia" in export(casework, number, archive, code=1).stderr
    assert not list(archive.glob("*.part"))


def test_a_protected_persons_copy_waits_for_somebody_else(casework, archive):
    number = ordered(casework, KUMLA, protection=1)
    assert "Ingen kopia" in export(casework, number, archive, code=1).stderr
    assert handed_out(casework) == [] and not (archive / "copy.cwx").exists()


def test_it_lies_in_the_clear_only_where_somebody_says_so(casework, archive):
    number = ordered(casework, KUMLA)
    missing = archive / "nowhere" / "copy.zip"
    command = ("export", "case", number, "--municipality", KUMLA, "--to")
    assert casework(*command, archive / "copy.zip", code=2).exit_code == 2
    assert "kan inte skrivas" in casework(*command, missing, "--unsealed", code=1).stderr
    assert handed_out(casework) == []  # what could not be written was not handed out
    casework(*command, archive / "copy.zip", "--unsealed")
    with zipfile.ZipFile(archive / "copy.zip") as files:
        assert "case.html" in files.namelist()


def test_what_is_no_public_key_seals_nothing(casework, archive):
    (archive / "no.pub").write_text("hej", "utf-8")
    number = ordered(casework, KUMLA)
    assert "ingen öppen nyckel" in export(casework, number, archive, "--recipient", archive / "no.pub", code=1).stderr
    assert handed_out(casework) == []
