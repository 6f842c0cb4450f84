"""What a municipality demands of a legal ground beyond what the catalogue does, from a day on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Base, Identified, Recorded, Tenanted


class GroundRule(Base, Tenanted, Identified, Recorded):
    """One tightening of one ground; the next row of the same ground takes its place from its own day.

    ``level`` is None where the decision stays at the level of the catalogue. Rows are added and never changed, so that
    what applied on a day can be shown years later.
    """

    __tablename__ = "ground_rules"
    __table_args__ = (
        CheckConstraint("level IS NULL OR level IN ('H', 'FS', 'EC', 'U')", name="known_level"),
        Index("ix_ground_rules_begins", "municipality", "code", "begins"),
    )

    code: Mapped[str] = mapped_column(String(24))
    level: Mapped[str | None] = mapped_column(String(2))
    consult: Mapped[bool]
    four_eyes: Mapped[bool]
    off: Mapped[bool]
    begins: Mapped[date]
    set_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    set_at: Mapped[datetime]
