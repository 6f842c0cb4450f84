"""Who can sign in. Accounts belong to an organisation, not to a municipality's cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import Base, Identified


class Account(Base, Identified):
    """A named person who may sign in. ``doors`` lists the municipalities where a membership may be looked for."""

    __tablename__ = "accounts"

    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    doors: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    shortcuts: Mapped[bool] = mapped_column(default=True)


class Credential(Base, Identified):
    """Something an account proves itself with: for now a password as an Argon2id string."""

    __tablename__ = "credentials"
    __table_args__ = (CheckConstraint("kind IN ('password')", name="known_kind"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    verifier: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]


class Enrolment(Base):
    """A one-time link with which an account chooses its own password; only the link's digest is kept."""

    __tablename__ = "enrolments"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A browser's session, by the digest of its cookie. Locked when idle, kept a while after its end."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    data: Mapped[str] = mapped_column(String(4000), default="{}")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class HeldForm(Base, Identified):
    """What somebody had typed when their session locked: sealed, for that account and that page only."""

    __tablename__ = "held_forms"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    body: Mapped[Sealed]
    held_at: Mapped[datetime]


class Throttle(Base):
    """How often something was tried in vain, by a keyed digest of account or address."""

    __tablename__ = "throttles"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    wait_until: Mapped[datetime]
