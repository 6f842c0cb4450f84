"""Who has said no to what is about to be told on another ground than consent: it does not block, and is answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from casework.core import cases, clock, consent_rules
from casework.core.access import Decision
from casework.core.models import Case, Consent
from casework.core.registry import Registry
from casework.core.sharing_grounds import UNNAMED


@dataclass(frozen=True, slots=True)
class Against:
    """Somebody whose last word in the register is a no, refused or taken back, and the day it was.

    ``by_step`` says that nobody is known to have said it: a step of the case ended what they had agreed to.
    ``somebodys`` then says that the step records a no, of one of them or of all: that is answered too.
    """

    name: str
    on: date
    by_step: bool = False
    somebodys: bool = False


def against(
    decision: Decision,
    registry: Registry,
    case: Case,
    ground: str,
    place: str,
    kinds: Collection[str],
    moment: datetime,
) -> tuple[Against, ...]:
    """Those in a case who have said no to telling a place some kinds of facts, or any where none is chosen yet.

    A later yes to the same takes a no back. Each speaks for themselves: a guardian's yes answers nobody else's no. On
    consent a no blocks; where nobody is recognised, it is about nobody.
    """
    if not ground or ground in consent_rules.CONSENTS or ground == UNNAMED:
        return ()
    query = select(Consent).where(Consent.case_id == case.id, Consent.answered_at.is_not(None))
    said = [one for one in decision.session.scalars(query).all() if place in consent_rules.agencies_of(one)]
    steps = _steps(decision, registry, case) if said else {}
    found = []
    for giver in consent_rules.givers(decision, case):
        own = [one for one in said if (one.giver_id, one.part) == (giver.identity.id, giver.part)]
        noes = [(one, on) for one in own if (on := _no(one, moment)) and _stands(decision, own, one, on, kinds, moment)]
        spoken = [on for one, on in noes if (one.ended_at, one.ended_by) not in steps]
        by_no = [on for one, on in noes if steps.get((one.ended_at, one.ended_by))]
        days = spoken or by_no or [on for _one, on in noes]
        found += [Against(giver.identity.name, clock.today(max(days)), not spoken, bool(by_no))] if days else []
    return tuple(found)


def _steps(decision: Decision, registry: Registry, case: Case) -> dict[tuple[datetime | None, str | None], bool]:
    """When and by whom steps were taken, and whether they record a no; so do those of a plugin that is gone."""
    kind = registry.case_type(case.area, case.case_type)
    silent = set() if kind is None else {one.name for one in kind.workflow.transitions if not one.says_no}
    return {(one.at, one.by): one.transition not in silent for one in cases.history(decision.session, case)}


def unanswered(found: Collection[Against], despite: str) -> bool:
    """Whether somebody has said no, or may be who did, and it is not written why it is told all the same."""
    return any(not one.by_step or one.somebodys for one in found) and not despite.strip()


def _no(consent: Consent, moment: datetime) -> datetime | None:
    """When a no was said by a moment, as an answer or by taking a yes back; None where it was none."""
    on = {"refused": consent.answered_at, "withdrawn": consent.ended_at}.get(consent.state)
    return on if on is not None and on <= moment else None


def _stands(
    decision: Decision, own: Collection[Consent], no: Consent, on: datetime, kinds: Collection[str], moment: datetime
) -> bool:
    """Whether a no is about any of the kinds, and no live yes that was said after it covers what it was about."""
    left = set(consent_rules.kinds_of(decision, no))
    for one in own:
        if consent_rules.is_live(one, moment) and one.answered_at is not None and one.answered_at > on:
            left -= set(consent_rules.kinds_of(decision, one))
    return bool(left & set(kinds) if kinds else left)
