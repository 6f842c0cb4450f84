"""The running installation: its database, keys, plugins and clock, and the one way to open a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine

from casework.core import audit
from casework.core.clock import Clock
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.keys import Keyring
from casework.core.registry import Registry
from casework.core.turns import Turns


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that is the same for every request.

    ``clock`` is the only source of time, ``turns`` bounds heavy work.
    """

    engine: Engine
    keyring: Keyring
    registry: Registry
    clock: Clock
    turns: Turns = field(default_factory=Turns)

    @contextmanager
    def session(self, municipality: str | None, account: str | None = None) -> Iterator[TenantSession]:
        """A session that commits when the block ends and rolls back when it raises.

        A denial is written in a transaction of its own, so that the rollback does not erase it.
        """
        session = self.open(municipality, account)
        try:
            yield session
            session.commit()
        except NotFound as error:
            session.rollback()
            self.remember(municipality, account, error.denial)
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
        return session

    def remember(self, municipality: str | None, account: str | None, denial: Denial) -> None:
        """Write a denial in a transaction of its own, after what was tried is rolled back."""
        with self.open(municipality, account) as session:
            audit.record_denial(session, denial)
            session.commit()


@contextmanager
def attempt(session: TenantSession) -> Iterator[None]:
    """Undo a deed that is refused, but keep the record of what was read before it; the refusal goes on."""
    # No savepoint: its release would look like a commit, and tell the plugins too early.
    read = list(session.info.get("audit", ()))
    try:
        yield
    except (Conflict, Refused):
        session.rollback()
        session.info["audit"] = read
        raise
