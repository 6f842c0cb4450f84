"""A person, once per municipality: number, name, birth date, protection level, and nothing else."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import Base, Identified, Tenanted


class Person(Base, Tenanted, Identified):
    """Sealed under a key of its own. ``blind`` is a truncated keyed digest of the number; none at levels 2 and 3."""

    __tablename__ = "persons"
    __table_args__ = (
        CheckConstraint("protection BETWEEN 0 AND 3", name="known_protection"),
        CheckConstraint("protection < 2 OR blind IS NULL", name="protected_are_not_indexed"),
        Index("ix_persons_blind", "municipality", "blind"),
        Index("ix_persons_protection", "municipality", "protection"),
    )

    number: Mapped[Sealed | None]
    name: Mapped[Sealed]
    birth_date: Mapped[Sealed | None]
    protection: Mapped[int] = mapped_column(default=0)
    blind: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
