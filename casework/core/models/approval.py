"""What somebody has asked a second person to approve."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Approval(Base, Tenanted, Identified):
    """A deed that waits for a second person, bound by ``digest`` to exactly what was asked; used once.

    ``parameters`` and ``versions`` are canonical JSON of codes and ids: how the deed is to be done, and what the
    objects concerned were like. ``concerns_id`` is the account the deed is about, who never approves it.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        CheckConstraint(
            "state IN ('waiting', 'used', 'refused', 'expired', 'void', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_unless_waiting"),
        CheckConstraint("(state IN ('used', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requester_id", name="decided_by_another"),
        CheckConstraint(
            "decided_by IS NULL OR concerns_id IS NULL OR decided_by <> concerns_id", name="not_by_whom_it_concerns"
        ),
        CheckConstraint("requested_at < expires_at", name="expires_after_it_was_asked"),
        Index("ix_approvals_object", "municipality", "object_id", "state"),
        Index("ix_approvals_state", "municipality", "state", "expires_at"),
        Index("ix_approvals_requester", "municipality", "requester_id", "state"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(ID)
    concerns_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    parameters: Mapped[str] = mapped_column(String(2000))
    versions: Mapped[str] = mapped_column(String(2000))
    digest: Mapped[str] = mapped_column(String(64))
    requester_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reason: Mapped[Sealed | None]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
    answer: Mapped[Sealed | None]
