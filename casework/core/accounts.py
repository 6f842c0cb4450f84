"""Accounts: made and reset by a one-time link, disabled, and the actor somebody is in a municipality."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework.contract.language import gettext as _
from casework.core import (
    audit,
    credentials,
    identity_providers,
    known_devices,
    mail_addresses,
    marks,
    openid,
    passwords,
    session_rows,
    unbroken_posts,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import Refused
from casework.core.models import Account, Enrolment, Organisation, WebSession
from casework.core.permissions import Actor

LINK_HOURS = 72


def add(
    session: TenantSession, by: Actor, username: str, name: str, organisation: Organisation, title: str = ""
) -> Account:
    """Add an account without any way to sign in yet; raises Refused where the user name is taken, and not by whom."""
    username = username.strip().casefold()
    if session.scalar(select(Account.id).where(Account.username == username)):
        raise Refused.because(_("Välj ett annat användarnamn."), "username")
    account = Account(
        username=username, name=name, title=title, organisation_id=organisation.id, created_at=session.now
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError:  # somebody else took it between our question and now
        raise Refused.because(_("Välj ett annat användarnamn."), "username") from None
    audit.record(session, by, Action.ACCOUNT_ADDED, "account", account.id)
    return account


def invite(session: TenantSession, by: Actor, account: Account) -> str:
    """A one-time link's token: earlier ways to sign in and open sessions end; only its digest is kept.

    Raises Refused for a disabled account, which is opened again by an act of its own.
    """
    if account.disabled_at is not None:
        raise Refused.because(_("Kontot är avstängt. Öppna kontot igen först."))
    _take_away(session, account)
    token = secrets.token_urlsafe(32)
    session.add(
        Enrolment(
            digest=link_digest(token),
            account_id=account.id,
            created_at=session.now,
            expires_at=session.now + timedelta(hours=LINK_HOURS),
        )
    )
    audit.record(session, by, Action.ACCOUNT_RESET, "account", account.id)
    return token


def reopen(session: TenantSession, by: Actor, account: Account) -> str:
    """Open a disabled account again, with its posts, and send it to enrolment; a one-time link's token."""
    if account.disabled_at is None:
        raise Refused.because(_("Kontot är inte avstängt."))
    account.disabled_at = None
    audit.record(session, by, Action.ACCOUNT_REOPENED, "account", account.id)
    return invite(session, by, account)


