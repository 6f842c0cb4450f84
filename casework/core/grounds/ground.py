"""A legal ground: what it lets go where, what the program checks, what a person answers, and who decides by default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.contract.language import gettext as _
from casework.core.grounds.conditions import Condition
from casework.core.grounds.situations import Place, Situation


class Decider(StrEnum):
    """Who decides on a ground unless the municipality demands more: the levels of delegation, or somebody else."""

    H = "H"
    FS = "FS"
    EC = "EC"
    U = "U"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Way:
    """From where to where. ``which`` is asked where only some of those meant by a place have the ground."""

    sources: frozenset[Place]
    targets: frozenset[Place]
    which: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """One row of the catalogue, in one wording of the law.

    ``asks`` are questions that a person answers in words, ``records`` what must be written down besides. It is in force
    from ``since`` until the day before ``until``.
    """

    code: str
    statute: str
    title: str
    ways: tuple[Way, ...]
    decider: Decider
    since: date
    conditions: tuple[Condition, ...] = ()
    asks: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    consult: bool = False
    until: date | None = None
    version: int = 1

    def in_force(self, on: date) -> bool:
        """Whether this wording is law on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def way(self, source: Place, target: Place) -> Way | None:
        """The way from one place to another, the one that asks nothing first."""
        found = [way for way in self.ways if source in way.sources and target in way.targets]
        return min(found, key=lambda way: bool(way.which), default=None)


@dataclass(frozen=True, slots=True)
class Explained:
    """What a ground says of a situation: whether it can be used, why, and what is still to be answered."""

    ground: Ground
    blocked: tuple[str, ...]
    holds: tuple[str, ...]
    asks: tuple[str, ...]

    @property
    def available(self) -> bool:
        """Whether nothing that the program can check stands against it."""
        return not self.blocked

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What must be known before the ground holds; the rest of ``asks`` is for the assessment."""
        return tuple(asked for asked in self.asks if asked not in self.ground.asks)

    @property
    def assess(self) -> tuple[str, ...]:
        """What a person has to assess, and answer in words."""
        return tuple(asked for asked in self.asks if asked in self.ground.asks)


def explain(ground: Ground, situation: Situation) -> Explained:
    """What one ground says of a situation. A blocked ground asks nothing: no answer of a person would open it."""
    way, blocked = ground.way(situation.source, situation.target), []
    if way is None:
        blocked.append(_("Grunden gäller inte i den här riktningen."))
    if not ground.in_force(situation.on):
        blocked.append(_("Grunden gäller inte den dagen."))
    verdicts = [condition.judge(situation) for condition in ground.conditions]
    blocked += [verdict.blocks for verdict in verdicts if verdict.blocks]
    if way is None or blocked:
        return Explained(ground, tuple(blocked), (), ())
    asked = [way.which, *(verdict.asks for verdict in verdicts), *ground.asks]
    return Explained(ground, (), _said(verdict.holds for verdict in verdicts), _said(asked))


def _said(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
