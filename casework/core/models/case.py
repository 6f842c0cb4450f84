"""A case, the persons in it and its links to other cases."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import ID, Base, Identified, Tenanted


class Case(Base, Tenanted, Identified):
    """One matter about one subject, owned by one focus area, held by one unit.

    ``number`` is neutral (2026-0147). ``resumes_to`` is the state a paused case goes back to. ``version`` counts
    what was written to the case; ``imported_version`` is what it was when an import was done with it. ``side`` is the
    one its type declared as it was registered, if any (``contract.Side``).
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("municipality", "number"),
        ForeignKeyConstraint(["municipality", "unit_id"], ["units.municipality", "units.id"]),
        ForeignKeyConstraint(["municipality", "subject_id"], ["persons.municipality", "persons.id"]),
        ForeignKeyConstraint(["municipality", "import_id"], ["imports.municipality", "imports.id"]),
        Index("ix_cases_subject", "municipality", "subject_id"),
        Index("ix_cases_import", "municipality", "import_id"),
        CheckConstraint("side IN ('protected', 'adverse')", name="known_side"),
    )

    number: Mapped[str] = mapped_column(String(12))
    area: Mapped[str] = mapped_column(String(40))
    case_type: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(40))
    state_since: Mapped[datetime]
    is_open: Mapped[bool] = mapped_column(default=True)
    resumes_to: Mapped[str | None] = mapped_column(String(40))
    period: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[str] = mapped_column(ID)
    officer_id: Mapped[str | None] = mapped_column(ID)
    subject_id: Mapped[str | None] = mapped_column(ID)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    import_id: Mapped[str | None] = mapped_column(ID)
    imported_version: Mapped[int | None]
    side: Mapped[str | None] = mapped_column(String(10))


class CaseCounter(Base, Tenanted):
    """The last case number given in a municipality and year."""

    __tablename__ = "case_counters"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class CasePerson(Base, Tenanted, Identified):
    """A person's part in a case. ``may_not_know`` marks somebody who must not learn of it (motpart)."""

    __tablename__ = "case_persons"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "person_id"], ["persons.municipality", "persons.id"]),
        UniqueConstraint("municipality", "case_id", "person_id", "role"),
        CheckConstraint(
            "role IN ('subject', 'guardian', 'child', 'partner', 'relative', 'counterpart')", name="known_role"
        ),
    )

    case_id: Mapped[str] = mapped_column(ID)
    person_id: Mapped[str] = mapped_column(ID)
    role: Mapped[str] = mapped_column(String(20))
    may_not_know: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]


class CaseLink(Base, Tenanted, Identified):
    """A link between two cases, visible only to who may see both; once ended it binds nobody.

    ``kind`` is together, or apart where the other case is the adverse one, of whom the first is protected.
    """

    __tablename__ = "case_links"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        ForeignKeyConstraint(["municipality", "other_id"], ["cases.municipality", "cases.id"]),
        UniqueConstraint("municipality", "case_id", "other_id"),
        CheckConstraint("case_id <> other_id", name="links_two_cases"),
        Index("ix_case_links_other", "municipality", "other_id"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    other_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(ID)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ID)


class Import(Base, Tenanted, Identified):
    """One run of bringing in a register."""

    __tablename__ = "imports"

    area: Mapped[str] = mapped_column(String(40))
    made_by: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class StateChange(Base, Tenanted, Identified):
    """A step taken: in the main state, or in a side track. ``reason`` is in words, sealed."""

    __tablename__ = "state_changes"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),
        Index("ix_state_changes_case", "municipality", "case_id", "at"),
    )

    case_id: Mapped[str] = mapped_column(ID)
    sequence: Mapped[int]
    track: Mapped[str | None] = mapped_column(String(40))
    transition: Mapped[str] = mapped_column(String(60))
    source: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(40))
    period: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(ID)
    reason: Mapped[Sealed | None]


class TrackState(Base, Tenanted):
    """Where a side track of a case stands."""

    __tablename__ = "track_states"
    __table_args__ = (ForeignKeyConstraint(["municipality", "case_id"], ["cases.municipality", "cases.id"]),)

    case_id: Mapped[str] = mapped_column(ID, primary_key=True)
    track: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]
