"""Keys: root → municipality → case and person. Each is wrapped by the one above; opened keys rest in a small cache."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import delete, event, func, select

from casework.contract.focus import Retention
from casework.core import crypto
from casework.core.crypto import Secret, packed
from casework.core.db import TenantSession
from casework.core.errors import Broken, KeyWrong
from casework.core.models import CaseKey, InstallationKey, MunicipalityKey, PersonKey
from casework.core.roots import RootProvider

CACHE = 4096
INSTALLATION_PURPOSES = ("audit", "accounts")
MUNICIPALITY_PURPOSES = ("audit", "blind", "review", "search")
MAIN = "main"


class Key(NamedTuple):
    """An opened key and its version."""

    version: int
    secret: Secret


class Keyring:
    """Opens and makes the keys of an installation under its root provider."""

    def __init__(self, root: RootProvider) -> None:
        self._root = root
        self._opened: OrderedDict[tuple[str | int | None, ...], Key] = OrderedDict()
        self._lock = Lock()

    def forget(self) -> None:
        """Empty the cache of opened keys: after rotation, revocation and destruction."""
        with self._lock:
            self._opened.clear()

    # The installation -------------------------------------------------------------------------

    def found_installation(self, session: TenantSession, now: datetime) -> None:
        """Make the installation's keys where there are none; raises KeyWrong if the root does not open those there."""
        if session.scalar(select(func.count()).select_from(InstallationKey)):
            self.check(session)
            return
        for purpose in INSTALLATION_PURPOSES:
            wrapped = self._root.wrap(crypto.new_key(), packed("installation", purpose, 1))
            session.add(InstallationKey(purpose=purpose, version=1, wrapped=wrapped, made_at=now))

    def check(self, session: TenantSession) -> None:
        """Raise KeyWrong unless the root provider opens this installation's keys."""
        try:
            self.installation(session, "audit")
        except Broken:
            raise KeyWrong("the key file belongs to another installation") from None

    def installation(self, session: TenantSession, purpose: str) -> Key:
        """The installation's key for a purpose; raises Broken where there is none or the root does not open it."""
        found = self._cached("installation", purpose)
        if found is not None:
            return found
        row = session.scalar(
            select(InstallationKey).where(InstallationKey.purpose == purpose).order_by(InstallationKey.version.desc())
        )
        if row is None:
            raise Broken("the installation has no keys")
        secret = self._root.unwrap(row.wrapped, packed("installation", purpose, row.version))
        return self._keep(Key(row.version, secret), "installation", purpose)

    # A municipality ---------------------------------------------------------------------------

    def found_municipality(self, session: TenantSession) -> None:
        """Make the keys of the session's municipality, which must have none."""
        code, main = session.municipality, crypto.new_key()
        wrapped = self._root.wrap(main, packed(code, MAIN, 1))
        session.add(MunicipalityKey(purpose=MAIN, version=1, wrapped=wrapped, made_at=session.now))
        for purpose in MUNICIPALITY_PURPOSES:
            wrapped = crypto.wrap(main, crypto.new_key(), packed(code, purpose, 1))
            session.add(
                MunicipalityKey(purpose=purpose, version=1, main_version=1, wrapped=wrapped, made_at=session.now)
            )
        session.flush()

    def municipality(self, session: TenantSession, purpose: str, version: int | None = None) -> Key:
        """A key of the session's municipality: the newest enabled version, or the one asked for."""
        code = session.municipality
        found = self._cached(code, purpose, version)
        if found is not None:
            return found
        query = select(MunicipalityKey).where(MunicipalityKey.purpose == purpose)
        query = query.where(
            MunicipalityKey.status == "enabled" if version is None else MunicipalityKey.version == version
        )
        row = session.scalar(query.order_by(MunicipalityKey.version.desc()).limit(1))
        if row is None:
            raise Broken("the municipality has no such key")
        context = packed(code, purpose, row.version)
        if row.main_version is None:
            secret = self._root.unwrap(row.wrapped, context)
        else:
            secret = crypto.unwrap(self.municipality(session, MAIN, row.main_version).secret, row.wrapped, context)
        return self._keep(Key(row.version, secret), code, purpose, version)

    # Cases and persons ------------------------------------------------------------------------

    def found_case(self, session: TenantSession, case_id: str, version: int = 1) -> None:
        """Make a case's keys, one for each retention class."""
        main = self.municipality(session, MAIN)
        for retention in Retention:
            context = packed(session.municipality, "case", case_id, retention, version)
            secret = crypto.new_key()
            session.add(
                CaseKey(
                    case_id=case_id,
                    retention=retention,
                    version=version,
                    main_version=main.version,
                    wrapped=crypto.wrap(main.secret, secret, context),
                )
            )
            self._keep(Key(version, secret), session.municipality, "case", case_id, retention, None)
        session.flush()

    def case(self, session: TenantSession, case_id: str, retention: str, version: int | None = None) -> Key:
        """The key of a case for a retention class; raises Broken when it was destroyed."""
        found = self._cached(session.municipality, "case", case_id, retention, version)
        if found is not None:
            return found
        query = select(CaseKey).where(CaseKey.case_id == case_id, CaseKey.retention == retention)
        if version is not None:
            query = query.where(CaseKey.version == version)
        row = session.scalar(query.order_by(CaseKey.version.desc()).limit(1))
        if row is None:
            raise Broken("the case's key is destroyed")
        main = self.municipality(session, MAIN, row.main_version)
        context = packed(session.municipality, "case", case_id, retention, row.version)
        key = Key(row.version, crypto.unwrap(main.secret, row.wrapped, context))
        return self._keep(key, session.municipality, "case", case_id, retention, version)

    def found_person(self, session: TenantSession, person_id: str) -> None:
        """Make a person's key."""
        main = self.municipality(session, MAIN)
        context = packed(session.municipality, "person", person_id, 1)
        wrapped = crypto.wrap(main.secret, crypto.new_key(), context)
        session.add(PersonKey(person_id=person_id, version=1, main_version=main.version, wrapped=wrapped))
        session.flush()

    def person(self, session: TenantSession, person_id: str) -> Key:
        """The key of a person; raises Broken when it was destroyed."""
        found = self._cached(session.municipality, "person", person_id)
        if found is None:
            self.open_persons(session, [person_id])
            found = self._cached(session.municipality, "person", person_id)
        if found is None:
            raise Broken("the person's key is destroyed")
        return found

    def open_persons(self, session: TenantSession, person_ids: Collection[str]) -> None:
        """Open many persons' keys with one question, before a list of them is shown."""
        closed = [one for one in person_ids if self._cached(session.municipality, "person", one) is None]
        if not closed:
            return
        for row in session.scalars(
            select(PersonKey).where(PersonKey.person_id.in_(closed)).order_by(PersonKey.version)
        ).all():
            main = self.municipality(session, MAIN, row.main_version)
            context = packed(session.municipality, "person", row.person_id, row.version)
            key = Key(row.version, crypto.unwrap(main.secret, row.wrapped, context))
            self._keep(key, session.municipality, "person", row.person_id)

    def destroy_case(self, session: TenantSession, case_id: str, retention: str | None = None) -> None:
        """Destroy a case's keys, all or one retention class's: what they sealed can never be read again."""
        condition = [CaseKey.municipality == session.municipality, CaseKey.case_id == case_id]
        if retention is not None:
            condition.append(CaseKey.retention == retention)
        session.execute(delete(CaseKey).where(*condition))
        self._destroyed(session)

    def destroy_person(self, session: TenantSession, person_id: str) -> None:
        """Destroy a person's key."""
        session.execute(
            delete(PersonKey).where(PersonKey.municipality == session.municipality, PersonKey.person_id == person_id)
        )
        self._destroyed(session)

    def _destroyed(self, session: TenantSession) -> None:
        self.forget()
        session.info["keys_destroyed"] = True

    def _cached(self, *name: str | int | None) -> Key | None:
        with self._lock:
            found = self._opened.get(name)
            if found is not None:
                self._opened.move_to_end(name)
            return found

    def _keep(self, key: Key, *name: str | int | None) -> Key:
        with self._lock:
            self._opened[name] = key
            while len(self._opened) > CACHE:
                self._opened.popitem(last=False)
        return key


def of(session: TenantSession) -> Keyring:
    """The keyring a session was opened with."""
    keyring: Keyring = session.info["keyring"]
    return keyring


@event.listens_for(TenantSession, "after_commit")
def _forget_destroyed(session: TenantSession) -> None:
    # Until the commit somebody else could still open a key that this transaction destroyed.
    if session.info.pop("keys_destroyed", False):
        of(session).forget()


@event.listens_for(TenantSession, "after_rollback")
def _nothing_destroyed(session: TenantSession) -> None:
    session.info.pop("keys_destroyed", None)
