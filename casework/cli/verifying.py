"""``casework audit verify`` and ``casework access verify``: whether the record and the access table are whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.opening import every_municipality, opened, with_settings
from casework.core import access as access_table
from casework.core import audit as record
from casework.core import audit_verification
from casework.core.actions import Action
from casework.core.errors import Broken
from casework.core.installation import Installation
from casework.core.permissions import OPERATOR
from casework.settings import Settings

FAULTS = {
    "cut_off": "loggen är avkortad från och med den här raden",
    "end_altered": "slutmärket är ändrat",
    "end_missing": "slutmärket saknas",
    "listed_cases_altered": "listan över visade ärenden är ändrad",
    "row_altered": "raden är ändrad",
    "row_inserted": "raden är inskjuten",
    "row_missing": "raden är borttagen",
    "row_out_of_order": "raden har bytt plats",
}


class Chain(NamedTuple):
    """One chain of the record: the installation's, or a municipality's."""

    code: str | None
    name: str


@click.group()
def audit() -> None:
    """Loggen över vad som har gjorts."""


@audit.command("verify", epilog=example("casework audit verify --data /srv/casework"))
@with_settings
def verify_audit(settings: Settings) -> None:
    """Räkna om hela loggen och peka ut den första raden som inte är som den skrevs."""
    with opened(settings, looking=True) as installation:
        faults = 0
        for chain in chains(installation):
            found = list(_faults(installation, chain))
            faults += len(found)
            for fault in found or [f"{chain.name}: loggen är hel."]:
                click.echo(fault, err=bool(found))
        if faults:  # nothing is written after a broken row: it would hide where the chain ended
            raise Failure(f"Loggen är inte hel: {faults} fel. Ändra inget och kontakta den som ansvarar för driften.")
        with installation.session(None) as session:
            record.record(session, OPERATOR, Action.AUDIT_VERIFIED, "audit", "")


@click.group()
def access() -> None:
    """Tabellen över vem som når vilket ärende."""


@access.command("verify", epilog=example("casework access verify --data /srv/casework"))
@with_settings
def verify_access(settings: Settings) -> None:
    """Räkna om vem som når vilket ärende och peka ut de ärenden där tabellen säger något annat."""
    with opened(settings) as installation:
        wrong = 0
        for place in every_municipality(installation):
            with installation.session(place.code) as session:
                found = access_table.differences(session)
                detail = {"differences": len(found)}
                record.record(session, OPERATOR, Action.ACCESS_VERIFIED, "access", "", detail=detail)
            wrong += len(found)
            for case_id in found:
                click.echo(f"{place.name}: åtkomsten till ärendet {case_id} stämmer inte.", err=True)
            if not found:
                click.echo(f"{place.name}: åtkomsten stämmer.")
    if wrong:
        raise Failure(f"Åtkomsten stämmer inte i {wrong} ärenden.")


def chains(installation: Installation) -> list[Chain]:
    """Every chain of the record."""
    places = every_municipality(installation)
    return [Chain(None, "Installationen"), *(Chain(place.code, place.name) for place in places)]


def _faults(installation: Installation, chain: Chain) -> Iterator[str]:
    try:
        with installation.session(chain.code) as session:
            found = audit_verification.faults(session)
    except Broken:
        yield f"{chain.name}: loggens nyckel saknas eller kan inte öppnas."
        return
    for fault in found:
        yield f"{chain.name}: gren {fault.lane}, rad {fault.seq}: {FAULTS.get(fault.what, fault.what)}."
