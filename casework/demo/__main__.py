"""Makes the demonstration if it is not there, says how to sign in, and serves it on this machine only."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click
import waitress

from casework.core import accounts, clock, organisations, passwords, schema, setup
from casework.core.db import connect
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.registry import Registry
from casework.core.roots import FileRoot
from casework.demo import (
    belonging,
    cases,
    consenting,
    disclosing,
    duty,
    handing,
    taking_part,
    tightened,
    waiting,
    watching,
)
from casework.settings import Settings
from casework.web import create_app

EXAMPLE = "hallsberg.toml"
THREADS = 12
"""More than may work on passwords and wait for it, so that a flood of sign-ins leaves some for the others."""
BEFORE = 400
"""Days before today that the municipalities began, so that every case lies within their time."""
SHOWN = (
    ("maja.testlind", "handläggare i Kumla"),
    ("vilma.dummy", "enhetschef i Kumla"),
    ("elin.exempelsson", "mottagning i Kumla"),
    ("jon.skissgren", "socialjour i Kumla, med nödåtkomst"),
    ("tora.provander", "kurator i Kumla"),
    ("sixten.dummy", "fritidsledare i Kumla"),
    ("erik.demosson", "polis i alla fyra kommunerna"),
    ("disa.fiktell", "loggranskare i Kumla"),
    ("robert.ovningsmark", "administratör i Kumla"),
    ("lo.provander", "administratör i Laxå"),
)


class DemoClock:
    """A clock that the demonstration sets back while it makes its cases, and then lets run."""

    def __init__(self) -> None:
        self._fixed: datetime | None = None

    def __call__(self) -> datetime:
        """The time now, or the time it was set to."""
        return self._fixed or clock.system()

    def set(self, moment: datetime | None) -> None:
        """Stand still at a moment; None lets it run."""
        self._fixed = moment


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path(".casework/demo"))
def main(port: int, data: Path) -> None:
    """Serve the demonstration."""
    settings = Settings.read(data, demo=True)
    if not settings.key_file.exists():
        click.echo("Gör i ordning övningsmiljön. Det tar en stund första gången.")
        make(settings)
    app = create_app(settings)
    click.echo(f"\nHållpunkt, övningsmiljö: http://localhost:{port}\nLösenord för alla: {passwords.DEMONSTRATION}\n")
    for username, who in SHOWN:
        click.echo(f"  {username:<16} {who}")
    click.echo("\nAvsluta med Ctrl+C.", nl=True)
    waitress.serve(app, host="127.0.0.1", port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True)


def make(settings: Settings) -> None:
    """Make the data folder, the example of the agreement, everybody's password and the invented cases."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    schema.upgrade(settings.owner_url, settings.database_url)
    unfinished = settings.key_file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    running = DemoClock()
    registry = Registry.installed(settings.plugins)
    installation = Installation(connect(settings.database_url), Keyring(FileRoot.make(unfinished)), registry, running)
    running.set(clock.system() - timedelta(days=BEFORE))
    with installation.session(None) as session:
        organisations.found_installation(session, demo=True)
    setup.apply(installation, setup.read(example()))
    with installation.session(None) as session:
        for username in setup.usernames(example()):
            account = accounts.find(session, username)
            if account is not None:
                accounts.set_password(session, account, passwords.DEMONSTRATION)
    made = cases.fill(installation, running.set, clock.system())
    for part in (consenting, taking_part, tightened, disclosing, duty, watching):
        part.fill(installation, running.set, clock.system())
    running.set(None)
    waiting.ask(installation)
    handing.send(installation)
    belonging.link(installation)
    installation.engine.dispose()
    unfinished.rename(settings.key_file)  # last, so that a demonstration cut short is made again
    click.echo(f"{made} påhittade ärenden är upplagda.")


def example() -> Path:
    """The example of the agreement, in the repository or in the installed package."""
    here = Path(__file__).resolve().parent
    return next(path for path in (here / EXAMPLE, here.parent.parent / "examples" / EXAMPLE) if path.exists())


if __name__ == "__main__":
    main()
