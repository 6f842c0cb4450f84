"""A ground with one thing wrong: what it checks left out, turned round, moved by a day, or drawn one step wider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from casework.core.grounds.conditions import Age, Answered, Condition, OwnInitiativeTo, Secrecy, Verdict, YoungOrInNeed
from casework.core.grounds.ground import Ground
from casework.core.grounds.situations import Place, Provision, Situation, Span

DAY = timedelta(days=1)
WINDOW = 3


@dataclass(frozen=True, slots=True)
class Shifted:
    """A condition that is off by days."""

    of: Condition
    days: timedelta

    def judge(self, situation: Situation) -> Verdict:
        """As it would be on another day."""
        return self.of.judge(replace(situation, on=situation.on + self.days))


def mutants(ground: Ground) -> Iterator[tuple[str, Ground]]:
    """Each thing that can be wrong with a ground, in words, and the ground with it."""
    for nth, condition in enumerate(ground.conditions):
        rest = ground.conditions[:nth], ground.conditions[nth + 1 :]
        yield f"without {_name(condition)}", replace(ground, conditions=(*rest[0], *rest[1]))
        for words, other in _changed(condition):
            yield f"{_name(condition)} {words}", replace(ground, conditions=(*rest[0], other, *rest[1]))
    for words, days in (("sooner", -DAY), ("later", DAY)):
        yield f"in force a day {words}", replace(ground, since=ground.since + days)
        if ground.until is not None:
            yield f"over a day {words}", replace(ground, until=ground.until + days)
    if ground.until is not None:
        yield "never over", replace(ground, until=None)


def _name(condition: Condition) -> str:
    words = getattr(condition, "whose", "") or getattr(condition, "what", "")
    return f"{type(condition).__name__} {words}".strip()


def _changed(condition: Condition) -> Iterator[tuple[str, Condition]]:
    if isinstance(condition, Age | YoungOrInNeed):
        yield "a day sooner", Shifted(condition, DAY)
        yield "a day later", Shifted(condition, -DAY)
    if isinstance(condition, Age):
        yield "turned round", replace(condition, under=not condition.under, younger=condition.older)
    if isinstance(condition, Answered):
        yield "turned round", replace(condition, needed=not condition.needed)
    if isinstance(condition, OwnInitiativeTo):
        yield "to another", replace(condition, target=Place.CUSTOMS)
    if isinstance(condition, Secrecy):
        yield from _secrecies(condition)


def _secrecies(condition: Secrecy) -> Iterator[tuple[str, Condition]]:
    for nth, span in enumerate(condition.excluded):
        rest = (*condition.excluded[:nth], *condition.excluded[nth + 1 :])
        yield f"without {span.first}-{span.last}", replace(condition, excluded=rest)
        for other in _narrower(span):
            yield f"with {other.first}-{other.last} only", replace(condition, excluded=(*rest, other))
        if span.first != span.last:
            wider = Span(span.first, replace(span.last, section=span.last.section + 1))
            yield f"up to {wider.last}", replace(condition, excluded=(*rest, wider))
    for nth, span in enumerate(condition.only):
        rest = (*condition.only[:nth], *condition.only[nth + 1 :])
        yield f"not of {span.first}", replace(condition, only=(*rest, Span(Provision(1, 1), Provision(1, 1))))
    if condition.only:
        yield "of every secrecy", replace(condition, only=())
    if condition.chapters is not None:
        yield "of every chapter", replace(condition, chapters=None)
        inside = {one for one in range(1, 45) if one in condition.chapters}
        edges = [one for one in range(2, 44) if 0 < len({one - 1, one, one + 1} & inside) < WINDOW]
        for edge in edges:
            yield f"with chapter {edge} on the other side", replace(condition, chapters=inside ^ {edge})


def _narrower(span: Span) -> Iterator[Span]:
    """A span of several sections with the first or the last of them left out."""
    if span.first.section < span.last.section:
        yield Span(replace(span.first, section=span.first.section + 1), span.last)
        yield Span(span.first, replace(span.last, section=span.last.section - 1))
