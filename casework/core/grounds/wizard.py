"""The questions about a disclosure in the order they are asked, and the grounds sorted by what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.core.db import TenantSession
from casework.core.grounds import tightening
from casework.core.grounds.situations import Situation
from casework.core.grounds.tightening import Applied

ORDER = (
    *("AVIDENTIFIERAT", "OSL_12_2", "OSL_12_3"),  # without a name; with a consent
    *("SOL_19_1", "SOL_15_7_1", "SOL_15_7_2", "LUB_4", "SOL_20_6", "SOL_29_12"),  # a child; somebody asks, and a duty
    *("OSL_10_20", "OSL_10_19", "BRB_24_4"),  # danger now
    *("OSL_10_18A", "OSL_10_18C", "OSL_10_18B", "OSL_10_15A"),  # a crime that is feared
    *("OSL_10_21", "OSL_10_23"),  # a crime that was committed
    "OSL_26_1_UTAN_MEN",
)
"""The order of the ground wizard (``domain/legal-grounds.md`` B.4); what it does not name comes after."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The grounds that hold, those that wait for an answer, and those that do not hold."""

    holds: tuple[Applied, ...]
    waits: tuple[Applied, ...]
    blocked: tuple[Applied, ...]


def answer(session: TenantSession, situation: Situation) -> Answer:
    """What the grounds answer to a situation in the session's municipality. It proposes; it never chooses."""
    return arranged(tightening.explained(session, situation))


def arranged(grounds: Iterable[Applied]) -> Answer:
    """What grounds say, in the order of the wizard, under what comes of it."""
    said = sorted(grounds, key=lambda one: _place(one.explained.ground.code))
    free = [one for one in said if one.explained.available]
    return Answer(
        holds=tuple(one for one in free if not one.explained.unanswered),
        waits=tuple(one for one in free if one.explained.unanswered),
        blocked=tuple(one for one in said if not one.explained.available),
    )


def _place(code: str) -> int:
    return ORDER.index(code) if code in ORDER else len(ORDER)
