"""Who is named in a case: its team, its deciders, and those who are blocked from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.clock import FOREVER
from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted

CASE = (["municipality", "case_id"], ["cases.municipality", "cases.id"])


class CaseMember(Base, Tenanted, Identified):
    """Somebody named in a case, from–until. ``may_unseal`` lets them open sealed values, with a reason each time."""

    __tablename__ = "case_members"
    __table_args__ = (
        ForeignKeyConstraint(*CASE),
        CheckConstraint("role IN ('officer', 'co_officer', 'reader')", name="known_role"),
        CheckConstraint("valid_from <= valid_until", name="ends_after_it_begins"),
        Index("ix_case_members_case", "municipality", "case_id"),
        Index("ix_case_members_account", "municipality", "account_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str] = mapped_column(String(20))
    may_unseal: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime] = mapped_column(default=FOREVER)
    named_by: Mapped[str] = mapped_column(ID)


class Decider(Base, Tenanted, Identified):
    """Somebody asked to decide one step of a case: sees the forms to be decided, and may take that step."""

    __tablename__ = "deciders"
    __table_args__ = (ForeignKeyConstraint(*CASE), Index("ix_deciders_case", "municipality", "case_id"))

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    transition: Mapped[str] = mapped_column(String(60))
    forms: Mapped[str] = mapped_column(String(2000), default="")
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime] = mapped_column(default=FOREVER)
    asked_by: Mapped[str] = mapped_column(ID)
    decided_at: Mapped[datetime | None]


class ConflictBlock(Base, Tenanted, Identified):
    """Somebody who may not see a case because of a conflict of interest (jäv, FL 16 §). Overrides everything.

    It holds until it is lifted, by somebody else and for a reason, which is sealed under the case's key.
    """

    __tablename__ = "conflict_blocks"
    __table_args__ = (ForeignKeyConstraint(*CASE), Index("ix_conflict_blocks_case", "municipality", "case_id"))

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(ID)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(ID)
    lifted_reason: Mapped[Sealed | None]


class Unsealing(Base, Tenanted, Identified):
    """A sealed answer opened by somebody for a few minutes; the reason in words is sealed under the case's key."""

    __tablename__ = "unsealings"
    __table_args__ = (
        ForeignKeyConstraint(*CASE),
        Index("ix_unsealings_live", "municipality", "account_id", "case_id", "until"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    entry_id: Mapped[str] = mapped_column(ID)
    field: Mapped[str] = mapped_column(String(60))
    reason_code: Mapped[str] = mapped_column(String(20))
    reason: Mapped[Sealed | None]
    at: Mapped[datetime]
    until: Mapped[datetime]
