"""What an account proves itself with, as stored: passwords, apps, passkeys, recovery codes, and outside identities.

Every row is asked whether it is genuine before it counts; one that is not lets nobody in, and the record says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from casework.core import audit, crypto, keys, marks, one_time_codes
from casework.core.actions import Action
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession, new_id
from casework.core.denials import Denial
from casework.core.errors import Broken
from casework.core.models import Account, Credential
from casework.core.passkeys import Made

PASSWORD, TOTP, PASSKEY, RECOVERY, IDENTITY = "password", "totp", "passkey", "recovery", "identity"
SECOND = (TOTP, PASSKEY, IDENTITY)
"""Whoever has one of these is not signed in by a password alone; a passkey is two in one, and so is an identity."""
NOBODY = "nobody"


def of(session: TenantSession, account_id: str, *kinds: str) -> list[Credential]:
    """An account's genuine ways in of these kinds, or of every kind, the oldest first."""
    query = select(Credential).where(Credential.account_id == account_id)
    if kinds:
        query = query.where(Credential.kind.in_(kinds))
    rows = session.scalars(query.order_by(Credential.created_at, Credential.id)).all()
    return [row for row in rows if _counts(session, row)]


def kinds_of(session: TenantSession, account_id: str) -> frozenset[str]:
    """Which kinds of ways in an account has; recovery codes only where one is left."""
    return frozenset(row.kind for row in of(session, account_id) if row.kind != RECOVERY or row.used_at is None)


def password_of(session: TenantSession, account_id: str | None) -> Credential | None:
    """An account's password; the same question to the database where there is no account."""
    return next(iter(of(session, account_id or NOBODY, PASSWORD)), None)


def passkey(session: TenantSession, handle: str) -> Credential | None:
    """The genuine passkey of that handle, whosever it is."""
    query = select(Credential).where(Credential.handle == handle, Credential.kind == PASSKEY).with_for_update()
    rows = session.scalars(query).all()
    return next((row for row in rows if _counts(session, row)), None)


def identity_handle(session: TenantSession, issuer: str, claim: str, value: str) -> str:
    """How an identity is kept: a keyed digest, since a personal number in the clear has no place here.

    Its key is one of its own, which is not rotated: a digest cannot be made anew without the number.
    """
    key = keys.of(session).installation(session, "identity")
    return crypto.mac(key.secret, "identity/v1", issuer, claim, value).hex()


def identity(session: TenantSession, handle: str) -> Credential | None:
    """The genuine row of an identity, whosever it is."""
    query = select(Credential).where(Credential.handle == handle, Credential.kind == IDENTITY)
    rows = session.scalars(query.with_for_update()).all()
    return next((row for row in rows if _counts(session, row)), None)


def lets_in(kinds: frozenset[str], *, demanded: bool) -> bool:
    """Whether somebody with these ways in can sign in, where a second factor is or is not demanded."""
    return bool(kinds & {PASSKEY, IDENTITY}) or (PASSWORD in kinds and (TOTP in kinds or not demanded))


def keep_password(session: TenantSession, account_id: str, verifier: str) -> None:
    """Keep a password's verifier in the place of the one before."""
    remove(session, of_any_mark(session, account_id, PASSWORD))
    session.add(Credential(account_id=account_id, kind=PASSWORD, verifier=verifier, created_at=session.now))
    session.flush()


def add_app(session: TenantSession, account_id: str, secret: str, step: int) -> Credential:
    """Add an authenticator app that has just shown a code of the step; the secret is sealed."""
    row = Credential(id=new_id(), account_id=account_id, kind=TOTP, counter=step, created_at=session.now)
    row.secret = _sealed(session, row, secret)
    row.used_at = session.now
    session.add(row)
    session.flush()
    return row


def add_passkey(session: TenantSession, account_id: str, made: Made) -> Credential:
    """Add a passkey that a browser has just made."""
    row = Credential(account_id=account_id, kind=PASSKEY, handle=made.handle, verifier=made.public_key)
    row.counter, row.created_at = made.counter, session.now
    session.add(row)
    session.flush()
    return row


