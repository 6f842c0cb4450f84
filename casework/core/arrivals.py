"""Coming back from an organisation's provider: what it says is looked at outside transactions, and once only."""

from __future__ import annotations

from collections.abc import Mapping

from casework.core import credentials, departures, identity_providers, openid
from casework.core.actions import Action
from casework.core.denials import Denial
from casework.core.installation import Installation
from casework.core.models import IdentityProvider
from casework.core.openid import Answer, Errand, NotProven
from casework.core.provider_documents import Documents, Unreachable

ANEW = frozenset({"add", "confirm", "enrol", "unlock"})
"""Errands for which somebody must prove who they are now, not some time today."""


def leave(
    installation: Installation,
    documents: Documents,
    settings: Mapping[str, str],
    provider_id: str,
    purpose: str,
    back: str,
    bound_to: str = "",
) -> tuple[str, str] | None:
    """The address a browser is sent to and the cookie it takes along; None where there is no such provider.

    Raises Unreachable where the provider does not say where that is.
    """
    with installation.session(None) as session:
        row = identity_providers.live(session, provider_id)
        if row is None:
            return None
        peer, now = identity_providers.peer(row, settings), session.now
        cookie = departures.begin(session, provider_id, purpose, bound_to)
    return openid.departure(documents, peer, Errand.of(cookie), back, now, anew=purpose in ANEW), cookie


def arrive(
    installation: Installation,
    documents: Documents,
    settings: Mapping[str, str],
    cookie: str,
    answer: Answer,
    back: str,
) -> None:
    """Take in what a browser brings back; it may then finish its errand with the same cookie.

    Raises NotProven for whatever does not hold and Unreachable where the provider does not answer; either is recorded,
    if this browser was ever sent away.
    """
    with installation.session(None) as session:
        departure = departures.answered(session, cookie, answer.state)
        row = None if departure is None else identity_providers.live(session, departure.provider_id)
        now, told = session.now, departure is not None or departures.unasked(session, cookie)
    if departure is None or row is None:
        if told:
            _remember(installation, row, "oidc_unasked")
        raise NotProven("oidc_unasked")
    since = departure.created_at if departure.purpose in ANEW else now - openid.DAY
    try:
        peer = identity_providers.peer(row, settings)
        proven = openid.prove(documents, peer, Errand.of(cookie), answer, back, now, since=since)
    except (NotProven, Unreachable) as error:
        _remember(installation, row, error.rule if isinstance(error, NotProven) else "oidc_unreachable")
        raise
    with installation.session(None) as session:
        handle = credentials.identity_handle(session, peer.issuer, peer.claim, proven.value)
        departures.arrived(session, cookie, handle, proven.at)


def _remember(installation: Installation, row: IdentityProvider | None, rule: str) -> None:
    at = "unknown" if row is None else row.id
    denial = Denial("unknown", "none", Action.SIGN_IN_FAILED, "identity_provider", at, rule)
    installation.remember(None, None, denial)
