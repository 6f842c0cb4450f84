"""``check --deploy`` and the start: what must not be in the database that is served, each with its remedy."""

from __future__ import annotations

import shutil
import socket
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import update

from casework.cli.readiness import EXAMPLE as INVENTED
from casework.core import accounts, clock, organisations, passwords, setup
from casework.core.models import InstallationEvent
from casework.core.permissions import OPERATOR
from casework.demo import __main__ as demonstration
from casework.settings import Settings
from tests.cli.conftest import EXAMPLE
from tests.cli.ready import AGREEMENT, KEY, POINTS
from tests.twins import past_the_walls
from tests.web.ways import account_of

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgres"])


@ON_SQLITE
def test_the_examples_people_are_invented(casework):
    assert "Exemplets påhittade konton är öppna: ake.pahittdotter" in casework("check", "--deploy", code=1).output


def test_invented_people_are_not_served(ready, served):
    names = sorted(INVENTED)[:3]
    with ready.opened() as installation, installation.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun", "1881")
        for name in names:
            accounts.add(session, OPERATOR, name, name, employer)
    assert f"{names[0]}, {names[1]}, {names[2]}" in ready.check(code=1)
    assert "casework account disable" in ready.start() and served == []
    ready.casework("account", "disable", names[0], **ready.surroundings)
    assert "Databasen är ingen övningsmiljö." in ready.check()  # two may be called so by chance


def test_the_list_of_invented_people_is_the_examples():
    assert set(setup.usernames(EXAMPLE)) == INVENTED


@ON_SQLITE
def test_the_demonstrations_database_is_never_served_as_anything_else(empty, ready, served, monkeypatch):
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "PASSES", 1)
    for part in ("cases.fill", "duty.fill", "watching.fill", "waiting.ask"):
        module, name = part.split(".")
        monkeypatch.setattr(getattr(demonstration, module), name, lambda *_arguments: 0)
    data = ready.folder / "demo"
    demonstration.make(Settings.read(data, demo=True))
    said = ready.casework("check", "--deploy", "--data", data, code=1, **ready.surroundings).output
    assert "Nyckelfilen" in said  # the key of another installation
    own = {**ready.surroundings, "CASEWORK_KEY_FILE": str(data / KEY)}
    said = ready.casework("check", "--deploy", "--data", data, code=1, **own).output
    assert "Databasen är övningsmiljöns." in said and "Övningsmiljöns lösenord öppnar konton:" in said
    refused = ready.casework("serve", "--port", "0", "--data", data, code=1, **own).stderr
    assert "Databasen är övningsmiljöns." in refused and served == []


@ON_SQLITE
def test_a_demonstrations_password_is_found_and_gone_when_the_account_is_sent_to_enrolment(ready):
    with ready.opened() as installation, installation.session(None) as session:
        accounts.set_password(session, account_of(session, "kim.kontorist"), passwords.DEMONSTRATION)
    assert "Övningsmiljöns lösenord öppnar konton: kim.kontorist" in ready.check(code=1)
    ready.casework("account", "reset", "kim.kontorist", **ready.surroundings)
    ready.check()


def test_a_clock_that_went_back_behind_the_record_is_refused(ready, served, monkeypatch):
    earlier = clock.system() - timedelta(hours=3)
    monkeypatch.setattr(clock, "system", lambda: earlier)
    assert "Datorns klocka går efter loggen" in ready.check(code=1)
    assert "Ställ klockan" in ready.start() and served == []


@ON_POSTGRESQL
def test_a_clock_that_differs_from_the_database_servers_is_refused(ready, served, monkeypatch):
    later = clock.system() + timedelta(seconds=30)
    monkeypatch.setattr(clock, "system", lambda: later)
    assert "databasserverns går olika" in ready.check(code=1)
    assert "databasserverns" in ready.start() and served == []


@ON_SQLITE
def test_several_municipalities_on_sqlite_are_named(ready, served):
    agreement = ready.folder / "more.toml"
    more = '\n[[municipality]]\ncode = "1860"\nname = "Laxå"\n'
    agreement.write_text(AGREEMENT + more, "utf-8")
    ready.casework("setup", agreement, **ready.surroundings)
    ready.casework("audit", "checkpoint", **ready.surroundings)
    assert "2 kommuner delar en inbyggd databas" in ready.check(code=1)
    ready.start(code=0)
    assert len(served) == 1


def test_a_municipality_where_nobody_hears_of_emergencies_is_named_and_hinders_no_start(ready, served):
    ready.casework("account", "disable", "linn.ledare", **ready.surroundings)
    said = ready.check(code=1)
    assert "Ingen får veta när nödåtkomst används i Kumla. Lägg in en enhetschef eller en loggranskare" in said
    assert "nödåtkomst" in ready.start(code=0) and len(served) == 1


