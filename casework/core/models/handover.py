"""What one agency hands over to another and asks it to act on, and who stands in for somebody who is away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Handover(Base, Tenanted, Identified):
    """One thing handed over: sent, opened, then accepted, declined or answered; or taken back before it is opened.

    A report of a worry is never declined. Its sender may be told that it came wrong (``told_at``, with a reason), and
    what no case takes on ends when its assessment is recorded.
    ``case_id`` is the case it was accepted into, or the one it was sent from. ``body`` is sealed for the recipient
    agency; what is accepted into a case lies in ``kept`` instead, under that case's key, and is gone with it.
    What a disclosure hands over lies in neither: ``disclosure_id`` points at it, and it is read while that may be read.
    ``kept_from`` are the accounts, with commas between, that bear the name of somebody it is about: found when it was
    sent, and never changed.
    ``passed_to`` is a colleague at the recipient's whom it was passed on to, and who reads it beside who took it in.
    ``reference`` is what the sender is given: random, because a number in a row would tell how many there are.
    ``acute`` says that whoever reported fears for the child now: it is in the clear, so that it comes first unopened.
    ``token`` and ``ended_token`` name the form that was sent, so that sending it twice does the deed once.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "sender_unit_id"], ["units.municipality", "units.id"]),
        ForeignKeyConstraint(["municipality", "recipient_unit_id"], ["units.municipality", "units.id"]),
        UniqueConstraint("municipality", "sender_id", "token"),
        UniqueConstraint("municipality", "reference"),
        CheckConstraint("kind IN ('report', 'question', 'disclosure')", name="known_kind"),
        CheckConstraint(
            "state IN ('sent', 'opened', 'accepted', 'declined', 'answered', 'assessed', 'taken_back')",
            name="known_state",
        ),
        ForeignKeyConstraint(["municipality", "disclosure_id"], ["disclosures.municipality", "disclosures.id"]),
        UniqueConstraint("municipality", "disclosure_id"),
        CheckConstraint(
            "CASE WHEN disclosure_id IS NULL THEN (body IS NULL) <> (kept IS NULL) ELSE body IS NULL AND kept IS NULL "
            "AND kind = 'disclosure' AND case_id IS NOT NULL AND recipient_id IS NOT NULL END",
            name="lies_in_one_place",
        ),
        CheckConstraint("kept IS NULL OR case_id IS NOT NULL", name="kept_in_a_case"),
        CheckConstraint(
            "(state IN ('sent', 'taken_back')) = (opened_at IS NULL) AND (opened_at IS NULL) = (opened_by IS NULL) "
            "AND (opened_at IS NULL) = (opened_role IS NULL)",
            name="opened_whole",
        ),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) "
            "AND (state NOT IN ('accepted', 'assessed', 'declined', 'taken_back') OR ended_at IS NOT NULL) "
            "AND (state NOT IN ('sent', 'opened') OR ended_at IS NULL)",
            name="ended_whole",
        ),
        CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint(
            "CASE WHEN kind = 'report' THEN state <> 'declined' AND (reason_code IS NULL) = (told_at IS NULL) "
            "ELSE (state = 'declined') = (reason_code IS NOT NULL) AND told_at IS NULL END",
            name="declined_with_a_reason",
        ),
        CheckConstraint("(told_at IS NULL) = (told_by IS NULL)", name="told_whole"),
        CheckConstraint(
            "(state = 'assessed') = (assessment_code IS NOT NULL) "
            "AND (assessment_code IS NULL) = (assessment IS NULL) AND (assessment_code IS NULL OR kind = 'report')",
            name="assessed_whole",
        ),
        CheckConstraint(
            "feedback IS NULL OR (kind = 'report' AND wants_feedback AND case_id IS NOT NULL "
            "AND feedback IN ('opened', 'not_opened', 'running', 'unsuitable'))",
            name="feedback_on_a_report",
        ),
        CheckConstraint(
            "(feedback IS NULL) = (feedback_at IS NULL) AND (feedback IS NULL) = (feedback_by IS NULL)",
            name="feedback_whole",
        ),
        Index("ix_handovers_recipient", "municipality", "recipient_agency", "state", "sent_at"),
        Index("ix_handovers_sender", "municipality", "sender_id", "sent_at"),
        Index("ix_handovers_case", "municipality", "case_id"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default="sent")
    reference: Mapped[str] = mapped_column(String(8))
    sender_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    sender_agency: Mapped[str] = mapped_column(String(20))
    sender_unit_id: Mapped[str] = mapped_column(ID)
    recipient_agency: Mapped[str] = mapped_column(String(20))
    recipient_unit_id: Mapped[str | None] = mapped_column(ID)
    recipient_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[str | None] = mapped_column(ID)
    disclosure_id: Mapped[str | None] = mapped_column(ID)
    body: Mapped[Sealed | None]
    kept: Mapped[Sealed | None]
    kept_from: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(ID)
    sent_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    opened_role: Mapped[str | None] = mapped_column(String(20))
    passed_to: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    ended_token: Mapped[str | None] = mapped_column(ID)
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[Sealed | None]
    told_at: Mapped[datetime | None]
    told_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    assessment_code: Mapped[str | None] = mapped_column(String(20))
    assessment: Mapped[Sealed | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    answered_token: Mapped[str | None] = mapped_column(ID)
    answer_code: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[Sealed | None]
    acute: Mapped[bool] = mapped_column(default=False, server_default=false())
    wants_feedback: Mapped[bool] = mapped_column(default=False, server_default=false())
    feedback: Mapped[str | None] = mapped_column(String(12))
    feedback_at: Mapped[datetime | None]
    feedback_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))


class Deputy(Base, Tenanted, Identified):
    """Who gets somebody's inbox while they are away, from a moment until a moment; both hold a post in the unit."""

    __tablename__ = "deputies"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "unit_id"], ["units.municipality", "units.id"]),
        CheckConstraint("absent_id <> deputy_id", name="is_another"),
        CheckConstraint("valid_from <= valid_until", name="ends_after_it_begins"),
        Index("ix_deputies_deputy", "municipality", "deputy_id", "valid_until"),
        Index("ix_deputies_absent", "municipality", "absent_id", "valid_until"),
    )

    absent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    deputy_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    unit_id: Mapped[str] = mapped_column(ID)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
