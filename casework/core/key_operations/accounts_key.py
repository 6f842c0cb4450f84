"""The installation's accounts key rotated while everybody works: rows that let somebody in, and what lies sealed there.

A new version is made and marks whatever is new; every genuine row is marked and sealed by it, a few in a transaction;
the older versions are destroyed once no process can be using them any more. What is broken off is taken up again by
the same command. A row that was not genuine never becomes so by this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, inspect, literal, or_, select
from sqlalchemy.exc import IntegrityError

from casework.core import audit, credentials, held_forms, keys, mail_addresses, marks
from casework.core.actions import Action
from casework.core.db import Base, Marked, TenantSession
from casework.core.installation import Installation
from casework.core.key_operations import orders
from casework.core.key_operations.orders import ROTATE, Operation
from casework.core.models import Credential, HeldForm, InstallationKey, MailAddress
from casework.core.opened_keys import AGE
from casework.core.permissions import OPERATOR

ACCOUNTS = "accounts"
GRACE = 2 * AGE
"""So long after a new version was made, no process marks anything by an older one that it still has in its cache."""
SUITE_BYTES = 2
"""Where the version of the key stands in a sealed value."""
BATCH = 200
Reseal = Callable[[TenantSession, Any], bool]
SEALED: dict[type[Base], tuple[str, Reseal]] = {
    Credential: ("secret", credentials.reseal),
    HeldForm: ("body", held_forms.reseal),
    MailAddress: ("address", mail_addresses.reseal),
}
"""What lies sealed under the accounts key: the column, and what seals it anew."""
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """The newest version, how many rows were moved to it now, the versions destroyed, and when the rest may be."""

    version: int
    moved: int
    destroyed: Sequence[int]
    again_after: datetime | None


def rotate(installation: Installation, tell: Tell = lambda _moved: None) -> Rotated:
    """Rotate the accounts key, or go on with a rotation that was broken off; ``tell`` hears of each batch."""
    try:
        with installation.session(None) as session:
            version = begin(session)
    except IntegrityError:  # somebody else has begun one at this moment: go on with theirs
        with installation.session(None) as session:
            version = begin(session)
    installation.keyring.forget()
    moved = 0
    for model, names in _behind(installation, version):
        for first in range(0, len(names), BATCH):
            with installation.session(None) as session:
                moved += _move(session, model, names[first : first + BATCH])
            tell(moved)
    with installation.session(None) as session:
        destroyed, again_after = destroy(session, version)
    installation.keyring.forget()
    installation.forget_pages()
    return Rotated(version, moved, destroyed, again_after)


def begin(session: TenantSession) -> int:
    """Give the installation a new accounts key, unless an older one is still there from a rotation broken off."""
    there = _there(session)
    newest = there[-1].version
    if len(there) > 1:
        return newest
    detail: audit.Detail = {"version": newest + 1}
    orders.require_covered(session, Operation(ROTATE, "installation_key", ACCOUNTS, detail))
    keys.of(session).make_installation(session, ACCOUNTS, newest + 1, session.now)
    session.flush()
    audit.record(session, OPERATOR, Action.KEYS_ROTATED, "installation_key", f"{ACCOUNTS}:{newest + 1}")
    return newest + 1


def is_unfinished(session: TenantSession) -> bool:
    """Whether an older accounts key than the newest is still there."""
    query = select(func.count()).select_from(InstallationKey)
    return (session.scalar(query.where(InstallationKey.purpose == ACCOUNTS, InstallationKey.wrapped != b"")) or 0) > 1


def destroy(session: TenantSession, version: int) -> tuple[list[int], datetime | None]:
    """Destroy the older versions, each with a tombstone in the record; or say after when they may be."""
    older = [row for row in _there(session) if row.version < version]
    made_at = next(row.made_at for row in _there(session) if row.version == version)
    if older and session.now < made_at + GRACE:
        return [], made_at + GRACE
    for row in older:
        row.wrapped = b""
        audit.record(session, OPERATOR, Action.KEYS_DESTROYED, "installation_key", f"{ACCOUNTS}:{row.version}")
    return [row.version for row in older], None


def _there(session: TenantSession) -> Sequence[InstallationKey]:
    """The accounts keys that are not destroyed, the oldest first, held until this transaction ends."""
    query = select(InstallationKey).where(InstallationKey.purpose == ACCOUNTS, InstallationKey.wrapped != b"")
    query = query.order_by(InstallationKey.version).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _behind(installation: Installation, version: int) -> Iterator[tuple[type[Base], Sequence[str]]]:
    """The rows of each table that lie under an older version, by their primary key."""
    classes: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    marked = {model: model.mac for model in classes if issubclass(model, Marked)}
    for model in marked | SEALED:
        behind = []
        if model in marked:
            behind.append(_version_in(marked[model], 0) != _written(version))
        if model in SEALED:
            behind.append(_version_in(getattr(model, SEALED[model][0]), SUITE_BYTES) != _written(version))
        (name,) = inspect(model).primary_key
        with installation.session(None) as session:
            names = session.scalars(select(name).where(or_(*behind)).order_by(name)).all()
        yield model, names  # after the session is closed: whoever takes them opens one of their own


def _move(session: TenantSession, model: type[Base], names: Sequence[str]) -> int:
    """Seal and mark these rows by the newest version; how many there still were that are ours."""
    (name,) = inspect(model).primary_key
    moved = 0
    for row in session.scalars(select(model).where(name.in_(names)).with_for_update()).all():
        sealed = model in SEALED and SEALED[model][1](session, row)
        moved += marks.renew(session, row) if not sealed and isinstance(row, Marked) else sealed
    session.flush()
    if moved:
        newest = keys.of(session).installation(session, ACCOUNTS).version
        place = f"{ACCOUNTS}:{newest}"
        audit.record(session, OPERATOR, Action.KEYS_REWRAPPED, "installation_key", place, detail={"count": moved})
    return moved


def _version_in(column: Any, offset: int) -> Any:
    """The bytes in which a MAC or a sealed value says its key's version."""
    return func.substr(column, offset + 1, marks.VERSION_BYTES)


def _written(version: int) -> Any:
    return literal(version.to_bytes(marks.VERSION_BYTES, "big"))
