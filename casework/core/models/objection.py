"""That somebody holds something in the journal to be wrong: noted beside it, and it stays as it was."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Objection(Base, Tenanted, Identified):
    """What a person of the case said against a signed entry, in words, sealed; never changed."""

    __tablename__ = "objections"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "entry_id"], ["entries.municipality", "entries.id"]),
        ForeignKeyConstraint(["municipality", "person_id"], ["persons.municipality", "persons.id"]),
        Index("ix_objections_case", "municipality", "case_id"),
        Index("ix_objections_entry", "municipality", "entry_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    entry_id: Mapped[str] = mapped_column(ID)
    person_id: Mapped[str] = mapped_column(ID)
    received_on: Mapped[date]
    words: Mapped[Sealed]
    noted_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    noted_at: Mapped[datetime]
