"""Wrapped keys, in narrow tables of their own. Destroying a row destroys what it sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import ID, Base, Tenanted

STATUSES = "status IN ('enabled', 'disabled')"


class InstallationKey(Base):
    """A key of the whole installation, wrapped by the root provider: its audit chain, its accounts' sealed things."""

    __tablename__ = "installation_keys"

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class MunicipalityKey(Base, Tenanted):
    """A key of one municipality: ``main`` is wrapped by the root provider, every other purpose by ``main``."""

    __tablename__ = "municipality_keys"
    __table_args__ = (CheckConstraint(STATUSES, name="known_status"),)

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    main_version: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(10), default="enabled")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class CaseKey(Base, Tenanted):
    """The key of one case and retention class."""

    __tablename__ = "case_keys"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        CheckConstraint(STATUSES, name="known_status"),
    )

    case_id: Mapped[str] = mapped_column(ID, primary_key=True)
    retention: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    main_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="enabled")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class PersonKey(Base, Tenanted):
    """The key of one person."""

    __tablename__ = "person_keys"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "person_id"], ["persons.municipality", "persons.id"]),
        CheckConstraint(STATUSES, name="known_status"),
    )

    person_id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    main_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="enabled")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
