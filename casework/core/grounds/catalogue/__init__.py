"""The catalogue of legal grounds, one row for each code and wording: who may look something up in it, and how.

The rows are facts of ``domain/legal-grounds.md``. ``OSL_10_28`` is the parent of duties and no row of its own.
"""

from __future__ import annotations

from datetime import date

from casework.core.grounds.catalogue import crime, duties, harm_and_consent
from casework.core.grounds.conditions import Confirmed, YoungOrInNeed
from casework.core.grounds.ground import Explained, Ground, explain
from casework.core.grounds.situations import Situation

VERSION = "2026-11-26"
"""The day on which the rows were last compared with the law."""

GROUNDS: tuple[Ground, ...] = (*harm_and_consent.GROUNDS, *crime.GROUNDS, *duties.GROUNDS)

CONFIRMED: tuple[Confirmed, ...] = tuple(
    dict.fromkeys(
        one
        for ground in GROUNDS
        for one in (
            *(which for way in ground.ways for which in way.which),
            *(condition.rest for condition in ground.conditions if isinstance(condition, YoungOrInNeed)),
            *ground.confirms,
        )
    )
)
"""Every question with yes or no that some ground asks a person, each once."""

OWED = frozenset(
    {
        *("BRB_24_4", "OSL_10_3", "OSL_10_17", "OSL_12_1", "TF_2"),
        *("DOD_5", "FING_5", "LUB_4", "LUB_6", "LUB_7", "PL_6"),
        *("SOL_15_10_12", "SOL_15_2", "SOL_15_7_1", "SOL_15_7_2", "SOL_19_1", "SOL_19_6", "SOL_20_6", "SOL_27_6"),
    }
)
"""Grounds on which the law obliges or gives a right, or a life may hang: no municipality may do without them."""


def current(on: date) -> tuple[Ground, ...]:
    """One wording of every code: the one in force on a day, else the nearest to come, else the last there was."""
    return tuple(_wording(code, on) for code in dict.fromkeys(ground.code for ground in GROUNDS))


def find(code: str, on: date) -> Ground:
    """The wording of a code on a day; raises KeyError for a code that is not in the catalogue."""
    if not any(ground.code == code for ground in GROUNDS):
        raise KeyError(code)
    return _wording(code, on)


def explained(situation: Situation) -> tuple[Explained, ...]:
    """What every ground says of a situation, in the order of the catalogue."""
    return tuple(explain(ground, situation) for ground in current(situation.on))


def _wording(code: str, on: date) -> Ground:
    wordings = sorted((one for one in GROUNDS if one.code == code), key=lambda one: one.since)
    in_force = [one for one in wordings if one.in_force(on)]
    to_come = [one for one in wordings if one.since > on]
    return (in_force or to_come or wordings[-1:])[0]
