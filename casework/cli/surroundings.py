"""Whether what surrounds the program is fit for secrets: settings, addresses, files. Each fault has its remedy."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from casework.cli.findings import Finding, notable, unsafe, well, wrong
from casework.core import mail_server
from casework.core.roots import FILE
from casework.settings import Settings

DEBUGGING = ("FLASK_DEBUG", "PYTHONDEVMODE", "PYTHONINSPECT")
"""Settings that make a program tell more of itself than it should."""
OTHERS = 0o077
SECURE = "verify-full"
CONTACTS = ("mailto:", "https://", "tel:")


def findings(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that can be known without opening the database."""
    yield from _debugging(environ)
    yield from _address(settings)
    yield from _modules(settings)
    yield from _second_factor(settings)
    yield from _database(settings)
    yield from _key(settings)
    yield from _files(settings)
    yield from _letters(settings)
    yield from _contact(settings)


def _debugging(environ: Mapping[str, str]) -> Iterator[Finding]:
    on = [name for name in DEBUGGING if environ.get(name, "0") not in {"", "0"}]
    if on:
        yield unsafe(f"Felsökningsläge är på. Ta bort {', '.join(on)} ur tjänstens miljö.")
    else:
        yield well("Felsökningsläge är av.")


def _address(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.origin)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.username or parts.query:
        yield unsafe(
            "Sidornas adress är inte känd eller inte krypterad. Sätt CASEWORK_ORIGIN till den adress som användarna "
            "skriver, till exempel https://hallpunkt.kommun.se. Frågor till andra värdnamn besvaras inte."
        )
    else:
        yield well(f"Sidorna visas för {parts.hostname} och för inga andra värdnamn, över TLS.")
    if settings.proxies:
        yield well(f"Programmet litar på {settings.proxies} proxy framför sig.")
    else:
        yield unsafe(
            "Programmet vet inte hur många proxyservrar som står framför det. Låt en sköta TLS och sätt "
            "CASEWORK_PROXIES till exakt hur många de är, oftast 1: annars ser alla ut att komma från samma adress, "
            "eller väljer sin egen."
        )


def _modules(settings: Settings) -> Iterator[Finding]:
    if settings.plugins is None:
        yield unsafe(
            "Alla installerade moduler laddas. Räkna upp de tillåtna i CASEWORK_PLUGINS, till exempel "
            "avhoppare,barn_unga: en modul är kod som körs bredvid nycklarna."
        )
    else:
        yield well(f"Tillåtna moduler: {', '.join(settings.plugins)}.")


def _second_factor(settings: Settings) -> Iterator[Finding]:
    if settings.second_factor_demanded:
        yield well("Alla loggar in med två faktorer eller en inloggningsnyckel.")
    else:
        yield unsafe("Ett lösenord räcker för att logga in. Ta bort CASEWORK_SECOND_FACTOR=optional.")


def _database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite"):
        return
    given = url.query.get("host", url.host or "")
    hosts = [given] if isinstance(given, str) else list(given)
    far = [host for host in hosts if host and not host.startswith("/") and not mail_server.is_loopback(host)]
    if far and url.query.get("sslmode") != SECURE:
        yield unsafe(
            f"Databasen nås över nätet utan att servern prövas. Lägg till sslmode={SECURE} och sslrootcert i "
            "CASEWORK_DATABASE_URL."
        )
    else:
        yield well("Databasen nås på den här datorn, eller krypterat.")
    if settings.owner_url != settings.database_url:
        yield unsafe(
            "Tjänsten känner databasägarens lösenord och kan då ta bort väggarna. Sätt CASEWORK_OWNER_URL bara när du "
            "kör casework db upgrade."
        )
    else:
        yield well("Tjänsten känner inte databasägarens lösenord.")


def _key(settings: Settings) -> Iterator[Finding]:
    """Where a root key lies that lies in a file."""
    if not settings.key_providers[0].startswith(FILE):
        return
    embedded = make_url(settings.database_url).drivername.startswith("sqlite")
    key, data = settings.key_file.resolve(), settings.data.resolve()
    if embedded and key.is_relative_to(data):
        yield unsafe(
            "Nyckelfilen ligger i samma katalog som databasen: den som kopierar katalogen kan läsa allt. Flytta den, "
            "och sätt CASEWORK_KEY_FILE till dess nya plats."
        )
        return
    yield well("Nyckelfilen ligger skild från databasen.")
    if settings.key_providers[0] == FILE:
        yield notable(
            "Rotnyckeln ligger oskyddad i en fil. Den som får tag i hela datorn eller dess disk läser allt. "
            "file+passphrase och vault-transit skyddar mot det (docs/keys.md)."
        )


def _files(settings: Settings) -> Iterator[Finding]:
    if os.name != "posix":
        yield notable("Filernas rättigheter kan inte prövas på det här systemet.")
        return
    database = make_url(settings.database_url)
    beside = Path(database.database or "") if database.drivername.startswith("sqlite") else None
    looked = [settings.data, *([] if beside is None else sorted(beside.parent.glob(f"{beside.name}*")))]
    loose = [path for path in looked if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS]
    for path in loose:
        mode = "700" if path.is_dir() else "600"
        yield unsafe(f"Andra på datorn kommer åt {path}. Kör chmod {mode} {path}.")
    if not loose:
        yield well("Bara tjänstens användare kommer åt katalogen och databasen.")


def _letters(settings: Settings) -> Iterator[Finding]:
    if mail_server.is_waived(settings.mail_options):
        yield notable("Ingen får e-post om att det finns något att läsa (CASEWORK_SMTP=none).")
        return
    try:
        server = mail_server.chosen(settings.mail_options)
    except mail_server.Unset as error:
        yield wrong(f"E-post kan inte skickas: {error} saknas eller går inte att använda. Se docs/operations.md.")
        return
    if server is None:
        yield wrong("Ingen e-postserver är vald. Sätt CASEWORK_SMTP, eller skriv none om ingen ska få e-post.")
    else:
        yield well("E-post kan skickas.")


def _contact(settings: Settings) -> Iterator[Finding]:
    if settings.security_contact.startswith(CONTACTS):
        yield well("Den som hittar en brist får veta vart den vänder sig (security.txt).")
    else:
        yield wrong(
            "Den som hittar en brist får inte veta vart den vänder sig. Sätt CASEWORK_SECURITY_CONTACT, till exempel "
            "mailto:sakerhet@kommun.se."
        )
