"""``casework keys``: what an operator sees and does, and each way it can go wrong."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import passphrase_root
from casework.core.crypto import Effort
from casework.core.db import TenantSession
from casework.core.key_operations import orders, rotation
from casework.core.models import Approval, Case, MunicipalityKey
from casework.core.permissions import Actor
from tests.cli.conftest import DATA, IMPORT

REGISTER = DATA / "avhoppare-register.csv"
PASSPHRASE = "vinter lykta kanot nio älvar"
BOTH = {"CASEWORK_KEY_PROVIDER": "file,file+passphrase"}


def to_a_passphrase(session: TenantSession, actor: Actor) -> Approval:
    return orders.order_move(session, actor, "file+passphrase")


@pytest.fixture
def phrase(tmp_path, monkeypatch):
    """The settings for a passphrase in a file; it is made less hard to guess, to save the tests' time."""
    monkeypatch.setattr(passphrase_root, "EFFORT", Effort(memory=64, passes=1, lanes=1))
    path = tmp_path / "phrase"
    path.write_text(PASSPHRASE + "\n", "utf-8")
    path.chmod(0o600)
    return {"CASEWORK_KEY_PASSPHRASE_FILE": str(path)}


def test_status_lists_every_key_and_shows_none(casework):
    casework("import", REGISTER, *IMPORT)
    said = casework("keys", "status").stdout
    assert re.search(
        r"^Installationen\n  accounts  version 1   i bruk  +i dag  rot file:[0-9a-f]{16}$", said, re.MULTILINE
    )
    assert re.search(
        r"^Kumla \(1881\)\n  main +version 1 +i bruk .*51 ärendenycklar, 16 personnycklar$", said, re.MULTILINE
    )
    assert re.search(r"^  blind +version 1 .*under huvudnyckel 1$", said, re.MULTILINE)
    listed = json.loads(casework("keys", "status", "--json").stdout)
    assert listed[0]["code"] is None and "1881" in [one["code"] for one in listed]
    kumla = next(one for one in listed if one["code"] == "1881")
    assert {one["purpose"] for one in kumla["versions"]} >= {"main", "audit", "blind", "review", "search"}
    assert kumla["versions"][0]["cases"] == 51 and "wrapped" not in json.dumps(listed)


def test_rotate_says_what_was_done_and_leaves_the_record_whole(casework):
    casework("import", REGISTER, *IMPORT)
    assert "Två av kommunens administratörer" in casework("keys", "rotate", "--municipality", "1881", code=1).stderr
    casework.order_keys(orders.order_rotation, "1881")
    said = casework("keys", "rotate", "--municipality", "1881").stdout
    assert "Kumla: huvudnyckeln har version 2. 73 nycklar flyttades nu." in said
    assert "Kumla: version 1 är förstörd." in said
    assert re.search(r"^  main +version 1 +förstörd", casework("keys", "status").stdout, re.MULTILINE)
    casework("audit", "verify")
    casework("check")
    assert "Kommunen 9999 finns inte här" in casework("keys", "rotate", "--municipality", "9999", code=1).stderr


def test_rotate_goes_on_where_it_was_broken_off(casework):
    casework.order_keys(orders.order_rotation, "1881")
    with casework.installation() as installation, installation.session("1881") as session:
        rotation.begin(session)
    assert "OBS  Kumla: bytet av huvudnyckel är inte klart." in casework("check").stdout
    assert "version 2" in casework("keys", "rotate", "--municipality", "1881").stdout
    with casework.installation() as installation, installation.session("1881") as session:
        rows = session.scalars(select(MunicipalityKey).where(MunicipalityKey.purpose == "main")).all()
        assert sorted((row.version, row.status) for row in rows) == [(1, "destroyed"), (2, "enabled")]
    assert "huvudnyckel" not in casework("check").stdout


def test_the_whole_way_to_a_passphrase_and_nothing_opens_without_it(casework, phrase):
    refused = casework("keys", "rewrap", "--to", "file+passphrase", code=1).stderr
    assert "CASEWORK_KEY_PROVIDER=file,file+passphrase" in refused and "starta om" in refused
    unordered = casework("keys", "rewrap", "--to", "file+passphrase", code=1, **BOTH, **phrase)
    assert "(Askersund, Hallsberg, Kumla, Laxå)" in unordered.stderr and "Nycklar" in unordered.stderr
    casework.order_keys(to_a_passphrase)
    said = casework("keys", "rewrap", "--to", "file+passphrase", **BOTH, **phrase).stdout
    sealed = casework.settings.key_file.with_name("installation.key.sealed")
    assert f"Nyckelfilen {sealed} är gjord" in unordered.stdout
    assert "Alla 8 ligger under file+passphrase." in said and "Sätt nu CASEWORK_KEY_PROVIDER=file+passphrase" in said
    assert "0 nycklar flyttades nu." in casework("keys", "rewrap", "--to", "file+passphrase", **BOTH, **phrase).stdout
    casework.settings.key_file.unlink()
    only = {"CASEWORK_KEY_PROVIDER": "file+passphrase"}
    assert "Rotnyckeln hos file+passphrase är installationens." in casework("check", **only, **phrase).stdout
    assert "Lösenfrasen saknas" in casework("check", code=1, **only).stderr
    Path(phrase["CASEWORK_KEY_PASSPHRASE_FILE"]).write_text("fel lösenfras i filen", "utf-8")
    assert "Lösenfrasen är fel. Inget är öppnat." in casework("check", code=1, **only, **phrase).stderr
    Path(phrase["CASEWORK_KEY_PASSPHRASE_FILE"]).chmod(0o644)
    assert "chmod 600" in casework("keys", "status", code=1, **only, **phrase).stderr
    Path(phrase["CASEWORK_KEY_PASSPHRASE_FILE"]).unlink()
    said = casework("keys", "status", code=1, **only, **phrase).stderr
    assert "finns inte. Kontrollera CASEWORK_KEY_PASSPHRASE_FILE" in said
    sealed.unlink()
    assert f"Nyckelfilen {sealed} finns inte" in casework("keys", "status", code=1, **only, **phrase).stderr


