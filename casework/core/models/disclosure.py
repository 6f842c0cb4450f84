"""One decision to give chosen facts of a case to somebody outside, and what was given."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Disclosure(Base, Tenanted, Identified):
    """A disclosure, from its draft until it has ended; once it is assessed, what it says is never changed.

    ``wanted`` is what was chosen and written, sealed as one. ``place`` is where it goes; ``account_id`` names the
    recipient, of ``agency``, or is None for somebody without an account, who is named in ``wanted``. ``level`` is the
    least that may decide it, and ``takes_two`` says that it is not who assessed it. ``told`` is frozen when it is
    assessed and ``received`` the same for the recipient, once it is performed; ``content_hash`` is the digest of both.
    It ends by its day, which is told by ``valid_until`` at every question, or before it: then ``ended_at`` says when.
    """

    __tablename__ = "disclosures"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "corrects_id"], ["disclosures.municipality", "disclosures.id"]),
        CheckConstraint(
            "state IN ('draft', 'assessed', 'approved', 'performed', 'closed', 'refused', 'corrected')",
            name="known_state",
        ),
        CheckConstraint("account_id IS NULL OR agency IS NOT NULL", name="a_recipient_has_an_agency"),
        CheckConstraint(
            "state = 'draft' OR (assessed_at IS NOT NULL AND assessed_by IS NOT NULL AND told IS NOT NULL "
            "AND content_hash IS NOT NULL AND ground IS NOT NULL AND level IS NOT NULL AND place IS NOT NULL)",
            name="assessed_whole",
        ),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) "
            "AND (state NOT IN ('draft', 'assessed') OR approved_at IS NULL) "
            "AND (state NOT IN ('approved', 'performed', 'closed', 'corrected') OR approved_at IS NOT NULL)",
            name="approved_first",
        ),
        CheckConstraint("NOT takes_two OR approved_by IS NULL OR approved_by <> assessed_by", name="two_people"),
        CheckConstraint(
            "(state IN ('performed', 'closed', 'corrected')) = (performed_at IS NOT NULL) "
            "AND (performed_at IS NULL) = (performed_by IS NULL)",
            name="performed_whole",
        ),
        CheckConstraint(
            "(received IS NULL) = (valid_until IS NULL) AND (received IS NULL OR (performed_at IS NOT NULL "
            "AND account_id IS NOT NULL AND oral_on IS NULL))",
            name="received_when_performed",
        ),
        CheckConstraint(
            "(state IN ('closed', 'refused', 'corrected')) = (ended_at IS NOT NULL) "
            "AND (ended_at IS NULL) = (because IS NULL)",
            name="ended_whole",
        ),
        CheckConstraint(
            "because IS NULL OR because IN ('consent', 'corrected', 'decider', 'revoked', 'withdrawn')",
            name="known_end",
        ),
        Index("ix_disclosures_case", "municipality", "case_id", "made_at"),
        Index("ix_disclosures_recipient", "municipality", "account_id", "performed_at"),
        Index("ix_disclosures_decider", "municipality", "decider_id", "state"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    wanted: Mapped[Sealed]
    place: Mapped[str | None] = mapped_column(String(25))
    agency: Mapped[str | None] = mapped_column(String(20))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    ground: Mapped[str | None] = mapped_column(String(30))
    level: Mapped[str | None] = mapped_column(String(5))
    takes_two: Mapped[bool] = mapped_column(default=False)
    decider_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    until: Mapped[date | None]
    oral_on: Mapped[date | None]
    corrects_id: Mapped[str | None] = mapped_column(ID)
    told: Mapped[Sealed | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    assessed_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    assessed_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None]
    answer: Mapped[Sealed | None]
    performed_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    performed_at: Mapped[datetime | None]
    received: Mapped[Sealed | None]
    valid_until: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    because: Mapped[str | None] = mapped_column(String(10))
