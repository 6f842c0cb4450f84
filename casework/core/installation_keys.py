"""The installation's own keys, straight under the root: its record, its accounts, checkpoints and identities.

A version that was destroyed leaves its row, emptied; the newest that is not is what anything new is made with.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from casework.core import crypto
from casework.core.crypto import packed
from casework.core.db import TenantSession
from casework.core.errors import Broken, Destroyed, KeyMissing, KeyWrong
from casework.core.models import InstallationKey, Municipality
from casework.core.opened_keys import Key, OpenedKeys
from casework.core.roots import RootProvider, Roots

PURPOSES = ("audit", "accounts", "checkpoint", "identity")
LATER = frozenset({"checkpoint", "grants", "identity", "review"})
"""Purposes that an installation may lack because it is older; any other that is missing has been lost, and stays so."""


class InstallationKeys:
    """Opens and makes the installation's keys under its root provider."""

    def __init__(self, root: RootProvider | Roots) -> None:
        self.roots = root if isinstance(root, Roots) else Roots(root)
        self.opened = OpenedKeys()

    def forget(self) -> None:
        """Empty the cache of opened keys: after rotation, revocation and destruction."""
        self.opened.forget()

    def found_installation(self, session: TenantSession, now: datetime) -> None:
        """Make the keys that the installation lacks; raises KeyWrong if the root does not open those it has.

        Raises KeyMissing rather than make new keys over what lies sealed under lost ones.
        """
        there = set(session.scalars(select(InstallationKey.purpose)).all())
        if there:
            self.check(session)
        elif session.scalar(select(Municipality.code).limit(1)) is not None:
            raise KeyMissing("the installation's keys are gone from its database", "gone")
        for purpose in missing(PURPOSES, there):
            self.make_installation(session, purpose, 1, now)

    def make_installation(self, session: TenantSession, purpose: str, version: int, now: datetime) -> None:
        """Make a key of the installation: whatever is new is made with it from now on."""
        root, wrapped = self.roots.wrap(crypto.new_key(), packed("installation", purpose, version))
        session.add(InstallationKey(purpose=purpose, version=version, root=root, wrapped=wrapped, made_at=now))

    def is_fresh(self, now: datetime) -> bool:
        """Whether the root has opened the installation's keys within the last minutes."""
        return self.opened.get(now, "installation", "audit", None) is not None

    def check(self, session: TenantSession) -> None:
        """Raise KeyWrong unless the root provider opens this installation's keys."""
        try:
            self.installation(session, "audit")
        except Broken:
            raise KeyWrong("the root key belongs to another installation", "other", self.roots.first.name) from None

    def installation(self, session: TenantSession, purpose: str, version: int | None = None) -> Key:
        """The installation's key for a purpose: the newest that is there, or the version asked for.

        Raises Broken where there is none or the root does not open it, Destroyed where it was destroyed.
        """
        found = self.opened.get(session.now, "installation", purpose, version)
        if found is not None:
            return found
        query = select(InstallationKey).where(InstallationKey.purpose == purpose)
        query = query.where(InstallationKey.wrapped != b"" if version is None else InstallationKey.version == version)
        row = session.scalar(query.order_by(InstallationKey.version.desc()).limit(1))
        if row is None:
            raise Broken("the installation has no such key")
        if not row.wrapped:
            raise Destroyed("the key is destroyed")
        secret = self.roots.unwrap(row.root, row.wrapped, packed(*row.use))
        return self.opened.keep(Key(row.version, secret, session.now), "installation", purpose, version)


def missing(purposes: tuple[str, ...], there: Collection[str]) -> list[str]:
    """The purposes that still need a key; of those that were there from the start none, if any other is there."""
    return [one for one in purposes if one not in there and (not there or one in LATER)]
