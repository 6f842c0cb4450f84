"""A legal ground: what it lets go where, what the program checks, what a person answers, and who decides by default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core.grounds.conditions import Condition, Confirmed, YoungOrInNeed
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
    which: tuple[Confirmed, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """One row of the catalogue, in one wording of the law.

    ``confirms`` are what a person answers with yes or no, ``asks`` what they answer in words. ``records`` must be
    written down, ``answered`` are those of them that an answer already is, ``afterwards`` is written once it is done.
    ``protected`` asks whether the person is protected: then a lawyer is consulted. It is in force from ``since`` until
    the day before ``until``.
    """

    code: str
    statute: str
    title: str
    ways: tuple[Way, ...]
    decider: Decider
    since: date
    conditions: tuple[Condition, ...] = ()
    confirms: tuple[Confirmed, ...] = ()
    asks: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    consult: bool = False
    protected: str = ""
    until: date | None = None
    version: int = 1

    @property
    def written(self) -> tuple[str, ...]:
        """What is answered in words before anything leaves, each once."""
        return tuple(dict.fromkeys((*self.asks, *(one for one in self.records if one not in self.answered))))

    @property
    def assessed(self) -> tuple[str, ...]:
        """Every question of the assessment, whether it is answered in words or not."""
        return (*(one.asks for one in self.confirms), *self.asks, *filter(None, (self.protected,)))

    def in_force(self, on: date) -> bool:
        """Whether this wording is law on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def way(self, source: Place, target: Place) -> Way | None:
        """The way from one place to another, the one that asks nothing first."""
        found = [way for way in self.ways if source in way.sources and target in way.targets]
        return min(found, key=lambda way: bool(way.which), default=None)


@dataclass(frozen=True, slots=True)
class Explained:
    """What a ground says of a situation: whether it can be used, why, and what is still to be answered.

    ``confirms`` is what a person has to say yes or no to in it, answered or not.
    """

    ground: Ground
    blocked: tuple[str, ...]
    holds: tuple[str, ...]
    asks: tuple[str, ...]
    confirms: tuple[Confirmed, ...] = ()

    @property
    def available(self) -> bool:
        """Whether nothing that the program can check stands against it."""
        return not self.blocked

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What must be known before the ground holds; the rest of ``asks`` is for the assessment."""
        return tuple(asked for asked in self.asks if asked not in self.ground.assessed)

    @property
    def assess(self) -> tuple[str, ...]:
        """What a person has to assess."""
        return tuple(asked for asked in self.asks if asked in self.ground.assessed)


def explain(ground: Ground, situation: Situation) -> Explained:
    """What one ground says of a situation. A blocked ground asks nothing: no other answer would open it."""
    way, blocked = ground.way(situation.source, situation.target), []
    which = () if way is None else way.which
    confirms = (*which, *_rest(ground, situation), *ground.confirms)
    if way is None:
        blocked.append(_("Grunden gäller inte i den här riktningen."))
    if not ground.in_force(situation.on):
        blocked.append(_("Grunden gäller inte den dagen."))
    judged = (*which, *ground.conditions, *ground.confirms)
    verdicts = [condition.judge(situation) for condition in judged]
    blocked += [verdict.blocks for verdict in verdicts if verdict.blocks]
    if blocked:
        return Explained(ground, tuple(blocked), (), (), confirms)
    asked = [*(verdict.asks for verdict in verdicts), *ground.asks, ground.protected]
    return Explained(ground, (), _said(verdict.holds for verdict in verdicts), _said(asked), confirms)


def answer_faults(said: Explained, confirmed: Mapping[str, bool], replies: Mapping[str, str]) -> list[Refusal]:
    """What a ground asks a person and was not answered, or was answered the wrong way, each at its question."""
    found = []
    for one in said.confirms:
        answer = confirmed.get(one.asks)
        if answer is None:
            found.append(Refusal(_("Svara ja eller nej."), one.asks))
        elif answer is not one.needed:
            found.append(Refusal(one.blocks, one.asks))
    unsaid = (question for question in said.ground.written if not replies.get(question, "").strip())
    return [*found, *(Refusal(_("Svara på frågan."), question) for question in unsaid)]


def _rest(ground: Ground, situation: Situation) -> Iterator[Confirmed]:
    """What a person has to say of what the program can check only a part of."""
    for condition in ground.conditions:
        if isinstance(condition, YoungOrInNeed) and not condition.is_young(situation):
            yield condition.rest


def _said(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
