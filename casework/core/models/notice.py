"""A line for somebody that there is something to read: never what it is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import CODE, Base, Identified


class Notice(Base, Identified):
    """Something for one account to read, in a municipality or in none. ``kind`` is a code of ``core.notices``."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_account", "account_id", "read_at"),
        Index("ix_notices_unsent", "sent_at", "made_at"),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    municipality_code: Mapped[str | None] = mapped_column(CODE, ForeignKey("municipalities.code"))
    kind: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
