"""That a party was told what a decision will rest on, and answered; or that it was left out, and why."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Communication(Base, Tenanted, Identified):
    """What was sent to a party before a decision, frozen in ``told``, and what came back; or why nothing was sent.

    What was sent is a copy, ``export_id``, which says what was tested, by whom and until when the party may answer.
    ``because`` is why it was left out, ``reason`` the officer's words for it. ``how`` is the way the answer came,
    ``none`` that none did; a late answer may take the place of that, and nothing else is ever changed.
    """

    __tablename__ = "communications"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "person_id"], ["persons.municipality", "persons.id"]),
        ForeignKeyConstraint(["municipality", "export_id"], ["case_exports.municipality", "case_exports.id"]),
        UniqueConstraint("municipality", "export_id"),
        CheckConstraint(
            "(export_id IS NULL) = (because IS NOT NULL) AND (because IS NULL) = (reason IS NULL) "
            "AND (export_id IS NULL) = (told IS NULL)",
            name="sent_or_left_out",
        ),
        CheckConstraint("because IS NULL OR because IN ('harder', 'needless', 'urgent')", name="known_because"),
        CheckConstraint("how IS NULL OR how IN ('letter', 'mail', 'meeting', 'none', 'phone')", name="known_how"),
        CheckConstraint(
            "(how IS NULL) = (answered_at IS NULL) AND (how IS NULL) = (answered_by IS NULL) "
            "AND (how IS NULL OR export_id IS NOT NULL)",
            name="answered_whole",
        ),
        CheckConstraint(
            "(received_on IS NULL) = (how IS NULL OR how = 'none') AND (received_on IS NULL) = (answer IS NULL)",
            name="answer_whole",
        ),
        Index("ix_communications_case", "municipality", "case_id", "made_at"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    person_id: Mapped[str] = mapped_column(ID)
    export_id: Mapped[str | None] = mapped_column(ID)
    told: Mapped[Sealed | None]
    because: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[Sealed | None]
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    how: Mapped[str | None] = mapped_column(String(10))
    received_on: Mapped[date | None]
    answer: Mapped[Sealed | None]
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
