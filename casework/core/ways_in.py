"""One's own ways in: an account's owner adds and removes them. Each change ends the other sessions and is told them.

Nobody else can: an administrator only sends an account back to enrolment.
"""

from __future__ import annotations

from casework.contract.language import gettext as _
from casework.core import accounts, audit, credentials, notices, one_time_codes, passkeys, passwords, session_rows
from casework.core.actions import Action
from casework.core.crypto import Sealed
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.models import Account, Credential
from casework.core.passkeys import Site
from casework.core.permissions import Actor

WRONG_CODE = _("Koden stämmer inte. Vänta på nästa kod i appen och skriv den.")
WRONG_PASSKEY = _("Det gick inte att lägga till inloggningsnyckeln. Försök igen.")
LAST = _("Det är ditt enda sätt att logga in. Lägg till ett annat först.")


def pending_app(session: TenantSession, account_id: str, pending: str | None) -> tuple[str, str]:
    """The secret an authenticator app is to be given, the one from before if it still opens; and the same, sealed."""
    if pending is not None:
        try:
            secret = credentials.open_pending(session, account_id, Sealed(bytes.fromhex(pending)))
        except ValueError:
            secret = None
        if secret is not None:
            return secret, pending
    secret = one_time_codes.new_secret()
    return secret, credentials.seal_pending(session, account_id, secret).blob.hex()


def add_app(session: TenantSession, account_id: str, pending: str, typed: str, but: str | None) -> list[str]:
    """Add the authenticator app that shows this code; recovery codes, if there were none yet, to be shown once."""
    secret, _same = pending_app(session, account_id, pending)
    step = one_time_codes.step_of(secret, typed, session.now, 0)
    if step is None:
        raise Refused.because(WRONG_CODE, "one_time_code")
    row = credentials.add_app(session, account_id, secret, step)
    return _added(session, account_id, row, but)


def add_passkey(
    session: TenantSession, account_id: str, site: Site, answer: str, challenge: str, but: str | None
) -> list[str]:
    """Add the passkey that the browser made; recovery codes, if there were none yet, to be shown once."""
    try:
        made = passkeys.made(site, answer, challenge)
    except passkeys.NotProven:
        raise Refused.because(WRONG_PASSKEY) from None
    if credentials.passkey(session, made.handle) is not None:
        raise Refused.because(_("Inloggningsnyckeln finns redan."))
    return _added(session, account_id, credentials.add_passkey(session, account_id, made), but)


def add_identity(session: TenantSession, account_id: str, handle: str, but: str | None) -> None:
    """Add the identity that the account's own organisation has vouched for; raises Refused for somebody else's."""
    account = session.get_one(Account, account_id)
    accounts.require_free_identity(session, account, handle)
    credentials.add_identity(session, account_id, handle)
    _changed(session, account, Action.WAY_IN_ADDED, credentials.IDENTITY, but)


def change_password(session: TenantSession, account_id: str, password: str, but: str | None, *, demanded: bool) -> None:
    """Choose a new password; raises Refused for a weak one."""
    account = session.get_one(Account, account_id)
    least = passwords.BESIDE_ANOTHER if demanded else passwords.MINIMUM
    passwords.require_strong(password, account.username, account.name, least)
    accounts.set_password(session, account, password)
    _changed(session, account, Action.WAY_IN_ADDED, credentials.PASSWORD, but)


def renew_codes(session: TenantSession, account_id: str, but: str | None) -> list[str]:
    """New recovery codes, to be shown once; the old ones are void."""
    codes = credentials.new_recovery_codes(session, account_id)
    _changed(session, session.get_one(Account, account_id), Action.WAY_IN_ADDED, credentials.RECOVERY, but)
    return codes


def remove(session: TenantSession, account_id: str, credential_id: str, but: str | None, *, demanded: bool) -> None:
    """Remove one's own way in; raises Refused for the last one. What is not there is not removed."""
    rows = credentials.of(session, account_id, credentials.PASSWORD, *credentials.SECOND)
    gone = next((row for row in rows if row.id == credential_id), None)
    if gone is None:
        return
    left = frozenset(row.kind for row in rows if row is not gone)
    if not credentials.lets_in(left, demanded=demanded):
        raise Refused.because(LAST)
    kind = gone.kind
    credentials.remove(session, [gone])
    _changed(session, session.get_one(Account, account_id), Action.WAY_IN_REMOVED, kind, but)


def _added(session: TenantSession, account_id: str, row: Credential, but: str | None) -> list[str]:
    _changed(session, session.get_one(Account, account_id), Action.WAY_IN_ADDED, row.kind, but)
    if credentials.RECOVERY in credentials.kinds_of(session, account_id):
        return []
    return credentials.new_recovery_codes(session, account_id)


def _changed(session: TenantSession, account: Account, action: Action, kind: str, but: str | None) -> None:
    """End the other sessions, tell the owner, and remember it."""
    session_rows.end_all(session, account.id, but=but)
    notices.tell(session, account.id, "sign_in_changed")
    audit.record(
        session, Actor(account.id, account.name, None, ()), action, "account", account.id, detail={"kind": kind}
    )
