"""That somebody of another agency takes part in one case: who, what of it, and until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Participation(Base, Tenanted, Identified):
    """A named person of an agency who sees the parts of a case that consent covers, as long as it does.

    ``kinds`` are the kinds of facts that were chosen, with commas between them, sealed: what is shown is those of them
    that consent covers at that moment. ``reference`` is the random name of the case on the participant's page.
    """

    __tablename__ = "participations"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        UniqueConstraint("municipality", "reference"),
        CheckConstraint("agency IN ('police', 'recreation', 'school')", name="known_agency"),
        CheckConstraint("valid_from < valid_until", name="ends_after_it_begins"),
        CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name="ended_whole"),
        Index("ix_participations_case", "municipality", "case_id"),
        Index("ix_participations_account", "municipality", "account_id", "valid_until"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agency: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(12))
    kinds: Mapped[Sealed]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
