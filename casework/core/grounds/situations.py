"""What is known of a disclosure before a ground is chosen: who to whom, on which day, and what has been answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casework.contract.language import gettext as _


class Place(StrEnum):
    """Where a fact comes from or goes. What is not listed is an authority; a provider of services is an individual."""

    SOCIAL_SERVICES = "social_services"
    SCHOOL = "school"
    RECREATION = "recreation"
    POLICE = "police"
    OTHER_SOCIAL_SERVICES = "other_social_services"
    PROSECUTOR = "prosecutor"
    SECURITY_POLICE = "security_police"
    CUSTOMS = "customs"
    COURT = "court"
    IVO = "ivo"
    HEALTH = "health"
    AUTHORITY = "authority"
    INDIVIDUAL = "individual"


PLACES = {
    Place.SOCIAL_SERVICES: _("Socialtjänsten"),
    Place.SCHOOL: _("Skolan"),
    Place.RECREATION: _("Fritidsverksamheten"),
    Place.POLICE: _("Polisen"),
    Place.OTHER_SOCIAL_SERVICES: _("Socialtjänsten i en annan kommun"),
    Place.PROSECUTOR: _("Åklagare"),
    Place.SECURITY_POLICE: _("Säkerhetspolisen"),
    Place.CUSTOMS: _("Tullverket"),
    Place.COURT: _("Domstol"),
    Place.IVO: _("Inspektionen för vård och omsorg (IVO)"),
    Place.HEALTH: _("Hälso- och sjukvården"),
    Place.AUTHORITY: _("En annan myndighet"),
    Place.INDIVIDUAL: _("En enskild eller ett företag"),
}
"""Where a fact comes from or goes."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A rule of secrecy in offentlighets- och sekretesslagen, such as 26:1 or 24:2 a."""

    chapter: int
    section: int
    letter: str = ""

    def __str__(self) -> str:
        return f"{self.chapter}:{self.section}{f' {self.letter}' if self.letter else ''}"

    @classmethod
    def read(cls, text: str) -> Provision:
        """A provision as it is written, '26:1' or '24:2 a'; raises ValueError for anything else."""
        found = re.fullmatch(r"\s*(\d{1,2}):(\d{1,2})\s*([a-z]?)\s*", text.lower())
        if found is None:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]), found[3])


@dataclass(frozen=True, slots=True)
class Span:
    """Provisions that a statute names together: one of them, or all from one section to another."""

    first: Provision
    last: Provision

    def __contains__(self, provision: Provision) -> bool:
        if self.first == self.last:
            return provision == self.first
        inside = self.first.section <= provision.section <= self.last.section
        return provision.chapter == self.first.chapter and inside

    @classmethod
    def read(cls, text: str) -> Span:
        """'25:1-5', or one provision alone."""
        first, _dash, last = text.partition("-")
        begun = Provision.read(first)
        return cls(begun, Provision(begun.chapter, int(last)) if last else begun)


def spans(texts: str) -> tuple[Span, ...]:
    """The provisions of a list with commas."""
    return tuple(Span.read(text) for text in texts.split(","))


def among(provision: Provision, listed: Iterable[Span]) -> bool:
    """Whether a provision is one of those listed."""
    return any(provision in span for span in listed)


SECRECY_OF_SOCIAL_SERVICES = Provision(26, 1)
"""What protects every fact that social services hold, whatever else protects it besides (OSL 26:1)."""


def protecting(written: Provision | None) -> frozenset[Provision]:
    """Every provision that protects a fact of social services: the one that always does, and one that was written."""
    always = {SECRECY_OF_SOCIAL_SERVICES}
    return frozenset(always if written is None else {*always, written})


@dataclass(frozen=True, slots=True)
class Situation:
    """A disclosure in view. ``None`` means that nobody has said: then the ground asks, and is not blocked by it.

    ``secrecies`` is every provision that protects the fact; none means that nobody has said which. ``confirmed`` holds
    what a person answered with yes or no, by the question.
    """

    source: Place
    target: Place
    on: date
    born: date | None = None
    victim_born: date | None = None
    recipient_born: date | None = None
    consent: bool | None = None
    child_investigation: bool | None = None
    party: bool | None = None
    requested: bool | None = None
    committed: bool | None = None
    secrecies: frozenset[Provision] = frozenset()
    confirmed: Mapping[str, bool] = field(default_factory=dict)
