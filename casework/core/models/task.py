"""Something to do in a case, by a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Task(Base, Tenanted, Identified):
    """A task of one colleague; what is to be done is sealed under the case's key."""

    __tablename__ = "tasks"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        Index("ix_tasks_account", "municipality", "account_id", "done_at", "due_on"),
        Index("ix_tasks_case", "municipality", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ID)
    what: Mapped[Sealed]
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(ID)
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(ID)
