"""What is wrong with the root of the keys, in Swedish and with the remedy; and the question for a passphrase."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import click

from casework.core.errors import Broken, KeyMissing, Locked
from casework.core.roots import FILE, GROUP
from casework.settings import Settings

PASSPHRASE, TRANSIT = "file+passphrase", "vault-transit"
UNBOUND = "Installationen har inga nycklar än. Kör casework db upgrade med samma --data."


def ask(new: bool) -> str:
    """The passphrase, typed at the terminal and never shown; raises KeyMissing where there is no terminal."""
    if not sys.stdin.isatty():
        raise KeyMissing("nobody is there to say the passphrase", "nobody_to_ask", PASSPHRASE)
    words = "Ny lösenfras för nyckelfilen" if new else "Lösenfras för nyckelfilen"
    again = "En gång till" if new else False
    return str(click.prompt(words, hide_input=True, confirmation_prompt=again, err=True))


def in_words(settings: Settings, error: Locked | Broken) -> str:
    """What is wrong, and what to do."""
    if isinstance(error, Broken):  # the root opens some of it, but not what was asked for
        return _of_a_file(settings, "other", sealed=False)
    known = ", ".join(sorted(point.name for point in entry_points(group=GROUP)))
    here = {**GENERAL, **(TRANSIT_FAULTS if error.provider == TRANSIT else PASSPHRASE_FAULTS)}
    if error.fault in here:
        return here[error.fault].format(provider=error.provider, known=known)
    if error.provider.startswith("CASEWORK_"):
        return _of_a_secret(settings, error)
    if error.provider in {FILE, PASSPHRASE}:
        return _of_a_file(settings, error.fault, sealed=error.provider == PASSPHRASE)
    return f"Rotnyckeln hos {error.provider} kan inte användas ({error.fault}). Inget är öppnat."


GENERAL = {
    "gone": "Nycklarna är borta ur databasen, och nya görs inte över det som finns. Läs tillbaka säkerhetskopian.",
    "library": "Leverantören {provider} saknar ett bibliotek. Installera casework[vault].",
    "not_chosen": (
        "Nycklar ligger kvar under {provider}. Lägg till den i CASEWORK_KEY_PROVIDER, till exempel "
        "CASEWORK_KEY_PROVIDER=file,{provider}, eller flytta dem med casework keys rewrap."
    ),
    "unknown": "Det finns ingen leverantör av rotnycklar som heter {provider}. De som finns: {known}.",
}
PASSPHRASE_FAULTS = {
    "changed": "Den låsta nyckelfilen har ändrats sedan programmet startade. Starta om det.",
    "descriptor": "CASEWORK_KEY_PASSPHRASE_FD pekar inte på något som går att läsa.",
    "nobody_to_ask": (
        "Lösenfrasen saknas. Kör kommandot vid en terminal, eller peka ut en fil som bara ägaren får läsa med "
        "CASEWORK_KEY_PASSPHRASE_FILE."
    ),
    "passphrase": "Lösenfrasen är fel. Inget är öppnat.",
}
TRANSIT_FAULTS = {
    "CASEWORK_VAULT_ADDRESS": "CASEWORK_VAULT_ADDRESS saknas: adressen till servern med rotnyckeln.",
    "CASEWORK_VAULT_TOKEN_FILE": (
        "CASEWORK_VAULT_TOKEN_FILE saknas: en fil med token för servern, som bara ägaren får läsa."
    ),
    "denied": (
        "Servern med rotnyckeln nekar. Kontrollera att token gäller och får kryptera och dekryptera med nyckeln."
    ),
    "no_such_key": (
        "Nyckeln finns inte på servern. Kontrollera CASEWORK_VAULT_KEY, CASEWORK_VAULT_MOUNT och "
        "CASEWORK_VAULT_NAMESPACE."
    ),
    "no_tls": "CASEWORK_VAULT_ADDRESS måste börja med https://.",
    "other": "Nyckeln på servern hör till en annan installation. Kontrollera CASEWORK_VAULT_KEY.",
    "unreachable": "Servern med rotnyckeln svarar inte. Kontrollera CASEWORK_VAULT_ADDRESS och att den är upplåst.",
}


def _of_a_secret(settings: Settings, error: Locked) -> str:
    path = settings.key_options.get(error.provider, "")
    if error.fault == "readable_by_others":
        return f"Filen {path} kan läsas av andra än sin ägare. Kör chmod 600 {path}."
    return f"Filen {path} finns inte. Kontrollera {error.provider}."


def _of_a_file(settings: Settings, fault: str, *, sealed: bool) -> str:
    path = settings.key_file.with_name(settings.key_file.name + ".sealed") if sealed else settings.key_file
    if fault == "missing":
        return (
            f"Nyckelfilen {path} finns inte, och utan den kan inget i databasen öppnas. "
            "Lägg tillbaka den från säkerhetskopian, eller peka ut den med CASEWORK_KEY_FILE."
        )
    if fault == "readable_by_others":
        return f"Nyckelfilen {path} kan läsas av andra än sin ägare. Kör chmod 600 {path}."
    return (
        f"Nyckelfilen {path} är skadad eller hör till en annan installation. "
        "Lägg tillbaka rätt fil från säkerhetskopian, eller peka ut den med CASEWORK_KEY_FILE."
    )
