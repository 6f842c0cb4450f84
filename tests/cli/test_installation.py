"""A new installation, its key, its plugins, and every way in which it may not start."""

from __future__ import annotations

import json
import os
import re
import stat
from importlib.metadata import EntryPoint

import pytest
from sqlalchemy import update

from casework.cli import main
from casework.core import activation
from casework.core.models import Case
from casework.core.permissions import OPERATOR
from tests.cli.conftest import DATA, EXAMPLE, IMPORT
from tests.twins import past_the_walls

REGISTER = DATA / "avhoppare-register.csv"
ON_THE_DATABASE = [
    ("setup", EXAMPLE),
    ("import", REGISTER, *IMPORT),
    ("account", "reset", "maja.testlind"),
    ("account", "disable", "maja.testlind"),
    ("account", "sign-out", "--all"),
    ("account", "add", "ny.dummy", "--name", "Ny Dummy", "--organisation", "Kumla kommun"),
    ("enable", "avhoppare", "--municipality", "1881"),
    ("audit", "checkpoint", "--to", "points.jsonl"),
    ("audit", "export", "--to", "record.jsonl"),
    ("audit", "key"),
    ("audit", "verify"),
    ("access", "verify"),
    ("check",),
    ("keys", "status"),
    ("keys", "rotate", "--municipality", "1881"),
    ("keys", "rotate", "--accounts"),
    ("keys", "reseal", "--municipality", "1881"),
    ("keys", "rewrap", "--to", "file"),
    ("keys", "destroy-due"),
    ("serve", "--port", "0"),
]
every_command = pytest.mark.parametrize("command", ON_THE_DATABASE, ids=lambda one: " ".join(map(str, one[:3]))[:20])


@pytest.fixture
def key(casework):
    return casework.settings.key_file


def test_db_upgrade_makes_the_folder_and_the_key_once(empty):
    first = empty("db", "upgrade")
    key = empty.settings.key_file
    content = key.read_bytes()
    assert "Nyckelfilen" in first.output
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    second = empty("db", "upgrade")
    assert "Nyckelfilen" not in second.output
    assert key.read_bytes() == content


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_db_upgrade_makes_a_folder_that_only_its_owner_may_enter(empty, tmp_path):
    empty("db", "upgrade", "--data", tmp_path / "new" / "data")
    assert stat.S_IMODE((tmp_path / "new" / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "data" / "casework.db").stat().st_mode) == 0o600
    assert {"casework.db", "installation.key"} <= {path.name for path in (tmp_path / "new" / "data").iterdir()}


def test_the_key_file_may_lie_elsewhere(empty, tmp_path):
    elsewhere = tmp_path / "safe" / "root.key"
    empty("db", "upgrade", CASEWORK_KEY_FILE=str(elsewhere))
    assert elsewhere.exists()
    assert not empty.settings.key_file.exists()
    empty("setup", EXAMPLE, CASEWORK_KEY_FILE=str(elsewhere))


def test_a_lost_key_is_never_replaced(casework, key):
    key.unlink()
    result = casework("db", "upgrade", code=1)
    assert "finns inte" in result.stderr and "säkerhetskopian" in result.stderr
    assert not key.exists()


@every_command
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_without_the_key_nothing_is_done(casework, key, command):
    key.unlink()
    assert "säkerhetskopian" in casework(*command, code=1).stderr


@every_command
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_another_installations_key_is_refused(casework, key, tmp_path, command):
    casework("db", "upgrade", "--data", tmp_path / "other")
    key.write_bytes((tmp_path / "other" / "installation.key").read_bytes())
    assert "hör till en annan installation" in casework(*command, code=1).stderr


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("content", [b"", b"no key", b"AAAA"])
def test_a_file_that_is_no_key_is_refused(casework, key, content):
    key.write_bytes(content)
    assert "skadad" in casework("check", code=1).stderr


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_a_key_that_others_may_read_is_refused(casework, key):
    key.chmod(0o640)
    assert "chmod 600" in casework("setup", EXAMPLE, code=1).stderr


@every_command
def test_an_unmigrated_database_is_refused_and_none_is_made(empty, command):
    result = empty(*command, code=1)
    assert "casework db upgrade" in result.stderr
    assert not (empty.database.data_dir / "casework.db").exists() or empty.database.kind == "postgres"


def plugin(monkeypatch, **modules):
    """Let these plugins be installed: each under its name, from a module that does not hold what it should."""
    points = [EntryPoint(name, value, "casework.plugins") for name, value in modules.items()]
    monkeypatch.setattr("casework.core.registry.entry_points", lambda group: points)


@every_command
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_fault_of_every_plugin_is_named_at_once(casework, monkeypatch, command):
    plugin(monkeypatch, missing_module="no.such.module", empty="json", avhoppare="casework_avhoppare")
    result = casework(*command, code=1, CASEWORK_PLUGINS="absent,missing_module,empty,avhoppare")
    assert all(f"- {name}: " in result.stderr for name in ("absent", "missing_module", "empty"))
    assert "CASEWORK_PLUGINS" in result.stderr


