"""What somebody who is back from their organisation's provider went for: done once, in the browser that left.

The provider has named them, and ``departures`` has seen to it that the browser is the same. What is left is whose
account that is, and whether it may do what it went for.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.core import (
    accounts,
    browser_sessions,
    departures,
    identity_providers,
    proving,
    session_rows,
    signing_in,
    ways_in,
)
from casework.core.browser_sessions import State
from casework.core.credentials import IDENTITY
from casework.core.db import TenantSession
from casework.core.models import Account, Departure, WebSession
from casework.core.proving import Proof, Visitor
from casework.core.signing_in import NO, Answer


@dataclass(frozen=True, slots=True)
class Finished:
    """What somebody went for, and what came of it."""

    purpose: str
    answer: Answer


def finish(session: TenantSession, errand: str, cookie: str | None, visitor: Visitor) -> Finished:
    """Do what the browser with this errand's cookie left for; it answers NO alike for whatever does not hold.

    Raises Refused for an identity that would belong to two accounts.
    """
    back = departures.finished(session, errand)
    provider = None if back is None else identity_providers.live(session, back.provider_id)
    if back is None or provider is None:
        return Finished("", NO)
    organisation = provider.organisation_id
    match back.purpose:
        case "sign_in":
            answer = _sign_in(session, cookie, back, organisation, visitor)
        case "enrol":
            answer = _enrol(session, cookie, back, organisation, visitor)
        case "add":
            answer = _add(session, cookie or "", back, organisation)
        case "confirm":
            answer = signing_in.confirm(session, cookie or "", _proof(session, cookie, back, organisation, "open"))
        case _:
            answer = signing_in.unlock(session, cookie or "", _proof(session, cookie, back, organisation, "locked"))
    if answer.cookie is not None:
        departures.came_back(session, proving.network(visitor.address))
    return Finished(back.purpose, answer)


def _sign_in(
    session: TenantSession, cookie: str | None, back: Departure, organisation: str, visitor: Visitor
) -> Answer:
    """Sign in whomever the provider has named, as of when they proved it there."""
    proof = proving.by_identity(session, back.identity, organisation)
    account = None if proof.account_id is None else session.get_one(Account, proof.account_id)
    return NO if account is None else signing_in.admit(session, account, [IDENTITY], cookie, visitor, back.proven_at)


def _enrol(session: TenantSession, cookie: str | None, back: Departure, organisation: str, visitor: Visitor) -> Answer:
    """Give the account of a one-time link the identity that its bearer has proven, and sign them in."""
    account = accounts.use_digest(session, back.bound_to)
    if account is None or account.disabled_at is not None or account.organisation_id != organisation:
        return NO
    ways_in.add_identity(session, account.id, back.identity, None)
    return signing_in.admit(session, account, [IDENTITY], cookie, visitor, back.proven_at)


def _add(session: TenantSession, cookie: str, back: Departure, organisation: str) -> Answer:
    """Give somebody who is signed in the identity that they have proven just now."""
    found = _left_from(session, cookie, back, "open")
    if found is None or found[1].organisation_id != organisation:
        return NO
    row, account = found
    ways_in.add_identity(session, account.id, back.identity, cookie)
    return Answer(session_rows.renew(row), "full", browser_sessions.holder_of(account))


def _proof(session: TenantSession, cookie: str | None, back: Departure, organisation: str, state: State) -> Proof:
    """Whether it is the holder of the session that the browser left from whom the provider has named."""
    found = _left_from(session, cookie or "", back, state)
    return Proof() if found is None else proving.by_identity(session, back.identity, organisation, found[1].id)


def _left_from(session: TenantSession, cookie: str, back: Departure, state: State) -> tuple[WebSession, Account] | None:
    """The session behind a cookie, if it is the one that the browser left from and is in this state."""
    return signing_in.within(session, cookie, state) if session_rows.digest(cookie) == back.bound_to else None