def link_digest(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def invited(session: TenantSession, token: str) -> Account | None:
    """The account a live link belongs to; a link that the program did not give opens nothing."""
    return _invited(session, link_digest(token))


def _invited(session: TenantSession, digest: str) -> Account | None:
    link = session.get(Enrolment, digest, with_for_update=True)  # two who use it at once take turns
    if link is None or link.used_at is not None or link.expires_at <= session.now:
        return None
    if not marks.is_genuine(session, link):
        denial = Denial(link.account_id, "none", Action.FORGERY_REFUSED, "enrolment", link.digest[:22], "mark")
        audit.record_denial(session, denial)
        return None
    return session.get(Account, link.account_id)


def use_link(session: TenantSession, token: str) -> Account | None:
    """The account of a live link, which opens nothing after this."""
    return use_digest(session, link_digest(token))


def use_digest(session: TenantSession, digest: str) -> Account | None:
    """The same for a link of which only the digest is known, because its bearer went elsewhere and came back."""
    account = _invited(session, digest)
    if account is not None:
        session.get_one(Enrolment, digest).used_at = session.now
        audit.record(session, Actor(account.id, account.name, None, ()), Action.ACCOUNT_ENROLLED, "account", account.id)
    return account


def enrol(session: TenantSession, token: str, password: str, least: int = passwords.MINIMUM) -> Account | None:
    """Let the bearer of a live link choose a password, once; raises Refused for a weak one."""
    account = invited(session, token)
    if account is None:
        return None
    require_strong(session, account, password, least)
    set_password(session, account, password)
    return use_link(session, token)


def require_strong(session: TenantSession, account: Account, password: str, least: int) -> None:
    """Raise Refused for a password that is too weak for the account, by its own names and those of its employer too."""
    employer = session.get(Organisation, account.organisation_id)
    own = (account.username, account.name, "" if employer is None else employer.name)
    passwords.require_strong(password, own, least, session.info.get(passwords.BREACHED))


def require_free_identity(session: TenantSession, account: Account, handle: str) -> None:
    """Raise Refused where an identity belongs to an account already; nobody else can take it meanwhile."""
    session.get_one(Organisation, account.organisation_id, with_for_update={"key_share": True})
    if credentials.identity(session, handle) is not None:
        raise Refused.because(_("Inloggningen är redan kopplad till ett konto."), "identity")


def give_identity(session: TenantSession, by: Actor, account: Account, typed: str) -> None:
    """Let a new account in by what its organisation's provider calls its person; only a keyed digest is kept.

    Raises Refused where there is no such provider, and for what cannot be a name there or is taken.
    """
    provider = identity_providers.of_organisation(session, account.organisation_id)
    try:
        value = None if provider is None else openid.plain(provider.claim, typed)
    except ValueError:
        value = None
    if provider is None or value is None:
        raise Refused.because(
            _("Skriv identiteten som inloggningen skickar den. Ett personnummer har tolv siffror."), "identity"
        )
    handle = credentials.identity_handle(session, provider.issuer, provider.claim, value)
    require_free_identity(session, account, handle)
    credentials.add_identity(session, account.id, handle)
    detail = {"kind": credentials.IDENTITY}
    audit.record(session, by, Action.WAY_IN_ADDED, "account", account.id, detail=detail)


def set_password(session: TenantSession, account: Account, password: str) -> None:
    """Keep a new password's verifier; for enrolment, one's own page and the demonstration only."""
    credentials.keep_password(session, account.id, passwords.verifier(password))


def disable(session: TenantSession, by: Actor, account: Account) -> None:
    """End an account's ways in at once; what it did stays."""
    account.disabled_at = session.now
    _take_away(session, account)
    audit.record(session, by, Action.ACCOUNT_DISABLED, "account", account.id)


def sign_out(session: TenantSession, by: Actor, account: Account) -> int:
    """End every session of an account now; how many there were. Its ways in stay as they are."""
    ended = session_rows.end_all(session, account.id)
    audit.record(session, by, Action.SESSIONS_ENDED, "account", account.id, detail={"count": ended})
    return ended


def sign_everybody_out(session: TenantSession, by: Actor) -> int:
    """End every session of the installation now; how many there were."""
    open_ = select(WebSession.account_id).where(WebSession.account_id.is_not(None), WebSession.ended_at.is_(None))
    held = session.scalars(open_.distinct().order_by(WebSession.account_id)).all()
    ended = sum(session_rows.end_all(session, account_id) for account_id in held if account_id is not None)
    audit.record(session, by, Action.SESSIONS_ENDED, "accounts", "", detail={"count": ended})
    return ended


def _take_away(session: TenantSession, account: Account) -> None:
    """Take every way in, unused link, known device, address for letters and open session from an account."""
    credentials.remove(session, credentials.of_any_mark(session, account.id))
    unused = select(Enrolment).where(Enrolment.account_id == account.id, Enrolment.used_at.is_(None))
    for link in session.scalars(unused).all():
        session.delete(link)
    known_devices.forget_all(session, account.id)
    mail_addresses.forget(session, account.id)
    session_rows.end_all(session, account.id)


def find(session: TenantSession, username: str) -> Account | None:
    """The account with a user name, disabled ones too."""
    return session.scalar(select(Account).where(Account.username == username.strip().casefold()))


def open_doors(account: Account) -> tuple[str, ...]:
    """The municipalities where the account may hold a membership."""
    return tuple(code for code in account.doors.split(",") if code)


def actor(session: TenantSession, account: Account) -> Actor:
    """Who an account is in the session's municipality at this moment: its live memberships, sealed by the program."""
    posts = () if account.disabled_at is not None else unbroken_posts.held(session, account.id)
    return Actor(account.id, account.name, session.municipality, posts)


def names(session: TenantSession, ids: set[str]) -> dict[str, str]:
    """The names of colleagues by account id; the operator is "Driften"."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))).all()
    return {"operator": "Driften"} | {row.id: row.name for row in rows}
