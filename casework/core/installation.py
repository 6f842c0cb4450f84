"""The running installation: its database, keys, plugins and clock, and the one way to open a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine

from casework.core import audit, notices, paper_scanning, passwords
from casework.core.actions import Action
from casework.core.breached_passwords import BreachedPasswords
from casework.core.clock import Clock
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import Conflict, NotFound, Refused, Remembered
from casework.core.keys import Keyring
from casework.core.paper_scanning import Scanner
from casework.core.registry import Registry
from casework.core.turns import Turns

READS = frozenset({Action.PERSON_MATCHED})
"""What was seen although the deed it served was then refused."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that is the same for every request.

    ``clock`` is the only source of time, ``turns`` bounds heavy work, ``breached`` is the operator's list of passwords
    that nobody may choose, ``scanner`` what looks at files that are sent; without one none is taken in.
    """

    engine: Engine
    keyring: Keyring
    registry: Registry
    clock: Clock
    turns: Turns = field(default_factory=Turns)
    breached: BreachedPasswords | None = None
    scanner: Scanner | None = None

    @contextmanager
    def session(self, municipality: str | None, account: str | None = None) -> Iterator[TenantSession]:
        """A session that commits when the block ends and rolls back when it raises.

        A denial is written in a transaction of its own, so that the rollback does not erase it; so is what was read
        before a rule said no.
        """
        session = self.open(municipality, account)
        try:
            yield session
            session.commit()
        except NotFound as error:
            session.rollback()
            self.remember(municipality, account, error.denial)
            raise
        except (Conflict, Refused) as refusal:
            reads = audit.waiting(session, reads=True)
            session.rollback()
            audit.keep(session, reads)
            _remember(session, refusal)
            session.commit()
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def open(self, municipality: str | None, account: str | None = None) -> TenantSession:
        """A session at this moment, which the caller commits and closes."""
        session = TenantSession(self.engine, municipality, self.clock(), account)
        session.info["keyring"] = self.keyring
        session.info[passwords.BREACHED] = self.breached
        session.info[paper_scanning.SCANNER] = self.scanner
        return session

    def require_keys(self) -> None:
        """Raise Locked unless the root has opened this installation's keys within the last minutes, or does so now."""
        if self.keyring.is_fresh(self.clock()):
            return
        with self.session(None) as session:
            self.keyring.check(session)

    def forget_pages(self) -> None:
        """On SQLite the write-ahead log still holds destroyed keys until it is emptied into the database."""
        if self.engine.dialect.name != "sqlite":
            return
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def remember(self, municipality: str | None, account: str | None, denial: Denial) -> None:
        """Write a denial in a transaction of its own, after what was tried is rolled back."""
        with self.open(municipality, account) as session:
            audit.record_denial(session, denial)
            session.commit()


@contextmanager
def attempt(session: TenantSession) -> Iterator[None]:
    """Undo a deed that is refused, but keep the record of what was read before and in it; the refusal goes on."""
    # No savepoint: its release would look like a commit, and tell the plugins too early.
    before = audit.waiting(session)
    known = {id(one) for one in before}
    try:
        yield
    except (Conflict, Refused) as refusal:
        inside = [one for one in audit.waiting(session, reads=True) if id(one) not in known]
        session.rollback()
        audit.keep(session, [*before, *inside])
        _remember(session, refusal)
        raise


def _remember(session: TenantSession, refusal: Conflict | Refused) -> None:
    if not isinstance(refusal, Remembered):
        return
    audit.record_denial(session, refusal.denial)
    for account_id, kind in refusal.tells:
        notices.tell(session, account_id, kind)
