"""Keys: root → municipality → case and person. Each is wrapped by the one above; opened keys rest in a small cache.

An opened key is used for at most five minutes after the root was last asked, in every process of its own accord: so
soon a root that is taken away locks the installation, and a key that another process destroyed is forgotten. Whoever
seals or wraps something new never trusts the cache: the row is read and held until the transaction ends, so that
nothing is sealed under a key that is destroyed meanwhile. By the session's clock, since time is an argument.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import event, select
from sqlalchemy.exc import InvalidRequestError

from casework.contract.focus import Retention
from casework.core import crypto
from casework.core.crypto import Secret, packed
from casework.core.db import TenantSession
from casework.core.errors import Broken, Destroyed, KeyMissing
from casework.core.installation_keys import InstallationKeys, missing
from casework.core.models import CaseKey, InstallationKey, MunicipalityKey, PersonKey
from casework.core.opened_keys import Key

MUNICIPALITY_PURPOSES = ("audit", "blind", "grants", "received", "review", "search")
MAIN = "main"
DESTROYED = "destroyed"
MOVES = 8
"""So often a key is looked for again that rotation moves under a newer main key while it is being opened."""


class Keyring(InstallationKeys):
    """Opens and makes the keys of an installation and its municipalities under its root provider."""

    # A municipality ---------------------------------------------------------------------------

    def found_municipality(self, session: TenantSession) -> None:
        """Make the keys of the session's municipality, which must have none."""
        if session.scalar(select(MunicipalityKey.purpose).limit(1)) is not None:
            raise KeyMissing("the municipality's keys are not made twice", "gone")
        self.make_main(session, 1)
        self.complete_municipality(session)

    def complete_municipality(self, session: TenantSession) -> None:
        """Make the keys for those purposes that the session's municipality has none for yet."""
        main = self.newest_main(session)
        there = set(session.scalars(select(MunicipalityKey.purpose).where(MunicipalityKey.purpose != MAIN)).all())
        for purpose in missing(MUNICIPALITY_PURPOSES, there):
            row = MunicipalityKey(purpose=purpose, version=1, main_version=main.version, made_at=session.now)
            row.wrapped = crypto.wrap(main.secret, crypto.new_key(), packed(session.municipality, purpose, 1))
            session.add(row)
        session.flush()

    def make_main(self, session: TenantSession, version: int) -> Secret:
        """Give the session's municipality a main key: whatever is new hangs on it from now on."""
        session.execute(select(InstallationKey.purpose).with_for_update(read=True))  # nobody takes the root away now
        main = crypto.new_key()
        root, wrapped = self.roots.wrap(main, packed(session.municipality, MAIN, version))
        row = MunicipalityKey(purpose=MAIN, version=version, root=root, wrapped=wrapped, made_at=session.now)
        session.add(row)
        session.flush()
        return main

    def municipality(self, session: TenantSession, purpose: str, version: int | None = None) -> Key:
        """A key of the session's municipality: the newest enabled version, or the one asked for."""
        code = session.municipality
        found = self.opened.get(session.now, code, purpose, version)
        if found is not None:
            return found
        query = select(MunicipalityKey).where(MunicipalityKey.purpose == purpose)
        query = query.where(
            MunicipalityKey.status == "enabled" if version is None else MunicipalityKey.version == version
        )
        row = session.scalar(query.order_by(MunicipalityKey.version.desc()).limit(1))
        if row is None:
            raise Broken("the municipality has no such key")
        if row.status == DESTROYED:
            raise Destroyed("the key is destroyed")
        if row.main_version is None:
            key = Key(row.version, self.roots.unwrap(row.root, row.wrapped, packed(*row.use)), session.now)
        else:
            key = self._under_main(session, row)
        return self.opened.keep(key, code, purpose, version)

    def newest_main(self, session: TenantSession) -> Key:
        """The main key that whatever is new is wrapped by; nobody retires it before this transaction has ended."""
        query = select(MunicipalityKey.version).where(
            MunicipalityKey.purpose == MAIN, MunicipalityKey.status == "enabled"
        )
        query = query.order_by(MunicipalityKey.version.desc()).limit(1).with_for_update(read=True)
        for _attempt in range(MOVES):  # one that is retired while we wait for it is no answer: ask again
            version = session.scalar(query)
            if version is not None:
                return self.municipality(session, MAIN, version)
        raise Broken("the municipality has no main key")

    # Cases and persons ------------------------------------------------------------------------

    def found_case(self, session: TenantSession, case_id: str, version: int = 1) -> None:
        """Make a case's keys, one for each retention class."""
        main = self.newest_main(session)
        for retention in Retention:
            self._make_for_case(session, main, case_id, retention, version)
        session.flush()

    def case(self, session: TenantSession, case_id: str, retention: str, version: int | None = None) -> Key:
        """The key of a case for a retention class; raises Destroyed when it was destroyed."""
        found = self.opened.get(session.now, session.municipality, "case", case_id, retention, version)
        if found is not None:
            return found
        query = select(CaseKey).where(CaseKey.case_id == case_id, CaseKey.retention == retention)
        if version is not None:
            query = query.where(CaseKey.version == version)
        row = session.scalar(query.order_by(CaseKey.version.desc()).limit(1))
        if row is None:
            raise Broken("the case has no such key")
        key = self._under_main(session, row)
        return self.opened.keep(key, session.municipality, "case", case_id, retention, version)

    def case_to_seal(self, session: TenantSession, case_id: str, retention: str) -> Key:
        """The key that something new in a case is sealed under; a new one where the last was destroyed.

        Its row is held, so that nobody destroys it before this transaction has ended.
        """
        held: dict[tuple[str, str], Key] = session.info.setdefault("keys_held", {})
        if (case_id, retention) not in held:
            query = select(CaseKey).where(CaseKey.case_id == case_id, CaseKey.retention == retention)
            query = query.order_by(CaseKey.version.desc()).limit(1).with_for_update(read=True)
            row = session.scalar(query.execution_options(populate_existing=True))
            if row is None:
                raise Broken("the case has no such key")
            if row.status == DESTROYED:
                row = self._make_for_case(session, self.newest_main(session), case_id, retention, row.version + 1)
                session.flush()
            held[case_id, retention] = self._under_main(session, row)
        return held[case_id, retention]

    def renew_case(self, session: TenantSession, case_id: str, retention: str, version: int) -> CaseKey:
        """Give a case a new key for a class of retention, beside those before it."""
        row = self._make_for_case(session, self.newest_main(session), case_id, retention, version)
        session.flush()
        return row

    def found_person(self, session: TenantSession, person_id: str) -> None:
        """Make a person's key."""
        self.renew_person(session, person_id, 1)

    def renew_person(self, session: TenantSession, person_id: str, version: int) -> PersonKey:
        """Give a person a new key, beside those before it."""
        main = self.newest_main(session)
        row = PersonKey(
            municipality=session.municipality, person_id=person_id, version=version, main_version=main.version
        )
        row.wrapped = crypto.wrap(main.secret, crypto.new_key(), packed(*row.use))
        session.add(row)
        session.flush()
        return row

    def person(self, session: TenantSession, person_id: str, version: int | None = None) -> Key:
        """The key of a person, the newest or the version asked for; raises Destroyed when it was destroyed."""
        self.open_persons(session, [person_id])
        code = session.municipality
        for name in ((person_id,), (person_id, version)):
            found = self.opened.get(session.now, code, "person", *name)
            if found is not None and version in {None, found.version}:
                return found
        query = select(PersonKey).where(PersonKey.person_id == person_id)
        query = query if version is None else query.where(PersonKey.version == version)
        row = session.scalar(query.order_by(PersonKey.version.desc()).limit(1))
        if row is None:
            raise Broken("the person has no key")
        return self.opened.keep(self._under_main(session, row), code, "person", person_id, row.version)

    def open_persons(self, session: TenantSession, person_ids: Collection[str]) -> None:
        """Open many persons' keys with one question, before a list of them is shown."""
        code = session.municipality
        closed = [one for one in person_ids if self.opened.get(session.now, code, "person", one) is None]
        if not closed:
            return
        query = select(PersonKey).where(PersonKey.person_id.in_(closed), PersonKey.status != DESTROYED)
        for row in session.scalars(query.order_by(PersonKey.version)).all():
            self.opened.keep(self._under_main(session, row), code, "person", row.person_id)

    def destroy_case(self, session: TenantSession, case_id: str, retention: str | None = None) -> int:
        """Destroy a case's keys, all or one retention class's: what they sealed can never be read again."""
        query = select(CaseKey).where(CaseKey.case_id == case_id, CaseKey.status != DESTROYED)
        if retention is not None:
            query = query.where(CaseKey.retention == retention)
        return self._destroy(session, session.scalars(query.with_for_update()).all())

    def destroy_person(self, session: TenantSession, person_id: str) -> int:
        """Destroy a person's key."""
        query = select(PersonKey).where(PersonKey.person_id == person_id, PersonKey.status != DESTROYED)
        return self._destroy(session, session.scalars(query.with_for_update()).all())

    def is_destroyed(self, session: TenantSession, case_id: str, retention: str, version: int) -> bool:
        """Whether the key of a case that sealed something is destroyed; asked once for each case and session."""
        known: dict[str, set[tuple[str, int]]] = session.info.setdefault("keys_known_destroyed", {})
        if case_id not in known:
            query = select(CaseKey.retention, CaseKey.version).where(
                CaseKey.case_id == case_id, CaseKey.status == DESTROYED
            )
            known[case_id] = {(row.retention, row.version) for row in session.execute(query)}
        return (retention, version) in known[case_id]

    def _make_for_case(self, session: TenantSession, main: Key, case_id: str, retention: str, version: int) -> CaseKey:
        row = CaseKey(
            municipality=session.municipality,
            case_id=case_id,
            retention=retention,
            version=version,
            main_version=main.version,
        )
        row.wrapped = crypto.wrap(main.secret, crypto.new_key(), packed(*row.use))
        session.add(row)
        return row

    def _under_main(self, session: TenantSession, row: MunicipalityKey | CaseKey | PersonKey) -> Key:
        """Open a key that hangs on a main key; one that rotation has just moved is read again."""
        for _attempt in range(MOVES):
            if row.status == DESTROYED:
                raise Destroyed("the key is destroyed")
            try:
                main = self.municipality(session, MAIN, row.main_version)
            except Destroyed:
                try:
                    session.refresh(row)
                except InvalidRequestError:
                    raise Destroyed("the key went with its case or person") from None
                continue
            return Key(row.version, crypto.unwrap(main.secret, row.wrapped, packed(*row.use)), main.since)
        raise Broken("the key hangs on a destroyed one")

    def _destroy(self, session: TenantSession, rows: Collection[CaseKey | PersonKey]) -> int:
        for row in rows:
            row.status, row.wrapped = DESTROYED, b""
        session.flush()
        self.forget()
        session.info.pop("keys_known_destroyed", None)
        session.info["keys_destroyed"] = True
        return len(rows)


def of(session: TenantSession) -> Keyring:
    """The keyring a session was opened with."""
    keyring: Keyring = session.info["keyring"]
    return keyring


@event.listens_for(TenantSession, "after_commit")
def _forget_destroyed(session: TenantSession) -> None:
    # Until the commit somebody else could still open a key that this transaction destroyed.
    session.info.pop("keys_held", None)
    session.info.pop("keys_known_destroyed", None)
    if session.info.pop("keys_destroyed", False):
        of(session).forget()


@event.listens_for(TenantSession, "after_rollback")
def _nothing_destroyed(session: TenantSession) -> None:
    for name in ("keys_destroyed", "keys_held", "keys_known_destroyed"):
        session.info.pop(name, None)