def test_areas_without_their_plugin_are_named(casework):
    casework("import", REGISTER, *IMPORT)
    result = casework("check", code=1, CASEWORK_PLUGINS="barn_unga,nara_relation")
    assert "Kumla: modulen avhoppare är inte installerad men har 17 ärenden" in result.stderr


def test_a_disabled_area_with_cases_is_told_and_takes_no_more(casework):
    casework("import", REGISTER, *IMPORT)
    with casework.installation() as installation, installation.session("1881") as session:
        activation.disable(session, OPERATOR, "avhoppare")
    assert "Kumla: modulen avhoppare är avstängd och har 17 ärenden" in casework("check").stdout
    assert "avstängd" in casework("import", REGISTER, *IMPORT, code=1).stderr
    casework("setup", EXAMPLE)
    with casework.installation() as installation, installation.session("1881") as session:
        assert not activation.is_enabled(session, "avhoppare")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_server_says_at_its_start_which_areas_are_off_and_have_cases(casework, monkeypatch):
    class Served:
        def run(self) -> None:
            """Stop at once."""

        def close(self) -> None:
            """Leave nothing open."""

    monkeypatch.setattr("casework.cli.serving.create_server", lambda *_args, **_options: Served())
    casework("import", REGISTER, *IMPORT)
    with casework.installation() as installation, installation.session("1881") as session:
        activation.disable(session, OPERATOR, "avhoppare")
    assert (
        "Kumla: modulen avhoppare är avstängd och har 17 ärenden" in casework("serve", "--trial", "--port", "0").stderr
    )


def test_check_says_that_all_is_well(casework):
    result = casework("check")
    assert "FEL" not in result.output
    for word in ("rätt version", "Modulerna är hela", "åtskilda", "Nyckelfilen", "Laxå: loggens slut är förseglat"):
        assert word in result.stdout


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_check_sees_a_wall_that_fell(casework):
    engine = past_the_walls(casework.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER persons_insert_inside")
    engine.dispose()
    said = casework("check", code=1).stderr
    assert "Väggen mellan kommunerna saknar utlösare: persons_insert_inside." in said
    assert "En sak måste rättas." in said


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_served_and_nothing_done_when_a_wall_fell(casework, monkeypatch):
    engine = past_the_walls(casework.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_events_update_never")
    engine.dispose()
    monkeypatch.setattr("casework.cli.serving.create_server", None)
    for command in (("serve", "--port", "0"), ("enable", "avhoppare", "--municipality", "1881"), ("audit", "verify")):
        assert (
            "Väggen mellan kommunerna saknar utlösare: audit_events_update_never." in casework(*command, code=1).stderr
        )


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_postgresql_wants_two_roles(empty):
    owner = empty.database.owner_url
    result = empty("db", "upgrade", code=1, CASEWORK_DATABASE_URL=owner)
    assert "CASEWORK_OWNER_URL" in result.stderr


def test_access_verify_names_a_case_whose_rows_are_wrong(casework):
    casework("import", REGISTER, *IMPORT)
    assert "Kumla: åtkomsten stämmer." in casework("access", "verify").stdout
    with casework.installation() as installation, installation.session("1881") as session:
        session.execute(update(Case).where(Case.municipality == "1881").values(area="other"))
        case_id = session.query(Case.id).first()[0]
    result = casework("access", "verify", code=1)
    assert f"Kumla: åtkomsten till ärendet {case_id} stämmer inte." in result.stderr


def test_areas_need_no_database(empty):
    listed = empty("areas")
    assert "avhoppare: Avhoppare." in listed.stdout
    assert json.loads(empty("areas", "--json").stdout)["areas"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_command_explains_itself_with_an_example(empty):
    def leaves(command, path):
        for name, one in getattr(command, "commands", {}).items():
            yield from leaves(one, (*path, name)) if hasattr(one, "commands") else [(*path, name)]

    found = set(leaves(main, ()))
    assert found == {
        ("db", "upgrade"),
        ("setup",),
        ("import",),
        ("account", "add"),
        ("account", "disable"),
        ("account", "reopen"),
        ("account", "reset"),
        ("account", "sign-out"),
        ("areas",),
        ("audit", "report"),
        ("backup",),
        ("backup-key",),
        ("restore",),
        ("enable",),
        ("export", "case"),
        ("export", "open"),
        ("grounds", "explain"),
        ("keys", "destroy-due"),
        ("keys", "reseal"),
        ("keys", "rewrap"),
        ("keys", "rotate"),
        ("keys", "status"),
        ("notices", "send"),
        ("serve",),
        ("audit", "checkpoint"),
        ("audit", "export"),
        ("audit", "key"),
        ("audit", "verify"),
        ("access", "verify"),
        ("check",),
    }
    for path in found:
        said = empty(*path, "--help").output
        assert re.search(rf"^  Exempel:\n    casework {' '.join(path)}", said, re.MULTILINE)
        assert "--data" in said
    empty("no-such-command", code=2)
