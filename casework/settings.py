"""What the surroundings decide: where the data, the database and the key lie, and which plugins are allowed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DATABASE = "casework.db"
KEY = "installation.key"


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once, at start. ``owner_url`` is used by ``db upgrade`` only, ``origin`` is the address of the pages."""

    data: Path
    database_url: str
    owner_url: str
    key_file: Path
    plugins: tuple[str, ...] | None
    demo: bool = False
    origin: str = ""
    second_factor: bool = True

    @property
    def second_factor_demanded(self) -> bool:
        """Whether a password alone signs nobody in; the demonstration, and only it, lets it."""
        return self.second_factor and not self.demo

    @classmethod
    def read(cls, data: Path | None = None, environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Settings:
        """The settings from ``--data`` and the environment; the embedded database is the default."""
        folder = data or Path(environ.get("CASEWORK_DATA", ".casework"))
        # --data names an embedded installation, so it wins over an address in the environment.
        embedded = f"sqlite:///{folder.resolve() / DATABASE}"
        url = environ.get("CASEWORK_DATABASE_URL", embedded) if data is None else embedded
        owner = environ.get("CASEWORK_OWNER_URL", url) if data is None else url
        key = environ.get("CASEWORK_KEY_FILE")
        plugins = environ.get("CASEWORK_PLUGINS")
        return cls(
            data=folder,
            database_url=url,
            owner_url=owner,
            key_file=Path(key) if key else folder / KEY,
            plugins=tuple(name.strip() for name in plugins.split(",") if name.strip()) if plugins else None,
            demo=demo,
            origin=environ.get("CASEWORK_ORIGIN", "").rstrip("/"),
            second_factor=environ.get("CASEWORK_SECOND_FACTOR", "demanded") != "optional",
        )
