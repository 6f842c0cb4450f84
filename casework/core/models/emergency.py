"""Break-glass (nödåtkomst): one case opened by somebody on duty for an hour, and what somebody else found of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Emergency(Base, Tenanted, Identified):
    """One opening. ``reason`` and ``finding`` are in words, sealed under the municipality's key for reviews."""

    __tablename__ = "emergencies"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        CheckConstraint("opened_at <= until", name="ends_after_it_begins"),
        CheckConstraint("reviewed_by <> account_id", name="reviewed_by_another"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (outcome IS NULL)",
            name="reviewed_whole",
        ),
        Index("ix_emergencies_case", "municipality", "case_id"),
        Index("ix_emergencies_review", "municipality", "reviewed_at", "opened_at"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    category: Mapped[str] = mapped_column(String(20))
    reason: Mapped[Sealed]
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(ID)
    outcome: Mapped[str | None] = mapped_column(String(20))
    finding: Mapped[Sealed | None]
