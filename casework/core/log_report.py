"""The yearly report of the log review, for the board: counts and nothing else, each rounded to a multiple of five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from casework.core import audit, clock, log_sample
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.log_deviations import RULES
from casework.core.models import Emergency, LogAnswer, LogQuestion, LogReview
from casework.core.permissions import OPERATOR

KINDS = (*(code for code, _label in RULES), "sample", "other")
OUTCOMES = ("in_order", "follow_up", "reported")
GLASS = ("needed", "not_needed", "unclear")
STEP = 5


@dataclass(frozen=True, slots=True)
class Report:
    """A municipality's year. Every figure is rounded on its own, so that none tells of a single person."""

    municipality: str
    year: int
    reviewed: int
    kinds: Mapping[str, int]
    outcomes: Mapping[str, int]
    asked: int
    answered: int
    sample: int
    sample_reviewed: int
    emergencies: int
    emergencies_reviewed: int
    emergency_outcomes: Mapping[str, int]


def rounded(count: int) -> int:
    """The nearest multiple of five."""
    return STEP * ((count + STEP // 2) // STEP)


def of_year(session: TenantSession, year: int) -> Report:
    """Count a year: reviews by when the act was done, questions and openings by when they were made; audited."""
    first, end = clock.start_of(date(year, 1, 1)), clock.start_of(date(year + 1, 1, 1))
    reviews = session.execute(
        select(LogReview.item, LogReview.kinds, LogReview.outcome).where(
            LogReview.act_at >= first, LogReview.act_at < end
        )
    ).all()
    questions = select(func.count(LogQuestion.id), func.count(LogAnswer.id)).select_from(LogQuestion)
    questions = questions.outerjoin(
        LogAnswer, (LogAnswer.municipality == LogQuestion.municipality) & (LogAnswer.id == LogQuestion.id)
    )
    asked, answered = session.execute(questions.where(LogQuestion.asked_at >= first, LogQuestion.asked_at < end)).one()
    opened = session.scalars(
        select(Emergency.outcome).where(Emergency.opened_at >= first, Emergency.opened_at < end)
    ).all()
    drawn = _sampled(session, year)
    signed = {item for item, _kinds, _outcome in reviews}
    audit.record(session, OPERATOR, Action.LOG_REPORTED, "log", "", detail={"year": year})
    return Report(
        municipality=session.municipality,
        year=year,
        reviewed=rounded(len(reviews)),
        kinds=_counted(KINDS, (kind for _item, kinds, _outcome in reviews for kind in kinds.split(","))),
        outcomes=_counted(OUTCOMES, (outcome for _item, _kinds, outcome in reviews)),
        asked=rounded(asked),
        answered=rounded(answered),
        sample=rounded(len(drawn)),
        sample_reviewed=rounded(len(drawn & signed)),
        emergencies=rounded(len(opened)),
        emergencies_reviewed=rounded(sum(one is not None for one in opened)),
        emergency_outcomes=_counted(GLASS, (one for one in opened if one is not None)),
    )


def _sampled(session: TenantSession, year: int) -> set[str]:
    """The acts in the samples of the year's months that are over, as they are drawn with today's size."""
    today = clock.today(session.now)
    months = [date(year, month, 1) for month in range(1, 13)]
    over = [month for month in months if log_sample.following(month) <= today]
    return {act.item for month in over for act in log_sample.of_month(session, month)}


def _counted(codes: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    counts = Counter(found)
    return {code: rounded(counts[code]) for code in codes}
