"""An installation that is fit to be served, for tests that take one thing away from it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from casework.cli.opening import opened
from casework.core.installation import Installation
from casework.settings import Settings
from tests.cli.conftest import Casework
from tests.databases import Database

AGREEMENT = """
[[municipality]]
code = "1881"
name = "Kumla"

[[municipality.unit]]
agency = "social_services"
name = "Vuxenenheten"

[[organisation]]
name = "Kumla kommun"
municipality = "1881"

[[account]]
username = "kim.kontorist"
name = "Kim Kontorist"
organisation = "Kumla kommun"

[[account.membership]]
role = "case_officer"
municipality = "1881"
unit = "Vuxenenheten"

[[account]]
username = "linn.ledare"
name = "Linn Ledare"
organisation = "Kumla kommun"

[[account.membership]]
role = "team_lead"
municipality = "1881"
unit = "Vuxenenheten"
"""
POINTS, KEY = "points.jsonl", "installation.key"


def prepared(database: Database) -> None:
    """An installation of one municipality, checked and copied."""
    casework, folder = Casework(database), database.data_dir
    (folder / "agreement.toml").write_text(AGREEMENT, "utf-8")
    casework("db", "upgrade")
    casework("setup", folder / "agreement.toml")
    casework("audit", "checkpoint", "--to", folder / POINTS)
    (folder / "backup.pub").write_text(casework("backup-key", "--to", folder / "offline.key").stdout, "utf-8")
    casework("backup", "--to", folder, "--recipient", folder / "backup.pub")


@dataclass
class Ready:
    """An installation fit to be served, and the surroundings it is fit in."""

    casework: Casework
    folder: Path
    surroundings: dict[str, str | None]

    def check(self, code: int = 0, **changed: str | None) -> str:
        result = self.casework("check", "--deploy", code=code, **{**self.surroundings, **changed})
        return result.output

    def start(self, code: int = 1, **changed: str | None) -> str:
        return self.casework("serve", "--port", "0", code=code, **{**self.surroundings, **changed}).stderr

    def opened(self) -> AbstractContextManager[Installation]:
        """The installation itself."""
        ours = {**self.casework.database.environment, **self.surroundings}
        return opened(Settings.read(None, {name: text for name, text in ours.items() if text}))

    @property
    def environ(self) -> dict[str, str]:
        """For another process."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("CASEWORK_")}
        ours = {**self.casework.database.environment, **self.surroundings}
        return {**kept, **{name: text for name, text in ours.items() if text is not None}}


class Served:
    """In the place of the server: says that it was started, and stops at once."""

    def run(self) -> None:
        """Stop at once."""
