"""Where somebody is told that there is something to read: an address of their own choice, sealed like their secrets."""

from __future__ import annotations

import re

from casework.contract.language import gettext as _
from casework.core import audit, crypto, keys
from casework.core.actions import Action
from casework.core.crypto import Place, Sealed
from casework.core.db import TenantSession
from casework.core.errors import Broken, Refused
from casework.core.models import Account, MailAddress
from casework.core.permissions import Actor

LONGEST = 254
_SHAPE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""What every mail server takes. No spaces and no line breaks: the address stands in the head of a letter."""


def of(session: TenantSession, account_id: str) -> str | None:
    """An account's address; None where there is none, and for one that was put in its place by somebody else."""
    row = session.get(MailAddress, account_id)
    if row is None:
        return None
    try:
        return _opened(session, row)
    except Broken:
        return None


def reseal(session: TenantSession, row: MailAddress) -> bool:
    """Put an address under the newest accounts key; False where it already is, or was put in its place by others."""
    if row.address.key_version == keys.of(session).installation(session, "accounts").version:
        return False
    try:
        row.address = _sealed(session, row, _opened(session, row))
    except Broken:
        return False
    return True


def choose(session: TenantSession, account_id: str, typed: str) -> None:
    """Keep one's own address, or none where nothing was typed; raises Refused for what is no address."""
    address = typed.strip()
    if address and (len(address) > LONGEST or not _SHAPE.fullmatch(address)):
        raise Refused.because(_("Skriv adressen som namn@kommun.se, utan å, ä och ö."), "address")
    row = session.get(MailAddress, account_id)
    if not address:
        if row is None:
            return
        session.delete(row)
    else:
        row = row or MailAddress(account_id=account_id)
        row.address, row.changed_at = _sealed(session, row, address), session.now
        session.add(row)
    name = session.get_one(Account, account_id).name
    detail: audit.Detail = {"kind": "chosen" if address else "removed"}
    who = Actor(account_id, name, None, ())
    audit.record(session, who, Action.MAIL_ADDRESS_CHANGED, "account", account_id, detail=detail)


def forget(session: TenantSession, account_id: str) -> None:
    """Take an account's address away with its ways in: whoever had those may have chosen it."""
    row = session.get(MailAddress, account_id)
    if row is not None:
        session.delete(row)


def _sealed(session: TenantSession, row: MailAddress, address: str) -> Sealed:
    key = keys.of(session).installation(session, "accounts")
    return crypto.seal(key.secret, key.version, address, _place(row))


def _opened(session: TenantSession, row: MailAddress) -> str:
    key = keys.of(session).installation(session, "accounts", row.address.key_version)
    return crypto.unseal(key.secret, row.address, _place(row))


def _place(row: MailAddress) -> Place:
    return Place("", row.account_id, "mail_addresses", row.account_id, "address")