def add_identity(session: TenantSession, account_id: str, handle: str) -> Credential:
    """Add an identity that an organisation's provider vouches for."""
    row = Credential(account_id=account_id, kind=IDENTITY, handle=handle, created_at=session.now)
    session.add(row)
    session.flush()
    return row


def new_recovery_codes(session: TenantSession, account_id: str) -> list[str]:
    """Ten fresh recovery codes, to be shown once; those from before are void, and only digests are kept."""
    remove(session, of_any_mark(session, account_id, RECOVERY))
    codes = [one_time_codes.new_recovery_code() for _ in range(one_time_codes.RECOVERY_CODES)]
    for code in codes:
        plain = one_time_codes.plain_recovery_code(code) or ""
        digest = crypto.digest("recovery/v2", account_id, plain).hex()
        session.add(Credential(account_id=account_id, kind=RECOVERY, verifier=digest, created_at=session.now))
    session.flush()
    return codes


def use_code(session: TenantSession, account_id: str, typed: str) -> str | None:
    """The kind of the one-time code that was typed, which is used up by this; None for a wrong or a used one."""
    # Two who type the same code at once take turns here, so that it is good for one of them only.
    session.scalar(select(Account.id).where(Account.id == account_id).with_for_update())
    for row in of(session, account_id, TOTP):
        step = one_time_codes.step_of(_secret(session, row), typed, session.now, row.counter)
        if step is not None:
            row.counter, row.used_at = step, session.now
            return TOTP
    plain = one_time_codes.plain_recovery_code(typed)
    if plain is None:
        return None
    digest = crypto.digest("recovery/v2", account_id, plain).hex().encode()
    for row in of(session, account_id, RECOVERY):
        if row.used_at is None and crypto.same(row.verifier.encode(), digest):
            row.used_at = session.now
            return RECOVERY
    return None


def remove(session: TenantSession, rows: Sequence[Credential]) -> None:
    """Remove ways in."""
    for row in rows:
        session.delete(row)
    session.flush()


def of_any_mark(session: TenantSession, account_id: str, *kinds: str) -> Sequence[Credential]:
    """An account's rows, also those that are not genuine: for taking them away."""
    query = select(Credential).where(Credential.account_id == account_id)
    return session.scalars(query.where(Credential.kind.in_(kinds)) if kinds else query).all()


def seal_pending(session: TenantSession, account_id: str, secret: str) -> Sealed:
    """Seal an authenticator app's secret while its owner has not yet shown that the app knows it."""
    key = keys.of(session).installation(session, "accounts")
    return crypto.seal(key.secret, key.version, secret, _pending(account_id))


def open_pending(session: TenantSession, account_id: str, sealed: Sealed) -> str | None:
    """The secret that waits for its owner's first code; None for one that was altered or is another's."""
    try:
        key = keys.of(session).installation(session, "accounts", sealed.key_version)
        return crypto.unseal(key.secret, sealed, _pending(account_id))
    except Broken:
        return None


def reseal(session: TenantSession, row: Credential) -> bool:
    """Put a genuine row's secret under the newest accounts key; False where it already is, or the row is not ours."""
    newest = keys.of(session).installation(session, "accounts")
    if row.secret is None or row.secret.key_version == newest.version or not marks.is_genuine(session, row):
        return False
    row.secret = _sealed(session, row, _secret(session, row))
    return True


def _sealed(session: TenantSession, row: Credential, secret: str) -> Sealed:
    key = keys.of(session).installation(session, "accounts")
    return crypto.seal(key.secret, key.version, secret, _place(row))


def _counts(session: TenantSession, row: Credential) -> bool:
    if marks.is_genuine(session, row):
        return True
    denial = Denial(row.account_id, "none", Action.FORGERY_REFUSED, "credential", row.id, "mark")
    audit.record_denial(session, denial)
    return False


def _secret(session: TenantSession, row: Credential) -> str:
    if row.secret is None:
        raise Broken("an authenticator app without a secret")
    key = keys.of(session).installation(session, "accounts", row.secret.key_version)
    return crypto.unseal(key.secret, row.secret, _place(row))


def _place(row: Credential) -> Place:
    return Place("", row.account_id, "credentials", row.id, "secret")


def _pending(account_id: str) -> Place:
    return Place("", account_id, "sessions", "", "pending")
