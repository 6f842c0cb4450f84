"""Who takes part: municipalities, organisations, and within a municipality its agencies and units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import CODE, ID, Base, Identified, Tenanted


class Municipality(Base):
    """A tenant, by its SCB code."""

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class Organisation(Base, Identified):
    """An employer of accounts: a municipality, or an outside agency such as the police, registered by the operator."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "agency IS NULL OR (municipality_code IS NULL AND agency IN ('police', 'school', 'recreation'))",
            name="agency_of_an_outside_one",
        ),
    )

    name: Mapped[str] = mapped_column(String(120), unique=True)
    municipality_code: Mapped[str | None] = mapped_column(CODE, ForeignKey("municipalities.code"))
    agency: Mapped[str | None] = mapped_column(String(20))


class AgencyUnit(Base, Tenanted, Identified):
    """A unit of an agency, with a team lead: the place a case and a membership belong to."""

    __tablename__ = "units"
    __table_args__ = (
        CheckConstraint("agency IN ('social_services', 'school', 'recreation', 'police')", name="known_agency"),
    )

    agency: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(200), default="")


class Setting(Base, Tenanted):
    """A municipality's own choice where the program has a default."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class Activation(Base, Tenanted, Identified):
    """A focus area switched on for a municipality, by whom and when, and when it was switched off."""

    __tablename__ = "activations"

    area: Mapped[str] = mapped_column(String(40))
    api: Mapped[int]
    enabled_at: Mapped[datetime]
    enabled_by: Mapped[str] = mapped_column(ID)
    disabled_at: Mapped[datetime | None]
    disabled_by: Mapped[str | None] = mapped_column(ID)
