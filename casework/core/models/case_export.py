"""A copy of a case that somebody ordered for a recipient, and that it was handed out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class CaseExport(Base, Tenanted, Identified):
    """What was ordered, bound by ``digest`` and never changed; handed out once, by a page or into a file.

    ``entries`` are the ids of the signed entries that go along. ``recipient_id`` is a person of the case, or None for
    the archive. ``takes_two`` orders are handed out once ``approved_at`` says when somebody else approved.
    ``content_hash`` is the SHA-256 of what was handed out. ``choices`` are what was decided of each answer, bound by
    ``choices_hash``; None where the copy is tested as a whole. ``answer_by`` is the last day on which whoever gets it
    before a decision may answer.
    """

    __tablename__ = "case_exports"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "recipient_id"], ["persons.municipality", "persons.id"]),
        CheckConstraint("purpose IN ('archive', 'communication', 'extract', 'party')", name="known_purpose"),
        CheckConstraint("(purpose = 'communication') = (answer_by IS NOT NULL)", name="a_day_to_answer_by"),
        CheckConstraint("(purpose = 'archive') = (recipient_id IS NULL)", name="names_its_recipient"),
        CheckConstraint("purpose <> 'party' OR takes_two", name="a_party_takes_two"),
        CheckConstraint("handed_out_at IS NULL OR approved_at IS NOT NULL OR NOT takes_two", name="approved_first"),
        CheckConstraint(
            "(handed_out_at IS NULL) = (content_hash IS NULL) AND (handed_out_at IS NULL) = (handed_out_as IS NULL)",
            name="handed_out_whole",
        ),
        Index("ix_case_exports_case", "municipality", "case_id", "ordered_at"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    purpose: Mapped[str] = mapped_column(String(15))
    recipient_id: Mapped[str | None] = mapped_column(ID)
    entries: Mapped[str] = mapped_column(Text)
    with_sealed: Mapped[bool]
    assessment: Mapped[Sealed | None]
    choices: Mapped[Sealed | None]
    choices_hash: Mapped[str | None] = mapped_column(String(64))
    answer_by: Mapped[date | None]
    ordered_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    ordered_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    takes_two: Mapped[bool]
    approved_at: Mapped[datetime | None]
    handed_out_at: Mapped[datetime | None]
    handed_out_as: Mapped[str | None] = mapped_column(String(10))
    content_hash: Mapped[str | None] = mapped_column(String(64))