def test_after_moving_away_the_old_provider_alone_opens_nothing(casework, phrase):
    casework.order_keys(to_a_passphrase)
    casework("keys", "rewrap", "--to", "file+passphrase", **BOTH, **phrase)
    said = casework("keys", "status", code=1).stderr
    assert "Nycklar ligger kvar under file+passphrase" in said and "CASEWORK_KEY_PROVIDER" in said


def test_a_lost_root_is_not_made_anew_by_moving_to_it(casework, phrase):
    casework.order_keys(to_a_passphrase)
    casework("keys", "rewrap", "--to", "file+passphrase", **BOTH, **phrase)
    sealed = casework.settings.key_file.with_name("installation.key.sealed")
    sealed.unlink()
    casework("keys", "rewrap", "--to", "file+passphrase", code=1, **BOTH, **phrase)
    assert not sealed.exists()


def test_a_new_root_key_in_the_key_file(casework):
    before = casework.settings.key_file.read_bytes()
    casework.order_keys(lambda session, actor: orders.order_move(session, actor, "file", renew=True))
    assert "8 nycklar flyttades nu." in casework("keys", "rewrap", "--to", "file", "--new-root").stdout
    assert casework.settings.key_file.read_bytes() != before
    casework("audit", "verify")
    casework.settings.key_file.write_bytes(before)
    assert "hör till en annan installation" in casework("check", code=1).stderr


def test_a_new_installation_under_a_passphrase(empty, phrase):
    only = {"CASEWORK_KEY_PROVIDER": "file+passphrase"}
    assert "installation.key.sealed är gjord" in empty("db", "upgrade", **only, **phrase).stdout
    assert not empty.settings.key_file.exists()
    empty("db", "upgrade", **only, **phrase)
    empty("check", **only, **phrase)


def test_a_passphrase_that_is_easy_to_guess_is_refused(empty, phrase):
    Path(phrase["CASEWORK_KEY_PASSPHRASE_FILE"]).write_text("hemlig", "utf-8")
    said = empty("db", "upgrade", code=1, CASEWORK_KEY_PROVIDER="file+passphrase", **phrase)
    assert "minst 15 tecken" in said.stderr


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_wrong_with_a_provider_is_said_with_its_remedy(casework, tmp_path):
    def said(**settings: str) -> str:
        return str(casework("keys", "status", code=1, **settings).stderr)

    unknown = said(CASEWORK_KEY_PROVIDER="sten")
    assert "heter sten" in unknown and "file, file+passphrase, vault-transit" in unknown
    vault = {"CASEWORK_KEY_PROVIDER": "vault-transit"}
    assert "CASEWORK_VAULT_ADDRESS saknas" in said(**vault)
    vault |= {"CASEWORK_VAULT_ADDRESS": "http://vault.example.test"}
    assert "CASEWORK_VAULT_TOKEN_FILE saknas" in said(**vault)
    vault |= {"CASEWORK_VAULT_TOKEN_FILE": str(tmp_path / "token")}
    assert "https://" in said(**vault)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(os.name != "posix", reason="a terminal of another kind")
def test_the_passphrase_is_asked_for_at_the_terminal_and_not_shown(empty):
    import pty

    program = f"""
from casework.core import passphrase_root
from casework.core.crypto import Effort
passphrase_root.EFFORT = Effort(64, 1, 1)
from casework.cli import main
main({["db", "upgrade"]!r})
"""

    def typed(*lines: str) -> tuple[int, str]:
        environment = {**os.environ, **empty.database.environment, "CASEWORK_KEY_PROVIDER": "file+passphrase"}
        child, terminal = pty.fork()
        if child == 0:
            os.execve(sys.executable, [sys.executable, "-c", program], environment)
        shown, left = b"", list(lines)
        while True:
            try:
                shown += os.read(terminal, 1024)
            except OSError:
                break
            if left and shown.endswith(b": "):
                os.write(terminal, left.pop(0).encode() + b"\n")
                shown += b"\n"
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()

    code, shown = typed(PASSPHRASE, PASSPHRASE, PASSPHRASE)
    assert code == 0 and "Ny lösenfras för nyckelfilen:" in shown and "En gång till:" in shown
    assert "lykta" not in shown
    code, shown = typed("något helt annat här")
    assert code == 1 and "Lösenfrasen är fel" in shown


def test_destroy_due_says_how_many_and_serve_does_it_at_its_start(casework, monkeypatch):
    class Served:
        def run(self) -> None:
            """Stop at once."""

        def close(self) -> None:
            """Leave nothing open."""

    monkeypatch.setattr("casework.cli.serving.create_server", lambda *_args, **_options: Served())
    casework("import", REGISTER, *IMPORT)
    assert casework("keys", "destroy-due").stdout == "Inget ska gallras nu.\n"
    from casework.core import municipality_settings

    with casework.installation() as installation, installation.session("1881") as session:
        municipality_settings.choose(session, "sealed_place_days", 0)
        closed = len(session.scalars(select(Case.id).where(Case.is_open.is_(False))).all())
    assert closed > 0
    said = casework("serve", "--trial", "--port", "0").stdout
    assert re.search(r"^Kumla: platsuppgifterna i \d+ avslutade ärenden är gallrade\.$", said, re.MULTILINE)
    assert casework("keys", "destroy-due").stdout == "Inget ska gallras nu.\n"
