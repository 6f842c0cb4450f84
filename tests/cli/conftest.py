"""An installation as the commands make it: the agreement's example, on both engines."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from casework.cli import main
from casework.cli.opening import every_municipality, opened
from casework.contract.fields import Agency
from casework.core import accounts, approvals, organisations
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Approval
from casework.core.permissions import Actor, Role
from casework.settings import Settings
from tests.databases import Database, Databases, Kind

if TYPE_CHECKING:
    from tests.cli.ready import Ready

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
EXAMPLE = ROOT / "examples" / "hallsberg.toml"
IMPORT = ("--municipality", "1881", "--area", "avhoppare", "--as", "maja.testlind")


class Casework:
    """The command ``casework`` in one installation's environment."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.settings = Settings.read(None, database.environment)

    def __call__(self, *arguments: str | Path, code: int | None = 0, **environment: str | None) -> Result:
        """Run a command and check its exit code."""
        cleared = {name: None for name in os.environ if name.startswith("CASEWORK_")}
        runner = CliRunner(env={**cleared, **self.database.environment, **environment})
        result = runner.invoke(main, [str(one) for one in arguments], catch_exceptions=False)
        assert code is None or result.exit_code == code, result.output
        return result

    def order_keys(self, deed: Callable[[TenantSession, Actor], Approval], *codes: str) -> None:
        """Have two administrators of each municipality order something of its keys."""
        with self.installation() as installation:
            for code in codes or [place.code for place in every_municipality(installation)]:
                with installation.session(code) as session:
                    found = organisations.colleagues(session, Agency.SOCIAL_SERVICES, frozenset({Role.ADMINISTRATOR}))
                    one, other, *_more = {account.id: account for account, _post in found}.values()
                    asked = deed(session, accounts.actor(session, one))
                    approver = accounts.actor(session, other)
                    approvals.decide(session, installation.registry, approver, asked.id, granted=True)

    @contextlib.contextmanager
    def installation(self) -> Iterator[Installation]:
        """The installation that the commands worked on."""
        with opened(self.settings) as installation:
            yield installation


def agreement(database: Database) -> None:
    """Make an installation of the agreement's example."""
    casework = Casework(database)
    casework("db", "upgrade")
    casework("setup", EXAMPLE)


@pytest.fixture
def empty(databases: Databases, database_kind: Kind, data_dir: Path) -> Iterator[Casework]:
    """Nothing yet but an empty database."""
    with databases.empty(database_kind, data_dir) as made:
        yield Casework(made)


@pytest.fixture
def casework(databases: Databases, database_kind: Kind, data_dir: Path) -> Iterator[Casework]:
    """The agreement's example, set up."""
    with databases.migrated(database_kind, data_dir, agreement) as made:
        yield Casework(made)


@pytest.fixture
def ready(databases: Databases, database_kind: Kind, data_dir: Path, tmp_path: Path) -> Iterator[Ready]:
    """An installation fit to be served."""
    from tests.cli.ready import KEY, POINTS, Ready, prepared

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    with databases.migrated(database_kind, data_dir, prepared) as database:
        data_dir.chmod(0o700)
        for name in (POINTS, KEY):
            shutil.move(data_dir / name, elsewhere / name)
        surroundings = {
            "CASEWORK_CHECKPOINTS": str(elsewhere / POINTS),
            "CASEWORK_KEY_FILE": str(elsewhere / KEY),
            "CASEWORK_ORIGIN": "https://hallpunkt.example.se",
            "CASEWORK_OWNER_URL": None,
            "CASEWORK_PLUGINS": "avhoppare,barn_unga,nara_relation",
            "CASEWORK_PROXIES": "1",
            "CASEWORK_SECURITY_CONTACT": "mailto:sakerhet@example.se",
            "CASEWORK_SMTP": "smtp://epost.example.se:587",
            "CASEWORK_MAIL_FROM": "hallpunkt@example.se",
        }
        yield Ready(Casework(database), elsewhere, surroundings)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """With what options a server was started; none is."""
    from tests.cli.ready import Served

    given: list[dict[str, object]] = []

    def create(_app: object, **options: object) -> Served:
        given.append(options)
        return Served()

    monkeypatch.setattr("casework.cli.serving.create_server", create)
    return given
