"""Wrapped keys, in narrow tables of their own. A destroyed key leaves its row, emptied: what it sealed is gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import ID, Base, Tenanted

STATUSES = "status IN ('enabled', 'disabled', 'destroyed')"
EMPTIED = "(status = 'destroyed') = (length(wrapped) = 0)"
ROOT = String(80)
"""The provider's name and which of its keys wrapped the row; unknown for rows from before it was written down."""


class InstallationKey(Base):
    """A key of the whole installation, wrapped by the root provider: its audit chain, its accounts' sealed things."""

    __tablename__ = "installation_keys"

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    root: Mapped[str | None] = mapped_column(ROOT)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]

    @property
    def status(self) -> str:
        """Whether the key is there: a destroyed one has left its row, emptied."""
        return "enabled" if self.wrapped else "destroyed"

    @property
    def use(self) -> tuple[str | int, ...]:
        """What the key is for; it opens as nothing else."""
        return ("installation", self.purpose, self.version)


class MunicipalityKey(Base, Tenanted):
    """A key of one municipality: ``main`` is wrapped by the root provider, every other purpose by ``main``.

    Only an ``enabled`` main key wraps something new; a ``disabled`` one still opens what hangs on it.
    """

    __tablename__ = "municipality_keys"
    __table_args__ = (
        CheckConstraint(STATUSES, name="known_status"),
        CheckConstraint(EMPTIED, name="emptied_when_destroyed"),
    )

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    main_version: Mapped[int | None]
    root: Mapped[str | None] = mapped_column(ROOT)
    status: Mapped[str] = mapped_column(String(10), default="enabled")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]

    @property
    def use(self) -> tuple[str | int, ...]:
        """What the key is for; it opens as nothing else."""
        return (self.municipality, self.purpose, self.version)


class CaseKey(Base, Tenanted):
    """The key of one case and retention class."""

    __tablename__ = "case_keys"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        CheckConstraint(STATUSES, name="known_status"),
        CheckConstraint(EMPTIED, name="emptied_when_destroyed"),
        Index("ix_case_keys_main", "municipality", "main_version"),
    )

    case_id: Mapped[str] = mapped_column(ID, primary_key=True)
    retention: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    main_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="enabled")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def use(self) -> tuple[str | int, ...]:
        """What the key is for; it opens as nothing else."""
        return (self.municipality, "case", self.case_id, self.retention, self.version)


class PersonKey(Base, Tenanted):
    """The key of one person."""

    __tablename__ = "person_keys"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "person_id"], ["persons.municipality", "persons.id"]),
        CheckConstraint(STATUSES, name="known_status"),
        CheckConstraint(EMPTIED, name="emptied_when_destroyed"),
        Index("ix_person_keys_main", "municipality", "main_version"),
    )

    person_id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    main_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="enabled")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def use(self) -> tuple[str | int, ...]:
        """What the key is for; it opens as nothing else."""
        return (self.municipality, "person", self.person_id, self.version)
