"""Places that differ by their ids and a mark alone: their people, and how they are founded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from casework.contract import Level
from casework.core import (
    accounts,
    activation,
    organisations,
    passwords,
)
from casework.core.permissions import OPERATOR, Role
from casework.core.roots import FileRoot
from tests.databases import Database, upgrade
from tests.web.conftest import PASSWORD
from tests.worlds import (
    KEY_FILE,
    KUMLA,
    LAXA,
    POLIS,
    REGISTRY,
    SKOLA,
    UNITS,
    VUXEN,
    SetClock,
    World,
    open_installation,
)


@dataclass(frozen=True)
class Place:
    """A team with its case: who is in it (their usernames end in its name), and where.

    ``mark`` stands in every word that is written there, and in the names of its people; ``first`` is the number of its
    first person, which nobody else in the municipality has.
    """

    name: str
    code: str
    unit: str = VUXEN
    mark: str = ""
    first: int = 1

    def units(self, world: World) -> str:
        return world.units[self.code, self.unit]

    def words(self, text: str) -> str:
        return f"{text} {self.mark}".strip()


PLACES = {KUMLA: Place("kumla", KUMLA), LAXA: Place("laxa", LAXA)}
PEOPLE = {
    "maja": ("Maja Testlind", Role.CASE_OFFICER, Level.H, VUXEN),
    "sven": ("Sven Provsson", Role.CASE_OFFICER, Level.H, VUXEN),
    "fia": ("Fia Förstelin", Role.CASE_OFFICER, Level.FS, VUXEN),
    "vilma": ("Vilma Dummy", Role.TEAM_LEAD, Level.EC, VUXEN),
    "ida": ("Ida Intagslund", Role.INTAKE, Level.H, VUXEN),
    "lo": ("Lo Provander", Role.ADMINISTRATOR, Level.H, VUXEN),
    "greta": ("Greta Granskare", Role.LOG_REVIEWER, Level.H, VUXEN),
    "pia": ("Pia Partnersson", Role.PARTNER, Level.H, SKOLA),
    "erik": ("Erik Demosson", Role.POLICE_LIAISON, Level.H, POLIS),
}


def founded(database: Database) -> None:
    """Make both, as an operator would."""
    found_places(database, PLACES.values())


def found_places(database: Database, places: Iterable[Place]) -> None:
    """Make both municipalities and the people of each place."""
    upgrade(database)
    FileRoot.make(database.data_dir / KEY_FILE)
    installation = open_installation(database, SetClock())
    with pytest.MonkeyPatch.context() as cheaper, installation.session(None) as session:
        cheaper.setattr(passwords, "MEMORY_KIB", 64)
        cheaper.setattr(passwords, "PASSES", 1)
        organisations.found_installation(session)
        for code, twin in PLACES.items():
            organisations.register_municipality(session, code, twin.name.title())
            employer = organisations.organisation(session, f"{twin.name.title()} kommun", code)
            for place in places:
                for who, (name, _role, _level, _unit) in PEOPLE.items() if place.code == code else ():
                    account = accounts.add(session, OPERATOR, f"{who}.{place.name}", name, employer)
                    accounts.set_password(session, account, PASSWORD)
                    organisations.add_door(account, code)
    for code in PLACES:
        with installation.session(code) as session:
            organisations.found_municipality(session)
            units = {name: organisations.unit(session, agency, name) for name, agency in UNITS.items()}
            activation.enable(session, REGISTRY, OPERATOR, "avhoppare")
            for place in places:
                for who, (_name, role, level, unit) in PEOPLE.items() if place.code == code else ():
                    found = accounts.find(session, f"{who}.{place.name}")
                    assert found is not None
                    where = units[place.unit if unit == VUXEN else unit]
                    organisations.grant(session, OPERATOR, found, role, where, level)
    installation.engine.dispose()
