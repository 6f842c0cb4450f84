"""One act of the log under review: what was asked about it, what the review came to, and who signed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError

from casework.contract.language import gettext as _
from casework.core import access, accounts, audit, clock, log_acts, log_deviations, log_sample, notices, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.log_acts import COLUMNS, Act
from casework.core.log_deviations import Deviation
from casework.core.log_questions import Asked, in_words
from casework.core.log_review import Line, lines_of, outcomes_of
from casework.core.models import AuditEvent, LogAnswer, LogQuestion, LogReview
from casework.core.permissions import Actor, Permission

OUTCOMES = (
    ("in_order", _("Det var i sin ordning")),
    ("follow_up", _("Ska följas upp")),
    ("reported", _("Anmält som misstänkt dataintrång")),
)
"""What a review can find. All but the first need words."""
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Item:
    """One act to review, with what was asked about it and what a review of it came to."""

    line: Line
    sampled: bool
    questions: Sequence[Asked]
    review: LogReview | None
    reviewer: str
    finding: str


def read(session: TenantSession, actor: Actor, item: str) -> Item:
    """One act; raises NotFound alike for what is missing, one's own, and whose review is somebody else's."""
    act = _one(session, actor, item, Action.LOG_READ)
    own = {item: _deviations(session, actor, act)}
    audit.record(session, actor, Action.LOG_READ, "act", item, case_id=act.case_id)
    (line,) = lines_of(session, [act], own, outcomes_of(session, [act]))
    return _told(session, actor, line, sampled=_is_sampled(session, act))


def ask(session: TenantSession, actor: Actor, item: str, words: str) -> None:
    """Ask the colleague about an act; raises Refused without words and when the review is signed."""
    act = _one(session, actor, item, Action.LOG_ASKED)
    if not words.strip():
        raise Refused.because(_("Skriv vad du vill fråga."), "words")
    _require_unsigned(session, act)
    asked = LogQuestion(id=new_id(), item=item, colleague_id=act.actor_id, case_id=act.case_id, asked_by=actor.id)
    asked.asked_at = session.now
    asked.question = vault.seal_review(session, "log_questions", asked.id, "question", words.strip())
    session.add(asked)
    notices.tell(session, act.actor_id, "log_question")
    audit.record(session, actor, Action.LOG_ASKED, "act", item, case_id=act.case_id, content=[asked.question])


def sign(session: TenantSession, actor: Actor, item: str, outcome: str, words: str) -> None:
    """Sign a review, once and for all; raises Refused without an outcome, without words where they are needed."""
    act = _one(session, actor, item, Action.LOG_REVIEWED)
    if outcome not in dict(OUTCOMES):
        raise Refused.because(_("Välj vad granskningen kom fram till."), "outcome")
    if outcome != "in_order" and not words.strip():
        raise Refused.because(_("Skriv vad du kom fram till och vad som händer nu."), "words")
    _require_unsigned(session, act)
    review = LogReview(id=new_id(), item=item, lane=act.lane, seq=act.seq, act_at=act.at, colleague_id=act.actor_id)
    review.case_id, review.outcome, review.kinds = act.case_id, outcome, ",".join(_kinds(session, actor, act))
    review.signed_by, review.signed_at = actor.id, session.now
    review.finding = None
    if words.strip():
        review.finding = vault.seal_review(session, "log_reviews", review.id, "finding", words.strip())
    session.add(review)
    try:
        session.flush()
    except IntegrityError:  # somebody else signed between our question and now
        raise _signed() from None
    content = [] if review.finding is None else [review.finding]
    detail = {"outcome": outcome, "kinds": review.kinds.replace(",", "/")}
    audit.record(session, actor, Action.LOG_REVIEWED, "act", item, case_id=act.case_id, detail=detail, content=content)


def _one(session: TenantSession, actor: Actor, item: str, action: Action) -> Act:
    access.require(actor, Permission.LOG_REVIEW, action, "act", item)
    named = log_acts.named(item)
    found = None
    if named is not None:
        found = session.execute(select(*COLUMNS).where(log_acts.reviewable(actor), named)).one_or_none()
    if found is None:
        raise NotFound(access.denial(actor, action, "act", item, "reviewer"))
    return log_acts.of([found])[0]


def _deviations(session: TenantSession, actor: Actor, act: Act) -> list[Deviation]:
    """The rules by which an act differs, found among what its doer did that day."""
    day = clock.today(act.at)
    whose = and_(log_acts.reviewable(actor), AuditEvent.actor_id == act.actor_id)
    end = clock.start_of(day + timedelta(days=1))
    found = log_deviations.find(session, actor, whose, clock.start_of(day), end)
    mine = {one.rule: one for one in found if one.act.item == act.item}
    return [mine[code] for code, _label in log_deviations.RULES if code in mine]


def _kinds(session: TenantSession, actor: Actor, act: Act) -> list[str]:
    """Why the act was looked at: the rules it differs by, the sample, or neither."""
    kinds = [one.rule for one in _deviations(session, actor, act)]
    return kinds + [SAMPLE] * _is_sampled(session, act) or ["other"]


def _is_sampled(session: TenantSession, act: Act) -> bool:
    month = clock.today(act.at).replace(day=1)
    if log_sample.following(month) > clock.today(session.now):
        return False  # while the month goes on, its sample is not settled
    return any(one.item == act.item for one in log_sample.of_month(session, month))


def _require_unsigned(session: TenantSession, act: Act) -> None:
    if outcomes_of(session, [act]):
        raise _signed()


def _signed() -> Refused:
    return Refused.because(_("Granskningen är redan signerad och går inte att ändra."))


def _told(session: TenantSession, actor: Actor, line: Line, *, sampled: bool) -> Item:
    query = (
        select(LogQuestion, LogAnswer)
        .outerjoin(LogAnswer, (LogAnswer.municipality == LogQuestion.municipality) & (LogAnswer.id == LogQuestion.id))
        .where(LogQuestion.item == line.act.item)
        .order_by(LogQuestion.asked_at, LogQuestion.id)
    )
    rows = [(asked, answer) for asked, answer in session.execute(query).all()]
    review = session.scalar(select(LogReview).where(LogReview.item == line.act.item))
    if not rows and review is None:
        return Item(line, sampled, [], None, "", "")
    reviews = {asked.id for asked, _answer in rows} | ({review.id} if review else set())
    cases = {line.act.case_id} if line.act.case_id else set()
    decision = access.of_log(session, actor, Action.LOG_QUESTION_READ, cases=cases, reviews=reviews, persons=set())
    names = accounts.names(
        session, {asked.asked_by for asked, _answer in rows} | ({review.signed_by} if review else set())
    )
    questions = [in_words(decision, asked, answer, names.get(asked.asked_by, "")) for asked, answer in rows]
    finding = "" if review is None or review.finding is None else _finding(decision, review)
    return Item(line, sampled, questions, review, "" if review is None else names.get(review.signed_by, ""), finding)


def _finding(decision: Decision, review: LogReview) -> str:
    assert review.finding is not None  # noqa: S101 asked by who calls
    return vault.open_review(decision, "log_reviews", review.id, "finding", review.finding)
