"""The kinds of field a form can hold. A field says what it is; core decides how to show, check, seal and store it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar


class Sensitivity(IntEnum):
    """How closely a value is kept. Everything above OPEN is sealed before it reaches the database."""

    OPEN = 0
    TEAM = 1
    SEALED = 2


class Agency(StrEnum):
    """The authorities that work together; each is its own authority in secrecy law (OSL 8 kap.)."""

    SOCIAL_SERVICES = "social_services"
    SCHOOL = "school"
    RECREATION = "recreation"
    POLICE = "police"


class FactKind(StrEnum):
    """The kinds of facts that a consent speaks of, each on its own."""

    STATUS = "status"
    SCHOOL = "school"
    CRIME = "crime"
    HEALTH = "health"
    ADDICTION = "addiction"
    FAMILY = "family"
    HOUSING = "housing"
    ECONOMY = "economy"
    LEISURE = "leisure"


@dataclass(frozen=True, slots=True)
class Field:
    """One question on a form.

    ``shared_with`` says to whom an answer *may* be disclosed; it is never a disclosure in itself.
    ``sealed_if_protected`` raises a TEAM field to SEALED when the case's person has a protection level.
    ``about`` are the kinds of facts that an answer tells: a consent must cover each of them, and all there are where
    none is declared. ``told_if`` names a field of the same form, and the answer to it without which nobody outside is
    told this one, on whatever ground.
    ``was`` is the field's earlier name, so that old answers are still found.
    """

    name: str
    label: str
    _: KW_ONLY
    sensitivity: Sensitivity
    required: bool = False
    shared_with: frozenset[Agency] = frozenset()
    sealed_if_protected: bool = False
    about: tuple[FactKind, ...] = ()
    told_if: tuple[str, str] | None = None
    was: str | None = None
    help: str = ""

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Text(Field):
    """One line of text."""

    kind: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class LongText(Field):
    """Several paragraphs of text."""

    kind: ClassVar[str] = "long_text"


@dataclass(frozen=True, slots=True)
class Date(Field):
    """A calendar date. ``past`` is true for the day something happened: a day to come is refused."""

    kind: ClassVar[str] = "date"
    past: bool = False


@dataclass(frozen=True, slots=True)
class Time(Field):
    """A time of day, to the minute."""

    kind: ClassVar[str] = "time"


@dataclass(frozen=True, slots=True)
class YesNo(Field):
    """A yes or a no, or not yet known."""

    kind: ClassVar[str] = "yes_no"


@dataclass(frozen=True, slots=True)
class Number(Field):
    """A number within bounds; ``unit`` is shown after it (for example kronor)."""

    kind: ClassVar[str] = "number"
    minimum: int | None = None
    maximum: int | None = None
    decimals: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """One of a few named choices: pairs of name and label."""

    kind: ClassVar[str] = "choice"
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choices(Choice):
    """Any number of a few named choices."""

    kind: ClassVar[str] = "choices"


COUNTABLE = frozenset({"choice", "choices", "number", "yes_no", "date"})
"""Kinds of field that a statistic may count; never free text."""
