"""Review of the log: a question about an act, its answer, and what a review of it came to. Added, never changed.

``item`` is the act's name in addresses, ``lane`` and ``seq`` its place in the record. Words are sealed under the
municipality's key for reviews.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Recorded, Tenanted


class LogQuestion(Base, Tenanted, Identified, Recorded):
    """What a reviewer asks a colleague about an act of theirs."""

    __tablename__ = "log_questions"
    __table_args__ = (
        CheckConstraint("asked_by <> colleague_id", name="asked_by_another"),
        Index("ix_log_questions_colleague", "municipality", "colleague_id", "asked_at"),
        Index("ix_log_questions_item", "municipality", "item"),
    )

    item: Mapped[str] = mapped_column(ID)
    colleague_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[str | None] = mapped_column(ID)
    asked_by: Mapped[str] = mapped_column(ID)
    asked_at: Mapped[datetime]
    question: Mapped[Sealed]


class LogAnswer(Base, Tenanted, Identified, Recorded):
    """What the colleague answered; it bears the question's id, so that there is one."""

    __tablename__ = "log_answers"
    __table_args__ = (ForeignKeyConstraint(["municipality", "id"], ["log_questions.municipality", "log_questions.id"]),)

    answered_at: Mapped[datetime]
    answer: Mapped[Sealed]


class LogReview(Base, Tenanted, Identified, Recorded):
    """A signed review of one act. ``kinds`` are the codes of why it was looked at, with commas between."""

    __tablename__ = "log_reviews"
    __table_args__ = (
        UniqueConstraint("municipality", "item"),
        CheckConstraint("signed_by <> colleague_id", name="signed_by_another"),
        CheckConstraint("outcome IN ('in_order', 'follow_up', 'reported')", name="known_outcome"),
        Index("ix_log_reviews_act", "municipality", "act_at"),
        Index("ix_log_reviews_signed", "municipality", "signed_at"),
    )

    item: Mapped[str] = mapped_column(ID)
    lane: Mapped[int]
    seq: Mapped[int]
    act_at: Mapped[datetime]
    colleague_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[str | None] = mapped_column(ID)
    kinds: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(20))
    finding: Mapped[Sealed | None]
    signed_by: Mapped[str] = mapped_column(ID)
    signed_at: Mapped[datetime]
