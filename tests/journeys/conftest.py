"""A town for the journeys: the example of the agreement, set up by command, served to a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.core import accounts, clock
from casework.core.db import connect
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.registry import Registry
from casework.core.roots import FileRoot
from casework.core.setup import usernames
from casework.settings import Settings
from casework.web import create_app
from tests.databases import Database
from tests.journeys.album import Album

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "hallsberg.toml"
REGISTERS = ROOT / "tests" / "data"
PASSWORD = "vinter-lykta-kanot-9"


@dataclass
class Town:
    """A served installation, and what an operator does at its terminal."""

    database: Database
    installation: Installation
    url: str

    def command(self, *arguments: str) -> str:
        """Run ``casework`` as an operator would; what it printed."""
        return casework(self.database, *arguments)


def casework(database: Database, *arguments: str) -> str:
    """Run a command in a process of its own; it must succeed."""
    program = [str(Path(sys.executable).with_name("casework")), *arguments]
    ran = subprocess.run(
        program, env={**os.environ, **database.environment}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def town(database: Database, serve: Callable[[object], str]) -> Iterator[Town]:
    casework(database, "db", "upgrade")
    casework(database, "setup", str(EXAMPLE))
    settings = Settings(
        data=database.data_dir,
        database_url=database.app_url,
        owner_url=database.owner_url,
        key_file=database.data_dir / "installation.key",
        plugins=None,
        demo=True,
    )
    installation = Installation(
        connect(settings.database_url), Keyring(FileRoot(settings.key_file)), Registry.installed(None), clock.system
    )
    with installation.session(None) as session:
        for username in usernames(EXAMPLE):
            account = accounts.find(session, username)
            assert account is not None
            accounts.set_password(session, account, PASSWORD)
    yield Town(database, installation, serve(create_app(settings, installation)))
    installation.engine.dispose()


@pytest.fixture
def sign_in(town: Town, new_context: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Somebody's own browser, signed in."""

    def at_a_desk(username: str, **options: object) -> Page:
        page = new_context(**options).new_page()
        page.goto(f"{town.url}/logga-in")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        return page

    return at_a_desk


@pytest.fixture
def album(town: Town, axe: Callable[[Page], list[str]]) -> Album:
    """What a journey looks at; its pictures are taken on one of the databases, for they are the same on both."""
    return Album(axe, town.database.kind == "sqlite")


@pytest.fixture
def arrives(sign_in: Callable[..., Page]) -> Callable[[str], Page]:
    """Somebody's own browser, signed in and at their first page."""

    def at_work(username: str) -> Page:
        page = sign_in(username)
        page.set_default_timeout(30_000)
        page.wait_for_url(lambda url: "/logga-in" not in url)
        return page

    return at_work
