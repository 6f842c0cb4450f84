"""Questions about the log, to the colleague whose act it was: read and answered by them and by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.exc import IntegrityError

from casework.contract.language import gettext as _
from casework.core import access, accounts, audit, log_acts, notices, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.log_acts import COLUMNS, Act
from casework.core.models import AuditEvent, LogAnswer, LogQuestion
from casework.core.permissions import Actor, Permission

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer, in words."""

    question: LogQuestion
    by: str
    words: str
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Mine:
    """A question to the actor, with the act it is about."""

    asked: Asked
    act: Act | None
    number: str


def waiting(session: TenantSession, account_id: str) -> int:
    """How many questions somebody has not answered."""
    mine = _of(LogQuestion.colleague_id == account_id).where(LogAnswer.id.is_(None))
    return session.scalar(select(func.count()).select_from(mine.with_only_columns(LogQuestion.id).subquery())) or 0


def answered(session: TenantSession, actor: Actor) -> int:
    """How many answers the actor is still to be told of, without those about a case that has been closed to them."""
    told = [one.made_at for one in notices.unread(session, actor.id) if one.kind == "log_answer"]
    if not told:
        return 0
    open_ = or_(LogQuestion.case_id.is_(None), LogQuestion.case_id.not_in(access.blocks(actor)))
    found = _of(LogQuestion.asked_by == actor.id).where(LogAnswer.answered_at >= min(told), open_)
    return session.scalar(select(func.count()).select_from(found.with_only_columns(LogQuestion.id).subquery())) or 0


def mine(session: TenantSession, actor: Actor) -> list[Mine]:
    """The questions to the actor, those not answered first, then the latest; audited."""
    access.require(actor, Permission.OWN_PAGE, Action.LOG_QUESTIONS_LISTED, "log_question")
    query = _of(LogQuestion.colleague_id == actor.id)
    query = query.order_by(LogAnswer.id.is_not(None), LogQuestion.asked_at.desc(), LogQuestion.id).limit(SHOWN)
    notices.read(session, actor.id, "log_question")
    return _told(session, actor, session.execute(query).all(), Action.LOG_QUESTIONS_LISTED)


def one(session: TenantSession, actor: Actor, question_id: str) -> Mine:
    """One question to the actor; raises NotFound alike for what is missing and what is another's."""
    row = _own(session, actor, question_id, Action.LOG_QUESTION_READ)
    return _told(session, actor, [row], Action.LOG_QUESTION_READ)[0]


def answer(session: TenantSession, actor: Actor, question_id: str, words: str) -> None:
    """Answer a question, once; raises Refused without words and a second time.

    Who asked is told, unless a conflict of interest closes the case to them by now.
    """
    asked, answered = _own(session, actor, question_id, Action.LOG_ANSWERED)
    if answered is not None:
        raise Refused.because(_("Du har redan svarat på frågan."))
    if not words.strip():
        raise Refused.because(_("Skriv ditt svar."), "words")
    made = LogAnswer(id=asked.id, answered_at=session.now)
    made.answer = vault.seal_review(session, "log_answers", asked.id, "answer", words.strip())
    session.add(made)
    try:
        session.flush()
    except IntegrityError:  # sent twice at once
        raise Refused.because(_("Du har redan svarat på frågan.")) from None
    if not access.is_blocked(session, asked.asked_by, asked.case_id):
        notices.tell(session, asked.asked_by, "log_answer")
    audit.record(
        session, actor, Action.LOG_ANSWERED, "log_question", asked.id, case_id=asked.case_id, content=[made.answer]
    )


def in_words(decision: Decision, asked: LogQuestion, answered: LogAnswer | None, by: str) -> Asked:
    """A question and its answer opened; raises StillSealed where the decision does not cover the question."""
    words = vault.open_review(decision, "log_questions", asked.id, "question", asked.question)
    if answered is None:
        return Asked(asked, by, words, None, "")
    said = vault.open_review(decision, "log_answers", asked.id, "answer", answered.answer)
    return Asked(asked, by, words, answered.answered_at, said)


def _of(whose: ColumnElement[bool]) -> Select[LogQuestion, LogAnswer]:
    return (
        select(LogQuestion, LogAnswer)
        .outerjoin(LogAnswer, (LogAnswer.municipality == LogQuestion.municipality) & (LogAnswer.id == LogQuestion.id))
        .where(whose)
    )


def _own(session: TenantSession, actor: Actor, question_id: str, action: Action) -> Row[LogQuestion, LogAnswer]:
    access.require(actor, Permission.OWN_PAGE, action, "log_question", question_id)
    query = _of(LogQuestion.colleague_id == actor.id).where(LogQuestion.id == question_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(access.denial(actor, action, "log_question", question_id, "colleague"))
    return row


def _told(
    session: TenantSession, actor: Actor, rows: Sequence[Row[LogQuestion, LogAnswer]], action: Action
) -> list[Mine]:
    cases = {asked.case_id for asked, _answer in rows if asked.case_id is not None}
    reviews = {asked.id for asked, _answer in rows}
    decision = access.of_log(session, actor, action, cases=cases, reviews=reviews, persons=set())
    names = accounts.names(session, {asked.asked_by for asked, _answer in rows})
    closed = set(session.scalars(access.blocks(actor)).all())
    numbers = log_acts.numbers(session, cases - closed)
    return [
        Mine(
            in_words(decision, asked, answered, names.get(asked.asked_by, "")),
            _act(session, asked),
            numbers.get(asked.case_id or "", ""),
        )
        for asked, answered in rows
    ]


def _act(session: TenantSession, asked: LogQuestion) -> Act | None:
    named = log_acts.named(asked.item)
    if named is None:
        return None
    rows = session.execute(select(*COLUMNS).where(AuditEvent.actor_id == asked.colleague_id, named)).all()
    return next(iter(log_acts.of(rows)), None)
