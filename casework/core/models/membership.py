"""What an account may be in a municipality: a role at a delegation level, in a unit, from–until."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.clock import FOREVER
from casework.core.db import ID, Base, Identified, Tenanted


class Membership(Base, Tenanted, Identified):
    """A role of an account in one unit of one municipality. Without its ``mac`` it grants nothing.

    ``emergency`` adds the right to break the glass.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "unit_id"], ["units.municipality", "units.id"]),
        CheckConstraint("level IN ('H', 'FS', 'EC', 'U')", name="known_level"),
        CheckConstraint("valid_from <= valid_until", name="ends_after_it_begins"),
        Index("ix_memberships_account", "municipality", "account_id"),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(2), default="H")
    unit_id: Mapped[str] = mapped_column(ID)
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime] = mapped_column(default=FOREVER)
    granted_by: Mapped[str] = mapped_column(ID)
    mac: Mapped[bytes | None] = mapped_column(LargeBinary)


class RoleHolding(Base):
    """Which group of roles a post puts its account in, whatever its municipality. Written by the database alone.

    By it the database refuses a post of another group in any municipality (decisions 4).
    """

    __tablename__ = "role_holdings"
    __table_args__ = (
        CheckConstraint(
            "role_group IN ('administrator', 'log_reviewer', 'social_services', 'partner', 'police')",
            name="known_group",
        ),
        Index("ix_role_holdings_account", "account_id", "valid_until"),
    )

    membership_id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    role_group: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
