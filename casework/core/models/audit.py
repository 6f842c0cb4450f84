"""The record of what was done: a chain of rows, never any content. Rows are added, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import ID, Base, Recorded, Tenanted


class Chained:
    """What every row of a chain holds. ``detail`` is canonical JSON of codes, names of fields and counts."""

    lane: Mapped[int] = mapped_column(primary_key=True, sort_order=1)
    seq: Mapped[int] = mapped_column(primary_key=True, sort_order=2)
    at: Mapped[datetime] = mapped_column(sort_order=3)
    actor_id: Mapped[str] = mapped_column(ID, sort_order=4)
    actor_role: Mapped[str] = mapped_column(String(20), sort_order=5)
    action: Mapped[str] = mapped_column(String(40), sort_order=6)
    outcome: Mapped[str] = mapped_column(String(10), sort_order=7)
    object_kind: Mapped[str] = mapped_column(String(20), sort_order=8)
    object_id: Mapped[str] = mapped_column(String(40), sort_order=9)
    case_id: Mapped[str | None] = mapped_column(ID, sort_order=10)
    detail: Mapped[str] = mapped_column(String(4000), sort_order=11)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, sort_order=12)
    cases: Mapped[bytes | None] = mapped_column(LargeBinary, sort_order=13)
    previous: Mapped[bytes] = mapped_column(LargeBinary, sort_order=14)
    hash: Mapped[bytes] = mapped_column(LargeBinary, sort_order=15)
    mac: Mapped[bytes] = mapped_column(LargeBinary, sort_order=16)
    changes: Mapped[bytes | None] = mapped_column(LargeBinary, sort_order=17)


class Changed:
    """A row that an act left otherwise than it found it: its table, its key, its digest before and after, if any."""

    lane: Mapped[int] = mapped_column(primary_key=True, sort_order=1)
    seq: Mapped[int] = mapped_column(primary_key=True, sort_order=2)
    row_table: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=3)
    row_key: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=4)
    before: Mapped[bytes | None] = mapped_column(LargeBinary, sort_order=5)
    after: Mapped[bytes | None] = mapped_column(LargeBinary, sort_order=6)


class Head:
    """The end of one lane, with a MAC of its own: a chain that was cut off does not reach it."""

    lane: Mapped[int] = mapped_column(primary_key=True, sort_order=1)
    seq: Mapped[int] = mapped_column(sort_order=2)
    hash: Mapped[bytes] = mapped_column(LargeBinary, sort_order=3)
    mac: Mapped[bytes] = mapped_column(LargeBinary, sort_order=4)


class AuditEvent(Chained, Base, Tenanted, Recorded):
    """One act in a municipality.

    ``content`` is the digest of what was sealed, ``cases`` that of the listed cases, ``changes`` that of the rows that
    the act's transaction changed.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_case", "municipality", "case_id", "at"),
        Index("ix_audit_events_actor", "municipality", "actor_id", "at"),
        Index("ix_audit_events_at", "municipality", "at"),
        Index("ix_audit_events_hash", "municipality", "hash"),
    )


class AuditCase(Base, Tenanted, Recorded):
    """A case that was shown in a list: the row's case ids."""

    __tablename__ = "audit_cases"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality", "lane", "seq"], ["audit_events.municipality", "audit_events.lane", "audit_events.seq"]
        ),
        Index("ix_audit_cases_case", "municipality", "case_id"),
    )

    lane: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ID, primary_key=True)


class AuditChange(Changed, Base, Tenanted, Recorded):
    """A row changed in a session of a municipality: one of its own, or one of the installation's."""

    __tablename__ = "audit_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality", "lane", "seq"], ["audit_events.municipality", "audit_events.lane", "audit_events.seq"]
        ),
        Index("ix_audit_changes_row", "municipality", "row_table", "row_key"),
    )


class AuditHead(Head, Base, Tenanted):
    """The end of one lane of a municipality's chain."""

    __tablename__ = "audit_heads"


class InstallationEvent(Chained, Base, Recorded):
    """One act that belongs to no municipality, such as signing in."""

    __tablename__ = "installation_events"


class InstallationChange(Changed, Base, Recorded):
    """A row changed in a session of the installation."""

    __tablename__ = "installation_changes"
    __table_args__ = (
        ForeignKeyConstraint(["lane", "seq"], ["installation_events.lane", "installation_events.seq"]),
        Index("ix_installation_changes_row", "row_table", "row_key"),
    )


class InstallationHead(Head, Base):
    """The end of one lane of the installation's chain."""

    __tablename__ = "installation_heads"