@ON_SQLITE  # where no other clock says that ours is wrong
def test_no_checkpoint_and_no_copy_of_late_are_named_and_hinder_no_start(ready, served, monkeypatch):
    later = clock.system() + timedelta(hours=26)
    monkeypatch.setattr(clock, "system", lambda: later)
    said = ready.check(code=1)
    assert "Kör casework audit checkpoint med en timer" in said and "Kör casework backup med en timer" in said
    assert said.count("FEL  ") == 2
    assert "casework backup" in ready.start(code=0) and len(served) == 1
    assert "Kör casework backup" not in ready.check(code=1, CASEWORK_BACKUPS="elsewhere")
    ready.casework("audit", "checkpoint", **ready.surroundings)
    assert "Säkerhetskopior sköts utanför programmet" in ready.check(CASEWORK_BACKUPS="elsewhere")


@ON_SQLITE
def test_checkpoints_that_lie_with_the_database_are_named(ready):
    inside = ready.casework.database.data_dir / POINTS
    shutil.copy2(ready.folder / POINTS, inside)
    assert "Kontrollpunkterna ligger hos databasen" in ready.check(code=1, CASEWORK_CHECKPOINTS=str(inside))


@ON_SQLITE
def test_a_file_of_checkpoints_that_is_gone_is_named(ready, served):
    (ready.folder / POINTS).rename(ready.folder / "away")
    assert "finns inga kontrollpunkter" in ready.check(code=1)
    ready.start(code=0)
    assert len(served) == 1


@ON_SQLITE
def test_checkpoints_to_the_systems_log_are_enough(ready, tmp_path):
    address = tmp_path / "log"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(str(address))
        ready.casework("audit", "checkpoint", "--syslog", address, **ready.surroundings)
    assert "Kontrollpunkterna går till systemloggen." in ready.check(CASEWORK_CHECKPOINTS=None)


@ON_SQLITE
def test_a_database_turned_back_behind_its_last_checkpoint_is_not_served(ready, served):
    data = ready.casework.database.data_dir / "casework.db"
    kept = ready.folder / "old.db"
    shutil.copy2(data, kept)
    ready.casework("audit", "verify", **ready.surroundings)
    ready.casework("audit", "checkpoint", **ready.surroundings)
    ready.check()
    for beside in data.parent.glob("casework.db-*"):
        beside.unlink()
    shutil.copy2(kept, data)
    assert "fortsätter inte från den senaste kontrollpunkten" in ready.check(code=1)
    assert "återställd till ett äldre läge" in ready.start() and served == []


@ON_SQLITE
def test_a_last_checkpoint_that_somebody_else_wrote_is_not_believed(ready, served):
    points = ready.folder / POINTS
    points.write_text(points.read_text().replace('"lane":0', '"lane":1'))
    assert "fortsätter inte från den senaste kontrollpunkten" in ready.check(code=1)
    assert ready.start() and served == []


@ON_SQLITE
def test_a_record_that_was_altered_is_not_served(ready, served):
    engine = past_the_walls(ready.casework.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER installation_events_update_never")
        connection.execute(update(InstallationEvent).values(hash=b"x" * 32))
    engine.dispose()
    assert "saknar utlösare" in ready.check(code=1)
    assert ready.start() and served == []


@ON_SQLITE
def test_an_organisations_own_sign_in_is_looked_at(ready):
    secret = ready.folder / "oidc.secret"
    agreement = ready.folder / "with-sign-in.toml"

    def checked(acr: str = "", code: int = 0) -> str:
        provider = (
            '\n[[identity_provider]]\norganisation = "Kumla kommun"\nissuer = "https://idp.kumla.example"\n'
            f'client_id = "hallpunkt"\nclient_secret_file = "{secret}"\n{acr}'
        )
        agreement.write_text(AGREEMENT + provider, "utf-8")
        ready.casework("setup", agreement, **ready.surroundings)
        ready.casework("audit", "checkpoint", **ready.surroundings)
        return str(ready.check(code=code))

    assert "FEL  Kumla kommun: det som visar vem" in checked(code=1)
    secret.write_text("en hemlighet")
    secret.chmod(0o644)
    assert "rättigheterna 600" in checked(code=1)
    secret.chmod(0o600)
    assert "ok   Kumla kommun: egen inloggning, tillitsnivå 3" in checked()
    assert "OBS  Kumla kommun: inloggningstjänsten får intyga urn:lower" in checked('acr = ["urn:lower"]\n')
