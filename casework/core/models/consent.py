"""A consent that one person gives in a case, what was answered, and what rests on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Consent(Base, Tenanted, Identified):
    """One person's leave to tell agencies kinds of facts, from a day to a day; asked for anew rather than changed.

    ``giver_id`` is the case's person (``part`` is ``subject``) or one guardian. ``agencies`` are codes with commas
    between them, ``kinds`` the same, sealed. That a given consent has run out is told by its last day, never stored.
    """

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "giver_id"], ["persons.municipality", "persons.id"]),
        ForeignKeyConstraint(["municipality", "renews_id"], ["consents.municipality", "consents.id"]),
        CheckConstraint("part IN ('subject', 'guardian')", name="known_part"),
        CheckConstraint(
            "state IN ('draft', 'requested', 'given', 'refused', 'withdrawn', 'replaced')", name="known_state"
        ),
        CheckConstraint("valid_from <= valid_until", name="ends_after_it_begins"),
        CheckConstraint("how IS NULL OR how IN ('written', 'oral', 'e_signature')", name="known_way"),
        CheckConstraint(
            "(state IN ('draft', 'requested')) = (answered_at IS NULL) AND (answered_at IS NULL) = (how IS NULL) "
            "AND (answered_at IS NULL) = (received_by IS NULL) AND (answered_at IS NULL) = (identity IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("(state IN ('withdrawn', 'replaced')) = (ended_at IS NOT NULL)", name="ended_whole"),
        Index("ix_consents_case", "municipality", "case_id", "made_at"),
        Index("ix_consents_ends", "municipality", "state", "valid_until"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    giver_id: Mapped[str] = mapped_column(ID)
    part: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    agencies: Mapped[str] = mapped_column(String(200))
    kinds: Mapped[Sealed]
    note: Mapped[Sealed | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    renews_id: Mapped[str | None] = mapped_column(ID)
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    how: Mapped[str | None] = mapped_column(String(12))
    identity: Mapped[str | None] = mapped_column(String(12))
    received_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))


class ConsentUse(Base, Tenanted, Identified):
    """That something rests on a consent: of a kind that ``core.consent_uses`` knows how to stop."""

    __tablename__ = "consent_uses"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "consent_id"], ["consents.municipality", "consents.id"]),
        UniqueConstraint("municipality", "consent_id", "kind", "object_id"),
        Index("ix_consent_uses_case", "municipality", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    consent_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(ID)


class ConsentPaper(Base, Tenanted, Identified):
    """A signed paper of a consent, sealed; of what kind its content is, and how large, is in the clear."""

    __tablename__ = "consent_papers"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "consent_id"], ["consents.municipality", "consents.id"]),
        CheckConstraint("kind IN ('jpeg', 'pdf', 'png')", name="known_kind"),
        Index("ix_consent_papers_consent", "municipality", "consent_id"),
        Index("ix_consent_papers_case", "municipality", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    consent_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(4))
    size: Mapped[int]
    paper: Mapped[Sealed]
    added_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    added_at: Mapped[datetime]
