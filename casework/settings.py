"""What the surroundings decide: where the data, the database and the key lie, and which plugins are allowed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casework.core import mail_server, paper_scanning
from casework.core.breached_passwords import BreachedPasswords
from casework.core.identity_providers import SETTINGS as OIDC_OPTIONS
from casework.core.paper_scanning import Scanner
from casework.core.roots import FILE, Ask, Surroundings

DATABASE = "casework.db"
KEY = "installation.key"
KEY_OPTIONS = ("CASEWORK_KEY_", "CASEWORK_VAULT_")
"""How the settings begin that root providers read for themselves."""

MOST_PROXIES = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once, at start. ``owner_url`` is used by ``db upgrade`` only, ``checkpoints`` by ``audit checkpoint``.

    Of ``key_providers`` the first one wraps new keys; the others open what they once wrapped. ``origin`` is the address
    of the pages, ``proxies`` how many stand before the program, ``security_contact`` whom to tell of a weakness,
    ``breached_passwords`` a file of passwords that nobody may choose, ``scanner_socket`` where ClamAV listens.
    """

    data: Path
    database_url: str
    owner_url: str
    key_file: Path
    plugins: tuple[str, ...] | None
    demo: bool = False
    checkpoints: Path | None = None
    key_providers: tuple[str, ...] = (FILE,)
    key_options: Mapping[str, str] = field(default_factory=dict)
    mail_options: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    second_factor: bool = True
    proxies: int = 0
    backups_elsewhere: bool = False
    security_contact: str = ""
    breached_passwords: Path | None = None
    scanner_socket: Path | None = None
    oidc_options: Mapping[str, str] = field(default_factory=dict, repr=False)

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
        checkpoints = environ.get("CASEWORK_CHECKPOINTS")
        breached = environ.get("CASEWORK_BREACHED_PASSWORDS")
        scanner = environ.get("CASEWORK_SCANNER")
        return cls(
            data=folder,
            database_url=url,
            owner_url=owner,
            key_file=Path(key) if key else folder / KEY,
            plugins=_listed(plugins) if plugins else None,
            demo=demo,
            checkpoints=Path(checkpoints) if checkpoints else None,
            key_providers=(FILE,) if demo else _listed(environ.get("CASEWORK_KEY_PROVIDER", "")) or (FILE,),
            key_options={name: text for name, text in environ.items() if name.startswith(KEY_OPTIONS)},
            mail_options={name: text for name, text in environ.items() if name.startswith(mail_server.OPTIONS)},
            origin=environ.get("CASEWORK_ORIGIN", "").rstrip("/"),
            oidc_options={name: text for name, text in environ.items() if name.startswith(OIDC_OPTIONS)},
            second_factor=environ.get("CASEWORK_SECOND_FACTOR", "demanded") != "optional",
            proxies=_few(environ.get("CASEWORK_PROXIES", "")),
            backups_elsewhere=environ.get("CASEWORK_BACKUPS") == "elsewhere",
            security_contact=environ.get("CASEWORK_SECURITY_CONTACT", ""),
            breached_passwords=Path(breached) if breached else None,
            scanner_socket=Path(scanner) if scanner else None,
        )

    def breached(self) -> BreachedPasswords | None:
        """The operator's list of breached passwords, if one is named. It is looked at when the pages start."""
        return None if self.breached_passwords is None else BreachedPasswords(self.breached_passwords)

    def scanner(self) -> Scanner | None:
        """What looks at files that are sent; None, with which none is taken in, where the operator names none."""
        if self.scanner_socket is not None:
            return paper_scanning.by_socket(self.scanner_socket)
        return paper_scanning.unscanned if self.demo else None

    def surroundings(self, ask: Ask | None = None) -> Surroundings:
        """What a root provider is opened with; ``ask`` reaches somebody at the terminal, where there is one."""
        return Surroundings(self.key_file, self.key_options, ask)


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _few(typed: str) -> int:
    """A small number as it was typed; 0, which trusts nobody, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and int(typed) <= MOST_PROXIES else 0
