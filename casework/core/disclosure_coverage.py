"""Of which kinds the facts of a disclosure are, and what the consents of the case cover of them on its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from casework.core import clock, consent_rules, disclosure_content
from casework.core.access import Decision
from casework.core.consent_rules import Coverage
from casework.core.disclosure_content import Group, Item
from casework.core.disclosure_wish import Wish
from casework.core.models import Case


def day_of(decision: Decision, wish: Wish) -> date:
    """The day of the disclosure: today, or that of the meeting where it was made."""
    return wish.oral_on or clock.today(decision.session.now)


def chosen(wish: Wish, offered: Sequence[Group]) -> list[Item]:
    """The facts that were chosen of those that are there."""
    return [item for group in offered for item in group.items if item.key in wish.items]


def kinds(wish: Wish, offered: Sequence[Group]) -> frozenset[str]:
    """What a consent must cover: every kind of what was chosen, and what was found when it was assessed.

    Of whom it is has no kind. Told alone it says that there is a case, which is how it goes there.
    """
    told = chosen(wish, offered)
    found = frozenset[str](wish.kinds).union(*(item.kinds for item in told))
    return found or (disclosure_content.STATUS if told else found)


def uncovered(wish: Wish, offered: Sequence[Group], covered: frozenset[str]) -> dict[str, frozenset[str]]:
    """What was chosen and is not covered, by its key, each with the kinds that are lacking."""
    return {item.key: item.kinds - covered for item in chosen(wish, offered) if not item.kinds <= covered}


def covering(
    decision: Decision, case: Case, wish: Wish, place: str, wanted: frozenset[str]
) -> tuple[Coverage | None, frozenset[str]]:
    """What consents cover it, and which of the kinds they cover; nothing where nobody can be asked about the place."""
    if place not in consent_rules.AGENCIES:
        return None, frozenset()
    single = sorted(wanted)
    asked = [(place, wanted), *((place, frozenset({kind})) for kind in single)]
    whole, *each = consent_rules.coverages(decision, case, asked, moment_of(decision, wish))
    return whole, frozenset(kind for kind, one in zip(single, each, strict=True) if one.complete)


def moment_of(decision: Decision, wish: Wish) -> datetime:
    """The moment at which consents are asked for: now, or the end of the day of the meeting."""
    if wish.oral_on is None or wish.oral_on >= clock.today(decision.session.now):
        return decision.session.now
    return clock.start_of(wish.oral_on + timedelta(days=1)) - timedelta(microseconds=1)
