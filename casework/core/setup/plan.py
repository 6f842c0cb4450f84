"""What a set-up file asks for, read into plain values; every fault of the file is found before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.contract.fields import Agency
from casework.contract.workflow import Level
from casework.core.errors import CaseworkError
from casework.core.identity_providers import Wanted
from casework.core.permissions import Role


class Faulty(CaseworkError):
    """The file cannot be carried out; ``faults`` names each place in it and what is wrong there."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of an agency, and how it is reached."""

    agency: Agency
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality that takes part, with its units and the areas that are switched on in it."""

    code: str
    name: str
    units: tuple[Unit, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Employer:
    """An organisation that accounts belong to; an outside one has an agency and no municipality."""

    name: str
    municipality: str | None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The provider that an organisation's people sign in with."""

    organisation: str
    provider: Wanted


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a unit of one municipality, from–until; ``emergency`` adds the right to break the glass."""

    municipality: str
    role: Role
    level: Level
    agency: Agency
    unit: str
    begins: date | None
    ends: date | None
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who shall have an account."""

    username: str
    name: str
    title: str
    organisation: str
    posts: tuple[Post, ...]

    @property
    def place(self) -> str:
        """How faults name this account."""
        return f"account {self.username!r}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file."""

    places: tuple[Place, ...]
    employers: tuple[Employer, ...]
    people: tuple[Person, ...]
    sign_ins: tuple[SignIn, ...] = ()

    @property
    def usernames(self) -> tuple[str, ...]:
        """The user names the file asks for."""
        return tuple(person.username for person in self.people)
