"""What an agency outside may see of a case's status, live until it ends."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class StatusPermission(Base, Tenanted, Identified):
    """A disclosure whose content is the case's permitted status.

    ``reference`` is the row's random name on the recipient's page. ``states`` and ``fields`` list declared names.
    ``recognise`` is how the recipient knows whom it is about: ``name``, ``reference`` (one agreed in words) or
    ``nothing``; ``protection`` is the person's level when that was chosen. ``ground`` is ``consent`` (then
    ``consent_id`` is the signed entry), ``register`` (consents of the register, see ``ConsentUse``) or ``other``: then
    ``ground_code`` is a row of the catalogue, with the assessment in ``ground_note``. What was permitted in free text,
    before there was a code, is read no more.
    """

    __tablename__ = "status_permissions"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "consent_id"], ["entries.municipality", "entries.id"]),
        CheckConstraint("recognise IN ('name', 'reference', 'nothing')", name="known_recognition"),
        CheckConstraint("ground IN ('consent', 'other', 'register')", name="known_ground"),
        CheckConstraint("(ground = 'consent') = (consent_id IS NOT NULL)", name="consent_has_an_entry"),
        CheckConstraint("ground = 'other' OR ground_code IS NULL", name="row_of_the_catalogue"),
        CheckConstraint("valid_from < valid_until", name="ends_after_it_begins"),
        Index("ix_status_permissions_agency", "municipality", "agency", "valid_until"),
        Index("ix_status_permissions_case", "municipality", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    agency: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(12))
    states: Mapped[str] = mapped_column(String(1000))
    fields: Mapped[str] = mapped_column(String(1000), default="")
    recognise: Mapped[str] = mapped_column(String(10))
    agreed_reference: Mapped[Sealed | None]
    show_area: Mapped[bool] = mapped_column(default=False)
    protection: Mapped[int] = mapped_column(default=0)
    ground: Mapped[str] = mapped_column(String(10))
    ground_code: Mapped[str | None] = mapped_column(String(30))
    ground_note: Mapped[Sealed | None]
    consent_id: Mapped[str | None] = mapped_column(ID)
    purpose: Mapped[Sealed]
    contact: Mapped[Sealed]
    next_followup: Mapped[date | None]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(ID)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ID)
