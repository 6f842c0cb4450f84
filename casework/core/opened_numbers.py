"""The numbers that one import has opened, so that it opens each once and not once for every row of the register.

A person of protection level 2 or 3 has no blind index and is a candidate for every number that is looked for. What is
remembered is a digest under a key that lives as long as the import; the numbers themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from casework.core import crypto, keys, vault
from casework.core.access import Decision
from casework.core.crypto import Sealed
from casework.core.db import TenantSession
from casework.core.models import Person

UNINDEXED = "unindexed"


class Candidate(NamedTuple):
    """A person who may have the number, sealed."""

    id: str
    version: int
    number: Sealed | None


class OpenedNumbers:
    """Digests of opened numbers, by person and by what was sealed: a number that changes is opened anew."""

    def __init__(self) -> None:
        self._key = crypto.new_key()
        self._digests: dict[tuple[str, bytes], bytes] = {}

    def match(self, decision: Decision, candidates: Sequence[Candidate], digits: str) -> str | None:
        """The id of the candidate who has a number; opens those it has not opened before."""
        session, wanted = decision.session, crypto.mac(self._key, digits)
        with_number = [(one, (one.id, one.number.blob)) for one in candidates if one.number is not None]
        fresh = [(one, place) for one, place in with_number if place not in self._digests]
        keys.of(session).open_persons(session, [one.id for one, _place in fresh])
        for one, place in fresh:
            number = vault.open_number(decision, one.id, one.version, one.number)
            self._digests[place] = crypto.mac(self._key, number)
        return next((one.id for one, place in with_number if crypto.same(self._digests[place], wanted)), None)


def candidates(
    session: TenantSession, indexed: ColumnElement[bool], unindexed: ColumnElement[bool]
) -> Sequence[Candidate]:
    """Who may have a number: those an index points to, and all without one, who are asked for once a transaction.

    Whoever asks has the municipality's registration to themselves, so only this session can change who they are;
    ``forget`` is told when it does.
    """
    without: list[Candidate] | None = session.info.get(UNINDEXED)
    if without is None:
        without = session.info[UNINDEXED] = _read(session, unindexed)
    return [*_read(session, indexed), *without]


def forget(session: TenantSession) -> None:
    """Ask again for those without an index: one of them is new."""
    session.info.pop(UNINDEXED, None)


def _read(session: TenantSession, condition: ColumnElement[bool]) -> list[Candidate]:
    rows = session.execute(select(Person.id, Person.version, Person.number).where(condition)).all()
    return [Candidate(*row) for row in rows]
