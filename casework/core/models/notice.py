"""A line for somebody that there is something to read: never what it is about. And where they are told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import CODE, Base, Identified


class Notice(Base, Identified):
    """Something for one account to read, in a municipality or in none. ``kind`` is a code of ``core.notices``.

    It is its own outbox: written in the transaction of what it is about, claimed by whoever sends a letter about it,
    and sent once the mail server has taken the letter in.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_account", "account_id", "read_at"),
        Index("ix_notices_unsent", "sent_at", "made_at"),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    municipality_code: Mapped[str | None] = mapped_column(CODE, ForeignKey("municipalities.code"))
    kind: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class MailAddress(Base):
    """Where an account gets its letters: chosen by its owner, and sealed."""

    __tablename__ = "mail_addresses"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    address: Mapped[Sealed]
    changed_at: Mapped[datetime]
