"""``casework audit verify`` and ``casework access verify``: whether the record and what it speaks of are whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.opening import every_municipality, opened, with_settings
from casework.core import (
    access_rows,
    audit_verification,
    checkpoint_verification,
    restoring,
    role_verification,
    row_verification,
)
from casework.core import audit as record
from casework.core.actions import Action
from casework.core.errors import Broken, Locked
from casework.core.installation import Installation
from casework.core.models import Restoration
from casework.core.permissions import OPERATOR
from casework.core.row_verification import RowFault
from casework.settings import Settings

FAULTS = {
    "changes_altered": "listan över ändrade rader är ändrad",
    "cut_off": "loggen är avkortad från och med den här raden",
    "end_altered": "slutmärket är ändrat",
    "end_missing": "slutmärket saknas",
    "listed_cases_altered": "listan över visade ärenden är ändrad",
    "row_altered": "raden är ändrad",
    "row_inserted": "raden är inskjuten",
    "row_missing": "raden är borttagen",
    "row_out_of_order": "raden har bytt plats",
}
ROW_FAULTS = {
    "row_changed": "har ändrats utanför programmet",
    "row_gone": "är borttagen utanför programmet",
    "row_put_back": "är återinlagd efter att ha tagits bort",
    "row_put_in": "är inlagd utanför programmet",
    "row_rolled_back": "är återställd till en äldre lydelse",
}
CHECKPOINT_FAULTS = {
    "destroyed_is_back": "det som har förstörts finns igen",
    "line_missing": "kedjan är äldre än filens sista rad men står inte i filen",
    "line_of_another": "raden kommer från en annan installation",
    "line_unreadable": "raden går inte att läsa",
    "municipality_missing": "kommunen finns inte i databasen",
    "signature_wrong": "underskriften stämmer inte",
    "turned_back": "loggen slutar före kontrollpunkten: databasen är återställd till ett äldre läge",
    "written_anew": "loggen är en annan än vid kontrollpunkten",
}
BARE = "\0"
"""What ``--data`` without a folder stands for."""


class Chain(NamedTuple):
    """One chain of the record: the installation's, or a municipality's."""

    code: str | None
    name: str


@click.group()
def audit() -> None:
    """Loggen över vad som har gjorts."""


@audit.command(
    "verify",
    epilog=example(
        "casework audit verify --data /srv/casework",
        "casework audit verify --rows --data /srv/casework",
        "casework audit verify --checkpoints /mnt/logg/kontrollpunkter.jsonl --data /srv/casework",
    ),
)
@click.option(
    "--data",
    "folders",
    multiple=True,
    is_flag=False,
    flag_value=BARE,
    metavar="[KATALOG]",
    help="Installationens katalog. Förval: CASEWORK_DATA. Utan katalog betyder --data detsamma som --rows.",
)
@click.option("--rows", is_flag=True, help="Jämför också varje rad i databasen med vad loggen säger att den ska vara.")
@click.option(
    "--checkpoints",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FIL",
    help="Jämför också med de kontrollpunkter som har skrivits till en fil.",
)
def verify_audit(folders: tuple[str, ...], rows: bool, checkpoints: Path | None) -> None:
    """Räkna om hela loggen och peka ut den första raden som inte är som den skrevs."""
    named = [Path(one) for one in folders if one != BARE]
    looks: list[Callable[[Installation], Iterator[str]]] = [_chains]
    if rows or BARE in folders:
        looks.append(_rows)
    if checkpoints is not None:
        looks.append(lambda installation: _checkpoints(installation, checkpoints))
    with opened(Settings.read(named[-1] if named else None), looking=True) as installation:
        faults = sum(1 for look in looks for fault in look(installation) if _told(fault))
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
                found = access_rows.differences(session)
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


def _told(fault: str) -> bool:
    """Say what was found, and whether it is a fault."""
    whole = fault.endswith(WHOLE)
    click.echo(fault, err=not whole)
    return not whole


WHOLE = (": loggen är hel.", ": raderna stämmer med loggen.", "kontrollpunkterna stämmer med loggen.")


def _chains(installation: Installation) -> Iterator[str]:
    for chain in chains(installation):
        found = list(_faults(installation, chain))
        yield from found or [f"{chain.name}: loggen är hel."]


def _faults(installation: Installation, chain: Chain) -> Iterator[str]:
    try:
        with installation.session(chain.code) as session:
            found = audit_verification.faults(session)
    except (Broken, Locked):
        yield f"{chain.name}: loggens nyckel saknas eller kan inte öppnas."
        return
    for fault in found:
        yield f"{chain.name}: gren {fault.lane}, rad {fault.seq}: {FAULTS.get(fault.what, fault.what)}."


def _rows(installation: Installation) -> Iterator[str]:
    places = chains(installation)
    codes = [chain.code for chain in places if chain.code is not None]
    for chain in places:
        wrong = 0
        try:
            if chain.code is None:
                found = row_verification.installation_faults(installation.session, codes)
                with installation.session(None) as session:
                    lifted = [
                        RowFault(Restoration.__tablename__, mark, "row_changed", None, None)
                        for mark in restoring.forged(session)
                    ]
                for fault in [*found, *role_verification.faults(installation.session, codes), *lifted]:
                    wrong += 1
                    yield _row(chain, fault)
            else:
                with installation.session(chain.code) as session:
                    for fault in row_verification.faults(session):
                        wrong += 1
                        yield _row(chain, fault)
        except Broken:
            wrong += 1
            yield f"{chain.name}: loggens nyckel saknas eller kan inte öppnas."
        if not wrong:
            yield f"{chain.name}: raderna stämmer med loggen."


def _row(chain: Chain, fault: row_verification.RowFault) -> str:
    return f"{chain.name}: {fault.table} {fault.key} {ROW_FAULTS.get(fault.what, fault.what)}."


def _checkpoints(installation: Installation, path: Path) -> Iterator[str]:
    names = {chain.code: chain.name for chain in chains(installation)}
    codes = [code for code in names if code is not None]
    try:
        found = checkpoint_verification.faults(installation.session, codes, path)
    except Broken:
        yield "Kontrollpunkternas nyckel saknas eller kan inte öppnas."
        return
    for fault in found:
        where = f"{path.name}, rad {fault.number}" if fault.number else path.name
        whose = names.get(fault.municipality, fault.municipality)
        about = f" ({fault.detail})" if fault.detail else ""
        yield f"{where}: {whose}: {CHECKPOINT_FAULTS.get(fault.what, fault.what)}{about}."
    if not found:
        yield "Alla kontrollpunkterna stämmer med loggen."
