"""The organisations' OpenID providers, as the operator has set them. Nobody changes one on a page.

A row that the program did not write vouches for nobody. What proves us there lies in a file or a setting, never here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import select

from casework.core import audit, marks, roots, session_rows
from casework.core.actions import Action
from casework.core.credentials import IDENTITY
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import Locked
from casework.core.models import Account, IdentityProvider, Organisation
from casework.core.openid import Peer
from casework.core.permissions import Actor
from casework.core.provider_documents import Unreachable

SETTINGS = "CASEWORK_OIDC_"
"""How the settings begin that may hold what proves us to a provider, or, as ``CA_FILE`` does, whom we trust."""
CA_FILE = "CASEWORK_OIDC_CA_FILE"
LOA3 = ("http://id.elegnamnden.se/loa/1.0/loa3", "http://id.elegnamnden.se/loa/1.0/loa4")
"""What is enough where nothing else was set: assurance level 3 or more."""
LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A provider as the operator wants it."""

    issuer: str
    client_id: str
    authentication: str
    secret_at: str
    claim: str = "sub"
    acr: tuple[str, ...] = LOA3
    scopes: tuple[str, ...] = ()
    disabled: bool = False


class Offered(NamedTuple):
    """A provider that one may sign in with, and the organisation's name."""

    id: str
    name: str


def keep(session: TenantSession, by: Actor, organisation: Organisation, wanted: Wanted) -> bool:
    """Set an organisation's provider; whether that changed anything.

    Where the one before vouches for nobody any more, the sessions that began by its word end with it.
    """
    columns = {
        "issuer": wanted.issuer,
        "client_id": wanted.client_id,
        "authentication": wanted.authentication,
        "secret_at": wanted.secret_at,
        "claim": wanted.claim,
        "acr": " ".join(wanted.acr),
        "scopes": " ".join(wanted.scopes),
    }
    row = session.scalar(select(IdentityProvider).where(IdentityProvider.organisation_id == organisation.id))
    if row is None:
        row = IdentityProvider(organisation_id=organisation.id, created_at=session.now)
        session.add(row)
    elif (row.disabled_at is not None) == wanted.disabled and all(
        getattr(row, name) == value for name, value in columns.items()
    ):
        return False
    replaced = (row.issuer, row.claim) != (wanted.issuer, wanted.claim)
    for name, value in columns.items():
        setattr(row, name, value)
    row.disabled_at = (row.disabled_at or session.now) if wanted.disabled else None
    session.flush()
    over = wanted.disabled or replaced
    ended = session_rows.end_proven_by(session, organisation.id, IDENTITY) if over else 0
    detail: audit.Detail = {"disabled": wanted.disabled, "sessions": ended}
    audit.record(session, by, Action.PROVIDER_SET, "identity_provider", row.id, detail=detail)
    return True


def offered(session: TenantSession) -> list[Offered]:
    """Every provider that one may sign in with, by the organisation's name."""
    query = select(IdentityProvider, Organisation.name).join(
        Organisation, Organisation.id == IdentityProvider.organisation_id
    )
    rows = session.execute(query.where(IdentityProvider.disabled_at.is_(None)).order_by(Organisation.name)).all()
    return [Offered(row.id, name) for row, name in rows if _is_genuine(session, row)]


def of_account(session: TenantSession, account_id: str) -> Offered | None:
    """The provider of the organisation that an account belongs to."""
    query = select(IdentityProvider.id).join(Account, Account.organisation_id == IdentityProvider.organisation_id)
    found = session.scalar(query.where(Account.id == account_id))
    return None if found is None else named(session, found)


def of_organisation(session: TenantSession, organisation_id: str) -> IdentityProvider | None:
    """The provider that vouches for an organisation's accounts."""
    found = session.scalar(select(IdentityProvider.id).where(IdentityProvider.organisation_id == organisation_id))
    return None if found is None else live(session, found)


def named(session: TenantSession, provider_id: str) -> Offered | None:
    """A provider that one may sign in with, by its id."""
    row = live(session, provider_id)
    return None if row is None else Offered(row.id, session.get_one(Organisation, row.organisation_id).name)


def live(session: TenantSession, provider_id: str) -> IdentityProvider | None:
    """The genuine row of a provider that is in use."""
    row = session.get(IdentityProvider, provider_id)
    if row is None or row.disabled_at is not None or not _is_genuine(session, row):
        return None
    return row


def peer(row: IdentityProvider, settings: Mapping[str, str]) -> Peer:
    """The provider as the protocol needs it; raises Unreachable where what proves us there cannot be read."""
    secret = _secret(row, settings)
    return Peer(row.issuer, row.client_id, secret, row.claim, tuple(row.acr.split()), tuple(row.scopes.split()))


def _secret(row: IdentityProvider, settings: Mapping[str, str]) -> str | ECKey:
    if row.authentication == "secret_setting":
        found = settings.get(row.secret_at, "").strip() if row.secret_at.startswith(SETTINGS) else ""
    else:
        found = _read(Path(row.secret_at))
    if not found:
        raise Unreachable
    if row.authentication != "key_file":
        return found
    try:
        return ECKey.import_key(found)
    except (JoseError, ValueError, TypeError):
        raise Unreachable from None


def _read(path: Path) -> str:
    try:
        roots.require_private(path, path.name)
        return path.read_text("utf-8")[:LARGEST].strip()
    except (Locked, OSError, ValueError):
        raise Unreachable from None


def _is_genuine(session: TenantSession, row: IdentityProvider) -> bool:
    if marks.is_genuine(session, row):
        return True
    audit.record_denial(session, Denial("nobody", "none", Action.FORGERY_REFUSED, "identity_provider", row.id, "mark"))
    return False
