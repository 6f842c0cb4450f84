"""A meeting with those who take part in a case: the entry that tells of it, and who was asked to come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Meeting(Base, Tenanted, Identified):
    """Who came to a meeting, who did not, and which entry holds what each told: one list, sealed; never changed.

    Its day, its place and the words of it are answers of the entry, which is corrected in the journal.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "entry_id"], ["entries.municipality", "entries.id"]),
        UniqueConstraint("municipality", "entry_id"),
        Index("ix_meetings_case", "municipality", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    entry_id: Mapped[str] = mapped_column(ID)
    attendance: Mapped[Sealed]
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
