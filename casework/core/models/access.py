"""Who sees what: one table, derived from teams, units, deciders, participants, status permissions and blocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.clock import FOREVER
from casework.core.db import ID, Base, Tenanted


class CaseAccess(Base, Tenanted):
    """One principal's way into one case. Limits are compared with now; the other columns serve lists and filters."""

    __tablename__ = "case_access"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        CheckConstraint(
            "permission IN ('list', 'status', 'decide', 'judge', 'received', 'read', 'write', 'block', 'emergency', "
            "'part')",
            name="known_permission",
        ),
        Index("ix_case_access_list", "municipality", "principal", "is_open", "sort_at", "case_id"),
        Index("ix_case_access_case", "municipality", "case_id", "principal"),
    )

    principal: Mapped[str] = mapped_column(String(40), primary_key=True)
    case_id: Mapped[str] = mapped_column(ID, primary_key=True)
    permission: Mapped[str] = mapped_column(String(10), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(primary_key=True)
    valid_until: Mapped[datetime] = mapped_column(default=FOREVER)
    sort_at: Mapped[datetime]
    area: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(40))
    is_open: Mapped[bool]
    officer_id: Mapped[str | None] = mapped_column(ID)
