"""A filled-in form, and its answers one row each. A note is an entry like any other."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Entry(Base, Tenanted, Identified):
    """A draft that only its author sees, or signed and locked. A correction is a new entry that points to the old.

    ``sealed`` makes every answer a sealed one. ``origin`` says where an entry came from if nobody wrote it here
    (``register``). ``version`` counts the saves of a draft.
    """

    __tablename__ = "entries"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "corrects_id"], ["entries.municipality", "entries.id"]),
        CheckConstraint("state IN ('draft', 'signed')", name="known_state"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when_signed"),
        Index("ix_entries_case", "municipality", "case_id", "state", "event_on"),
        Index("ix_entries_author", "municipality", "author_id", "state"),
        Index("ix_entries_corrects", "municipality", "corrects_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    form: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    author_id: Mapped[str] = mapped_column(ID)
    event_on: Mapped[date]
    written_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    corrects_id: Mapped[str | None] = mapped_column(ID)
    sealed: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)


class Value(Base, Tenanted):
    """The answer to one field: in the clear if the field is open, otherwise sealed. Never both.

    ``guarded`` marks an answer that is sealed to named persons from the day its person gets a protection level.
    """

    __tablename__ = "answers"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "entry_id"], ["entries.municipality", "entries.id"]),
        CheckConstraint("(plain IS NULL) <> (sealed IS NULL)", name="plain_or_sealed"),
        CheckConstraint("sensitivity = 0 OR plain IS NULL", name="sealed_unless_open"),
        CheckConstraint("sensitivity BETWEEN 0 AND 2", name="known_sensitivity"),
        Index("ix_answers_plain", "municipality", "field", "plain"),
    )

    entry_id: Mapped[str] = mapped_column(ID, primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    sensitivity: Mapped[int]
    guarded: Mapped[bool] = mapped_column(default=False)
    retention: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    plain: Mapped[str | None] = mapped_column(String(500))
    sealed: Mapped[Sealed | None]
