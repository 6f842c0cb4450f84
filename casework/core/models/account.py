"""Who can sign in. Accounts belong to an organisation, not to a municipality's cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.crypto import Sealed
from casework.core.db import Base, Identified, Marked


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


class Credential(Base, Identified, Marked):
    """Something an account proves itself with.

    A password has an Argon2id string for its verifier, a passkey its public key and, as ``handle``, its own id; a
    recovery code a keyed digest; an identity, which an organisation's provider vouches for, has one for its handle. An
    authenticator app's secret lies sealed. ``counter`` is the last step an app's code
    was used for, or how often a passkey says it was used.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        CheckConstraint("kind IN ('password', 'totp', 'passkey', 'recovery', 'identity')", name="known_kind"),
        Index("ix_credentials_handle", "handle"),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    verifier: Mapped[str] = mapped_column(String(1000), default="")
    handle: Mapped[str] = mapped_column(String(1400), default="")
    secret: Mapped[Sealed | None]
    counter: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Enrolment(Base, Marked):
    """A one-time link with which an account chooses its own ways in; only the link's digest is kept."""

    __tablename__ = "enrolments"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownDevice(Base, Marked):
    """A browser in which an account has signed in whole, by a keyed digest of its own cookie and the account."""

    __tablename__ = "known_devices"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class WebSession(Base, Marked):
    """A browser's session, by the digest of its cookie. Locked when idle, kept a while after its end.

    ``stage`` says how far its holder has come: ``none``, ``half`` (the second factor is asked for), ``setup`` (one has
    to be set up) or ``full``. ``methods`` says by what they proved themselves, ``proven_at`` when they last did.
    """

    __tablename__ = "sessions"
    __table_args__ = (CheckConstraint("stage IN ('none', 'half', 'setup', 'full')", name="known_stage"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10), default="none")
    methods: Mapped[str] = mapped_column(String(60), default="")
    device: Mapped[str] = mapped_column(String(40), default="")
    data: Mapped[str] = mapped_column(String(4000), default="{}")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
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
