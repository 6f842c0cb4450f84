"""The web on a small installation: four people, two municipalities, a clock to set, a browser without a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import casework.web
import casework.web.pages
from casework.core import accounts, organisations, passwords
from casework.core.db import connect
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.permissions import OPERATOR, Role
from casework.core.registry import Registry
from casework.core.roots import FileRoot
from casework.settings import Settings
from tests.databases import Database, Databases, Kind, upgrade
from tests.openid_provider import Provider
from tests.web import example

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KUMLA, LAXA = "1881", "1860"
ORIGIN = "https://localhost"
PASSWORD = "korrekt batteri klammer ekorre"
PEOPLE = {
    "maja.testlind": ("Maja Testlind", Role.CASE_OFFICER, (KUMLA, LAXA)),
    "vilma.dummy": ("Vilma Dummy", Role.TEAM_LEAD, (KUMLA,)),
    "lo.provander": ("Lo Provander", Role.ADMINISTRATOR, (LAXA,)),
    "utan.uppdrag": ("Utan Uppdrag", None, ()),
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def fill(database: Database) -> None:
    upgrade(database)
    with pytest.MonkeyPatch.context() as cheaper:  # the work of a real password is measured elsewhere
        cheaper.setattr(passwords, "MEMORY_KIB", 64)
        cheaper.setattr(passwords, "PASSES", 1)
        people_and_places(database)


def people_and_places(database: Database) -> None:
    root = FileRoot.make(database.data_dir / "installation.key")
    installation = Installation(connect(database.app_url), Keyring(root), Registry({}), Clock())
    with installation.session(None) as session:
        organisations.found_installation(session)
        for code, name in ((KUMLA, "Kumla"), (LAXA, "Laxå")):
            organisations.register_municipality(session, code, name)
        employer = organisations.organisation(session, "Kumla kommun", KUMLA)
        people = {}
        for username, (name, role, codes) in PEOPLE.items():
            account = accounts.add(session, OPERATOR, username, name, employer)
            account.doors = ",".join(codes)
            accounts.set_password(session, account, PASSWORD)
            people[username] = (account, role, codes)
    for code in (KUMLA, LAXA):
        with installation.session(code) as session:
            organisations.found_municipality(session)
            unit = organisations.unit(session, "social_services", "Vuxen")
            for account, role, codes in people.values():
                if role is not None and code in codes:
                    organisations.grant(session, OPERATOR, account, role, unit)
    installation.engine.dispose()


@pytest.fixture
def filled(databases: Databases, database_kind: Kind, data_dir: Any) -> Iterator[Database]:
    with databases.migrated(database_kind, data_dir, fill) as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def installation(filled: Database, clock: Clock) -> Iterator[Installation]:
    root = FileRoot(filled.data_dir / "installation.key")
    made = Installation(connect(filled.app_url), Keyring(root), Registry({}), clock)
    yield made
    made.engine.dispose()


@pytest.fixture
def settings(filled: Database) -> Settings:
    return Settings(
        data=filled.data_dir,
        database_url=filled.app_url,
        owner_url=filled.owner_url,
        key_file=filled.data_dir / "installation.key",
        plugins=(),
        demo=True,
    )


@pytest.fixture
def app(settings: Settings, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The program with its own pages and those of ``example``."""
    monkeypatch.setattr(casework.web.pages, "BLUEPRINTS", (*casework.web.pages.BLUEPRINTS, example.pages))
    return casework.web.create_app(settings, installation)


class Browser:
    """Somebody's browser: it keeps cookies and sends forms with the token of the page they lie on."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def token(self, page: str) -> str:
        """The token of the first form on a page; none where the page has no form."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page).text)
        return found[1] if found else ""

    def post(
        self, path: str, fields: dict[str, Any] | None = None, page: str | None = None, **options: Any
    ) -> TestResponse:
        token = options.pop("token", None) or self.token(page or path)
        return self.client.post(path, data={"csrf_token": token, **(fields or {})}, **options)

    def sign_in(self, username: str = "maja.testlind", password: str = PASSWORD) -> TestResponse:
        return self.post("/logga-in", {"username": username, "password": password})

    def unlock(self, password: str = PASSWORD) -> TestResponse:
        return self.post("/last", {"password": password})

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie("session")
        return None if found is None else found.value

    def error(self, page: TestResponse) -> str:
        """The words of the error summary."""
        found = re.search(r'class="errors".*?</div>', page.text, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], Browser]:
    return lambda: Browser(app.test_client())


@pytest.fixture
def visitor(new_visitor: Callable[[], Browser]) -> Browser:
    return new_visitor()


@pytest.fixture
def maja(visitor: Browser) -> Browser:
    """Maja Testlind, signed in."""
    visitor.sign_in()
    return visitor


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost little work; what they cost in earnest is tested elsewhere."""
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "_NOBODY", passwords.verifier("ingen"))


@pytest.fixture
def strict(settings: Settings, installation: Installation, quick: None) -> Flask:
    """The program as it is in production: over TLS, with a second factor demanded."""
    app = casework.web.create_app(replace(settings, demo=False, origin=ORIGIN), installation)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return app


class StrictBrowser(Browser):
    """A browser that comes by TLS."""

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie("__Host-session")
        return None if found is None else found.value

    def code(self, code: str) -> Any:
        return self.post("/logga-in/andra-steget", {"one_time_code": code})


@pytest.fixture
def new_strict(strict: Flask) -> Callable[[], StrictBrowser]:
    return lambda: StrictBrowser(strict.test_client())


@pytest.fixture
def kumla(installation: Installation, data_dir: Path, provider: Provider) -> str:
    """Kumla's accounts may sign in by a real OpenID provider; its id."""
    from tests.web import errands

    return errands.connect(installation, data_dir, provider)


@pytest.fixture
def bound(installation: Installation, provider: Provider, kumla: str) -> None:
    """Maja Testlind's account is known by what the provider calls her."""
    from tests.web import errands

    errands.bind(installation, provider, "maja.testlind", "maja")


@pytest.fixture
def errand(new_strict: Callable[[], StrictBrowser], provider: Provider, clock: Clock) -> Any:
    """A browser that goes to the provider and back."""
    from tests.web import errands

    return errands.Errand(new_strict(), provider, clock)


@pytest.fixture
def address(app: Flask, serve: Callable[[object], str]) -> str:
    """The pages under the one name for which browsers make passkeys without TLS."""
    return serve(app).replace("127.0.0.1", "localhost")


@pytest.fixture
def strict_address(settings: Settings, installation: Installation, serve: Callable[[object], str]) -> str:
    """As in production, but for the TLS, which browsers do not ask of this machine's own name."""
    made: list[Flask] = []

    def later(environ: dict[str, object], start: object) -> object:
        return made[0](environ, start)  # type: ignore[arg-type]

    address = serve(later).replace("127.0.0.1", "localhost")
    made.append(casework.web.create_app(replace(settings, demo=False, origin=address), installation))
    return address


@pytest.fixture
def told_of_what_was_cleared(console: list[str]) -> Iterator[None]:
    """Chromium notes in its console that it did what we asked of it on signing out."""
    yield
    console[:] = [line for line in console if not line.startswith("info: Clear-Site-Data header on")]
