"""Who else proves identities for us, and whoever is on their way there and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Base, Identified, Marked


class IdentityProvider(Base, Identified, Marked):
    """The OpenID provider of an organisation, set by the operator.

    ``authentication`` says how we prove ourselves there, ``secret_at`` in which file or setting that secret lies: it is
    never in the database. ``claim`` names people; ``acr`` are the assurance levels that are enough.
    """

    __tablename__ = "identity_providers"
    __table_args__ = (
        CheckConstraint("authentication IN ('secret_file', 'secret_setting', 'key_file')", name="known_authentication"),
    )

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), unique=True)
    issuer: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str] = mapped_column(String(200))
    authentication: Mapped[str] = mapped_column(String(20))
    secret_at: Mapped[str] = mapped_column(String(300))
    claim: Mapped[str] = mapped_column(String(120))
    acr: Mapped[str] = mapped_column(String(1000))
    scopes: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Departure(Base, Marked):
    """A browser that was sent to a provider, by the digest of a cookie made for that errand alone.

    ``bound_to`` is the digest of the session or the one-time link that it left from, where there was one. Once it is
    back, ``identity`` is the keyed digest of whom the provider named, and ``proven_at`` when they proved it.
    """

    __tablename__ = "departures"
    __table_args__ = (
        CheckConstraint("purpose IN ('sign_in', 'enrol', 'add', 'confirm', 'unlock')", name="known_purpose"),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("identity_providers.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    bound_to: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    identity: Mapped[str] = mapped_column(String(64), default="")
    proven_at: Mapped[datetime | None]
