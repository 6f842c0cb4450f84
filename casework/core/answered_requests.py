"""Requests from outside and what has answered them: what was signed as the reply, or a disclosure that was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casework.contract import exchange
from casework.core import entries, given
from casework.core.access import Decision
from casework.core.models import Case, Disclosure, Entry

WAITING, DISCLOSED = "waiting", "disclosed"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that stands in a case: the reply that was signed, or that a disclosure has answered it, and which."""

    entry: Entry
    reply: str
    disclosure: Disclosure | None


def of_case(decision: Decision, case: Case) -> Sequence[Request]:
    """The requests of a case, each as it stands now, the latest first; nothing for who only decides in it.

    One that was signed as not answered yet stands as answered once a disclosure that names it was given, also where
    it was corrected since; what somebody has signed as the reply stands as they wrote it.
    """
    if decision.forms is not None:
        return ()
    found = entries.current(decision.session, case, exchange.REQUEST.name)
    by = _answering(decision, case) if found else {}
    return [_request(decision, one, by) for one in found]


def _request(decision: Decision, entry: Entry, by: dict[str, Disclosure]) -> Request:
    versions = [entry, *entries.corrected_by(decision.session, entry)]
    disclosure = next((by[one.id] for one in versions if one.id in by), None)
    reply = entries.answers_of(decision, entry).get("reply", "")
    return Request(entry, DISCLOSED if reply == WAITING and disclosure is not None else reply, disclosure)


def _answering(decision: Decision, case: Case) -> dict[str, Disclosure]:
    """The latest disclosure that was given in answer to each entry."""
    query = select(Disclosure).where(Disclosure.case_id == case.id, Disclosure.performed_at.is_not(None))
    rows = decision.session.scalars(query.order_by(Disclosure.performed_at, Disclosure.id)).all()
    return {answered: one for one in rows if (answered := given.wish_of(decision, one).answers)}
