"""Which colleague a register means by what stands in its officer column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casework.contract.fields import Agency
from casework.core import organisations
from casework.core.db import TenantSession
from casework.core.models import Account
from casework.core.permissions import Role
from casework.core.registers.vocabulary import full_name, plain

ROLES = frozenset({Role.CASE_OFFICER, Role.TEAM_LEAD})


class Officer(NamedTuple):
    """A colleague who can hold a case, and their unit."""

    account: Account
    unit_id: str


def present(session: TenantSession) -> list[Officer]:
    """Everybody who can hold a case in the municipality now, once each."""
    found: dict[str, Officer] = {}
    for account, membership in organisations.colleagues(session, Agency.SOCIAL_SERVICES, ROLES):
        found.setdefault(account.id, Officer(account, membership.unit_id))
    return list(found.values())


def meant(officers: Sequence[Officer], text: str) -> Officer | None:
    """The one officer a text names: by name, initial and surname, or user name; None where it is none or several."""
    wanted = {_written(text), _written(full_name(text))}
    matching = [officer for officer in officers if wanted & set(_names(officer.account))]
    return matching[0] if len(matching) == 1 else None


def _names(account: Account) -> Iterator[str]:
    first, _, last = account.name.partition(" ")
    yield _written(account.username)
    yield _written(account.name)
    if last:
        yield _written(f"{first[0]}. {last}")


def _written(text: str) -> str:
    # "M. Testlind", "M Testlind" and "m.testlind" are one; "maja.testlind" keeps both its parts.
    return plain(text.replace(".", " "))
